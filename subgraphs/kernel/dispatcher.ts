/**
 * Carries events from one subgraph's outbox to their consumers: at least once, in order per key.
 *
 * Delivery goes by state, never by a watermark: rows become visible in commit order, which is not
 * the order of their ids. A failing event waits and holds back only the later events of its own key.
 */
import { sql } from 'kysely'
import { errorText } from './error-text.ts'
import type { Consumer, Delivery } from './event.ts'
import { dropLease, type Lease, LEASE_TTL_MS, renewLease, takeLease } from './lease.ts'
import type { Clock } from './ports.ts'
import { type Reader, statement, type Store, type Tx } from './store.ts'
import { DEAD, DELIVERED, type KernelTables, PENDING } from './tables.ts'
import { type Instant, plusMs } from './time.ts'
import { inTrace } from './trace.ts'

const BATCH = 256
const POLL_MS = 500
const RETRY_FIRST_MS = 200
const RETRY_LONGEST_MS = 300_000
/** About an hour of trying, then a person has to look. */
const TRIES_MAX = 20

// States are written out in what follows: bound, they would not match the indexes of open events,
// and every look would read all that was ever delivered. For the same reason only the event before is
// asked after: those of a key are numbered without gaps and delivered in order.
const due = statement<KernelTables, { now: Instant }>()((db, p) =>
  db.selectFrom('outbox as e').selectAll('e')
    .where('e.state', '<>', sql.lit(DELIVERED))
    .where('e.state', '=', sql.lit(PENDING))
    .where('e.due_at', '<=', p.now)
    .where((eb) =>
      eb.not(eb.exists(
        eb.selectFrom('outbox as earlier').select('earlier.id')
          .whereRef('earlier.tenant_id', '=', 'e.tenant_id')
          .whereRef('earlier.event_key', '=', 'e.event_key')
          .where('earlier.seq', '=', sql<bigint>`e.seq - 1`)
          .where('earlier.state', '<>', sql.lit(DELIVERED)),
      ))
    )
    .orderBy('e.id').limit(BATCH)
)

const settle = statement<KernelTables, {
  id: string
  state: bigint
  due: Instant
  tries: bigint
  error: string | null
}>()((db, p) =>
  db.updateTable('outbox')
    .set({ state: p.state, due_at: p.due, tries: p.tries, last_error: p.error })
    .where('id', '=', p.id).where('state', '<>', sql.lit(DELIVERED))
    .where('state', '=', sql.lit(PENDING))
)

async function settleDelivered(tx: Tx<KernelTables>, ids: readonly string[]): Promise<void> {
  await tx.updateTable('outbox')
    .set((eb) => ({ state: DELIVERED, tries: eb('tries', '+', 1n), last_error: null }))
    .where('id', 'in', ids).where('state', '<>', sql.lit(DELIVERED))
    .where('state', '=', sql.lit(PENDING)).execute()
}

const held = statement<KernelTables, { name: string; owner: string; fence: bigint }>()((db, p) =>
  db.selectFrom('lease').select('fence')
    .where('name', '=', p.name).where('owner', '=', p.owner).where('fence', '=', p.fence).limit(1)
)

type OutboxRow = KernelTables['outbox']

/** Delivers one outbox. `start` returns at once; `stop` waits for what is under way. */
export class Dispatcher {
  readonly #source: string
  readonly #store: Store<KernelTables>
  readonly #consumers: readonly Consumer[]
  readonly #clock: Clock
  readonly #owner: string
  readonly #report: (error: unknown) => void
  #lease: Lease | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #running: Promise<void> | undefined
  #again = false
  /** Another dispatcher holds the lease; it is asked for again at the next poll, not at every commit. */
  #standby = false
  #stopped = false
  #unsubscribe = () => {}

  constructor(wiring: {
    source: string
    store: Store<KernelTables>
    consumers: readonly Consumer[]
    clock: Clock
    owner: string
    report: (error: unknown) => void
  }) {
    this.#source = wiring.source
    this.#store = wiring.store
    this.#consumers = wiring.consumers
    this.#clock = wiring.clock
    this.#owner = wiring.owner
    this.#report = wiring.report
  }

  start(): void {
    this.#unsubscribe = this.#store.onCommit(() => this.wake())
    this.wake()
  }

