/**
 * Where an order must be, from its history alone.
 */
import type { HistoryKind } from './history.ts'
import { type OrderStatus, react, type Report } from './order-state.ts'
import type { Outcome } from './order-type.ts'
import { reportOf, type ReportPayload } from './reports.ts'

/** An event of a history as replaying needs it. @property detail as stored: JSON */
export interface ReplayEvent {
  readonly kind: HistoryKind
  readonly detail: string
}

/** What the events of a history leave behind. */
export interface Replayed {
  readonly status: OrderStatus
  readonly round: bigint
}

/** Status and payment round after the events of one order, in order. */
export function replay(events: readonly ReplayEvent[], outcome: Outcome): Replayed {
  let at: Replayed = { status: 'IN_APPROVAL', round: 0n }
  for (const event of events) at = after(at, event, outcome)
  return at
}

function after({ status, round }: Replayed, event: ReplayEvent, outcome: Outcome): Replayed {
  switch (event.kind) {
    case 'SUBMITTED':
    case 'STEP_APPROVED':
      return { status: 'IN_APPROVAL', round }
    case 'APPROVED':
    case 'REJECTED':
    case 'WITHDRAWN':
      return { status: event.kind, round }
    case 'PAYMENT_REQUESTED':
      return { status: 'PAYING', round: round + 1n }
    case 'ATTACHED':
      return { status, round }
    default: {
      const report = reportIn(event, outcome)
      const pays = outcome.payment !== null
      return { status: react(status, report, { pays, round }).status, round }
    }
  }
}

type ReportKind = Exclude<
  HistoryKind,
  | 'SUBMITTED'
  | 'STEP_APPROVED'
  | 'APPROVED'
  | 'REJECTED'
  | 'WITHDRAWN'
  | 'PAYMENT_REQUESTED'
  | 'ATTACHED'
>

function reportIn({ kind, detail }: ReplayEvent, { approvedEvent }: Outcome): Report {
  const reported = kind as ReportKind
  if (reported !== 'POSTED' && reported !== 'POSTING_REFUSED') return reported
  const topic = reported === 'POSTED' ? 'voucher.posted' : 'posting.refused'
  return reportOf(topic, JSON.parse(detail) as ReportPayload, approvedEvent)!
}
