/**
 * The one-file verifier, opened from a disk in a real browser without a network.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { verifierPage } from '../../subgraphs/documents/evidence/verifier-page.ts'
import { packedCase } from '../documents/fixtures/evidence.ts'
import { launchBrowser } from './launch.ts'

/** How many bytes of the bundle are changed, one at a time, spread over all of it. */
const CHANGES = 120

describe('the one-file verifier in a browser', { timeout: 120_000 }, () => {
  let browser: Browser
  let page: Page
  let folder: string
  const asked: string[] = []
  const errors: string[] = []

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'huitong-verifier-'))
    const file = join(folder, 'verifier.html')
    writeFileSync(file, await verifierPage())
    browser = await launchBrowser()
    const context = await browser.newContext({ offline: true })
    page = await context.newPage()
    page.on('request', (request) => asked.push(request.url()))
    page.on('pageerror', (error) => errors.push(error.message))
    page.on('console', (said) => said.type() === 'error' && errors.push(said.text()))
    await page.goto(pathToFileURL(file).href)
  }, 120_000)

  afterAll(async () => {
    await browser.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Chooses a file as a person does. */
  async function choose(label: string, text: string): Promise<void> {
    await page.getByLabel(label).setInputFiles({
      name: 'chosen.json',
      mimeType: 'application/json',
      buffer: Buffer.from(text),
    })
  }

  /** What the page says of a bundle. */
  async function verdictOf(text: string): Promise<{ state: string; said: string }> {
    await choose('Bundle', text)
    const verdict = page.locator('#verdict:not([data-state=busy])')
    await verdict.waitFor({ state: 'attached' })
    return {
      state: (await verdict.getAttribute('data-state'))!,
      said: (await verdict.textContent())!,
    }
  }

  it('proves a good bundle, and names what is wrong wherever one byte was changed', async () => {
    const { bundle, log } = await packedCase()
    const text = JSON.stringify(bundle)
    await choose('Trust', JSON.stringify(log.trust))
    const good = await verdictOf(text)
    expect(good).toMatchObject({ state: 'proved' })
    expect(good.said).toContain('核验通过')
    expect(JSON.parse(good.said.slice(good.said.indexOf('{')))).toMatchObject({
      ok: true,
      events: 10,
      faults: [],
      cosignedAt: [expect.any(String)],
      stampedAt: expect.any(String),
    })
    const missed: string[] = []
    const seen = { 'not-proved': 0, unread: 0 }
    for (let n = 0; n < CHANGES; n++) {
      const at = Math.floor((n + 0.5) * text.length / CHANGES)
      const changed = text.slice(0, at) + (text[at] === '0' ? '1' : '0') + text.slice(at + 1)
      const { state, said } = await verdictOf(changed)
      const named = state === 'unread' || /"place": "/.test(said) && /"code": "[A-Z_]+"/.test(said)
      if ((state !== 'not-proved' && state !== 'unread') || !named) {
        missed.push(`${at} ${state}: ${text.slice(at - 20, at + 20)}`)
      } else seen[state] += 1
    }
    expect(missed).toEqual([])
    expect(seen['not-proved']).toBeGreaterThan(CHANGES / 2)
    // And the good one is proved again: nothing was left over.
    expect(await verdictOf(text)).toMatchObject({ state: 'proved' })
  })

  it('says of another log’s keys and of no JSON at all what is the matter', async () => {
    const { bundle } = await packedCase()
    const other = await packedCase()
    await choose('Trust', JSON.stringify(other.log.trust))
    const { state, said } = await verdictOf(JSON.stringify(bundle))
    expect(state).toBe('not-proved')
    expect(said).toContain('CHECKPOINT_UNSIGNED')
    expect(await verdictOf('not JSON')).toMatchObject({
      state: 'unread',
      said: expect.stringContaining('无法读取'),
    })
  })

  it('asks the network for nothing', () => {
    expect(asked.filter((url) => !url.startsWith('file:'))).toEqual([])
    expect(errors).toEqual([])
  })
})
