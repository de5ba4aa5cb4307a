import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import type { LedgerTables } from '../../subgraphs/ledger/tables.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { ROOT, startProcess, testFolder } from '../support/process.ts'
import { findings } from '../support/rig.ts'

const KILLS = 8
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
const WITHIN_MS = 250

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('a ledger that is killed under load', () => {
  it(`has every voucher that it answered, and none twice (seed ${SEED})`, async () => {
    const folder = testFolder()
    const answered = new Map<string, string>()
    let state = SEED
    let first = 0
    for (let kill = 0; kill < KILLS; kill++) {
      const runtime = kill % 2 === 0 ? 'node' : 'deno'
      const running = startProcess(
        runtime,
        [join(ROOT, 'test/faults/ledger-load.ts'), folder, String(first)],
        {},
      )
      await running.printed('kill-')
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      await wait((state / 2 ** 32) * WITHIN_MS)
      running.child.kill('SIGKILL')
      const { signal, stdout, stderr } = await running.ended
      expect({ signal, stderr }).toEqual({ signal: 'SIGKILL', stderr: '' })
      // The last line may have been cut while it was written.
      for (const line of stdout.split('\n').slice(0, -1)) {
        const [key = '', voucher = ''] = line.split(' ')
        // A key of the last run that was in the books is answered with the voucher of then.
        if (answered.has(key)) expect(voucher).toBe(answered.get(key))
        answered.set(key, voucher)
      }
      // The next process begins with keys that were in flight: unanswered, perhaps in the books.
      first = Math.max(0, answered.size - 64)
    }
    expect(answered.size).toBeGreaterThan(KILLS * 64)

    const running = await ledger.open({
      databaseUrl: `file:${folder}`,
      ports: systemPorts(),
      blobs: folderBlobs(join(folder, 'files')),
      report: (error) => expect.fail(String(error)),
    })
    try {
      const store = running.store as unknown as Store<LedgerTables>
      const rows = await store.read.selectFrom('voucher').select(['id', 'summary']).execute()
      const byKey = new Map(rows.map(({ id, summary }) => [summary, id]))
      expect(byKey.size, 'no key has two vouchers').toBe(rows.length)
      const missing = [...answered].filter(([key, voucher]) => byKey.get(key) !== voucher)
      expect(missing).toEqual([])
      expect(await findings(running)).toEqual([])
    } finally {
      await running.stop()
    }
  }, 240_000)
})
