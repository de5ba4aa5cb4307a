/**
 * Events in the same transaction as the change that they tell of.
 */
import { sql } from 'kysely'
import { canonicalJson, type CanonicalValue } from './canonical-json.ts'
import { statement, type Tx } from './store.ts'
import { type KernelTables, PENDING } from './tables.ts'
import type { Instant } from './time.ts'
import { currentTrace } from './trace.ts'

/** An event to be told once the transaction has committed. */
export interface NewEvent {
  readonly tenant: string
  readonly id: string
  readonly topic: string
  readonly key: string
  readonly at: Instant
  readonly payload: CanonicalValue
}

const insert = statement<KernelTables, {
  tenant: string
  id: string
  topic: string
  key: string
  at: Instant
  payload: string
  traceparent: string | null
}>()((db, p) =>
  db.insertInto('outbox').values((eb) => ({
    tenant_id: p.tenant,
    event_key: p.key,
    seq: eb.selectFrom('outbox as earlier')
      .select(sql<bigint>`coalesce(max(earlier.seq), 0) + 1`.as('seq'))
      .where('earlier.tenant_id', '=', p.tenant)
      .where('earlier.event_key', '=', p.key),
    id: p.id,
    topic: p.topic,
    payload: p.payload,
    occurred_at: p.at,
    state: PENDING,
    tries: 0n,
    due_at: p.at,
    last_error: null,
    traceparent: p.traceparent,
  }))
)

/** Writes an event into the outbox of the transaction's own database. */
export async function emit<Db extends KernelTables>(tx: Tx<Db>, event: NewEvent): Promise<void> {
  await insert(tx as unknown as Tx<KernelTables>, {
    ...event,
    payload: canonicalJson(event.payload),
    traceparent: currentTrace() ?? null,
  })
}
