import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { paymentsFile } from '../bench/payments-file.ts'
import { ROOT, runProcess, startServer, testFolder } from '../support/process.ts'

describe('a server', () => {
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
    const folder = testFolder()
    const dataDir = join(folder, 'data')
    const csv = join(folder, 'payments.csv')
    writeFileSync(csv, paymentsFile(3).text)
    await startServer('deno', dataDir)
    const { code, stderr } = await runProcess('deno', [
      'gateway/cli/import-orders.ts',
      csv,
      '--type',
      'supplier-payment',
      '--mapping',
      join(ROOT, 'test/fixtures/spending-mapping.json'),
      '--report',
      join(folder, 'report.csv'),
    ], { DATA_DIR: dataDir })
    expect(code).toBe(1)
    expect(stderr).toContain('in_use: another process has')
  })
})
