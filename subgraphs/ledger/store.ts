/**
 * The ledger's SQL.
 */
import { sql } from 'kysely'
import type { Currency } from '../kernel/money.ts'
import { type Reader, statement, type Tx } from '../kernel/store.ts'
import type { Instant, LocalDate } from '../kernel/time.ts'
import type { Subject } from './chart.ts'
import type { LedgerTables } from './tables.ts'
import type { Entry, VoucherHead } from './voucher.ts'

export type LedgerTx = Tx<LedgerTables>
export type LedgerReader = Reader<LedgerTables>
export type VoucherRow = LedgerTables['voucher']
export type EntryRow = LedgerTables['entry'] & {
  readonly institution: string
  readonly subject: string
  readonly currency: Currency
}
export type EventRow = LedgerTables['accounting_event']
export type SuspenseRow = LedgerTables['suspense_item'] & {
  readonly minor: bigint
  readonly side: string
  readonly institution: string
  readonly currency: Currency
}

interface Tenant {
  tenant: string
}

const define = <Args extends object>() => statement<LedgerTables, Args>()

// --- setting up -------------------------------------------------------------------------------

/** Adds an institution unless it is there. */
export const addInstitution = define<Tenant & { code: string; zh: string; en: string }>()((db, p) =>
  db.insertInto('institution')
    .values({ tenant_id: p.tenant, code: p.code, zh: p.zh, en: p.en })
    .onConflict((c) => c.doNothing())
)

const insertSubject = define<
  Tenant & { code: string; zh: string; en: string; class: string; normal: string; postable: bigint }
>()((db, p) =>
  db.insertInto('subject').values({
    tenant_id: p.tenant,
    code: p.code,
    zh: p.zh,
    en: p.en,
    class: p.class,
    normal: p.normal,
    postable: p.postable,
  }).onConflict((c) => c.doNothing())
)

/** Adds a subject unless it is there. */
export async function addSubject(tx: LedgerTx, tenant: string, subject: Subject): Promise<void> {
  await insertSubject(tx, { ...subject, tenant, postable: subject.postable ? 1n : 0n })
}

/** The chart of a tenant by code. */
export const subjects = define<Tenant>()((db, p) =>
  db.selectFrom('subject').selectAll().where('tenant_id', '=', p.tenant).orderBy('code')
)

/** The institutions of a tenant by code. */
export const institutions = define<Tenant>()((db, p) =>
  db.selectFrom('institution').selectAll().where('tenant_id', '=', p.tenant).orderBy('code')
)

/** Every tenant that has a chart. */
export const tenants = define<Record<never, never>>()((db) =>
  db.selectFrom('subject').select('tenant_id').distinct().orderBy('tenant_id')
)

// --- accounts ---------------------------------------------------------------------------------

/** The account of a place in the chart, if it was opened. */
export const accountAt = define<
  Tenant & { institution: string; subject: string; currency: string }
>()((db, p) =>
  db.selectFrom('account').select(['id', 'balance'])
    .where('tenant_id', '=', p.tenant).where('institution', '=', p.institution)
    .where('subject', '=', p.subject).where('currency', '=', p.currency).limit(1)
)

/** Whether a subject takes entries, and whether the institution exists: both or no row. */
export const placeExists = define<Tenant & { institution: string; subject: string }>()((db, p) =>
  db.selectFrom('subject')
    .innerJoin('institution', 'institution.tenant_id', 'subject.tenant_id')
    .select('subject.code')
    .where('subject.tenant_id', '=', p.tenant).where('subject.code', '=', p.subject)
    .where('subject.postable', '=', 1n).where('institution.code', '=', p.institution).limit(1)
)

/** Opens an account with nothing in it. */
export const openAccount = define<
  Tenant & { id: string; institution: string; subject: string; currency: string; at: Instant }
>()((db, p) =>
  db.insertInto('account').values({
    tenant_id: p.tenant,
    id: p.id,
    institution: p.institution,
    subject: p.subject,
    currency: p.currency,
    balance: 0n,
    opened_at: p.at,
  })
)

/** Moves a balance and answers it. `delta` is debit-positive. */
export const moveBalance = define<Tenant & { id: string; delta: bigint }>()((db, p) =>
  db.updateTable('account').set((eb) => ({ balance: eb('balance', '+', p.delta) }))
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id)
    .returning('balance')
)

/** Adds to what an account moved on a day. */
export const addToDay = define<
  Tenant & { account: string; on: LocalDate; debit: bigint; credit: bigint }
>()((db, p) =>
  db.insertInto('account_day').values({
    tenant_id: p.tenant,
    account_id: p.account,
    booking_on: p.on,
    debit: p.debit,
    credit: p.credit,
  }).onConflict((c) =>
    c.columns(['tenant_id', 'account_id', 'booking_on']).doUpdateSet((eb) => ({
      debit: eb('account_day.debit', '+', eb.ref('excluded.debit')),
      credit: eb('account_day.credit', '+', eb.ref('excluded.credit')),
    }))
  )
)

// --- periods ----------------------------------------------------------------------------------

