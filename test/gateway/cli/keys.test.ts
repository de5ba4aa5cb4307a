import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'

const ROOT = join(import.meta.dirname!, '../../..')

/** Runs a command as its npm script does; answers its exit code and what it said. */
function run(file: string, args: string[], env: Record<string, string>) {
  const deno = join(ROOT, 'node_modules/.bin/deno')
  const all = ['run', '--quiet', '-P=server', join('gateway/cli', file), ...args]
  return new Promise<{ code: number; said: string }>((resolve) => {
    execFile(deno, all, { cwd: ROOT, env: { ...process.env, ...env } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), said: (out + err).trim() })
    })
  })
}

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'huitong-test-cli-'))
  onTestFinished(() => rmSync(made, { recursive: true, force: true }))
  return made
}

describe('client-secret', () => {
  it('tells a secret once and keeps what proves it', async () => {
    const file = join(folder(), 'clients.json')
    const client = { id: 'erp', name: 'ERP', tenant: 'bank', scopes: ['orders:read'], secrets: [] }
    writeFileSync(file, JSON.stringify({ clients: [client] }))
    const { code, said } = await run('client-secret.ts', ['erp'], { CLIENTS_FILE: file })
    expect([code, said.length]).toEqual([0, 43])
    const kept = readFileSync(file, 'utf8')
    expect(kept).not.toContain(said)
    expect(kept).toContain(createHash('sha256').update(said).digest('hex'))
    expect(await run('client-secret.ts', ['other'], { CLIENTS_FILE: file }))
      .toEqual({ code: 1, said: 'client-secret: there is no client other' })
  })

  it('says how it is used', async () => {
    expect((await run('client-secret.ts', [], {})).code).toBe(2)
  })
})

describe('rotate-keys', () => {
  it('puts a new key before those that may still be believed', async () => {
    const env = { DATA_DIR: folder() }
    const first = (await run('rotate-keys.ts', [], env)).said
    const second = (await run('rotate-keys.ts', [], env)).said
    const { keys } = JSON.parse(readFileSync(join(env.DATA_DIR, 'token-keys.json'), 'utf8'))
    const ids = keys.map((each: { key: { kid: string } }) => each.key.kid)
    expect(ids.slice(0, 2)).toEqual([second, first])
    expect(keys[0].replacedAt).toBeUndefined()
    expect(keys[1].replacedAt).toBeGreaterThan(0)
  })
})
