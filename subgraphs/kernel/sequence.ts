/**
 * Numbers without gaps, such as the serials of a day or the vouchers of a month.
 *
 * The number is taken in the transaction that uses it: rolled back, it is given to the next.
 */
import { statement, type Tx } from './store.ts'
import type { KernelTables } from './tables.ts'

const take = statement<KernelTables, { tenant: string; name: string }>()((db, p) =>
  db.insertInto('sequence').values({ tenant_id: p.tenant, name: p.name, last: 1n })
    .onConflict((c) =>
      c.columns(['tenant_id', 'name']).doUpdateSet((eb) => ({ last: eb('sequence.last', '+', 1n) }))
    )
    .returning('last')
)

/** The next number of a sequence, from 1. On PostgreSQL its users share a lane. */
export async function nextNumber<Db extends KernelTables>(
  tx: Tx<Db>,
  tenant: string,
  name: string,
): Promise<bigint> {
  const [row] = await take(tx as unknown as Tx<KernelTables>, { tenant, name })
  return row!.last
}
