/**
 * Asks for the payment of an order whose books are in order.
 */
import { formatMoney, isCurrency } from '../kernel/money.ts'
import { emit } from '../kernel/outbox.ts'
import type { Instant } from '../kernel/time.ts'
import { accountingOf, type OrderType, outcomeOf } from './order-type.ts'
import { at, type Json, textAt } from './pointer.ts'
import type { OrderRow, OrderTx } from './store.ts'

/**
 * Emits `order.payable` and answers the round: 1 for the first payment, 2 for the one after a failure.
 *
 * @throws Error when the order's outcome pays nothing
 */
export async function requestPayment(
  tx: OrderTx,
  type: OrderType,
  order: OrderRow,
  event: { id: string; at: Instant },
): Promise<bigint> {
  const form = JSON.parse(order.form) as Json
  const { payment } = outcomeOf(type, form)
  if (payment === null) throw new Error(`order ${order.serial} pays nothing`)
  if (!isCurrency(order.currency)) throw new Error(`stored currency ${order.currency}`)
  const money = { minor: order.minor, currency: order.currency }
  const round = order.payment_round + 1n
  await emit(tx, {
    tenant: order.tenant_id,
    ...event,
    topic: 'order.payable',
    key: order.serial,
    payload: {
      serial: order.serial,
      round: round.toString(),
      maker: order.maker,
      institution: order.institution,
      direction: payment.direction,
      amount: formatMoney(money),
      currency: order.currency,
      payee: at(form, type.fields.payee) ?? null,
      purpose: textAt(form, type.fields.purpose),
      accounting: accountingOf(type, { ...order, form, money }, payment.settledEvent),
    },
  })
  return round
}
