/**
 * A process of its own that posts vouchers, 64 in flight, until it is killed.
 *
 * Usage: `ledger-load.ts <folder> <first key>`; prints `<key> <voucher id>` for each one that was
 * answered, as soon as it is.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { folderBlobs } from '../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import type { LedgerContext } from '../../subgraphs/ledger/graph.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import { actor } from '../support/actors.ts'

const [folder = '', first = '0'] = process.argv.slice(2)
const IN_FLIGHT = 64
const running = await ledger.open({
  databaseUrl: `file:${folder}`,
  ports: systemPorts(),
  blobs: folderBlobs(join(folder, 'files')),
  report: (error) => {
    throw error
  },
})
await running.provision({ tenant: 'demo', institutions: { '1001': { zh: '总行', en: 'Head' } } })
const { commands } =
  (running.context({ actor: actor('demo', 'accountant'), traceId: 't' }) as LedgerContext).ledger

let next = Number(first)
async function post(): Promise<void> {
  while (true) {
    const key = `kill-${(next++).toString().padStart(8, '0')}`
    const amount = { amount: `${1 + next % 90}.0${next % 10}`, currency: 'CNY' }
    const voucher = must(
      await commands.postVoucher({
        idempotencyKey: key,
        summary: key,
        legs: [
          { institution: '1001', subject: '1001', side: 'DEBIT', amount },
          {
            institution: '1001',
            subject: next % 2 === 0 ? '4001' : '2011',
            side: 'CREDIT',
            amount,
          },
        ],
      }),
    )
    // Synchronous: what was not written did not leave the process.
    writeSync(1, `${key} ${voucher}\n`)
  }
}
await Promise.all(Array.from({ length: IN_FLIGHT }, post))
