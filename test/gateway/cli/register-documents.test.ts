import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'

const ROOT = join(import.meta.dirname!, '../../..')

function run(folder: string): Promise<{ code: number; said: string }> {
  const args = ['run', '--quiet', '-P=server', 'gateway/cli/register-documents.ts', folder]
  return new Promise((resolve) => {
    execFile(join(ROOT, 'node_modules/.bin/deno'), args, { cwd: ROOT }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: out + err })
    })
  })
}

it('registers a new document beside those that are there, and refuses one that is not valid', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-documents-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  cpSync(join(ROOT, 'schema'), folder, { recursive: true })
  const read = (name: string) => readFileSync(join(folder, 'documents', name), 'utf8')
  const before = [read('manifest.json'), read('shapes.json')]
  expect((await run(folder)).code).toBe(0)
  expect([read('manifest.json'), read('shapes.json')]).toEqual(before)

  const path = join(folder, 'documents/partner/types.graphql')
  writeFileSync(path, 'query Types { orderTypes { code nameZh } }\n')
  expect((await run(folder)).said).toContain('recorded: 1')
  expect(read('manifest.json')).toContain('query Types')
  expect(JSON.parse(read('shapes.json')).documents['partner/types']).toBeDefined()

  writeFileSync(path, 'query Types { orderTypes { steps } }\n')
  const refused = await run(folder)
  expect(refused.code).toBe(1)
  expect(refused.said).toMatch(/partner\/types.*steps/s)
})
