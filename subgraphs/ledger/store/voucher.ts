/**
 * Vouchers and their entries.
 */
import { hashBytes } from '../../kernel/chain.ts'
import type { LocalDate } from '../../kernel/time.ts'
import type { Entry, VoucherHead } from '../voucher.ts'
import { isPostgres, rowsStatement } from '../../kernel/store.ts'
import type { LedgerTables } from '../tables.ts'
import {
  define,
  type EntryRow,
  type LedgerReader,
  type LedgerTx,
  type Tenant,
  type VoucherRow,
} from './handle.ts'

/** Each voucher has the numbers of 1,024 entries, of which it uses as many as it has lines. */
const LINE_BITS = 10n

const addVouchers = rowsStatement<LedgerTables>(
  [
    'bigint',
    ...Array.from({ length: 8 }, () => 'text' as const),
    'bigint',
    ...Array.from({ length: 5 }, () => 'text' as const),
    'bytea',
    'bigint',
    'bigint',
    'text',
    'bytea',
    'text',
    'text',
  ],
  (values) =>
    `insert into voucher (voucher_no, tenant_id, id, number, kind, serial, event_id, event_type, ` +
    `reverses, rule_version, booking_on, value_on, recorded_at, posted_by, summary, hash, link, ` +
    `red, posting_key, body_hash, hold_id, channel) ${values}`,
)

/** Most vouchers: of no event, reversal, hold or channel. */
const addPlain = rowsStatement<LedgerTables>(
  [
    'bigint',
    ...Array.from({ length: 10 }, () => 'text' as const),
    'bytea',
    'bigint',
    'text',
    'bytea',
  ],
  (values) =>
    `insert into voucher (voucher_no, tenant_id, id, number, kind, serial, booking_on, value_on, ` +
    `recorded_at, posted_by, summary, hash, link, posting_key, body_hash) ${values}`,
)

const addEntries = rowsStatement<LedgerTables>(
  ['bigint', 'bigint', 'bigint', 'bigint', 'bigint'],
  (values) =>
    `insert into entry_line (entry_no, account_no, amount, balance_after, prev_entry) ${values}`,
)

/** Under which key a voucher was asked for, and sha256 of what was asked, in hex. */
export interface PostingKey {
  readonly key: string
  readonly bodyHash: string
}

/** A voucher to be written: its head, its entries, its hash and the link that it is in. */
export interface SealedVoucher {
  readonly no: bigint
  readonly head: VoucherHead
  readonly entries: readonly Entry[]
  /** In hex. */
  readonly hash: string
  readonly link: bigint
  readonly red: boolean
}

/** An entry as it is stored. */
export interface EntryLine {
  readonly no: bigint
  readonly account: bigint
  /** Debit-positive. */
  readonly amount: bigint
  readonly balanceAfter: bigint
  readonly prev: bigint | null
}

/** The number of a voucher's entry. @param line from 1 */
export function entryNo(voucherNo: bigint, line: bigint): bigint {
  return (voucherNo << LINE_BITS) + line - 1n
}

/** The row that a voucher is kept as. */
export function voucherRow({ no, head, hash, link, red }: SealedVoucher): VoucherRow {
  return {
    voucher_no: no,
    tenant_id: head.tenant,
    id: head.id,
    number: head.number,
    kind: head.kind,
    serial: head.serial,
    event_id: head.eventId,
    event_type: head.eventType,
    rule_version: head.ruleVersion,
    reverses: head.reverses,
    booking_on: head.bookingOn,
    value_on: head.valueOn,
    recorded_at: head.recordedAt,
    posted_by: head.postedBy,
    summary: head.summary,
    hash: hashBytes(hash),
    link,
    red: red ? 1n : 0n,
    posting_key: head.key ?? null,
    body_hash: head.bodyHash === undefined ? null : hashBytes(head.bodyHash),
    hold_id: head.hold ?? null,
    channel: head.channel ?? null,
  }
}

const newest = define<Record<never, never>>()((db) =>
  db.selectFrom('voucher').select((eb) => eb.fn.max('voucher_no').as('no'))
)

const given = rowsStatement<LedgerTables, { no: bigint }>(
  ['bigint'],
  (values) =>
    `select nextval(pg_get_serial_sequence('voucher', 'voucher_no')) as no from (${values}) as g`,
)

/** Numbers for as many vouchers, rising. */
export async function voucherNumbers(tx: LedgerTx, count: number): Promise<bigint[]> {
  const rows = Array.from({ length: count }, (_, i) => BigInt(i))
  // Elsewhere others write at the same time, and a number that is the newest is soon theirs as well.
  if (isPostgres(tx)) {
    const taken = await given(tx, rows.map((i) => [i]))
    return taken.map(({ no }) => no).sort((a, b) => a < b ? -1 : 1)
  }
  const [last] = await newest(tx, {})
  return rows.map((i) => (last?.no ?? 0n) + 1n + i)
}

/** Writes vouchers and their entries. */
export async function insertVouchers(
  tx: LedgerTx,
  vouchers: readonly VoucherRow[],
  entries: readonly EntryLine[],
): Promise<void> {
  const plain: unknown[][] = []
  const others: unknown[][] = []
  for (const v of vouchers) {
    const head = [v.voucher_no, v.tenant_id, v.id, v.number, v.kind, v.serial]
    const said = [v.booking_on, v.value_on, v.recorded_at, v.posted_by, v.summary, v.hash, v.link]
    const event = v.event_id ?? v.event_type ?? v.rule_version
    if ((event ?? v.reverses ?? v.hold_id ?? v.channel) === null && v.red === 0n) {
      plain.push([...head, ...said, v.posting_key, v.body_hash])
    } else {
      const source = [v.event_id, v.event_type, v.reverses, v.rule_version]
      const rest = [v.red, v.posting_key, v.body_hash, v.hold_id, v.channel]
      others.push([...head, ...source, ...said, ...rest])
    }
  }
  await addPlain(tx, plain)
  await addVouchers(tx, others)
  await addEntries(tx, entries.map((e) => [e.no, e.account, e.amount, e.balanceAfter, e.prev]))
}