/** The closing of a month, if it is closed. */
export const closing = define<Tenant & { period: string }>()((db, p) =>
  db.selectFrom('closed_period').selectAll()
    .where('tenant_id', '=', p.tenant).where('period', '=', p.period).limit(1)
)

export const closings = define<Tenant>()((db, p) =>
  db.selectFrom('closed_period').selectAll().where('tenant_id', '=', p.tenant).orderBy('period')
)

export const closePeriodRow = define<Tenant & { period: string; by: string; at: Instant }>()(
  (db, p) =>
    db.insertInto('closed_period')
      .values({ tenant_id: p.tenant, period: p.period, closed_by: p.by, closed_at: p.at })
      .onConflict((c) => c.doNothing()),
)

export const reopenPeriodRow = define<Tenant & { period: string }>()((db, p) =>
  db.deleteFrom('closed_period')
    .where('tenant_id', '=', p.tenant).where('period', '=', p.period)
)

// --- events and vouchers ----------------------------------------------------------------------

/** The posting of an order's event type, if there was one. */
export const postedEvent = define<Tenant & { serial: string; type: string }>()((db, p) =>
  db.selectFrom('accounting_event').select(['id', 'body_hash'])
    .where('tenant_id', '=', p.tenant).where('serial', '=', p.serial)
    .where('type', '=', p.type).where('outcome', '=', sql.lit('POSTED')).limit(1)
)

export const insertEvent = define<
  Tenant & {
    id: string
    source: string
    type: string
    serial: string
    bodyHash: string
    body: string
    outcome: 'POSTED' | 'REFUSED'
    code: string | null
    message: string | null
    at: Instant
  }
>()((db, p) =>
  db.insertInto('accounting_event').values({
    tenant_id: p.tenant,
    id: p.id,
    source: p.source,
    type: p.type,
    serial: p.serial,
    body_hash: p.bodyHash,
    body: p.body,
    outcome: p.outcome,
    code: p.code,
    message: p.message,
    received_at: p.at,
  })
)

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

/** The accounting events of orders, refused ones included, in order of arrival. */
export async function eventsOf(
  db: LedgerReader,
  tenant: string,
  serials: readonly string[],
): Promise<EventRow[]> {
  return await db.selectFrom('accounting_event').selectAll()
    .where('tenant_id', '=', tenant).where('serial', 'in', serials).orderBy('id').execute()
}

/** The accounting events with these ids. */
export async function eventsById(
  db: LedgerReader,
  tenant: string,
  ids: readonly string[],
): Promise<EventRow[]> {
  if (ids.length === 0) return []
  return await db.selectFrom('accounting_event').selectAll()
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

// --- suspense ---------------------------------------------------------------------------------

export const openSuspense = define<
  Tenant & {
    id: string
    voucher: string
    line: bigint
    serial: string | null
    reference: string
    on: LocalDate
  }
>()((db, p) =>
  db.insertInto('suspense_item').values({
    tenant_id: p.tenant,
    id: p.id,
    voucher_id: p.voucher,
    line: p.line,
    serial: p.serial,
    reference: p.reference,
    opened_on: p.on,
    state: 'OPEN',
    cleared_by: null,
  })
)

/** Marks an open item as cleared by a voucher; `affected` is 0 when it was not open. */
export const clearSuspenseRow = define<Tenant & { id: string; voucher: string }>()((db, p) =>
  db.updateTable('suspense_item').set({ state: 'CLEARED', cleared_by: p.voucher })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).where('state', '=', 'OPEN')
)

/** Puts back into suspense what a voucher took out of it. */
export const reopenSuspense = define<Tenant & { voucher: string }>()((db, p) =>
  db.updateTable('suspense_item').set({ state: 'OPEN', cleared_by: null })
    .where('tenant_id', '=', p.tenant).where('cleared_by', '=', p.voucher)
)

/** Items that one voucher put into suspense. */
export const suspenseOfVoucher = define<Tenant & { voucher: string }>()((db, p) =>
  db.selectFrom('suspense_item').select(['id', 'state'])
    .where('tenant_id', '=', p.tenant).where('voucher_id', '=', p.voucher)
)

function suspenseWithAmounts(db: LedgerReader, tenant: string) {
  return db.selectFrom('suspense_item as s')
    .innerJoin(
      'entry as e',
      (j) =>
        j.onRef('e.tenant_id', '=', 's.tenant_id').onRef('e.voucher_id', '=', 's.voucher_id')
          .onRef('e.line', '=', 's.line'),
    )
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'e.tenant_id').onRef('a.id', '=', 'e.account_id'),
    )
    .selectAll('s').select(['e.minor', 'e.side', 'a.institution', 'a.currency'])
    .where('s.tenant_id', '=', tenant)
}

/** Items by state, oldest first, one more than `limit` when there are more. */
export async function listSuspense(
  db: LedgerReader,
  tenant: string,
  state: 'OPEN' | 'CLEARED' | undefined,
  page: { limit: number; after: string | undefined },
): Promise<SuspenseRow[]> {
  let query = suspenseWithAmounts(db, tenant)
  if (state !== undefined) query = query.where('s.state', '=', state)
  if (page.after !== undefined) query = query.where('s.id', '>', page.after)
  return await query.orderBy('s.id').limit(page.limit + 1).execute() as SuspenseRow[]
}

