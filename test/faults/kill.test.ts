import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { describe, expect, it, onTestFailed, onTestFinished } from 'vitest'
import { readConfig } from '../../gateway/config.ts'
import { openSystem, type System } from '../../gateway/system.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { paymentsFile } from '../bench/payments-file.ts'
import { runProcess, startProcess, testFolder } from '../support/process.ts'
import { importArgs } from '../support/import-args.ts'

const ROWS = 1600
const KILLS = 20
/** Runs that may end by themselves before they are killed. */
const RUNS_MAX = 60
const SEED = Number(process.env.KILL_SEED ?? Date.now() % 1_000_000)
const KILL_WITHIN_MS = 450
const START_WITHIN_MS = 500

function seeded(seed: number): (limit: number) => number {
  let state = seed
  return (limit) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** The system on a data folder, for reading beside whoever writes. */
async function readSystem(dataDir: string): Promise<System> {
  const system = await openSystem(readConfig({ DATA_DIR: dataDir }), {
    ports: systemPorts(),
    report: (error) => expect.fail(String(error)),
    readOnly: true,
  })
  onTestFinished(() => system.stop())
  return system
}

/** The only row of a count. */
async function counts(
  store: System['subgraphs']['ledger']['store'],
  query: string,
): Promise<Record<string, bigint>> {
  const { rows } = await sql.raw<Record<string, bigint>>(query).execute(store.read)
  return rows[0]!
}

describe('an import that is killed at random moments', () => {
  it(
    `loses nothing and adds nothing twice, however often it is killed (seed ${SEED})`,
    async () => {
      const folder = testFolder()
      const dataDir = join(folder, 'data')
      const csv = join(folder, 'payments.csv')
      const report = join(folder, 'report.csv')
      const { text, sumPence } = paymentsFile(ROWS, SEED)
      writeFileSync(csv, text)
      const random = seeded(SEED)
      const args = importArgs(csv, report)
      const env = { DATA_DIR: dataDir }
      const verify = async () => {
        const { code, stdout, stderr } = await runProcess('deno', ['gateway/cli/verify.ts'], env)
        expect({ code, said: stdout.trim().split('\n').at(-1), stderr }).toEqual({
          code: 0,
          said: 'clean',
          stderr: '',
        })
        return stdout.split('\n', 1)[0]
      }

      const delays: string[] = []
      onTestFailed(() => console.log(`seed ${SEED}: ${delays.join(' ')}`))
      let kills = 0
      for (let run = 0; run < RUNS_MAX && kills < KILLS; run++) {
        const running = startProcess('deno', args, env)
        // One in five may be killed while it starts, the others at work.
        const early = random(5) === 0
        if (!early) await running.printed(' rows, ')
        const delay = random(early ? START_WITHIN_MS : KILL_WITHIN_MS)
        delays.push(`${early ? 'start' : 'work'}+${delay}`)
        await wait(delay)
        running.child.kill('SIGKILL')
        const { code, signal, stderr } = await running.ended
        if (signal === 'SIGKILL') kills += 1
        else expect({ code, stderr }).toMatchObject({ code: 0 })
        // What a killed process leaves is in order at any moment.
        if (signal === 'SIGKILL' && kills % 5 === 0) delays.push(`(${await verify()})`)
      }
      expect(kills).toBeGreaterThanOrEqual(KILLS)

      const last = await runProcess('deno', args, env)
      expect(last).toMatchObject({ code: 0, signal: null })
      expect(last.stdout).toContain(`${ROWS} rows: ${ROWS} posted, 0 waiting, 0 refused`)
      await verify()

      const lines = readFileSync(report, 'utf8').trim().split('\r\n').slice(1)
      const rows = lines.map((line) => line.split(','))
      expect(rows.map(([row]) => Number(row))).toEqual(
        Array.from({ length: ROWS }, (_, i) => i + 2),
      )
      expect(new Set(rows.map(([, key]) => key)).size).toBe(ROWS)
      expect(new Set(rows.map(([, , outcome]) => outcome))).toEqual(new Set(['posted']))
      expect(new Set(rows.map(([, , , serial]) => serial)).size).toBe(ROWS)

      const { orders, ledger, payments } = (await readSystem(dataDir)).subgraphs
      expect(
        await counts(
          ledger.store,
          `select
            sum(case when subject like '6602%' or subject in ('1601', '122199')
              then balance else 0 end) as spent,
            sum(case when subject = '224101' then balance else 0 end) as owed,
            sum(case when subject = '1003' then balance else 0 end) as bank,
            sum(balance) as everything
          from account where currency = 'GBP'`,
        ),
      ).toEqual({ spent: sumPence, owed: 0n, bank: -sumPence, everything: 0n })
      const all = BigInt(ROWS)
      expect(
        await counts(
          ledger.store,
          `select count(*) as vouchers, count(distinct serial) as serials,
            count(distinct serial || event_type) as pairs from voucher`,
        ),
      ).toEqual({ vouchers: 2n * all, serials: all, pairs: 2n * all })
      expect(
        await counts(
          orders.store,
          `select count(*) as orders, count(distinct serial) as serials from business_order`,
        ),
      ).toEqual({ orders: all, serials: all })
      expect(
        await counts(
          payments.store,
          `select count(*) as instructions, count(distinct serial) as serials,
            sum(case when state = 'SETTLED' then 1 else 0 end) as settled from instruction`,
        ),
      ).toEqual({ instructions: all, serials: all, settled: all })
    },
    240_000,
  )
})
