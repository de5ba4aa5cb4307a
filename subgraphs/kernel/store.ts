/**
 * A subgraph's database, opened by URL.
 *
 * `write` is the one way to change anything: a unit of work that sees its own transaction, is
 * committed together with its neighbours, and is answered after the commit.
 */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Kysely, Transaction } from 'kysely'
import { openPostgres } from './store/postgres.ts'
import { openSqlite } from './store/sqlite.ts'

export { type StoreCode, StoreError } from './store/error.ts'
export { rowsStatement } from './store/rows.ts'
export { isPostgres, type Rows, statement } from './store/statement.ts'

/** Which SQL a store speaks. */
export type Engine = 'sqlite' | 'postgres'

/** The handle that a unit of work queries through. */
export type Tx<Db> = Transaction<Db>

/** The handle that reads go through: a transaction is one too. */
export type Reader<Db> = Kysely<Db>

/**
 * A unit of work. It awaits only its own queries, and it is safe to run again: no clock, no random,
 * no counter and no state in memory is touched inside. Answering a refusal rolls it back.
 */
export type Unit<Db, R> = (tx: Tx<Db>) => Promise<R>

/** One database of one subgraph. */
export interface Store<Db> {
  readonly dialect: Engine
  /** Whether no other process can be writing: true for a file, which its writer holds locked. */
  readonly exclusive: boolean
  /**
   * Runs a unit and answers after the commit. Units that update a row which all of them share name a
   * `lane`; on PostgreSQL the units of a lane are committed in order, in groups.
   */
  write<R>(unit: Unit<Db, R>, opts?: { lane?: string }): Promise<R>
  /**
   * Runs work while no unit is under way and none begins: for a writer on a connection of its own, such
   * as one that `beside` opens. Listeners are called after it. Only where one writer has the file.
   */
  readonly turn?: <R>(work: (turn: Turn) => Promise<R>) => Promise<R>
  /** Reads; each statement sees the latest commit. */
  readonly read: Reader<Db>
  /** Several reads that see one and the same moment. */
  snapshot<R>(view: (db: Reader<Db>) => Promise<R>): Promise<R>
  /** Calls `listener` after every commit of this process; answers how to stop that. */
  onCommit(listener: () => void): () => void
  /** Waits for the units under way. */
  close(): Promise<void>
}

/** A turn of a store, for whoever has it. */
export interface Turn {
  /** Whether anybody waits for its end. */
  contended(): boolean
  /** Calls the store's listeners: something was committed, and the turn goes on. */
  committed(): void
}

/** How a store is opened. */
export interface StoreOptions {
  /** Opens without the writer's lock; `write` is refused. */
  readonly readOnly?: boolean
  /**
   * Opens a second writer beside the store of this process that holds the lock. Its units run only in
   * that store's turns. For files.
   */
  readonly beside?: boolean
}

/** Whether a subgraph's file is there; of databases that are no files, true: opening them tells. */
export function hasDatabase(baseUrl: string, name: string): boolean {
  return !baseUrl.startsWith('file:') ||
    existsSync(join(baseUrl.slice('file:'.length), `${name}.db`))
}

/**
 * Opens the database of one subgraph below a base URL.
 *
 * - `file:data` → `data/<name>.db`, embedded libSQL
 * - `postgres://…` → the schema `<name>` of that database
 * - `libsql://…`, `https://…` → libSQL over the network; `{name}` in the URL stands for the subgraph
 *
 * @throws StoreError `in_use`, `unavailable`
 */
export async function openStore<Db>(
  baseUrl: string,
  name: string,
  options: StoreOptions = {},
): Promise<Store<Db>> {
  const [scheme] = baseUrl.split(':', 1)
  switch (scheme) {
    case 'file': {
      const folder = baseUrl.slice('file:'.length)
      mkdirSync(folder, { recursive: true })
      return openSqlite<Db>(join(folder, `${name}.db`), options)
    }
    case 'postgres':
    case 'postgresql':
      return await openPostgres<Db>(baseUrl, name.replaceAll('-', '_'), options)
    case 'libsql':
    case 'https': {
      const { openRemote } = await import('./store/remote.ts')
      return openRemote<Db>(baseUrl.replace('{name}', name), process.env.DATABASE_TOKEN)
    }
    default:
      throw new RangeError(`a database URL begins with file:, postgres:, libsql: or https:`)
  }
}
