import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import type { LedgerTables } from '../../subgraphs/ledger/tables.ts'
import { ROOT, runProcess, startProcess, testFolder } from '../support/process.ts'
import { findings } from '../support/rig.ts'

const ACCOUNTS = 4000
const RUNS_MAX = 60
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

describe('the end of a day that is killed at random moments', () => {
  it(`is what it is when nobody kills it: each account accrued once (seed ${SEED})`, async () => {
    const folder = testFolder()
    const args = [join(ROOT, 'test/faults/day-end-process.ts'), folder, String(ACCOUNTS)]
    const filled = await runProcess('node', args, {})
    expect(filled).toMatchObject({ code: 0, stdout: 'filled\n', stderr: '' })

    let state = SEED
    let kills = 0
    let done = false
    for (let run = 0; run < RUNS_MAX && !done; run++) {
      const running = startProcess('node', args, {})
      await running.printed('ending')
      state = (Math.imul(state, 1103515245) + 12345) >>> 0
      // The first kill comes early; later ones leave the job more and more time.
      const delay = (state / 2 ** 32) * 20 * (run + 1)
      const over = running.ended.then(() => true)
      if (!await Promise.race([over, wait(delay).then(() => false)])) {
        running.child.kill('SIGKILL')
      }
      const { signal, stdout, stderr } = await running.ended
      expect(stderr).toBe('')
      if (signal === 'SIGKILL') kills += 1
      done = stdout.includes('done')
    }
    expect(done).toBe(true)
    expect(kills).toBeGreaterThan(0)

    const running = await ledger.open({
      databaseUrl: `file:${folder}`,
      ports: systemPorts(),
      blobs: folderBlobs(join(folder, 'files')),
      report: (error) => expect.fail(String(error)),
    })
    try {
      const { read } = running.store as unknown as Store<LedgerTables>
      const accrued = await read.selectFrom('interest_account').select(['posted', 'accrued_to'])
        .distinct().execute()
      // 36,000.00 at 0.35% for a day, by a 360th: 0.35, of every account, once.
      expect(accrued.map((row) => row.posted)).toEqual([35n])
      const payable = await read.selectFrom('account').select('balance')
        .where('subject', '=', '2231').executeTakeFirstOrThrow()
      expect(payable.balance).toBe(-35n * BigInt(ACCOUNTS))
      const days = await read.selectFrom('business_day').select(['state', 'report'])
        .orderBy('on_date').execute()
      expect(days.map((day) => day.state)).toEqual(['CLOSED', 'OPEN'])
      expect(await findings(running)).toEqual([])
    } finally {
      await running.stop()
    }
  }, 240_000)
})
