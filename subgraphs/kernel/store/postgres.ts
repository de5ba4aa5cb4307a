/**
 * PostgreSQL wire: serialisable transactions, retried; group commit in lanes.
 *
 * Units that share a hot row (a chain head, a sequence) name a lane. The units of one lane are
 * committed as groups on one connection, in order; without it such units abort one another.
 */
import { createHash, randomInt } from 'node:crypto'
import pg from 'pg'
import type { CompiledQuery, QueryResult, Transaction } from 'kysely'
import type { Store, StoreOptions } from '../store.ts'
import { traced } from '../trace.ts'
import { bindArrays } from './bind.ts'
import { StoreError } from './error.ts'
import { commitGroup, endsGroup, type GroupSession, type Pending } from './group-commit.ts'
import { handleOver, postgresKit, ShutSession } from './handle.ts'
import { Listeners } from './listeners.ts'
import { nextTurn, pause } from './turn.ts'

const BEGIN = 'begin isolation level serializable read write'
const POOL_SIZE = 8
const GROUP_LIMIT = 64
/** How long a unit that loses to its neighbours is tried again. */
const RETRY_MS = 10_000
/** The server's belt: a transaction that stops talking is ended. */
const IDLE_IN_TRANSACTION_MS = 15_000

/** How long the server may take to answer when a store is opened. */
const CONNECT_MS = 10_000
/** Statements named per connection, which keeps them for its life; others are planned each time. */
const NAMED_LIMIT = 500

const BYTEA = 17
const INT8 = 20
const INT2 = 21
const INT4 = 23
const NUMERIC = 1700

/**
 * Opens a schema of a PostgreSQL database, creating the schema unless `readOnly`.
 *
 * @param schema the subgraph's name; every connection's search path holds only it
 * @throws StoreError `unavailable` when the server does not answer
 */
export async function openPostgres<Db>(
  url: string,
  schema: string,
  options: StoreOptions,
): Promise<Store<Db>> {
  if (!/^[a-z][a-z_]*$/.test(schema)) throw new RangeError(`not a schema name: ${schema}`)
  if (!options.readOnly) await createSchema(url, schema)
  const pool = new pg.Pool({
    connectionString: url,
    max: POOL_SIZE,
    keepAlive: true,
    // Units of work ask for a transaction that writes; nothing else may.
    options: `-c search_path=${schema} -c default_transaction_read_only=on ` +
      `-c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`,
    types: { getTypeParser: typeParser as typeof pg.types.getTypeParser },
  })
  // An idle connection that the server drops is replaced on next use; one that is in use tells the
  // query that it drops. Without a listener either would end the process.
  pool.on('error', () => {})
  pool.on('connect', (client) => void client.on('error', () => {}))
  const lanes = new Map<string, Lane>()
  const listeners = new Listeners()
  const names = new StatementNames()
  const committer: Committer = { pool, names, committed: () => listeners.call() }
  const underWay = new Set<Promise<unknown>>()
  let closing: Promise<void> | undefined
  /** Starts work that `close` waits for: the pool would leave whoever waits for a connection waiting. */
  const begin = <T>(work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) {
      return Promise.reject(new StoreError('closed', 'the store is closed'))
    }
    const promise = work()
    const over = () => void underWay.delete(promise)
    underWay.add(promise)
    promise.then(over, over)
    return promise
  }
  return {
    dialect: 'postgres',
    exclusive: false,
    onCommit: (listener) => listeners.add(listener),
    read: handleOver<Db>(postgresKit, { execute: (query) => begin(() => run(pool, names, query)) }),
    write(unit: (tx: Transaction<Db>) => Promise<never>, opts?: { lane?: string }) {
      if (options.readOnly) {
        return Promise.reject(new StoreError('failed', 'the store is open for reading only'))
      }
      return begin(() =>
        new Promise<never>((resolve, reject) => {
          const pending = { unit: traced(unit), resolve, reject } as unknown as Pending
          if (opts?.lane === undefined) {
            void commitRetrying(committer, [pending], Date.now() + RETRY_MS)
            return
          }
          let lane = lanes.get(opts.lane)
          if (lane === undefined) lanes.set(opts.lane, lane = new Lane(committer))
          lane.enqueue(pending)
        })
      )
    },
    snapshot: (view) =>
      begin(async () => {
        const client = await connect(pool)
        const session = new ShutSession(new ClientSession(client, names))
        let broken = false
        try {
          await control(client, 'begin isolation level repeatable read read only')
          return await view(handleOver<Db>(postgresKit, session))
        } finally {
          session.shut()
          await client.query('rollback').catch(() => broken = true)
          client.release(broken)
        }
      }),
    close() {
      return closing ??= (async () => {
        while (underWay.size > 0) await Promise.allSettled(underWay)
        await pool.end()
      })()
    },
  }
}