const byKey = rowsStatement<LedgerTables, VoucherRow>(
  ['text', 'text'],
  (values) =>
    `select v.* from (${values}) as wanted join voucher as v on v.tenant_id = wanted.column1 ` +
    `and v.posting_key = wanted.column2 and v.posting_key is not null`,
)

/** The vouchers that were posted under these keys, in no order. */
export async function vouchersByKey(
  db: LedgerReader,
  tenant: string,
  keys: readonly string[],
): Promise<readonly VoucherRow[]> {
  return await byKey(db, keys.map((key) => [tenant, key]))
}

export const voucherById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('voucher').selectAll().where('tenant_id', '=', p.tenant).where('id', '=', p.id)
    .limit(1)
)

/** Vouchers in the order of their leaves, after a number. For verification. */
export const vouchersByLeaf = define<Tenant & { after: bigint; limit: bigint }>()((db, p) =>
  db.selectFrom('voucher').selectAll().where('tenant_id', '=', p.tenant)
    .where('voucher_no', '>', p.after).orderBy('voucher_no').limit(p.limit)
)

export const reversalOf = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('voucher').select('id')
    .where('tenant_id', '=', p.tenant).where('reverses', '=', p.id).limit(1)
)

/** The vouchers that undo these. */
export async function reversalsOf(
  db: LedgerReader,
  tenant: string,
  vouchers: readonly string[],
): Promise<{ id: string; reverses: string }[]> {
  const rows = await db.selectFrom('voucher').select(['id', 'reverses'])
    .where('tenant_id', '=', tenant).where('reverses', 'in', vouchers).execute()
  return rows.map((row) => ({ id: row.id, reverses: row.reverses! }))
}

const ENTRY_COLUMNS = [
  'e.tenant_id',
  'e.voucher_id',
  'e.line',
  'e.account_id',
  'e.side',
  'e.minor',
  'e.balance_after',
  'e.booking_on',
  'e.value_on',
  'e.entry_no',
  'a.institution',
  'a.subject',
  'a.currency',
  'a.number',
] as const

/** Entries with their accounts, to be filtered. */
export function entries(db: LedgerReader) {
  return db.selectFrom('entry as e')
    .innerJoin('account_record as a', 'a.account_no', 'e.account_no').select(ENTRY_COLUMNS)
}

/** The entries of vouchers, by voucher and line. */
export async function entriesOf(
  db: LedgerReader,
  tenant: string,
  vouchers: readonly string[],
): Promise<EntryRow[]> {
  if (vouchers.length === 0) return []
  const rows = await entries(db)
    .where('e.tenant_id', '=', tenant).where('e.voucher_id', 'in', vouchers)
    .orderBy('e.voucher_id').orderBy('e.line').execute()
  return rows as EntryRow[]
}

/** The vouchers of orders, oldest first. */
export async function vouchersOf(
  db: LedgerReader,
  tenant: string,
  serials: readonly string[],
): Promise<VoucherRow[]> {
  return await db.selectFrom('voucher').selectAll()
    .where('tenant_id', '=', tenant).where('serial', 'in', serials).orderBy('id').execute()
}

/** Vouchers by id. */
export async function vouchersById(
  db: LedgerReader,
  tenant: string,
  ids: readonly string[],
): Promise<VoucherRow[]> {
  if (ids.length === 0) return []
  return await db.selectFrom('voucher').selectAll()
    .where('tenant_id', '=', tenant).where('id', 'in', ids).execute()
}

/** Filters of a list of vouchers. Absent ones do not filter. */
export interface VoucherFilter {
  readonly serial?: string | undefined
  readonly bookingFrom?: LocalDate | undefined
  readonly bookingTo?: LocalDate | undefined
}

/** Vouchers newest first, one more than `limit` when there are more. @param after an id */
export async function listVouchers(
  db: LedgerReader,
  tenant: string,
  filter: VoucherFilter,
  page: { limit: number; after: string | undefined },
): Promise<VoucherRow[]> {
  let query = db.selectFrom('voucher').selectAll().where('tenant_id', '=', tenant)
  if (filter.serial !== undefined) query = query.where('serial', '=', filter.serial)
  if (filter.bookingFrom !== undefined) query = query.where('booking_on', '>=', filter.bookingFrom)
  if (filter.bookingTo !== undefined) query = query.where('booking_on', '<=', filter.bookingTo)
  if (page.after !== undefined) query = query.where('id', '<', page.after)
  return await query.orderBy('id', 'desc').limit(page.limit + 1).execute()
}

/** Vouchers that events of one type made between two booking dates, after an id. */
export const vouchersOfType = define<
  Tenant & { type: string; from: LocalDate; to: LocalDate; after: string; limit: bigint }
>()((db, p) =>
  db.selectFrom('voucher').select(['id', 'event_id'])
    .where('tenant_id', '=', p.tenant).where('event_type', '=', p.type)
    .where('booking_on', '>=', p.from).where('booking_on', '<=', p.to)
    .where('event_id', 'is not', null).where('id', '>', p.after)
    .orderBy('id').limit(p.limit)
)
