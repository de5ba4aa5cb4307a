/**
 * From an accounting event to a voucher, once per order and event type.
 */
import { sha256Hex } from '../kernel/chain.ts'
import type { Delivery } from '../kernel/event.ts'
import { versionInForce } from '../kernel/four-eyes.ts'
import { emit } from '../kernel/outbox.ts'
import type { Ports } from '../kernel/ports.ts'
import { isRefusal, ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import type { Instant } from '../kernel/time.ts'
import { businessDate } from './business-date.ts'
import type { AccountCache } from './account-cache.ts'
import { book, type BookCode, type Draft } from './book.ts'
import { type EventBodyCode, type OrderEvent, readOrderEvent } from './event-body.ts'
import { applyRule, type PostingRule, type RuleCode } from './posting-rule.ts'
import { insertEvent, postedEvent } from './store/event.ts'
import type { EventRow, LedgerTx } from './store/handle.ts'

/** The kind under which posting rules are kept with four eyes. */
export const RULE_KIND = 'posting-rule'

export type PostEventCode =
  | BookCode
  | RuleCode
  | EventBodyCode
  | 'RULE_MISSING'
  | 'EVENT_CONFLICT'

/** What a posting needs from outside, made before the unit so that the unit can be run again. */
export interface PostingIds {
  readonly voucher: `vch_${string}`
  readonly announce: string
  readonly at: Instant
}

/** Ids and time for one posting. */
export function postingIds(ports: Ports): PostingIds {
  return {
    voucher: ports.ids.next('vch'),
    announce: ports.ids.next('evt'),
    at: ports.clock.now(),
  }
}

/** An accounting event as it came. */
type Arrival = Pick<Delivery, 'tenant' | 'source' | 'id' | 'topic' | 'key' | 'payload'>

/**
 * Posts the event that a delivery carries. A refusal is recorded beside the event and told to the
 * order (`posting.refused`); the event is done with either way.
 */
export async function postDelivery(
  tx: LedgerTx,
  cache: AccountCache,
  delivery: Delivery,
  ids: PostingIds,
): Promise<void> {
  const event = readOrderEvent(delivery.payload)
  const posted = event.ok ? await postOnce(tx, cache, delivery, event.value, ids) : event
  if (!isRefusal(posted)) return
  await recordRefusal(tx, delivery, event.ok ? event.value : undefined, posted, ids)
}

/**
 * Posts again, from its stored body, an event that was refused and has not been posted since.
 *
 * The refusal stays; the posting is an event of its own. Refused again, nothing is written.
 *
 * @param again the id of the new event, and who had it posted
 */
export async function postAgain(
  tx: LedgerTx,
  cache: AccountCache,
  refused: EventRow,
  again: { id: string; by: string },
  ids: PostingIds,
): Promise<Result<null, PostEventCode>> {
  const event = readOrderEvent(refused.body)
  if (!event.ok) return event
  const arrival = {
    tenant: refused.tenant_id,
    source: refused.source,
    id: again.id,
    topic: refused.type,
    key: refused.serial,
    payload: refused.body,
  }
  return await postOnce(tx, cache, arrival, event.value, ids, again.by)
}

async function postOnce(
  tx: LedgerTx,
  cache: AccountCache,
  delivery: Arrival,
  event: OrderEvent,
  ids: PostingIds,
  postedBy?: string,
): Promise<Result<null, PostEventCode>> {
  const { tenant } = delivery
  const bodyHash = sha256Hex(delivery.payload)
  const [before] = await postedEvent(tx, { tenant, serial: event.serial, type: event.type })
  if (before !== undefined) {
    return before.body_hash === bodyHash
      ? ok(null)
      : refuse('EVENT_CONFLICT', 'This order and event were posted with another body.')
  }
  const bookingOn = await businessDate(tx, tenant, ids.at)
  const rule = await versionInForce(tx, tenant, RULE_KIND, event.type, bookingOn)
  if (rule === undefined) {
    return refuse('RULE_MISSING', `No posting rule is in force for ${event.type}.`)
  }
  const legs = applyRule(JSON.parse(rule.body) as PostingRule, event)
  if (!legs.ok) return legs
  const draft: Draft = {
    head: {
      tenant,
      id: ids.voucher,
      kind: 'EVENT',
      serial: event.serial,
      eventId: delivery.id,
      eventType: event.type,
      eventHash: bodyHash,
      ruleVersion: rule.version,
      reverses: null,
      bookingOn,
      valueOn: event.valueOn,
      recordedAt: ids.at,
      postedBy: postedBy ?? `rule:${event.type}@${rule.version}`,
      summary: event.summary,
    },
    legs: legs.value,
    announceId: ids.announce,
  }
  const booked = await book(tx, cache, draft)
  if (!booked.ok) return booked
  await insertEvent(tx, {
    ...eventRow(delivery, ids.at, event),
    bodyHash,
    outcome: 'POSTED',
    code: null,
    message: null,
  })
  return ok(null)
}

async function recordRefusal(
  tx: LedgerTx,
  delivery: Delivery,
  event: OrderEvent | undefined,
  refusal: Refusal,
  ids: PostingIds,
): Promise<void> {
  await insertEvent(tx, {
    ...eventRow(delivery, ids.at, event),
    bodyHash: sha256Hex(delivery.payload),
    outcome: 'REFUSED',
    code: refusal.code,
    message: refusal.message,
  })
  await emit(tx, {
    tenant: delivery.tenant,
    id: ids.announce,
    topic: 'posting.refused',
    key: delivery.key,
    at: ids.at,
    payload: {
      serial: delivery.key,
      eventType: event?.type ?? null,
      code: refusal.code,
      message: refusal.message,
    },
  })
}

function eventRow(delivery: Arrival, at: Instant, event: OrderEvent | undefined) {
  return {
    tenant: delivery.tenant,
    id: delivery.id,
    source: delivery.source,
    type: event?.type ?? delivery.topic,
    serial: event?.serial ?? delivery.key,
    body: delivery.payload,
    at,
  }
}
