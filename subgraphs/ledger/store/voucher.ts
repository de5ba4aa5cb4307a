/**
 * Vouchers and their entries.
 */
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { Entry, VoucherHead } from '../voucher.ts'
import {
  define,
  type EntryRow,
  type LedgerReader,
  type LedgerTx,
  type Tenant,
  type VoucherRow,
} from './handle.ts'

const insertVoucherRow = define<
  Tenant & {
    id: string
    number: string
    kind: string
    serial: string | null
    eventId: string | null
    eventType: string | null
    ruleVersion: bigint | null
    reverses: string | null
    bookingOn: LocalDate
    valueOn: LocalDate
    recordedAt: Instant
    postedBy: string
    summary: string
    hash: string
    link: bigint
    index: bigint
  }
>()((db, p) =>
  db.insertInto('voucher').values({
    tenant_id: p.tenant,
    id: p.id,
    number: p.number,
    kind: p.kind,
    serial: p.serial,
    event_id: p.eventId,
    event_type: p.eventType,
    rule_version: p.ruleVersion,
    reverses: p.reverses,
    booking_on: p.bookingOn,
    value_on: p.valueOn,
    recorded_at: p.recordedAt,
    posted_by: p.postedBy,
    summary: p.summary,
    hash: p.hash,
    link: p.link,
    link_index: p.index,
  })
)

const insertEntryRow = define<
  Tenant & {
    voucher: string
    line: bigint
    accountId: string
    side: string
    minor: bigint
    balanceAfter: bigint
    bookingOn: LocalDate
    valueOn: LocalDate
  }
>()((db, p) =>
  db.insertInto('entry').values({
    tenant_id: p.tenant,
    voucher_id: p.voucher,
    line: p.line,
    account_id: p.accountId,
    side: p.side,
    minor: p.minor,
    balance_after: p.balanceAfter,
    booking_on: p.bookingOn,
    value_on: p.valueOn,
  })
)

/** Writes a voucher with its entries and where its leaf lies. */
export async function insertVoucher(
  tx: LedgerTx,
  head: VoucherHead,
  entries: readonly Entry[],
  seal: { hash: string; link: bigint; index: bigint },
): Promise<void> {
  await insertVoucherRow(tx, { ...head, ...seal })
  for (const entry of entries) {
    await insertEntryRow(tx, {
      ...entry,
      tenant: head.tenant,
      voucher: head.id,
      bookingOn: head.bookingOn,
      valueOn: head.valueOn,
    })
  }
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
