/**
 * Schema changes as an ordered list per subgraph, one source for both engines.
 *
 * A migration is compiled before it runs. Its name and the hash of its SQL are kept; a migration
 * that was changed after it ran is refused.
 */
import { createHash } from 'node:crypto'
import {
  type ColumnDefinitionBuilder,
  CompiledQuery,
  type CreateTableBuilder,
  type Kysely,
  type RawBuilder,
  sql,
} from 'kysely'
import { type Engine, openStore, type Reader, type Store, type Tx } from './store.ts'
import type { SubgraphEnv } from './subgraph.ts'
import { bind } from './store/bind.ts'
import { handleOver, postgresKit, sqliteKit } from './store/handle.ts'
import { isPostgres } from './store/statement.ts'

/** Column types and table endings that mean the same on both engines. */
export interface SchemaTypes {
  /** 64 bits. */
  readonly int: RawBuilder<unknown>
  /** Ordered by code point. */
  readonly text: RawBuilder<unknown>
  readonly bytes: RawBuilder<unknown>
  /** Makes an integer column the key of its table; the engine gives out numbers where none is given. */
  readonly rowNumber: (column: ColumnDefinitionBuilder) => ColumnDefinitionBuilder
  /** Ends a table: STRICT on SQLite. */
  table<T extends string, C extends string>(
    builder: CreateTableBuilder<T, C>,
  ): CreateTableBuilder<T, C>
  /** Lets the database itself refuse update and delete (`append_only`). */
  appendOnly(table: string): Promise<void>
}

/** @property name unique in its list; never changed once released */
export interface Migration {
  readonly name: string
  up(db: Kysely<unknown>, t: SchemaTypes): Promise<void>
}

interface MigrationTables {
  migration: { name: string; sql_hash: string }
}

/**
 * Runs what has not run yet, each migration as one unit of work.
 *
 * @throws Error when a migration that ran was changed, or one that ran is missing from the list
 */
export async function migrate(
  store: Store<unknown>,
  migrations: readonly Migration[],
): Promise<void> {
  const typed = store as Store<unknown> as unknown as Store<MigrationTables>
  const journal = await record(store.dialect, async (db, t) => {
    await t.table(
      db.schema.createTable('migration').ifNotExists()
        .addColumn('name', t.text, (c) => c.primaryKey())
        .addColumn('sql_hash', t.text, (c) => c.notNull()),
    ).execute()
  })
  const begin = () => typed.write((tx) => runAll(tx, journal), { lane: 'migrate' })
  // Two processes that start at once can both find that the table does not exist.
  await begin().catch(begin)
  const done = new Map(
    (await typed.read.selectFrom('migration').selectAll().execute())
      .map((row) => [row.name, row.sql_hash]),
  )
  const known = new Set(migrations.map((m) => m.name))
  const stranger = Array.from(done.keys()).find((name) => !known.has(name))
  if (stranger !== undefined) {
    throw new Error(`this database was migrated by a newer version: ${stranger}`)
  }
  for (const migration of migrations) {
    const statements = await record(store.dialect, (db, t) => migration.up(db, t))
    const hash = createHash('sha256').update(statements.map(textOf).join(';\n')).digest('hex')
    const before = done.get(migration.name) ?? await typed.write(async (tx) => {
      // The row first: another process that migrates waits for it, and then finds it.
      const ours = await tx.insertInto('migration').values({ name: migration.name, sql_hash: hash })
        .onConflict((c) => c.doNothing()).returning('name').execute()
      if (ours.length === 1) {
        await runAll(tx, statements)
        return hash
      }
      const theirs = await tx.selectFrom('migration').select('sql_hash')
        .where('name', '=', migration.name).executeTakeFirstOrThrow()
      return theirs.sql_hash
    }, { lane: 'migrate' })
    if (before !== hash) throw new Error(`migration ${migration.name} changed after it ran`)
  }
}

/** A statement and what it is given, for the hash. */
function textOf(statement: CompiledQuery): string {
  return [statement.sql, ...statement.parameters.map((p) => bind(p)?.toString() ?? 'null')]
    .join('\n')
}

/**
 * Opens a subgraph's database with its tables as they should be.
 *
 * @throws Error when it is opened for reading only and its migrations have not all run
 */
export async function openMigrated<Db>(
  env: Pick<SubgraphEnv, 'databaseUrl' | 'readOnly'>,
  name: string,
  migrations: readonly Migration[],
): Promise<Store<Db>> {
  const store = await openStore<Db>(env.databaseUrl, name, env)
  const untyped = store as unknown as Store<unknown>
  try {
    if (!env.readOnly) await migrate(untyped, migrations)
    else if (!await isMigrated(untyped.read, migrations)) {
      throw new Error(`the database of ${name} is empty or older than this version`)
    }
    return store
  } catch (error) {
    await store.close()
    throw error
  }
}

/** Whether every migration of the list has run; false when none ever did. */
export async function isMigrated(
  read: Reader<unknown>,
  migrations: readonly Migration[],
): Promise<boolean> {
  const typed = read as unknown as Reader<MigrationTables>
  const tables = await sql<{ name: string }>`${
    isPostgres(read)
      ? sql`select tablename as name from pg_tables where schemaname = current_schema()`
      : sql`select name from sqlite_master where type = 'table'`
  }`.execute(read)
  if (!tables.rows.some((table) => table.name === 'migration')) return false
  const rows = await typed.selectFrom('migration').select('name').execute()
  const done = new Set(rows.map((row) => row.name))
  return migrations.every((m) => done.has(m.name))
}

async function runAll<Db>(tx: Tx<Db>, statements: readonly CompiledQuery[]): Promise<void> {
  for (const statement of statements) await tx.executeQuery(statement)
}

/** The statements that `build` would run, without running them. */
async function record(
  engine: Engine,
  build: (db: Kysely<unknown>, t: SchemaTypes) => Promise<void>,
): Promise<CompiledQuery[]> {
  const statements: CompiledQuery[] = []
  const db = handleOver<unknown>(engine === 'sqlite' ? sqliteKit : postgresKit, {
    execute(query) {
      statements.push(CompiledQuery.raw(query.sql, [...query.parameters]))
      return Promise.resolve({ rows: [] })
    },
  })
  await build(db, schemaTypes(engine, db))
  return statements
}

function schemaTypes(engine: Engine, db: Kysely<unknown>): SchemaTypes {
  const sqlite = engine === 'sqlite'
  return {
    int: sqlite ? sql`integer` : sql`bigint`,
    text: sqlite ? sql`text` : sql`text collate "C"`,
    bytes: sqlite ? sql`blob` : sql`bytea`,
    rowNumber: (column) =>
      sqlite ? column.primaryKey() : column.primaryKey().generatedByDefaultAsIdentity(),
    table: (builder) => sqlite ? builder.modifyEnd(sql`strict`) : builder,
    async appendOnly(table) {
      for (const statement of sqlite ? sqliteGuard(table) : postgresGuard(table)) {
        await sql.raw(statement).execute(db)
      }
    },
  }
}

function sqliteGuard(table: string): string[] {
  return ['update', 'delete'].map((verb) =>
    `create trigger ${table}_no_${verb} before ${verb} on ${table} ` +
    `begin select raise(abort, 'append_only'); end`
  )
}

function postgresGuard(table: string): string[] {
  return [
    `create or replace function append_only() returns trigger language plpgsql as ` +
    `$$ begin raise exception 'append_only' using errcode = 'HT001'; end $$`,
    `create trigger ${table}_append_only before update or delete or truncate on ${table} ` +
    `for each statement execute function append_only()`,
  ]
}