async function createSchema(url: string, schema: string): Promise<void> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MS,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.query(`create schema if not exists ${schema}`)
  } catch (error) {
    const failure = storeError(error)
    // Two processes that start at once can both find that it does not exist.
    if (failure.code !== 'unique') throw failure
  } finally {
    await client.end().catch(() => {})
  }
}

interface Committer {
  readonly pool: pg.Pool
  readonly names: StatementNames
  readonly committed: () => void
}

/** Units of one lane: one group at a time, in order. */
class Lane {
  readonly #committer: Committer
  readonly #queue: Pending[] = []
  #draining: Promise<void> | undefined

  constructor(committer: Committer) {
    this.#committer = committer
  }

  enqueue(pending: Pending): void {
    this.#queue.push(pending)
    this.#draining ??= this.#drain()
  }

  async #drain(): Promise<void> {
    await nextTurn()
    while (this.#queue.length > 0) {
      const units = this.#queue.splice(0, GROUP_LIMIT)
      await commitRetrying(this.#committer, units, Date.now() + RETRY_MS)
    }
    this.#draining = undefined
  }
}

/**
 * Commits a group, running it again while it loses to others. Settles every unit; never rejects.
 *
 * A key that is taken may have been taken since the transaction began, by whoever went first, so a
 * unit that meets one is run once more: what it reads then is newer.
 */
async function commitRetrying(
  committer: Committer,
  units: readonly Pending[],
  deadlineMs: number,
): Promise<void> {
  const again: Pending[] = []
  const onceMore = units.map((unit): Pending => ({
    ...unit,
    reject: (error) => {
      if (error instanceof StoreError && error.code === 'unique') again.push(unit)
      else unit.reject(error)
    },
  }))
  await commitWhileConflict(committer, onceMore, deadlineMs)
  for (const unit of again) await commitWhileConflict(committer, [unit], deadlineMs)
}

async function commitWhileConflict(
  committer: Committer,
  units: readonly Pending[],
  deadlineMs: number,
): Promise<void> {
  for (let attempt = 1;; attempt++) {
    const failure = await commitOnce(committer, units)
    if (failure === undefined) return
    if (endsGroup(failure) && failure.code === 'conflict' && Date.now() < deadlineMs) {
      await pause(randomInt(1, 4 * Math.min(attempt, 12)))
      continue
    }
    if (units.length === 1) units[0]!.reject(failure)
    else for (const unit of units) await commitWhileConflict(committer, [unit], deadlineMs)
    return
  }
}

/** Answers the error when nothing was committed, else undefined: every unit has been settled. */
async function commitOnce(
  committer: Committer,
  units: readonly Pending[],
): Promise<unknown> {
  let client: pg.PoolClient
  try {
    client = await connect(committer.pool)
  } catch (error) {
    return error
  }
  const session = new ClientSession(client, committer.names)
  let broken = false
  try {
    await commitGroup(session, postgresKit, BEGIN, units, committer.committed)
    return undefined
  } catch (error) {
    // Anything else that COMMIT is answered with means that nothing was committed.
    if (session.committing && isGone(error)) {
      broken = true
      for (const unit of units) {
        unit.reject(new StoreError('outcome_unknown', 'the commit failed', error))
      }
      return undefined
    }
    await client.query('rollback').catch(() => broken = true)
    return error
  } finally {
    client.release(broken)
  }
}

