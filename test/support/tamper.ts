/**
 * Somebody who writes into the database past the system.
 */
import { type Kysely, type QueryResult, sql } from 'kysely'
import type { RunningSubgraph } from '../../subgraphs/kernel/subgraph.ts'
import type { Rig } from './rig.ts'

/** Changes rows of an SQLite database as whoever holds the file can: the guards are dropped first. */
export async function tamperer(rig: Rig<RunningSubgraph>) {
  const { store } = rig.running
  const triggers = await sql<{ name: string }>`
    select name from sqlite_master where type = 'trigger'`.execute(store.read)
  await store.write(async (tx) => {
    for (const { name } of triggers.rows) await sql`drop trigger ${sql.ref(name)}`.execute(tx)
    // Checks of the whole table, such as on who decided, are for writers that keep to them.
    await sql`pragma defer_foreign_keys = on`.execute(tx)
  })
  return async (change: (db: Kysely<never>) => Promise<QueryResult<unknown>>): Promise<bigint> =>
    await store.write(async (tx) => {
      await sql`pragma defer_foreign_keys = on`.execute(tx)
      return (await change(tx as never)).numAffectedRows ?? 0n
    })
}
