/**
 * Vouchers and their entries.
 */
import type { LocalDate } from '../../kernel/time.ts'
import type { Entry, VoucherHead } from '../voucher.ts'
import { rowsStatement } from '../../kernel/store.ts'
import type { LedgerTables } from '../tables.ts'
import {
  define,
  type EntryRow,
  type LedgerReader,
  type LedgerTx,
  type Tenant,
  type VoucherRow,
} from './handle.ts'

const addVouchers = rowsStatement<LedgerTables>(
  [
    ...Array.from({ length: 8 }, () => 'text' as const),
    'bigint',
    ...Array.from({ length: 7 }, () => 'text' as const),
    'bigint',
    'bigint',
    'text',
  ],
  (values) =>
    `insert into voucher (tenant_id, id, number, kind, serial, event_id, event_type, reverses, ` +
    `rule_version, booking_on, value_on, recorded_at, posted_by, summary, hash, ` +
    `hold_id, link, link_index, channel) ${values}`,
)

const addEntries = rowsStatement<LedgerTables>(
  ['text', 'text', 'bigint', 'text', 'text', 'bigint', 'bigint', 'text', 'text'],
  (values) =>
    `insert into entry (tenant_id, voucher_id, line, account_id, side, minor, balance_after, ` +
    `booking_on, value_on) ${values}`,
)

/** A voucher to be written: its head, its entries, and where its leaf lies. */
export interface SealedVoucher {
  readonly head: VoucherHead
  readonly entries: readonly Entry[]
  readonly hash: string
  readonly link: bigint
  readonly index: bigint
}

/** Writes vouchers of one tenant with their entries. */
export async function insertVouchers(
  tx: LedgerTx,
  tenant: string,
  vouchers: readonly SealedVoucher[],
): Promise<void> {
  await addVouchers(
    tx,
    vouchers.map(({ head, hash, link, index }) => [
      tenant,
      head.id,
      head.number,
      head.kind,
      head.serial,
      head.eventId,
      head.eventType,
      head.reverses,
      head.ruleVersion,
      head.bookingOn,
      head.valueOn,
      head.recordedAt,
      head.postedBy,
      head.summary,
      hash,
      head.hold ?? null,
      link,
      index,
      head.channel ?? null,
    ]),
  )
  await addEntries(
    tx,
    vouchers.flatMap(({ head, entries }) =>
      entries.map((entry) => [
        tenant,
        head.id,
        entry.line,
        entry.accountId,
        entry.side,
        entry.minor,
        entry.balanceAfter,
        head.bookingOn,
        head.valueOn,
      ])
    ),
  )
}

export const voucherById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('voucher').selectAll().where('tenant_id', '=', p.tenant).where('id', '=', p.id)
    .limit(1)
)

/** Vouchers in the order of their leaves, after a leaf. For verification. */
export const vouchersByLeaf = define<Tenant & { link: bigint; index: bigint; limit: bigint }>()(
  (db, p) =>
    db.selectFrom('voucher').selectAll().where('tenant_id', '=', p.tenant)
      .where((eb) =>
        eb.or([
          eb('link', '>', p.link),
          eb.and([eb('link', '=', p.link), eb('link_index', '>', p.index)]),
        ])
      )
      .orderBy('link').orderBy('link_index').limit(p.limit),
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
  'a.institution',
  'a.subject',
  'a.currency',
  'a.number',
] as const

/** The entries of vouchers, by voucher and line. */
export async function entriesOf(
  db: LedgerReader,
  tenant: string,
  vouchers: readonly string[],
): Promise<EntryRow[]> {
  if (vouchers.length === 0) return []
  const rows = await db.selectFrom('entry as e')
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'e.tenant_id').onRef('a.id', '=', 'e.account_id'),
    )
    .select(ENTRY_COLUMNS)
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

/** The sort key of an entry within its account. */
export function entryKey(entry: Pick<EntryRow, 'voucher_id' | 'line'>): string {
  return `${entry.voucher_id}/${entry.line}`
}

/** Whether a text is one that {@link entryKey} makes. */
export function isEntryKey(key: string): boolean {
  return /^[^/\0]+\/\d{1,6}$/.test(key)
}

function readEntryKey(key: string): [voucher: string, line: bigint] {
  const [voucher = '', line = '0'] = key.split('/')
  return [voucher, BigInt(line)]
}

/**
 * An account's entries newest first, one more than `limit`.
 *
 * @param page.after a key as {@link entryKey} makes it
 */
export async function accountEntries(
  db: LedgerReader,
  tenant: string,
  account: string,
  page: { limit: number; after: string | undefined },
): Promise<EntryRow[]> {
  let query = db.selectFrom('entry as e')
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'e.tenant_id').onRef('a.id', '=', 'e.account_id'),
    )
    .select(ENTRY_COLUMNS)
    .where('e.tenant_id', '=', tenant).where('e.account_id', '=', account)
  if (page.after !== undefined) {
    const [voucher, line] = readEntryKey(page.after)
    query = query.where((eb) =>
      eb.or([
        eb('e.voucher_id', '<', voucher),
        eb.and([eb('e.voucher_id', '=', voucher), eb('e.line', '>', line)]),
      ])
    )
  }
  const rows = await query.orderBy('e.voucher_id', 'desc').orderBy('e.line')
    .limit(page.limit + 1).execute()
  return rows as EntryRow[]
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

/** An entry with what its voucher says. */
export interface StatementRow {
  readonly booking_on: LocalDate
  readonly value_on: LocalDate
  readonly number: string
  readonly summary: string
  readonly side: string
  readonly minor: bigint
  readonly balance_after: bigint
}

/** An account's entries between two booking dates, both included, in booking order. */
export async function entriesBetween(
  db: LedgerReader,
  tenant: string,
  account: string,
  range: { from: LocalDate; to: LocalDate; limit: number },
): Promise<StatementRow[]> {
  return await db.selectFrom('entry as e')
    .innerJoin(
      'voucher as v',
      (j) => j.onRef('v.tenant_id', '=', 'e.tenant_id').onRef('v.id', '=', 'e.voucher_id'),
    )
    .select([
      'e.booking_on',
      'e.value_on',
      'v.number',
      'v.summary',
      'e.side',
      'e.minor',
      'e.balance_after',
    ])
    .where('e.tenant_id', '=', tenant).where('e.account_id', '=', account)
    .where('e.booking_on', '>=', range.from).where('e.booking_on', '<=', range.to)
    .orderBy('v.link').orderBy('v.link_index').orderBy('e.line').limit(range.limit).execute()
}
