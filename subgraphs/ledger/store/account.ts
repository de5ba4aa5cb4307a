/**
 * Accounts, what they moved by day, and what happened to them.
 */
import { sql } from 'kysely'
import { rowsStatement } from '../../kernel/store.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { AccountState, AccountStatus, NewAccount } from '../account.ts'
import type { Side } from '../chart.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type LedgerTx, type Tenant } from './handle.ts'

export type AccountRow = LedgerTables['account']

/** A row as the rules take it. */
export function accountState(row: AccountRow): AccountState {
  return {
    no: row.account_no,
    id: row.id,
    institution: row.institution,
    subject: row.subject,
    currency: row.currency,
    number: row.number,
    normal: row.normal as Side,
    status: row.status as AccountStatus,
    min: row.min_balance,
    max: row.max_balance,
    held: row.held,
    balance: row.balance,
    last: row.last_entry,
    day: row.day_on === null
      ? null
      : { on: row.day_on, debit: row.day_debit, credit: row.day_credit },
  }
}

const byPlace = rowsStatement<LedgerTables, AccountRow>(
  ['text', 'text', 'text', 'text'],
  (values) =>
    `select a.* from (${values}) as wanted join account as a on a.tenant_id = wanted.column1 ` +
    `and a.institution = wanted.column2 and a.subject = wanted.column3 ` +
    `and a.currency = wanted.column4 and a.number = ''`,
)

const byId = rowsStatement<LedgerTables, AccountRow>(
  ['text', 'text'],
  (values) =>
    `select a.* from (${values}) as wanted ` +
    `join account as a on a.tenant_id = wanted.column1 and a.id = wanted.column2`,
)

const byNumber = rowsStatement<LedgerTables, AccountRow>(
  ['text', 'text'],
  (values) =>
    `select a.* from (${values}) as wanted join account as a on a.tenant_id = wanted.column1 ` +
    `and a.number = wanted.column2 and a.number <> ''`,
)

/** The accounts of places in the chart, those that were opened. */
export async function accountsAt(
  db: LedgerReader,
  tenant: string,
  places: readonly { institution: string; subject: string; currency: string }[],
): Promise<readonly AccountRow[]> {
  return await byPlace(db, places.map((p) => [tenant, p.institution, p.subject, p.currency]))
}

/** Accounts by id, in no order. */
export async function accountsById(
  db: LedgerReader,
  tenant: string,
  ids: readonly string[],
): Promise<readonly AccountRow[]> {
  return await byId(db, ids.map((id) => [tenant, id]))
}

/** Customers' accounts by number, in no order. */
export async function accountsByNumber(
  db: LedgerReader,
  tenant: string,
  numbers: readonly string[],
): Promise<readonly AccountRow[]> {
  return await byNumber(db, numbers.map((number) => [tenant, number]))
}

/** The usual side of a place that takes entries: of a subject that does, in an institution that is. */
export const placeExists = define<Tenant & { institution: string; subject: string }>()((db, p) =>
  db.selectFrom('subject')
    .innerJoin('institution', 'institution.tenant_id', 'subject.tenant_id')
    .select(['subject.code', 'subject.normal', 'subject.class'])
    .where('subject.tenant_id', '=', p.tenant).where('subject.code', '=', p.subject)
    .where('subject.postable', '=', 1n).where('institution.code', '=', p.institution).limit(1)
)

const insertRecord = define<
  Tenant & {
    id: string
    institution: string
    subject: string
    currency: string
    number: string
    customer: string | null
    product: string | null
    normal: string
    min: bigint | null
    max: bigint | null
    at: Instant
  }
>()((db, p) =>
  db.insertInto('account_record').values({
    tenant_id: p.tenant,
    id: p.id,
    institution: p.institution,
    subject: p.subject,
    currency: p.currency,
    number: p.number,
    customer: p.customer,
    product: p.product,
    normal: p.normal,
    status: 'OPEN',
    min_balance: p.min,
    max_balance: p.max,
    opened_at: p.at,
  }).returning('account_no')
)

const insertBalance = define<{ no: bigint }>()((db, p) =>
  db.insertInto('account_balance').values({
    account_no: p.no,
    balance: 0n,
    held: 0n,
    last_entry: null,
    day_on: null,
    day_debit: 0n,
    day_credit: 0n,
  })
)

/** Opens an account with nothing on it; answers its number inside the store. */
export async function openAccount(
  tx: LedgerTx,
  tenant: string,
  account: NewAccount,
  owner: { customer: string | null; product: string | null; at: Instant },
): Promise<bigint> {
  const [row] = await insertRecord(tx, { tenant, ...account, ...owner })
  await insertBalance(tx, { no: row!.account_no })
  return row!.account_no
}

