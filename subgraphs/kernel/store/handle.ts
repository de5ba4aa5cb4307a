/**
 * Kysely handles over our own connections.
 *
 * Kysely is handed an executor directly: building a handle costs half a microsecond, so that every
 * unit of work can have one of its own, and no statement is prepared behind our back.
 */
import {
  type CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  DefaultQueryExecutor,
  type Dialect,
  type Driver,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryExecutor,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { StoreError } from './error.ts'

/** What the handles of one engine are made of. */
export interface HandleKit {
  readonly dialect: Dialect
  readonly driver: Driver
  readonly executor: QueryExecutor
}

/** A compiled statement that may be known to answer no more than one row, which is cheaper to fetch. */
export interface OwnQuery extends CompiledQuery {
  readonly atMostOne?: boolean
  /** Its parameters, row by row, where they are not in `parameters`. */
  readonly rows?: readonly (readonly unknown[])[]
}

/** Runs one compiled statement. */
export interface Session {
  execute(query: OwnQuery): Promise<QueryResult<unknown>>
}

/** Handles that compile for SQLite. */
export const sqliteKit: HandleKit = kit({
  createAdapter: () => new SqliteAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new SqliteIntrospector(db),
  createQueryCompiler: () => new SqliteQueryCompiler(),
})

/** Handles that compile for PostgreSQL. */
export const postgresKit: HandleKit = kit({
  createAdapter: () => new PostgresAdapter(),
  createDriver: () => new DummyDriver(),
  createIntrospector: (db) => new PostgresIntrospector(db),
  createQueryCompiler: () => new PostgresQueryCompiler(),
})

/** A handle whose statements run in a session, each for itself. */
export function handleOver<Db>(kit: HandleKit, session: Session): Kysely<Db> {
  const connection = connectionOver(session)
  return new Kysely<Db>({
    config: { dialect: kit.dialect },
    dialect: kit.dialect,
    driver: kit.driver,
    executor: kit.executor.withConnectionProvider({
      provideConnection: (consumer) => consumer(connection),
    }),
  })
}

/** A session that can be shut: a handle that outlives it is refused with `unit_over`. */
export class ShutSession implements Session {
  readonly #session: Session
  #open = true

  constructor(session: Session) {
    this.#session = session
  }

  execute(query: OwnQuery): Promise<QueryResult<unknown>> {
    if (this.#open) return this.#session.execute(query)
    return Promise.reject(new StoreError('unit_over', 'this snapshot has ended'))
  }

  shut(): void {
    this.#open = false
  }
}

/** A session as Kysely wants to see it. Nothing streams: lists are read in pages. */
export function connectionOver(session: Session): DatabaseConnection {
  return {
    executeQuery: <O>(query: CompiledQuery) => session.execute(query) as Promise<QueryResult<O>>,
    streamQuery: () => {
      throw new StoreError('failed', 'nothing streams: read in pages')
    },
  }
}

function kit(dialect: Dialect): HandleKit {
  const nowhere: ConnectionProvider = {
    provideConnection: () => {
      throw new StoreError('failed', 'this handle has no connection')
    },
  }
  return {
    dialect,
    driver: new DummyDriver(),
    executor: new DefaultQueryExecutor(
      dialect.createQueryCompiler(),
      dialect.createAdapter(),
      nowhere,
    ),
  }
}
