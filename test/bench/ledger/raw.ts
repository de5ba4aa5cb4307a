/**
 * The bare transfer, with nothing of ours around it: what the engine itself can do.
 *
 * One transfer is five statements: a transfer under a unique key, two balances that answer, two
 * entries with the balance after them.
 */
import Database from 'libsql'
import { join } from 'node:path'

/** How fast it went. @property cpuUs CPU time of this process per transfer */
export interface Rate {
  readonly perSecond: number
  readonly cpuUs: number
}

export const ACCOUNTS = 10_000

/** What the statements are run with: both packages have the same shape here. */
interface RawDb {
  exec(sql: string): unknown
  prepare(sql: string): { run(...values: unknown[]): unknown; get(...values: unknown[]): unknown }
}

const INTEGER_TABLES = `
  create table account (id integer primary key, balance integer not null) strict;
  create table transfer (id integer primary key, key text not null unique, at integer not null) strict;
  create table entry (
    id integer primary key, transfer integer not null, account integer not null,
    minor integer not null, balance integer not null) strict;
  create index entry_account on entry (account, id);`

/** The ledger's own kind of key: a tenant and an id as text, in every table. */
const TEXT_TABLES = `
  create table account (
    tenant_id text not null, id text not null, balance integer not null,
    primary key (tenant_id, id)) strict;
  create table transfer (
    tenant_id text not null, id text not null, key text not null, at text not null,
    primary key (tenant_id, id), unique (tenant_id, key)) strict;
  create table entry (
    tenant_id text not null, transfer text not null, line integer not null, account text not null,
    minor integer not null, balance integer not null,
    primary key (tenant_id, transfer, line)) strict;
  create index entry_account on entry (tenant_id, account, transfer, line);`

/** Opens libsql in a folder with the pragmas that the store uses. */
export function openLibsql(folder: string, name: string): RawDb {
  const db = new Database(join(folder, `${name}.db`))
  db.defaultSafeIntegers(true)
  db.exec('pragma journal_mode=wal')
  db.exec('pragma synchronous=full')
  return {
    exec: (sql) => db.exec(sql),
    prepare: (sql) => {
      const statement = db.prepare(sql)
      return {
        run: (...values) => statement.run(values),
        get: (...values) => statement.get(values),
      }
    },
  }
}

/** Opens `node:sqlite`, where the runtime has it. */
export async function openNodeSqlite(folder: string): Promise<RawDb | undefined> {
  try {
    const { DatabaseSync } = await import('node:sqlite')
    const db = new DatabaseSync(join(folder, 'node.db'))
    db.exec('pragma journal_mode=wal')
    db.exec('pragma synchronous=full')
    return db as unknown as RawDb
  } catch {
    return undefined
  }
}

/** A transfer between two random accounts, or always out of one. */
type Transfer = (hot: boolean) => void

export function integerTransfers(db: RawDb): Transfer {
  db.exec(INTEGER_TABLES)
  const add = db.prepare('insert into account values (?, 0)')
  db.exec('begin')
  for (let i = 1n; i <= BigInt(ACCOUNTS); i++) add.run(i)
  db.exec('commit')
  return transfers(
    db.prepare('insert into transfer (id, key, at) values (?, ?, ?)'),
    db.prepare('update account set balance = balance + ? where id = ? returning balance'),
    db.prepare('insert into entry (transfer, account, minor, balance) values (?, ?, ?, ?)'),
    (n) => n,
    (n) => BigInt(n),
  )
}

export function textTransfers(db: RawDb): Transfer {
  db.exec(TEXT_TABLES)
  const id = (prefix: string, n: bigint | number) => `${prefix}_${n.toString().padStart(26, '0')}`
  const add = db.prepare('insert into account values (?, ?, 0)')
  db.exec('begin')
  for (let i = 1; i <= ACCOUNTS; i++) add.run('bank', id('acc', i))
  db.exec('commit')
  const insert = db.prepare('insert into transfer values (?, ?, ?, ?)')
  const move = db.prepare(
    'update account set balance = balance + ? where tenant_id = ? and id = ? returning balance',
  )
  const entry = db.prepare('insert into entry values (?, ?, ?, ?, ?, ?)')
  let n = 0
  return (hot) => {
    n += 1
    const transfer = id('vch', n)
    insert.run('bank', transfer, `key-${n}`, '2026-11-23T04:00:00.000Z')
    const [from, to] = [id('acc', hot ? 1 : pick()), id('acc', pick())]
    const a = move.get(-5n, 'bank', from) as { balance: bigint }
    const b = move.get(5n, 'bank', to) as { balance: bigint }
    entry.run('bank', transfer, 1n, from, -5n, a.balance)
    entry.run('bank', transfer, 2n, to, 5n, b.balance)
  }
}

type Statement = ReturnType<RawDb['prepare']>

function transfers(
  insert: Statement,
  move: Statement,
  entry: Statement,
  transferId: (n: bigint) => unknown,
  accountId: (n: number) => unknown,
): Transfer {
  let n = 0n
  return (hot) => {
    n += 1n
    const id = transferId(n)
    insert.run(id, `key-${n}`, n)
    const [from, to] = [accountId(hot ? 1 : pick()), accountId(pick())]
    const a = move.get(-5n, from) as { balance: bigint | number }
    const b = move.get(5n, to) as { balance: bigint | number }
    entry.run(id, from, -5n, BigInt(a.balance))
    entry.run(id, to, 5n, BigInt(b.balance))
  }
}

/** Transfers in transactions of `batch`, for `ms` milliseconds. */
export function runRaw(
  db: RawDb,
  transfer: Transfer,
  { batch, ms, hot = false }: { batch: number; ms: number; hot?: boolean },
): Rate {
  const cpu = process.cpuUsage()
  const began = performance.now()
  let done = 0
  while (performance.now() - began < ms) {
    db.exec('begin immediate')
    for (let i = 0; i < batch; i++) transfer(hot)
    db.exec('commit')
    done += batch
  }
  const used = process.cpuUsage(cpu)
  return {
    perSecond: done / ((performance.now() - began) / 1000),
    cpuUs: (used.user + used.system) / done,
  }
}

/** How long a commit of one row takes: the middle of many, in milliseconds. */
export function commitMs(db: RawDb): number {
  const bump = db.prepare('update account set balance = balance + 1 where rowid = 1')
  const times: number[] = []
  for (let i = 0; i < 60; i++) {
    const began = performance.now()
    db.exec('begin immediate')
    bump.run()
    db.exec('commit')
    times.push(performance.now() - began)
  }
  return times.toSorted((a, b) => a - b)[30]!
}

/** How long 64 transfers take in one transaction: the middle of many, in milliseconds. */
export function groupMs(db: RawDb, transfer: Transfer): number {
  const times: number[] = []
  for (let i = 0; i < 60; i++) {
    const began = performance.now()
    db.exec('begin immediate')
    for (let n = 0; n < 64; n++) transfer(false)
    db.exec('commit')
    times.push(performance.now() - began)
  }
  return times.toSorted((a, b) => a - b)[30]!
}

let seed = 1
/** An account other than the hot one. */
export function pick(): number {
  seed = (Math.imul(seed, 1103515245) + 12345) >>> 0
  return 2 + Math.floor((seed / 2 ** 32) * (ACCOUNTS - 1))
}