  /** Looks for events now rather than at the next poll. */
  wake(): void {
    if (this.#stopped || this.#standby) return
    if (this.#running !== undefined) {
      this.#again = true
      return
    }
    clearTimeout(this.#timer)
    this.#again = false
    this.#running = this.#drain().catch(this.#report).finally(() => {
      this.#running = undefined
      if (this.#again && !this.#standby) this.wake()
      else if (!this.#stopped) this.#timer = setTimeout(() => this.#poll(), POLL_MS)
    })
  }

  #poll(): void {
    this.#standby = false
    this.wake()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#unsubscribe()
    clearTimeout(this.#timer)
    await this.#running
    if (this.#lease !== undefined) await dropLease(this.#store, this.#lease).catch(this.#report)
  }

  async #drain(): Promise<void> {
    while (!this.#stopped) {
      const rows = await due(this.#store.read, { now: this.#clock.now() })
      if (rows.length === 0) return
      const lease = await this.#holdLease()
      if (lease === undefined) {
        this.#standby = true
        return
      }
      await this.#deliver(rows, lease)
    }
  }

  async #holdLease(): Promise<Lease | undefined> {
    const now = this.#clock.now()
    if (this.#lease !== undefined && plusMs(now, (LEASE_TTL_MS * 2) / 3) > this.#lease.until) {
      this.#lease = await renewLease(this.#store, this.#lease, this.#clock)
    }
    this.#lease ??= await takeLease(
      this.#store,
      `dispatch:${this.#source}`,
      this.#owner,
      this.#clock,
    )
    return this.#lease
  }

  async #deliver(rows: readonly OutboxRow[], lease: Lease): Promise<void> {
    const errors = await Promise.all(rows.map((row) => this.#deliverOne(row, lease)))
    const now = this.#clock.now()
    const stillHeld = await this.#store.write(async (tx) => {
      if ((await held(tx, { ...lease })).length === 0) return false
      const delivered = rows.filter((_, i) => errors[i] === undefined)
      if (delivered.length > 0) await settleDelivered(tx, delivered.map((row) => row.id))
      for (const [i, row] of rows.entries()) {
        if (errors[i] === undefined) continue
        await settle(tx, { id: row.id, ...afterFailure(row, errors[i], now) })
      }
      return true
    })
    if (!stillHeld) this.#lease = undefined
    errors.filter((error) => error !== undefined).forEach(this.#report)
  }

  /** Answers undefined when every consumer has the event, else what went wrong. */
  async #deliverOne(row: OutboxRow, lease: Lease): Promise<unknown> {
    const delivery: Delivery = {
      tenant: row.tenant_id,
      source: this.#source,
      id: row.id,
      topic: row.topic,
      key: row.event_key,
      occurredAt: row.occurred_at,
      payload: row.payload,
      fence: lease.fence,
      ...(row.traceparent === null ? {} : { traceparent: row.traceparent }),
    }
    const consumers = this.#consumers.filter((consumer) => consumer.topics.includes(row.topic))
    try {
      await inTrace(
        delivery.traceparent,
        () => Promise.all(consumers.map((consumer) => consumer.receive(delivery))),
      )
      return undefined
    } catch (error) {
      return error ?? new Error('consumer threw nothing')
    }
  }
}

/** What becomes of an outbox row after a try that failed: again later, or dead. */
export function afterFailure(
  row: Pick<OutboxRow, 'tries'>,
  error: unknown,
  now: Instant,
): { state: bigint; due: Instant; tries: bigint; error: string | null } {
  const tries = row.tries + 1n
  const text = errorText(error)
  if (tries >= TRIES_MAX) return { state: DEAD, due: now, tries, error: text }
  const waitMs = Math.min(RETRY_FIRST_MS * 2 ** Number(tries - 1n), RETRY_LONGEST_MS)
  return { state: PENDING, due: plusMs(now, waitMs), tries, error: text }
}

const open = statement<KernelTables, Record<never, never>>()((db) =>
  db.selectFrom('outbox')
    .select(['tenant_id', 'id', 'topic', 'event_key', 'state', 'tries', 'last_error'])
    .where('state', '<>', sql.lit(DELIVERED)).orderBy('id').limit(1000)
)

/** Events not delivered yet, dead ones included; at most 1,000, oldest first. */
export function undelivered(db: Reader<KernelTables>): ReturnType<typeof open> {
  return open(db, {})
}

/** Events that failed at least once and are not delivered: each needs to be looked at. */
export async function stuckEvents(db: Reader<KernelTables>) {
  return (await undelivered(db)).filter((row) => row.tries > 0n)
}

const revive = statement<KernelTables, { now: Instant }>()((db, p) =>
  db.updateTable('outbox').set({ state: PENDING, tries: 0n, due_at: p.now })
    .where('state', '<>', sql.lit(DELIVERED)).where('state', '=', sql.lit(DEAD))
)

/** Puts dead events back in line; answers how many. For a person who has mended the cause. */
export async function reviveDead(store: Store<KernelTables>, now: Instant): Promise<bigint> {
  return (await store.write((tx) => revive(tx, { now }))).affected
}
