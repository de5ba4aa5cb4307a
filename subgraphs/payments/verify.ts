/**
 * Checks instructions against the bank's own statement: every settled one is there once, and nothing
 * is there that we did not ask for.
 */
import { stuckEvents } from '../kernel/dispatcher.ts'
import { formatMoney, isCurrency } from '../kernel/money.ts'
import type { Reader, Store } from '../kernel/store.ts'
import type { Finding } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import type { Channel, StatementLine } from './channel.ts'
import { allInstructions, type InstructionRow, tenants } from './store.ts'
import type { PaymentTables } from './tables.ts'

/** What is wrong with the payments of all tenants; nothing when they are in order. */
export async function* verifyPayments(
  store: Store<PaymentTables>,
  channel: Channel,
): AsyncGenerator<Finding> {
  for (const event of await stuckEvents(store.read as unknown as Reader<KernelTables>)) {
    yield finding('EVENT_STUCK', `${event.topic} ${event.id}: ${event.last_error ?? ''}`)
  }
  const statement = new Map<string, StatementLine>()
  for await (const line of channel.statement()) {
    if (statement.has(line.reference)) yield finding('PAID_TWICE', line.reference)
    statement.set(line.reference, line)
  }
  for (const { tenant_id: tenant } of await tenants(store.read, {})) {
    for await (const row of allInstructions(store.read, tenant)) {
      const bank = statement.get(row.id)
      statement.delete(row.id)
      if (row.state === 'SETTLED' && bank === undefined) {
        yield finding('SETTLED_NOT_PAID', `${row.id} of ${row.serial}`)
      } else if (row.state === 'FAILED' && bank !== undefined) {
        yield finding('FAILED_BUT_PAID', `${row.id} of ${row.serial}`)
      } else if (bank !== undefined && !isSame(row, bank)) {
        yield finding('PAID_OTHERWISE', `${row.id} of ${row.serial}, bank: ${outline(bank)}`)
      }
    }
  }
  for (const [reference, line] of statement) {
    yield finding('PAID_WITHOUT_INSTRUCTION', `${reference}: ${outline(line)}`)
  }
}

/** Whether the bank did what the instruction says; its reference is known once it has answered. */
function isSame(row: InstructionRow, line: StatementLine): boolean {
  return isCurrency(row.currency) && line.currency === row.currency &&
    line.amount === formatMoney({ minor: row.minor, currency: row.currency }) &&
    line.direction === row.direction &&
    (row.state !== 'SETTLED' || line.bankReference === row.bank_reference)
}

function outline(line: StatementLine): string {
  return `${line.direction} ${line.amount} ${line.currency} ${line.bankReference}`
}

function finding(code: string, message: string): Finding {
  return { subgraph: 'payments', code, message }
}
