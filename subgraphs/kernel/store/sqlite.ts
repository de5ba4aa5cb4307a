/**
 * libSQL in a file: one writer connection, read connections beside it, group commit.
 *
 * The synchronous `libsql` package, not `@libsql/client`: on a file the latter let 1 of 16
 * concurrent write transactions through and one SQLITE_BUSY poisoned its connection.
 */
import Database from 'libsql'
import type { QueryResult, Transaction } from 'kysely'
import type { Store, StoreOptions, Turn } from '../store.ts'
import { traced } from '../trace.ts'
import { bindAll, bindRows } from './bind.ts'
import { StoreError } from './error.ts'
import { commitGroup, type GroupSession, type Pending } from './group-commit.ts'
import { handleOver, type OwnQuery, ShutSession, sqliteKit } from './handle.ts'
import { Listeners } from './listeners.ts'
import { BUSY, sqliteError } from './sqlite-error.ts'
import { nextTurn } from './turn.ts'

/** A group holds the event loop until it commits; 64 units are about 4 ms of CPU. */
const GROUP_LIMIT = 64
/** Pages of the log after which they are carried into the file. */
const CHECKPOINT_PAGES = 8000
/** Compiled statements kept per connection. */
const STATEMENT_LIMIT = 500

/**
 * Opens the file, creating it unless `readOnly`.
 *
 * @throws StoreError `in_use` when another process writes it, `unavailable` when it cannot be opened
 */
export function openSqlite<Db>(path: string, options: StoreOptions): Store<Db> {
  const listeners = new Listeners()
  const writer = options.readOnly
    ? undefined
    : new Writer(path, () => listeners.call(), options.beside ?? false)
  const spare: Connection[] = []
  const reader = openReader(path, writer)
  let closing: Promise<void> | undefined
  return {
    dialect: 'sqlite',
    exclusive: true,
    onCommit: (listener) => listeners.add(listener),
    read: handleOver<Db>(sqliteKit, reader),
    write(unit: (tx: Transaction<Db>) => Promise<never>) {
      if (writer === undefined) return Promise.reject(readOnlyError())
      return writer.enqueue(traced(unit) as unknown as Pending['unit']) as Promise<never>
    },
    turn(work) {
      if (writer === undefined) return Promise.reject(readOnlyError())
      return writer.enqueueTurn(work)
    },
    async snapshot(view) {
      if (closing !== undefined) throw new StoreError('closed', 'the store is closed')
      const connection = spare.pop() ?? new Connection(path, 'read')
      const session = new ShutSession(connection)
      connection.control('begin')
      try {
        return await view(handleOver<Db>(sqliteKit, session))
      } finally {
        session.shut()
        connection.control('rollback')
        if (closing !== undefined) connection.close()
        else spare.push(connection)
      }
    },
    close() {
      return closing ??= (async () => {
        await writer?.close()
        reader.close()
        for (const connection of spare.splice(0)) connection.close()
      })()
    },
  }
}

function openReader(path: string, writer: Writer | undefined): Connection {
  try {
    return new Connection(path, 'read')
  } catch (error) {
    void writer?.close()
    throw error
  }
}

/** One libsql connection: pragmas asserted, statements cached, every parameter checked. */
class Connection implements GroupSession {
  readonly synchronous = true
  /** Whether the last transaction control was a COMMIT. */
  committing = false
  readonly #db: Database.Database
  readonly #statements = new Map<string, Prepared>()
  #open = true

  constructor(path: string, mode: 'write' | 'read') {
    // The package ignores {readonly: true}; a URI and query_only both refuse writes.
    this.#db = openFile(mode === 'read' ? `file:${escapePath(path)}?mode=ro` : path)
    this.#db.defaultSafeIntegers(true)
    try {
      if (mode === 'write') {
        this.#db.exec('pragma journal_mode=wal')
        // A checkpoint writes every page that changed since the last one, and syncs twice: fewer of
        // them are a fifth more vouchers a second, for a log of at most 32 MB.
        this.#db.exec(`pragma wal_autocheckpoint=${CHECKPOINT_PAGES}`)
      }
      this.#db.exec('pragma synchronous=full')
      this.#db.exec('pragma foreign_keys=on')
      // Without it INSERT OR REPLACE walks past a delete trigger.
      this.#db.exec('pragma recursive_triggers=on')
      this.#db.exec('pragma temp_store=memory')
      if (mode === 'read') this.#db.exec('pragma query_only=on')
      this.#assertPragma('journal_mode', 'wal')
      this.#assertPragma('synchronous', 2n)
      this.#assertPragma('foreign_keys', 1n)
      this.#assertPragma('recursive_triggers', 1n)
    } catch (error) {
      this.close()
      throw sqliteError(error)
    }
  }

