/**
 * What the ledger and the payments report of an order, and how the order goes on.
 */
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import type { Delivery } from '../kernel/event.ts'
import type { Instant } from '../kernel/time.ts'
import type { HistoryKind } from './history.ts'
import { outcomeOf } from './order-type.ts'
import { type OrderStatus, react, type Report } from './order-state.ts'
import { requestPayment } from './pay.ts'
import type { Json } from './pointer.ts'
import { advance, type Happening } from './record.ts'
import { orderBySerial, type OrderTx } from './store.ts'
import { typeOfOrder } from './type-version.ts'

/** Topics that orders listen to. */
export const REPORT_TOPICS = [
  'voucher.posted',
  'posting.refused',
  'payment.unknown',
  'payment.settled',
  'payment.failed',
]

/** What a payload says, as far as orders care. */
export interface ReportPayload {
  readonly kind?: string
  readonly reversedKind?: string | null
  readonly eventType?: string | null
  readonly accounting?: unknown
}

const HISTORY: Readonly<Record<Report, HistoryKind>> = {
  APPROVAL_POSTED: 'POSTED',
  APPROVAL_REFUSED: 'POSTING_REFUSED',
  SETTLEMENT_POSTED: 'POSTED',
  SETTLEMENT_REFUSED: 'POSTING_REFUSED',
  PAYMENT_UNKNOWN: 'PAYMENT_UNKNOWN',
  PAYMENT_SETTLED: 'PAYMENT_SETTLED',
  PAYMENT_FAILED: 'PAYMENT_FAILED',
  REVERSED: 'REVERSED',
}

/** What a delivery means for an order that approval and settlement book under these event types. */
export function reportOf(
  topic: string,
  payload: ReportPayload,
  approvedEvent: string,
): Report | undefined {
  switch (topic) {
    case 'voucher.posted':
      // Undoing a clearing puts an amount back into suspense; the order stands.
      if (payload.kind === 'REVERSAL') {
        return payload.reversedKind === 'CLEARING' ? undefined : 'REVERSED'
      }
      if (payload.kind !== 'EVENT') return undefined
      return payload.eventType === approvedEvent ? 'APPROVAL_POSTED' : 'SETTLEMENT_POSTED'
    case 'posting.refused':
      return payload.eventType === approvedEvent ? 'APPROVAL_REFUSED' : 'SETTLEMENT_REFUSED'
    case 'payment.unknown':
      return 'PAYMENT_UNKNOWN'
    case 'payment.settled':
      return 'PAYMENT_SETTLED'
    case 'payment.failed':
      return 'PAYMENT_FAILED'
    default:
      return undefined
  }
}

/** Takes a report into an order's history and state. */
export async function takeReport(
  tx: OrderTx,
  delivery: Delivery,
  ids: { event: string; at: Instant },
): Promise<void> {
  const [order] = await orderBySerial(tx, { tenant: delivery.tenant, serial: delivery.key })
  // A voucher may carry a serial that is not ours, such as one posted by hand.
  if (order === undefined) return
  const type = await typeOfOrder(tx, order)
  const outcome = outcomeOf(type, JSON.parse(order.form) as Json)
  const payload = JSON.parse(delivery.payload) as ReportPayload
  const report = reportOf(delivery.topic, payload, outcome.approvedEvent)
  if (report === undefined) return
  const reaction = react(order.status as OrderStatus, report, {
    pays: outcome.payment !== null,
    round: order.payment_round,
  })
  const { accounting: _, ...detail } = payload
  const by = { actor: delivery.source, actorKind: 'system', at: ids.at }
  const happenings: Happening[] = [
    { ...by, kind: HISTORY[report], detail: detail as CanonicalValue },
  ]
  let round = order.payment_round
  if (reaction.pays) {
    round = await requestPayment(tx, type, order, { id: ids.event, at: ids.at })
    happenings.push({ ...by, actor: 'orders', kind: 'PAYMENT_REQUESTED', detail: { round } })
  }
  await advance(tx, order, { status: reaction.status, round }, happenings)
}
