/**
 * Tables that tests of the stores write and read.
 */
import { type Kysely, sql } from 'kysely'
import { migrate, type Migration } from '../../../subgraphs/kernel/migrate.ts'
import { type Store, StoreError, type Tx } from '../../../subgraphs/kernel/store.ts'
import type { TestEngine } from '../../rig/engines.ts'

export interface Tables {
  account: { id: string; balance: bigint }
  entry: { id: string; account: string; amount: bigint; note: string | null }
  thing: { id: string; bytes: Uint8Array | null; text: string | null; number: bigint | null }
}

const migrations: readonly Migration[] = [{
  name: 'test-1',
  async up(db, t) {
    await t.table(
      db.schema.createTable('account')
        .addColumn('id', t.text, (c) => c.primaryKey())
        .addColumn('balance', t.int, (c) => c.notNull().check(sql`balance >= 0`)),
    ).execute()
    await t.table(
      db.schema.createTable('entry')
        .addColumn('id', t.text, (c) => c.primaryKey())
        .addColumn('account', t.text, (c) => c.notNull().references('account.id'))
        .addColumn('amount', t.int, (c) => c.notNull())
        .addColumn('note', t.text),
    ).execute()
    await t.appendOnly('entry')
    await t.table(
      db.schema.createTable('thing')
        .addColumn('id', t.text, (c) => c.primaryKey())
        .addColumn('bytes', t.bytes)
        .addColumn('text', t.text)
        .addColumn('number', t.int),
    ).execute()
  },
}]

export const addAccount = (tx: Tx<Tables>, id: string, balance = 0n) =>
  tx.insertInto('account').values({ id, balance }).execute()

export const addThing = (tx: Tx<Tables>, thing: Partial<Tables['thing']>) =>
  tx.insertInto('thing').values({ id: 't', bytes: null, text: null, number: null, ...thing })
    .execute()

export const accounts = async (db: Kysely<Tables>) =>
  (await db.selectFrom('account').select('id').orderBy('id').execute()).map((row) => row.id)

/** The code that a promise is rejected with; fails when it is not a StoreError. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await promise.then((value) => ({ value }), (error: unknown) => ({ error }))
  if ('error' in outcome && outcome.error instanceof StoreError) return outcome.error.code
  throw new Error('expected a StoreError', { cause: outcome })
}

export const laterTurn = () => new Promise((resolve) => setTimeout(resolve, 1))

/** Opens an engine's database with the tables. */
export async function openTables(engine: TestEngine, url?: string): Promise<Store<Tables>> {
  const store = await engine.open<Tables>(url)
  await migrate(store as unknown as Store<unknown>, migrations)
  return store
}
