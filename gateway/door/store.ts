/**
 * What processes share, in the gateway's own database. The only file of the door with SQL.
 */
import { statement, type Store, type Tx } from '../../subgraphs/kernel/store.ts'
import { instantOf } from '../../subgraphs/kernel/time.ts'
import type { IdempotencyStore } from './idempotency/store.ts'
import { openGatewayStore } from '../store.ts'
import { decideAll, type RateStore } from './rate/store.ts'
import type { DoorTables } from './tables.ts'

export type DoorStore = Store<DoorTables>

/** Every so many requests, what has expired is deleted. */
const SWEEP_EVERY = 500
/** Rows that one sweep deletes at most. */
const SWEEP_ROWS = 1_000

/** Opens the gateway's database below a base URL. @throws StoreError `in_use`, `unavailable` */
export async function openDoorStore(databaseUrl: string): Promise<DoorStore> {
  return await openGatewayStore(databaseUrl)
}

const findBucket = statement<DoorTables, { tenant: string; key: string }>()((db, p) =>
  db.selectFrom('rate_bucket').select('full_at_us')
    .where('tenant_id', '=', p.tenant).where('key', '=', p.key).limit(1)
)

const keepBucket = statement<DoorTables, { tenant: string; key: string; fullAtUs: bigint }>()(
  (db, p) =>
    db.insertInto('rate_bucket')
      .values({ tenant_id: p.tenant, key: p.key, full_at_us: p.fullAtUs })
      .onConflict((c) =>
        c.columns(['tenant_id', 'key']).doUpdateSet((eb) => ({
          full_at_us: eb.ref('excluded.full_at_us'),
        }))
      ),
)

const dropBuckets = statement<DoorTables, { nowUs: bigint }>()((db, p) =>
  db.deleteFrom('rate_bucket').where((eb) =>
    eb(
      eb.refTuple('tenant_id', 'key'),
      'in',
      eb.selectFrom('rate_bucket').select(['tenant_id', 'key'])
        .where('full_at_us', '<=', p.nowUs).limit(SWEEP_ROWS).$asTuple('tenant_id', 'key'),
    )
  )
)

/** Buckets that all processes take from. */
export function sharedRates(store: DoorStore): RateStore {
  const sweep = every(SWEEP_EVERY)
  return {
    async take(takes, nowMs) {
      const sweeps = sweep()
      return await store.write(async (tx) => {
        if (sweeps) await dropBuckets(tx, { nowUs: microseconds(nowMs) })
        const found = new Map<string, number>()
        for (const { tenant, key } of takes) {
          const [row] = await findBucket(tx, { tenant, key })
          found.set(key, row === undefined ? 0 : Number(row.full_at_us) / 1000)
        }
        const { allowed, decisions } = decideAll(takes, ({ key }) => found.get(key)!, nowMs)
        for (const [index, { tenant, key }] of allowed ? takes.entries() : []) {
          const fullAtUs = microseconds(decisions[index]!.fullAtMs)
          await keepBucket(tx, { tenant, key, fullAtUs })
        }
        return decisions
      }, { lane: 'rate' })
    },
  }
}

type KeyOf = { tenant: string; subject: string; key: string }

const findKey = statement<DoorTables, KeyOf>()((db, p) =>
  db.selectFrom('idempotency_key').select(['body_hash', 'reply', 'until_at', 'gone_at'])
    .where('tenant_id', '=', p.tenant).where('subject', '=', p.subject).where('key', '=', p.key)
    .limit(1)
)

const beginKey = statement<
  DoorTables,
  KeyOf & { hash: string; owner: string; untilAt: string; goneAt: string }
>()((db, p) =>
  db.insertInto('idempotency_key')
    .values({
      tenant_id: p.tenant,
      subject: p.subject,
      key: p.key,
      body_hash: p.hash,
      owner: p.owner,
      reply: null,
      until_at: p.untilAt,
      gone_at: p.goneAt,
    })
    .onConflict((c) =>
      c.columns(['tenant_id', 'subject', 'key']).doUpdateSet((eb) => ({
        body_hash: eb.ref('excluded.body_hash'),
        owner: eb.ref('excluded.owner'),
        reply: eb.ref('excluded.reply'),
        until_at: eb.ref('excluded.until_at'),
        gone_at: eb.ref('excluded.gone_at'),
      }))
    )
)

const finishKey = statement<DoorTables, KeyOf & { owner: string; reply: string }>()((db, p) =>
  db.updateTable('idempotency_key').set({ reply: p.reply })
    .where('tenant_id', '=', p.tenant).where('subject', '=', p.subject).where('key', '=', p.key)
    .where('owner', '=', p.owner).where('reply', 'is', null)
)

const releaseKey = statement<DoorTables, KeyOf & { owner: string }>()((db, p) =>
  db.deleteFrom('idempotency_key')
    .where('tenant_id', '=', p.tenant).where('subject', '=', p.subject).where('key', '=', p.key)
    .where('owner', '=', p.owner).where('reply', 'is', null)
)

const countKeys = statement<DoorTables, { tenant: string; subject: string; now: string }>()(
  (db, p) =>
    db.selectFrom('idempotency_key').select((eb) => eb.fn.countAll<bigint>().as('count'))
      .where('tenant_id', '=', p.tenant).where('subject', '=', p.subject)
      .where('gone_at', '>', p.now),
)

const dropKeys = statement<DoorTables, { now: string }>()((db, p) =>
  db.deleteFrom('idempotency_key').where((eb) =>
    eb(
      eb.refTuple('tenant_id', 'subject', 'key'),
      'in',
      eb.selectFrom('idempotency_key').select(['tenant_id', 'subject', 'key'])
        .where('gone_at', '<=', p.now).limit(SWEEP_ROWS)
        .$asTuple('tenant_id', 'subject', 'key'),
    )
  )
)

/** Keys that all processes know. @param keysPerCaller the most that one caller may have at a time */
export function sharedKeys(store: DoorStore, keysPerCaller: number): IdempotencyStore {
  const sweep = every(SWEEP_EVERY)
  return {
    async begin(id, { hash, owner, nowMs, untilMs, goneMs }) {
      const sweeps = sweep()
      const now = instantOf(nowMs)
      return await store.write(async (tx: Tx<DoorTables>) => {
        if (sweeps) await dropKeys(tx, { now })
        const [row] = await findKey(tx, id)
        if (row !== undefined && row.gone_at > now) {
          if (row.body_hash !== hash) return { kind: 'reused' } as const
          if (row.reply !== null) return { kind: 'done', reply: row.reply } as const
          if (row.until_at > now) return { kind: 'under-way' } as const
        } else {
          const [held] = await countKeys(tx, { ...id, now })
          if ((held?.count ?? 0n) >= BigInt(keysPerCaller)) return { kind: 'exhausted' } as const
        }
        const [untilAt, goneAt] = [instantOf(untilMs), instantOf(goneMs)]
        await beginKey(tx, { ...id, hash, owner, untilAt, goneAt })
        return { kind: 'begun' } as const
      })
    },
    async finish(id, owner, reply) {
      await store.write((tx) => finishKey(tx, { ...id, owner, reply }))
    },
    async release(id, owner) {
      await store.write((tx) => releaseKey(tx, { ...id, owner }))
    },
  }
}

function microseconds(ms: number): bigint {
  return BigInt(Math.ceil(ms * 1000))
}

/** True at the first call, and then at every `count`th. */
function every(count: number): () => boolean {
  let calls = 0
  return () => calls++ % count === 0
}
