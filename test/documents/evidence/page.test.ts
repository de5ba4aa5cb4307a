import { expect, it } from 'vitest'
import {
  verifierPage,
  verifierScript,
} from '../../../subgraphs/documents/evidence/verifier-page.ts'
import type { verifyBundle } from '../../../subgraphs/documents/evidence/verifier.ts'
import { packedCase } from '../fixtures/evidence.ts'

it('the script of the page proves a bundle by itself, and finds one changed byte', async () => {
  const script = await verifierScript()
  expect(script.split('\n').filter((line) => /^\s*import\b/.test(line))).toEqual([])
  const url = `data:text/javascript;base64,${Buffer.from(script).toString('base64')}`
  const { verifyBundle: verify } = await import(/* @vite-ignore */ url) as {
    verifyBundle: typeof verifyBundle
  }
  const { bundle, log } = await packedCase()
  expect(await verify(bundle, log.trust)).toMatchObject({ ok: true, events: 10 })
  const changed = { ...bundle, events: bundle.events.with(4, { ...bundle.events[4]!, body: {} }) }
  expect((await verify(changed, log.trust)).ok).toBe(false)
})

it('the page takes nothing from anywhere', async () => {
  const page = await verifierPage()
  expect(page).toContain("default-src 'none'")
  expect(page).not.toMatch(/(?:src|href)\s*=\s*"/)
  expect(page.match(/<\/script/g)).toHaveLength(1)
})
