/**
 * Moves an order on: one event of history, the new state, and the chain over both.
 */
import { canonicalJson, type CanonicalValue } from '../kernel/canonical-json.ts'
import { extendChain } from '../kernel/chain.ts'
import type { Instant } from '../kernel/time.ts'
import { historyHash, type HistoryKind } from './history.ts'
import type { OrderStatus } from './order-state.ts'
import { insertEvent, type OrderRow, type OrderTx, updateOrder } from './store.ts'

/** The chain that the histories of all orders extend. */
export const HISTORY_CHAIN = 'orders'

/** The part of an order that moves. */
export interface Position {
  readonly tenant: string
  readonly serial: string
  readonly seq: bigint
  readonly hash: string
}

/** One thing that happened, by whom and when. `detail` is shown on the timeline. */
export interface Happening {
  readonly kind: HistoryKind
  readonly at: Instant
  readonly actor: string
  readonly actorKind: string
  readonly detail: CanonicalValue
}

/** Appends one event and answers where the history stands after it. */
export async function append(
  tx: OrderTx,
  position: Position,
  happening: Happening,
): Promise<Position> {
  const event = {
    tenant: position.tenant,
    serial: position.serial,
    seq: position.seq + 1n,
    ...happening,
    detail: canonicalJson(happening.detail),
  }
  const hash = historyHash(position.hash, event)
  const place = await extendChain(tx, position.tenant, HISTORY_CHAIN, hash)
  await insertEvent(tx, { ...event, hash, ...place })
  return { ...position, seq: event.seq, hash }
}

/**
 * Appends events to a stored order and sets its status.
 *
 * @throws Error when the order moved between reading and writing; writers share a lane, so it does not
 */
export async function advance(
  tx: OrderTx,
  order: OrderRow,
  change: { status: OrderStatus; round?: bigint },
  happenings: readonly Happening[],
): Promise<void> {
  let position: Position = {
    tenant: order.tenant_id,
    serial: order.serial,
    seq: order.history_seq,
    hash: order.history_hash,
  }
  for (const happening of happenings) position = await append(tx, position, happening)
  const moved = await updateOrder(tx, {
    tenant: order.tenant_id,
    serial: order.serial,
    status: change.status,
    round: change.round ?? order.payment_round,
    historySeq: position.seq,
    historyHash: position.hash,
    expectedSeq: order.history_seq,
    at: happenings.at(-1)!.at,
  })
  if (moved.affected !== 1n) throw new Error(`order ${order.serial} moved meanwhile`)
}
