/**
 * Where an order is, and what may happen to it there.
 */

/**
 * - `IN_APPROVAL` 审批中, `REJECTED` 已驳回, `WITHDRAWN` 已撤回
 * - `APPROVED` 已批准: the ledger has been told
 * - `POSTING_REFUSED` 记账被拒: the books would not take it; an accountant mends and retries
 * - `PAYING` 付款中, `PAYMENT_UNKNOWN` 付款结果未知, `PAYMENT_FAILED` 付款失败
 * - `COMPLETED` 已完成, `REVERSED` 已冲正
 */
export type OrderStatus =
  | 'IN_APPROVAL'
  | 'REJECTED'
  | 'WITHDRAWN'
  | 'APPROVED'
  | 'POSTING_REFUSED'
  | 'PAYING'
  | 'PAYMENT_UNKNOWN'
  | 'PAYMENT_FAILED'
  | 'COMPLETED'
  | 'REVERSED'

/** What others report of an order after its approval. */
export type Report =
  | 'APPROVAL_POSTED'
  | 'APPROVAL_REFUSED'
  | 'SETTLEMENT_POSTED'
  | 'SETTLEMENT_REFUSED'
  | 'PAYMENT_UNKNOWN'
  | 'PAYMENT_SETTLED'
  | 'PAYMENT_FAILED'
  | 'REVERSED'

/** @property pays asks for the payment now */
export interface Reaction {
  readonly status: OrderStatus
  readonly pays: boolean
}

/**
 * How an order takes a report. Reports come from different subgraphs, so that one may overtake
 * another; every pair has an answer, and none throws away what was known.
 *
 * @param order.pays whether the order's outcome includes a payment
 * @param order.round how often the payment was asked for
 */
export function react(
  status: OrderStatus,
  report: Report,
  { pays, round }: { readonly pays: boolean; readonly round: bigint },
): Reaction {
  const stay: Reaction = { status, pays: false }
  // Nothing is known of what was not approved, and what was undone stays undone.
  if (UNTOUCHED.has(status)) return stay
  switch (report) {
    case 'APPROVAL_POSTED':
      // Once a payment was asked for, what the books refused was its settlement.
      if (status !== 'APPROVED' && (status !== 'POSTING_REFUSED' || round > 0n)) return stay
      return pays ? { status: 'PAYING', pays: true } : { status: 'COMPLETED', pays: false }
    case 'APPROVAL_REFUSED':
      return status === 'APPROVED' ? { status: 'POSTING_REFUSED', pays: false } : stay
    case 'SETTLEMENT_POSTED':
      return status === 'POSTING_REFUSED' ? { status: 'COMPLETED', pays: false } : stay
    case 'SETTLEMENT_REFUSED':
      return { status: 'POSTING_REFUSED', pays: false }
    case 'PAYMENT_UNKNOWN':
      return status === 'PAYING' ? { status: 'PAYMENT_UNKNOWN', pays: false } : stay
    case 'PAYMENT_SETTLED':
      return status === 'POSTING_REFUSED' ? stay : { status: 'COMPLETED', pays: false }
    case 'PAYMENT_FAILED':
      return status === 'PAYING' || status === 'PAYMENT_UNKNOWN'
        ? { status: 'PAYMENT_FAILED', pays: false }
        : stay
    case 'REVERSED':
      return { status: 'REVERSED', pays: false }
  }
}

/** States that no report changes. */
const UNTOUCHED: ReadonlySet<OrderStatus> = new Set([
  'IN_APPROVAL',
  'REJECTED',
  'WITHDRAWN',
  'REVERSED',
])

/** States in which nothing happens until a person acts. */
export const WAITING: ReadonlySet<OrderStatus> = new Set([
  'IN_APPROVAL',
  'POSTING_REFUSED',
  'PAYMENT_UNKNOWN',
  'PAYMENT_FAILED',
])

/** States in which the order moves by itself. */
export const MOVING: ReadonlySet<OrderStatus> = new Set(['APPROVED', 'PAYING'])
