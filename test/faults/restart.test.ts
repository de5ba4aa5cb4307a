import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { paymentsFile } from '../bench/payments-file.ts'
import { runProcess, startProcess, startServer, testFolder } from '../support/process.ts'
import { importArgs } from '../support/import-args.ts'

/** A data folder, and the command that imports a file of so many rows into it. */
function importOf(rows: number): { env: { DATA_DIR: string }; args: string[] } {
  const folder = testFolder()
  const csv = join(folder, 'payments.csv')
  writeFileSync(csv, paymentsFile(rows).text)
  return {
    env: { DATA_DIR: join(folder, 'data') },
    args: importArgs(csv, join(folder, 'report.csv')),
  }
}

describe('a server', { timeout: 90_000 }, () => {
  const QUERY = '{ orders(first: 10) { edges { node { serial type } } } }'

  async function serials(url: string, dataDir: string): Promise<string[]> {
    const token = (await runProcess('deno', ['gateway/cli/token.ts', 'maker'], {
      DATA_DIR: dataDir,
    })).stdout.trim()
    const response = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: QUERY }),
    })
    const { data } = await response.json() as {
      data: { orders: { edges: { node: { serial: string } }[] } }
    }
    return data.orders.edges.map(({ node }) => node.serial)
  }

  it.each(['SIGTERM', 'SIGINT', 'SIGKILL'] as const)(
    'that is stopped with %s has its data at the next start',
    async (signal) => {
      const dataDir = join(testFolder(), 'data')
      const first = await startServer('deno', dataDir)
      const before = await serials(first.url, dataDir)
      expect(before).toHaveLength(3)
      first.child.kill(signal)
      expect(await first.ended).toMatchObject(
        signal === 'SIGKILL' ? { signal } : { code: 0, signal: null, stderr: '' },
      )
      const second = await startServer('deno', dataDir)
      expect(await serials(second.url, dataDir)).toEqual(before)
    },
  )

  it('refuses a data folder that another one is using, and says so', async () => {
    const dataDir = join(testFolder(), 'data')
    const first = await startServer('deno', dataDir)
    for (const runtime of ['deno', 'node'] as const) {
      const second = await runProcess(runtime, ['gateway/main.ts'], {
        DATA_DIR: dataDir,
        PORT: '0',
      })
      expect(second).toMatchObject({ code: 1, stdout: '' })
      expect(second.stderr).toContain('cannot start: in_use: another process has')
    }
    expect(await serials(first.url, dataDir)).toHaveLength(3)
  })

  it('keeps an import by the command out of its data folder, and the command says so', async () => {
    const { env, args } = importOf(3)
    await startServer('deno', env.DATA_DIR)
    const { code, stderr } = await runProcess('deno', args, env)
    expect(code).toBe(1)
    expect(stderr).toContain('in_use: another process has')
  })

  it('that dies during an import goes on with it at the next start', async () => {
    const { env, args } = importOf(600)
    const first = await startServer('deno', env.DATA_DIR)
    const command = startProcess('deno', [...args, '--url', first.url], env)
    // Whatever phase it is in when it first says how far it is.
    await command.printed(' rows, ')
    first.child.kill('SIGKILL')
    await first.ended
    const { code, stderr } = await command.ended
    expect({ code, stderr }).toMatchObject({ code: 1 })
    expect(stderr).toContain('import-orders: ')
    const second = await startServer('deno', env.DATA_DIR)
    const again = await runProcess('deno', [...args, '--url', second.url], env)
    expect(again).toMatchObject({ code: 0 })
    expect(again.stdout).toContain('600 rows: 600 posted, 0 waiting, 0 refused')
    second.child.kill('SIGTERM')
    expect(await second.ended).toMatchObject({ code: 0, stderr: '' })
    const verified = await runProcess('deno', ['gateway/cli/verify.ts'], env)
    expect(verified).toMatchObject({ code: 0 })
    expect(verified.stdout).toMatch(/^603 orders, /)
  })
})

describe('an import by the command', { timeout: 90_000 }, () => {
  it.each(['SIGTERM', 'SIGINT'] as const)(
    'that is stopped with %s does not pass as done, and goes on when it is run again',
    async (signal) => {
      const { env, args } = importOf(600)
      const first = startProcess('deno', args, env)
      await first.printed(' rows, ')
      first.child.kill(signal)
      const stopped = await first.ended
      expect(stopped.signal).toBeNull()
      expect([1, 130]).toContain(stopped.code)
      expect(stopped.stderr).not.toContain('background:')
      const again = await runProcess('deno', args, env)
      expect(again).toMatchObject({ code: 0 })
      expect(again.stdout).toContain('600 rows: 600 posted, 0 waiting, 0 refused')
      const verified = await runProcess('deno', ['gateway/cli/verify.ts'], env)
      expect(verified).toMatchObject({ code: 0 })
      expect(verified.stdout).toMatch(/^600 orders, 600 approval vouchers, 600 instructions, 600 /)
    },
  )
})