  execute(query: OwnQuery): Promise<QueryResult<unknown>> {
    try {
      return Promise.resolve(this.#run(query))
    } catch (error) {
      return Promise.reject(sqliteError(error))
    }
  }

  control(sql: string): void {
    this.committing = sql === 'commit'
    try {
      this.#db.exec(sql)
    } catch (error) {
      throw sqliteError(error)
    }
  }

  get inTransaction(): boolean {
    // Asked of a closed connection the driver would end the process.
    return this.#open && this.#db.inTransaction
  }

  close(): void {
    if (!this.#open) return
    this.#open = false
    // A prepared statement would still run after close().
    this.#statements.clear()
    this.#db.close()
  }

  #run({ sql, parameters, atMostOne, rows }: OwnQuery): QueryResult<unknown> {
    const prepared = this.#prepare(sql)
    const bound = rows === undefined ? bindAll(parameters) : bindRows(rows)
    if (prepared.reader && atMostOne) {
      const row = prepared.statement.get(bound) as Record<string, unknown> | undefined
      if (row === undefined) return { rows: [], numAffectedRows: 0n }
      // The driver's own note about the query, as if it were a column.
      delete row._metadata
      if (prepared.blobs) copyBlobs(row)
      return { rows: [row], numAffectedRows: 1n }
    }
    if (prepared.reader) {
      const rows = prepared.statement.all(bound) as Record<string, unknown>[]
      if (prepared.blobs) rows.forEach(copyBlobs)
      return { rows, numAffectedRows: BigInt(rows.length) }
    }
    const info = prepared.statement.run(bound)
    return { rows: [], numAffectedRows: BigInt(info.changes) }
  }

  #prepare(sql: string): Prepared {
    if (!this.#open) throw new StoreError('closed', 'the store is closed')
    const known = this.#statements.get(sql)
    if (known !== undefined) {
      // The least recently used is dropped first; the order matters only once the cache is full.
      if (this.#statements.size >= STATEMENT_LIMIT) {
        this.#statements.delete(sql)
        this.#statements.set(sql, known)
      }
      return known
    }
    const statement = this.#db.prepare(sql)
    const reader = statement.reader
    const prepared = {
      statement,
      reader,
      // An expression has no declared type and might be bytes.
      blobs: reader && statement.columns().some((c) => c.type === null || /blob/i.test(c.type)),
    }
    if (this.#statements.size >= STATEMENT_LIMIT) {
      this.#statements.delete(this.#statements.keys().next().value!)
    }
    this.#statements.set(sql, prepared)
    return prepared
  }

  #assertPragma(name: string, expected: unknown): void {
    const [row] = this.#db.prepare(`pragma ${name}`).all([]) as Record<string, unknown>[]
    const value = Object.values(row ?? {})[0]
    if (value !== expected) {
      throw new StoreError('failed', `pragma ${name} is ${value}, not ${expected}`)
    }
  }
}

interface Prepared {
  readonly statement: Database.Statement
  readonly reader: boolean
  readonly blobs: boolean
}

/** Work that another connection does while this one does nothing. `run` never rejects. */
interface Beside {
  readonly run: () => Promise<void>
}

/** The one writer of a file: a first-in, first-out queue, committed in groups. */
class Writer {
  readonly #path: string
  readonly #committed: () => void
  readonly #lock: Database.Database | undefined
  readonly #queue: (Pending | Beside)[] = []
  /** Undefined after a failure, until the next group opens another. */
  #connection: Connection | undefined
  #draining: Promise<void> | undefined
  #closed = false