class ClientSession implements GroupSession {
  readonly synchronous = false
  committing = false
  readonly #client: pg.PoolClient
  readonly #names: StatementNames
  #last: Promise<unknown> = Promise.resolve()

  constructor(client: pg.PoolClient, names: StatementNames) {
    this.#client = client
    this.#names = names
  }

  execute(query: CompiledQuery): Promise<QueryResult<unknown>> {
    return this.#inTurn(() => run(this.#client, this.#names, query))
  }

  async control(sql: string): Promise<void> {
    this.committing = sql === 'commit'
    const command = await this.#inTurn(() => control(this.#client, sql))
    // A transaction that failed earlier answers COMMIT with ROLLBACK, without an error.
    if (this.committing && command !== 'COMMIT') {
      this.committing = false
      throw new StoreError('failed', `commit was answered with ${command}`)
    }
  }

  /** One statement after another: a unit may ask for several at once, the driver takes only one. */
  #inTurn<T>(statement: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(statement, statement)
    this.#last = turn
    return turn
  }
}

/** Names of prepared statements. Lists of many lengths make ever more texts, so it stops naming. */
class StatementNames {
  readonly #names = new Map<string, string>()

  of(sql: string): string | undefined {
    const known = this.#names.get(sql)
    if (known !== undefined || this.#names.size >= NAMED_LIMIT) return known
    const name = createHash('sha256').update(sql).digest('base64url').slice(0, 32)
    this.#names.set(sql, name)
    return name
  }
}

async function control(client: pg.PoolClient, sql: string): Promise<string> {
  try {
    return (await client.query(sql)).command
  } catch (error) {
    throw storeError(error)
  }
}

async function run(
  client: pg.PoolClient | pg.Pool,
  names: StatementNames,
  query: CompiledQuery,
): Promise<QueryResult<unknown>> {
  const values = bindArrays(query.parameters).map((v) =>
    v instanceof Uint8Array ? Buffer.from(v) : v
  )
  // Named statements are planned once per connection: about twice the rate.
  const name = names.of(query.sql)
  try {
    const result = await client.query({
      ...(name === undefined ? {} : { name }),
      text: query.sql,
      values,
    })
    return { rows: result.rows ?? [], numAffectedRows: BigInt(result.rowCount ?? 0) }
  } catch (error) {
    throw storeError(error)
  }
}

async function connect(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw storeError(error)
  }
}

function typeParser(oid: number, format?: 'text' | 'binary'): (value: string) => unknown {
  if (oid === INT8 || oid === INT4 || oid === INT2) return BigInt
  if (oid === BYTEA) return (text) => new Uint8Array(Buffer.from(text.slice(2), 'hex'))
  if (oid === NUMERIC) {
    return () => {
      throw new StoreError('failed', 'a sum must be cast to bigint')
    }
  }
  return pg.types.getTypeParser(oid, format as 'text')
}

const CODES: Readonly<Record<string, StoreError['code']>> = {
  '23505': 'unique',
  '23514': 'check',
  '23502': 'not_null',
  '23503': 'foreign_key',
  HT001: 'append_only',
  '22021': 'bad_text',
  '40001': 'conflict',
  '40P01': 'conflict',
}

function storeError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const code = (error as { code?: string }).code ?? ''
  const message = error instanceof Error ? error.message : String(error)
  const known = CODES[code]
  if (known !== undefined) return new StoreError(known, message, error)
  // Class 08 and 57P are the server going away, 53 its limits; Node's own codes begin with E.
  // A connection that breaks off has no code at all.
  const gone = code === ''
    ? /terminat|timeout|not queryable|closed/i.test(message)
    : /^(08|57P|53|25P03|E[A-Z])/.test(code)
  return new StoreError(gone ? 'unavailable' : 'failed', message, error)
}

function isGone(error: unknown): boolean {
  return error instanceof StoreError && error.code === 'unavailable'
}
