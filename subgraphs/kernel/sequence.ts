/**
 * Numbers without gaps, such as the serials of a day or the vouchers of a month.
 *
 * The number is taken in the transaction that uses it: rolled back, it is given to the next.
 */
import { statement, type Tx } from './store.ts'
import type { KernelTables } from './tables.ts'

const take = statement<KernelTables, { tenant: string; name: string; count: bigint }>()((db, p) =>
  db.insertInto('sequence').values({ tenant_id: p.tenant, name: p.name, last: p.count })
    .onConflict((c) =>
      c.columns(['tenant_id', 'name']).doUpdateSet((eb) => ({
        last: eb('sequence.last', '+', eb.ref('excluded.last')),
      }))
    )
    .returning('last')
)

/** The next number of a sequence, from 1. On PostgreSQL its users share a lane. */
export async function nextNumber<Db extends KernelTables>(
  tx: Tx<Db>,
  tenant: string,
  name: string,
): Promise<bigint> {
  return await nextNumbers(tx, tenant, name, 1n)
}

/** The first of the next `count` numbers of a sequence; the others follow it. */
export async function nextNumbers<Db extends KernelTables>(
  tx: Tx<Db>,
  tenant: string,
  name: string,
  count: bigint,
): Promise<bigint> {
  if (count < 1n) throw new RangeError('take at least one number')
  const [row] = await take(tx as unknown as Tx<KernelTables>, { tenant, name, count })
  return row!.last - count + 1n
}