  constructor(path: string, committed: () => void, beside: boolean) {
    this.#path = path
    this.#committed = committed
    this.#lock = beside ? undefined : lockFile(`${path}.lock`)
    try {
      this.#connection = new Connection(path, 'write')
    } catch (error) {
      this.#lock?.close()
      throw error
    }
  }

  enqueueTurn<R>(work: (turn: Turn) => Promise<R>): Promise<R> {
    if (this.#closed) return Promise.reject(new StoreError('closed', 'the store is closed'))
    const turn = {
      contended: () => this.#closed || this.#queue.length > 0,
      committed: this.#committed,
    }
    return new Promise((resolve, reject) => {
      const run = () => work(turn).finally(this.#committed).then(resolve, reject)
      this.#queue.push({ run })
      this.#draining ??= this.#drain()
    })
  }

  enqueue(unit: Pending['unit']): Promise<unknown> {
    if (this.#closed) return Promise.reject(new StoreError('closed', 'the store is closed'))
    return new Promise((resolve, reject) => {
      this.#queue.push({ unit, resolve, reject })
      this.#draining ??= this.#drain()
    })
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#draining
    this.#connection?.close()
    this.#lock?.close()
  }

  async #drain(): Promise<void> {
    // One turn first, so that callers of the same moment share a commit.
    await nextTurn()
    while (this.#queue.length > 0) {
      const [next] = this.#queue
      if ('run' in next!) {
        this.#queue.shift()
        await next.run()
        continue
      }
      const turn = this.#queue.findIndex((waiting) => 'run' in waiting)
      const units = Math.min(turn === -1 ? GROUP_LIMIT : turn, GROUP_LIMIT)
      await this.#commit(this.#queue.splice(0, units) as Pending[])
      await nextTurn()
    }
    this.#draining = undefined
  }

  /** Settles every unit; never rejects. */
  async #commit(units: Pending[]): Promise<void> {
    try {
      this.#connection ??= new Connection(this.#path, 'write')
      await commitGroup(this.#connection, sqliteKit, 'begin immediate', units, this.#committed)
    } catch (error) {
      if (this.#abandon()) {
        for (const unit of units) {
          unit.reject(new StoreError('outcome_unknown', 'the commit failed', error))
        }
      } else if (units.length > 1) {
        // Units are safe to run again; alone, each meets only its own trouble.
        for (const unit of units) await this.#commit([unit])
      } else {
        units[0]!.reject(error)
      }
    }
  }

  /** Leaves no transaction and no connection behind; answers whether a commit may have gone through. */
  #abandon(): boolean {
    const connection = this.#connection
    if (connection === undefined) return false
    this.#connection = undefined
    // A COMMIT that failed and took its transaction along says nothing of what reached the disk.
    const unknown = connection.committing && !connection.inTransaction
    try {
      if (connection.inTransaction) connection.control('rollback')
    } catch {
      // It ends with its connection.
    }
    connection.close()
    return unknown
  }
}

/** Held for the life of the process; `kill -9` frees it. @throws StoreError `in_use` */
function lockFile(path: string): Database.Database {
  const lock = openFile(path)
  try {
    lock.exec('begin exclusive')
  } catch (error) {
    lock.close()
    if ((error as { rawCode?: number }).rawCode !== BUSY) throw sqliteError(error)
    throw new StoreError('in_use', `another process has ${path.replace(/\.lock$/, '')} open`, error)
  }
  return lock
}

function openFile(path: string): Database.Database {
  try {
    return new Database(path)
  } catch (error) {
    throw sqliteError(error)
  }
}

/** A path as part of a `file:` URI. */
function escapePath(path: string): string {
  return path.replace(/[%?#]/g, encodeURIComponent)
}

function readOnlyError(): StoreError {
  return new StoreError('failed', 'the store is open for reading only')
}

/** The driver gives bytes as ArrayBuffer from many rows and as Buffer from one. */
function copyBlobs(row: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(row)) {
    if (value instanceof ArrayBuffer || value instanceof Uint8Array) {
      row[name] = new Uint8Array(value)
    }
  }
}
