/**
 * What happens when an order has all its approvals.
 */
import { emit } from '../kernel/outbox.ts'
import { isCurrency } from '../kernel/money.ts'
import type { Instant } from '../kernel/time.ts'
import { accountingOf, type OrderType, outcomeOf } from './order-type.ts'
import type { Json } from './pointer.ts'
import type { OrderTx } from './store.ts'

/** An order as far as its approval is concerned. */
export interface Approved {
  readonly tenant: string
  readonly serial: string
  readonly institution: string
  readonly minor: bigint
  readonly currency: string
  readonly summary: string
  readonly form: Json
}

/** Tells the ledger, in the approval's own transaction. */
export async function announceApproval(
  tx: OrderTx,
  type: OrderType,
  order: Approved,
  event: { id: string; at: Instant },
): Promise<void> {
  if (!isCurrency(order.currency)) throw new Error(`stored currency ${order.currency}`)
  const { approvedEvent } = outcomeOf(type, order.form)
  await emit(tx, {
    tenant: order.tenant,
    ...event,
    topic: 'order.approved',
    key: order.serial,
    payload: {
      serial: order.serial,
      accounting: accountingOf(
        type,
        { ...order, money: { minor: order.minor, currency: order.currency } },
        approvedEvent,
      ),
    },
  })
}