/** One item. */
export async function suspenseById(
  db: LedgerReader,
  tenant: string,
  id: string,
): Promise<SuspenseRow | undefined> {
  const row = await suspenseWithAmounts(db, tenant).where('s.id', '=', id).executeTakeFirst()
  return row as SuspenseRow | undefined
}

/** The items of orders, oldest first. */
export async function suspenseOf(
  db: LedgerReader,
  tenant: string,
  serials: readonly string[],
): Promise<SuspenseRow[]> {
  const rows = await suspenseWithAmounts(db, tenant).where('s.serial', 'in', serials)
    .orderBy('s.id').execute()
  return rows as SuspenseRow[]
}

// --- reports ----------------------------------------------------------------------------------

/** One line of a trial balance. Sums are minor units; `opening` and `closing` are debit-positive. */
export interface TrialBalanceRow {
  readonly subject: string
  readonly currency: Currency
  readonly opening: bigint
  readonly debit: bigint
  readonly credit: bigint
}

/** Sums per subject and currency between two booking dates, by subject. @param institution all when absent */
export async function trialBalance(
  db: LedgerReader,
  tenant: string,
  range: { from: LocalDate; to: LocalDate; institution: string | undefined },
): Promise<TrialBalanceRow[]> {
  let query = db.selectFrom('account_day as d')
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'd.tenant_id').onRef('a.id', '=', 'd.account_id'),
    )
    .where('d.tenant_id', '=', tenant).where('d.booking_on', '<=', range.to)
  if (range.institution !== undefined) query = query.where('a.institution', '=', range.institution)
  const before = sql<boolean>`d.booking_on < ${range.from}`
  const rows = await query
    .select([
      'a.subject',
      'a.currency',
      sql<bigint>`cast(sum(case when ${before} then d.debit - d.credit else 0 end) as bigint)`
        .as('opening'),
      sql<bigint>`cast(sum(case when ${before} then 0 else d.debit end) as bigint)`.as('debit'),
      sql<bigint>`cast(sum(case when ${before} then 0 else d.credit end) as bigint)`.as('credit'),
    ])
    .groupBy(['a.subject', 'a.currency']).orderBy('a.subject').orderBy('a.currency').execute()
  return rows as TrialBalanceRow[]
}

/** Accounts of a tenant with their balances, by institution, subject and currency. */
export async function listAccounts(
  db: LedgerReader,
  tenant: string,
  filter: { institution?: string | undefined; subject?: string | undefined },
): Promise<LedgerTables['account'][]> {
  let query = db.selectFrom('account').selectAll().where('tenant_id', '=', tenant)
  if (filter.institution !== undefined) {
    query = query.where('institution', '=', filter.institution)
  }
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject)
  return await query.orderBy('institution').orderBy('subject').orderBy('currency').limit(2000)
    .execute()
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

// --- across subgraphs -------------------------------------------------------------------------

/** What one order has in the books: vouchers made from its events, reversed ones told apart. */
export interface BookedOrder {
  readonly serial: string
  readonly eventType: string
  readonly voucher: string
  readonly minor: bigint
  readonly currency: string
  readonly reversed: boolean
}

const bookedPage = define<Tenant & { after: string; afterId: string; limit: bigint }>()((db, p) =>
  db.selectFrom('voucher as v')
    .innerJoin(
      'entry as e',
      (j) =>
        j.onRef('e.tenant_id', '=', 'v.tenant_id').onRef('e.voucher_id', '=', 'v.id')
          .on('e.line', '=', 1n),
    )
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'e.tenant_id').onRef('a.id', '=', 'e.account_id'),
    )
    .leftJoin(
      'voucher as r',
      (j) => j.onRef('r.tenant_id', '=', 'v.tenant_id').onRef('r.reverses', '=', 'v.id'),
    )
    .select(['v.serial', 'v.event_type', 'v.id', 'e.minor', 'a.currency', 'r.id as reversal'])
    .where('v.tenant_id', '=', p.tenant).where('v.kind', '=', 'EVENT')
    .where((eb) =>
      eb.or([
        eb('v.serial', '>', p.after),
        eb.and([eb('v.serial', '=', p.after), eb('v.id', '>', p.afterId)]),
      ])
    )
    .orderBy('v.serial').orderBy('v.id').limit(p.limit)
)

/** Vouchers made from events, by serial. The amount is that of the first line. */
export async function* bookedOrders(
  db: LedgerReader,
  tenant: string,
): AsyncGenerator<BookedOrder> {
  let after = ''
  let afterId = ''
  while (true) {
    const rows = await bookedPage(db, { tenant, after, afterId, limit: 1000n })
    for (const row of rows) {
      yield {
        serial: row.serial!,
        eventType: row.event_type!,
        voucher: row.id,
        minor: row.minor,
        currency: row.currency,
        reversed: row.reversal !== null,
      }
    }
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.serial!
    afterId = last.id
  }
}
