/**
 * Something that only one process may do at a time, with a fence for whoever thinks it still may.
 *
 * Taking a lease raises its fence. Every write made under it carries the fence, so that a holder that
 * slept past its time is refused instead of believed.
 */
import { statement, type Store } from './store.ts'
import type { KernelTables } from './tables.ts'
import type { Clock } from './ports.ts'
import { type Instant, plusMs } from './time.ts'

/** @property fence rises with every change of holder */
export interface Lease {
  readonly name: string
  readonly owner: string
  readonly fence: bigint
  readonly until: Instant
}

/** How long a holder may be silent before another takes over, in milliseconds. */
export const LEASE_TTL_MS = 10_000

const take = statement<
  KernelTables,
  { name: string; owner: string; until: Instant; now: Instant }
>()((db, p) =>
  db.insertInto('lease')
    .values({ name: p.name, owner: p.owner, fence: 1n, until: p.until })
    .onConflict((c) =>
      c.column('name').doUpdateSet((eb) => ({
        owner: eb.ref('excluded.owner'),
        fence: eb('lease.fence', '+', 1n),
        until: eb.ref('excluded.until'),
      })).where('lease.until', '<', p.now)
    )
    .returning('fence')
)

const renew = statement<
  KernelTables,
  { name: string; owner: string; fence: bigint; until: Instant }
>()((db, p) =>
  db.updateTable('lease').set({ until: p.until })
    .where('name', '=', p.name).where('owner', '=', p.owner).where('fence', '=', p.fence)
)

/**
 * Takes the lease when it is free or has run out, else answers undefined.
 *
 * Where the store admits one writing process at most, the last holder is known to be gone and the
 * lease is taken at once.
 */
export async function takeLease(
  store: Store<KernelTables>,
  name: string,
  owner: string,
  clock: Clock,
): Promise<Lease | undefined> {
  const now = clock.now()
  const until = plusMs(now, LEASE_TTL_MS)
  const limit = store.exclusive ? '9999' : now
  const [row] = await store.write((tx) => take(tx, { name, owner, until, now: limit }))
  return row === undefined ? undefined : { name, owner, fence: row.fence, until }
}

/** Extends a lease, or answers undefined when it is no longer ours: stop at once. */
export async function renewLease(
  store: Store<KernelTables>,
  lease: Lease,
  clock: Clock,
): Promise<Lease | undefined> {
  const until = plusMs(clock.now(), LEASE_TTL_MS)
  const rows = await store.write((tx) => renew(tx, { ...lease, until }))
  return rows.affected === 1n ? { ...lease, until } : undefined
}

/** Gives a lease back, so that the next holder need not wait. */
export async function dropLease(store: Store<KernelTables>, lease: Lease): Promise<void> {
  await store.write((tx) => renew(tx, { ...lease, until: '' }))
}
