/**
 * A process of its own that ends a business day, until it is done or killed.
 *
 * Usage: `day-end-process.ts <folder> <accounts>`; the first run fills the ledger and prints
 * `filled`, every run prints `ending` as soon as the job is there and `done` once it is over.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import type { LedgerContext } from '../../subgraphs/ledger/graph.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import { actor } from '../support/actors.ts'

const [folder = '', accounts = '0'] = process.argv.slice(2)
const running = await ledger.open({
  databaseUrl: `file:${folder}`,
  ports: systemPorts(),
  blobs: folderBlobs(join(folder, 'files')),
  report: (error) => {
    throw error
  },
})
await running.provision({ tenant: 'demo', institutions: { '1001': { zh: '总行', en: 'Head' } } })
const { ledger: of } = running.context({
  actor: actor('demo', 'accountant'),
  traceId: 't',
}) as LedgerContext
await running.start()

const { count } = await of.db.selectFrom('interest_account')
  .select((eb) => eb.fn.countAll<bigint>().as('count')).executeTakeFirstOrThrow()
if (count === 0n) {
  const amount = { amount: '36000.00', currency: 'CNY' }
  const ids: string[] = []
  for (let i = 0; i < Number(accounts); i++) ids.push(`cus_${i}`)
  const opened = await Promise.all(ids.map((customer) =>
    of.accounts.openAccount({
      idempotencyKey: `open-${customer}-account`,
      institution: '1001',
      subject: '2011',
      currency: 'CNY',
      customer,
    })
  ))
  await Promise.all(opened.map(async (account) => {
    const id = must(account)
    must(await of.deposits.bearInterest({ account: id, rateKey: 'rate.deposit.demand' }))
    must(
      await of.commands.postVoucher({
        idempotencyKey: `fund-${id}`,
        summary: 'paid in',
        legs: [
          { institution: '1001', subject: '1001', side: 'DEBIT', amount },
          { account: id, side: 'CREDIT', amount },
        ],
      }),
    )
  }))
  writeSync(1, 'filled\n')
  await running.stop()
  process.exit(0)
}

const job = must(await of.days.endDay({ dryRun: false }))
writeSync(1, 'ending\n')
for await (const { state, error } of of.jobs.watch('demo', job)) {
  if (state === 'DONE') writeSync(1, 'done\n')
  if (error !== null) throw new Error(error)
}
await running.stop()
process.exit(0)
