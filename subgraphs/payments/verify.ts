/**
 * Checks instructions against the bank's own statement: every settled one is there once, and nothing
 * is there that we did not ask for.
 */
import { stuckEvents } from '../kernel/dispatcher.ts'
import { formatMoney, isCurrency } from '../kernel/money.ts'
import type { Reader, Store } from '../kernel/store.ts'
import type { Finding } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import type { Channel } from './channel.ts'
import { allInstructions, tenants } from './store.ts'
import type { PaymentTables } from './tables.ts'

/** What is wrong with the payments of all tenants; nothing when they are in order. */
export async function* verifyPayments(
  store: Store<PaymentTables>,
  channel: Channel,
): AsyncGenerator<Finding> {
  for (const event of await stuckEvents(store.read as unknown as Reader<KernelTables>)) {
    yield finding('EVENT_STUCK', `${event.topic} ${event.id}: ${event.last_error ?? ''}`)
  }
  const statement = new Map<string, string>()
  for await (const line of channel.statement()) {
    const what = `${line.direction} ${line.amount} ${line.currency}`
    if (statement.has(line.reference)) yield finding('PAID_TWICE', line.reference)
    statement.set(line.reference, what)
  }
  for (const { tenant_id: tenant } of await tenants(store.read, {})) {
    for await (const row of allInstructions(store.read, tenant)) {
      if (!isCurrency(row.currency)) throw new Error(`stored currency ${row.currency}`)
      const amount = formatMoney({ minor: row.minor, currency: row.currency })
      const what = `${row.direction} ${amount} ${row.currency}`
      const bank = statement.get(row.id)
      statement.delete(row.id)
      if (row.state === 'SETTLED' && bank === undefined) {
        yield finding('SETTLED_NOT_PAID', `${row.id} of ${row.serial}`)
      } else if (row.state === 'FAILED' && bank !== undefined) {
        yield finding('FAILED_BUT_PAID', `${row.id} of ${row.serial}`)
      } else if (bank !== undefined && bank !== what) {
        yield finding('PAID_OTHERWISE', `${row.id}: ${what}, bank: ${bank}`)
      }
    }
  }
  for (const [reference, what] of statement) {
    yield finding('PAID_WITHOUT_INSTRUCTION', `${reference}: ${what}`)
  }
}

function finding(code: string, message: string): Finding {
  return { subgraph: 'payments', code, message }
}