const putBalances = rowsStatement<LedgerTables>(
  ['bigint', 'bigint', 'bigint', 'bigint', 'bigint', 'bigint', 'bigint'],
  (values) =>
    `update account_balance set balance = moved.column2, held = moved.column3, ` +
    `last_entry = moved.column4, day_on = moved.column5, day_debit = moved.column6, ` +
    `day_credit = moved.column7 from (${values}) as moved ` +
    `where account_balance.account_no = moved.column1`,
)

/** Writes over what is on accounts. */
export async function writeBalances(
  tx: LedgerTx,
  accounts: readonly AccountState[],
): Promise<void> {
  // In the order of the rows: pages are written one after another, and on PostgreSQL two processes
  // that meet wait rather than deadlock.
  const rows = accounts.toSorted((a, b) => a.no < b.no ? -1 : 1)
  await putBalances(
    tx,
    rows.map((a) => [
      a.no,
      a.balance,
      a.held,
      a.last,
      a.day === null ? null : BigInt(a.day.on.replaceAll('-', '')),
      a.day?.debit ?? 0n,
      a.day?.credit ?? 0n,
    ]),
  )
}

const addDays = rowsStatement<LedgerTables>(
  ['text', 'text', 'text', 'text', 'bigint', 'bigint'],
  (values) =>
    `insert into account_day (tenant_id, account_id, booking_on, value_on, debit, credit) ` +
    `${values} on conflict (tenant_id, account_id, booking_on, value_on) do update set ` +
    `debit = account_day.debit + excluded.debit, credit = account_day.credit + excluded.credit`,
)

const addGeneral = rowsStatement<LedgerTables>(
  ['text', 'text', 'text', 'text', 'text', 'bigint', 'bigint'],
  (values) =>
    `insert into general_day ` +
    `(tenant_id, institution, subject, currency, booking_on, debit, credit) ${values} ` +
    `on conflict (tenant_id, institution, subject, currency, booking_on) do update set ` +
    `debit = general_day.debit + excluded.debit, credit = general_day.credit + excluded.credit`,
)

/** Sums of debits and credits under one key. */
export interface Movement<Key extends readonly string[]> {
  readonly key: Key
  debit: bigint
  credit: bigint
}

export type AccountDay = readonly [account: string, booking: LocalDate, value: LocalDate]
export type GeneralDay = readonly [
  institution: string,
  subject: string,
  currency: string,
  booking: LocalDate,
]

/** Adds to the days of accounts (account, booking date, value date). No key comes twice. */
export async function addToAccountDays(
  tx: LedgerTx,
  tenant: string,
  movements: readonly Movement<AccountDay>[],
): Promise<void> {
  await addDays(tx, movements.map((m) => [tenant, ...m.key, m.debit, m.credit]))
}

/** Adds to the general ledger (institution, subject, currency, booking date). No key comes twice. */
export async function addToGeneralDays(
  tx: LedgerTx,
  tenant: string,
  movements: readonly Movement<GeneralDay>[],
): Promise<void> {
  await addGeneral(tx, movements.map((m) => [tenant, ...m.key, m.debit, m.credit]))
}

/** Changes an account's status; `affected` is 0 when it had another than expected. */
export const setStatus = define<Tenant & { id: string; from: string; to: string }>()((db, p) =>
  db.updateTable('account_record').set({ status: p.to })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).where('status', '=', p.from)
)

export const setLimits = define<
  Tenant & { id: string; min: bigint | null; max: bigint | null }
>()((db, p) =>
  db.updateTable('account_record').set({ min_balance: p.min, max_balance: p.max })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

/** Changes what is held of an account. @param delta may be negative */
export const moveHeld = define<Tenant & { id: string; delta: bigint }>()((db, p) =>
  db.updateTable('account_balance').set((eb) => ({ held: eb('held', '+', p.delta) }))
    .where('account_no', '=', (eb) =>
      eb.selectFrom('account_record').select('account_no')
        .where('tenant_id', '=', p.tenant).where('id', '=', p.id))
)

export const insertChange = define<
  Tenant & {
    id: string
    account: string
    what: string
    detail: string
    reason: string
    by: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('account_change').values({
    tenant_id: p.tenant,
    id: p.id,
    account_id: p.account,
    what: p.what,
    detail: p.detail,
    reason: p.reason,
    changed_by: p.by,
    changed_at: p.at,
  })
)

/** What happened to accounts, oldest first. */
export async function changesOf(
  db: LedgerReader,
  tenant: string,
  accounts: readonly string[],
): Promise<LedgerTables['account_change'][]> {
  return await db.selectFrom('account_change').selectAll()
    .where('tenant_id', '=', tenant).where('account_id', 'in', accounts).orderBy('id').execute()
}

/** Accounts of a tenant with their balances, by institution, subject and currency. */
export async function listAccounts(
  db: LedgerReader,
  tenant: string,
  filter: { institution?: string | undefined; subject?: string | undefined },
): Promise<AccountRow[]> {
  let query = db.selectFrom('account').selectAll().where('tenant_id', '=', tenant)
    .where('number', '=', '')
  if (filter.institution !== undefined) {
    query = query.where('institution', '=', filter.institution)
  }
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject)
  return await query.orderBy('institution').orderBy('subject').orderBy('currency').limit(2000)
    .execute()
}

