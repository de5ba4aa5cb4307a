/**
 * An order's history: one hash per event over all before it.
 */
import { canonicalJson, type CanonicalValue } from '../kernel/canonical-json.ts'
import { GENESIS, sha256Hex } from '../kernel/chain.ts'
import type { Instant } from '../kernel/time.ts'

export type HistoryKind =
  | 'SUBMITTED'
  | 'STEP_APPROVED'
  | 'APPROVED'
  | 'REJECTED'
  | 'WITHDRAWN'
  | 'POSTED'
  | 'POSTING_REFUSED'
  | 'PAYMENT_REQUESTED'
  | 'PAYMENT_UNKNOWN'
  | 'PAYMENT_SETTLED'
  | 'PAYMENT_FAILED'
  | 'REVERSED'
  | 'ATTACHED'

/** What an event's hash covers besides the hash before it. */
export interface HistoryEvent {
  readonly tenant: string
  readonly serial: string
  readonly seq: bigint
  readonly kind: HistoryKind
  readonly at: Instant
  readonly actor: string
  readonly actorKind: string
  readonly detail: string
}

/** The hash before an order's first event. */
export const HISTORY_START = GENESIS

/** sha256 over the hash before and the event's canonical JSON. */
export function historyHash(prev: string, event: HistoryEvent): string {
  return sha256Hex(`${prev}${canonicalJson({ ...event } as CanonicalValue)}`)
}
