/**
 * Events in the same transaction as the change that they tell of.
 */
import { sql } from 'kysely'
import { canonicalJson, type CanonicalValue } from './canonical-json.ts'
import { rowsStatement, statement, type Tx } from './store.ts'
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
  /** The trace that it belongs to; that of the unit when absent. */
  readonly traceparent?: string
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

const insertMany = rowsStatement<KernelTables>(
  ['text', 'text', 'text', 'text', 'text', 'text', 'text'],
  (values) =>
    `insert into outbox (tenant_id, event_key, seq, id, topic, payload, occurred_at, state, tries, ` +
    `due_at, last_error, traceparent) ` +
    `select e.column1, e.column2, (select coalesce(max(o.seq), 0) + 1 from outbox as o ` +
    `where o.tenant_id = e.column1 and o.event_key = e.column2), e.column3, e.column4, e.column5, ` +
    `e.column6, ${PENDING}, 0, e.column6, null, e.column7 from (${values}) as e`,
)

/** Writes events into the outbox in order, many in one statement. */
export async function emitAll<Db extends KernelTables>(
  tx: Tx<Db>,
  events: readonly NewEvent[],
): Promise<void> {
  const trace = currentTrace() ?? null
  // Within a statement no event sees another: those of one key follow in the next.
  let waiting = events
  while (waiting.length > 0) {
    const keys = new Set<string>()
    const later: NewEvent[] = []
    const rows: unknown[][] = []
    for (const event of waiting) {
      const key = `${event.tenant}\n${event.key}`
      if (keys.has(key)) {
        later.push(event)
        continue
      }
      keys.add(key)
      rows.push([
        event.tenant,
        event.key,
        event.id,
        event.topic,
        canonicalJson(event.payload),
        event.at,
        event.traceparent ?? trace,
      ])
    }
    await insertMany(tx as unknown as Tx<KernelTables>, rows)
    waiting = later
  }
}