/** The accounts of a product that is the bank's own, by number. */
export const accountsOfProduct = define<Tenant & { product: string }>()((db, p) =>
  db.selectFrom('account').selectAll()
    .where('tenant_id', '=', p.tenant).where('product', '=', p.product)
    .where('customer', 'is', null).where('number', '<>', '').orderBy('number')
)

/** The accounts of customers, in the order of their ids. */
export async function accountsOfCustomers(
  db: LedgerReader,
  tenant: string,
  customers: readonly string[],
): Promise<AccountRow[]> {
  return await db.selectFrom('account').selectAll()
    .where('tenant_id', '=', tenant).where('customer', 'in', customers).orderBy('id').execute()
}

/** One account, or none. */
export async function findAccount(
  db: LedgerReader,
  tenant: string,
  by: { readonly id: string } | { readonly number: string },
): Promise<AccountRow | undefined> {
  const [row] = 'id' in by
    ? await accountsById(db, tenant, [by.id])
    : await accountsByNumber(db, tenant, [by.number])
  return row
}

/**
 * Until when a balance counts, on each axis: bounds are included, absent ones do not bound.
 *
 * @property bookedBy by the day it was booked (会计日)
 * @property valueBy by the day it counts from (起息日)
 * @property knownAt as it was known at that moment, whatever was recorded later
 */
export interface AsOf {
  readonly bookedBy?: LocalDate | undefined
  readonly valueBy?: LocalDate | undefined
  readonly knownAt?: Instant | undefined
}

const daySum = define<Tenant & { account: string; booked: LocalDate; value: LocalDate }>()((
  db,
  p,
) =>
  db.selectFrom('account_movement')
    .select(sql<bigint>`cast(coalesce(sum(debit - credit), 0) as bigint)`.as('sum'))
    .where('tenant_id', '=', p.tenant).where('account_id', '=', p.account)
    .where('booking_on', '<=', p.booked).where('value_on', '<=', p.value)
)

/** What an account's entries that were recorded after a moment come to, within bounds. */
async function recordedLater(
  db: LedgerReader,
  p: { tenant: string; account: string; booked: LocalDate; value: LocalDate; known: Instant },
  from: string,
): Promise<bigint> {
  // Back from the newest entry, to the first voucher that was booked of those made since then. A
  // voucher that was made before may be booked among them, so that it is no place to stop.
  const { rows } = await sql<{ sum: bigint }>`
    with recursive walk(entry_no) as (
      select b.last_entry from account_balance b join account_record r on r.account_no = b.account_no
      where r.tenant_id = ${p.tenant} and r.id = ${p.account}
      union all
      select e.prev_entry from walk w
      join entry_line e on e.entry_no = w.entry_no
      where e.prev_entry < w.entry_no and e.prev_entry >> 10 >= (
        select min(voucher_no) from voucher where tenant_id = ${p.tenant} and id >= ${from}
      )
    )
    select cast(coalesce(sum(e.amount), 0) as bigint) as sum from walk w
    join entry_line e on e.entry_no = w.entry_no
    join voucher v on v.voucher_no = e.entry_no >> 10
    where v.recorded_at > ${p.known} and v.booking_on <= ${p.booked} and v.value_on <= ${p.value}`
    .execute(db)
  return rows[0]!.sum
}

const LAST_DATE: LocalDate = '9999-12-31'

/**
 * The balance of an account as of a moment on any of the three axes, debit-positive.
 *
 * @param firstId the least voucher id that a voucher recorded after `knownAt` can have: what was
 * recorded later is then found without reading what was there before
 */
export async function balanceAsOf(
  db: LedgerReader,
  tenant: string,
  account: string,
  at: AsOf & { readonly firstId?: string },
): Promise<bigint> {
  const bounds = {
    tenant,
    account,
    booked: at.bookedBy ?? LAST_DATE,
    value: at.valueBy ?? LAST_DATE,
  }
  const [all] = await daySum(db, bounds)
  if (at.knownAt === undefined) return all!.sum
  const later = await recordedLater(db, { ...bounds, known: at.knownAt }, at.firstId ?? '')
  return all!.sum - later
}
