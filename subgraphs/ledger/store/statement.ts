/**
 * An account's entries, from the newest back: a page of them, and those of a period.
 *
 * No index says which entries an account has; each names the one before it.
 */
import { type RawBuilder, sql } from 'kysely'
import { nextTurn } from '../../kernel/store/turn.ts'
import { type LocalDate, plusDays } from '../../kernel/time.ts'
import type { EntryRow, LedgerReader } from './handle.ts'
import { entries } from './voucher.ts'

/** The sort key of an entry within its account. */
export function entryKey(entry: Pick<EntryRow, 'entry_no'>): string {
  return `${entry.entry_no}`
}

/** Whether a text is one that {@link entryKey} makes. */
export function isEntryKey(key: string): boolean {
  return /^\d{1,18}$/.test(key)
}

/**
 * The numbers of at most so many of an account's entries, newest first, from the newest before `after`
 * on.
 */
function entriesBack(
  account: { readonly tenant: string; readonly id: string },
  after: bigint | undefined,
  most: number,
): RawBuilder<{ entry_no: bigint }> {
  const { tenant, id } = account
  const of = sql`r.tenant_id = ${tenant} and r.id = ${id}`
  const first = after === undefined
    ? sql`select b.last_entry, 1 from account_balance b
        join account_record r on r.account_no = b.account_no where ${of}`
    : sql`select e.prev_entry, 1 from entry_line e
        join account_record r on r.account_no = e.account_no
        where e.entry_no = ${after} and e.prev_entry < e.entry_no and ${of}`
  // Only ever back: rows that somebody made name one another in a circle end the walk all the same.
  return sql`with recursive walk(entry_no, n) as (
      ${first} union all
      select e.prev_entry, w.n + 1 from walk w join entry_line e on e.entry_no = w.entry_no
      where e.prev_entry < w.entry_no and w.n < ${most}
    ) select entry_no from walk where entry_no is not null`
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
  const after = page.after === undefined ? undefined : BigInt(page.after)
  const { rows: found } = await entriesBack({ tenant, id: account }, after, page.limit + 1)
    .execute(db)
  if (found.length === 0) return []
  const rows = await entries(db).where('e.entry_no', 'in', found.map((row) => row.entry_no))
    .orderBy('e.entry_no', 'desc').execute()
  return rows as EntryRow[]
}

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

/** Entries that are read before others have their turn: about 3 ms. */
const CHUNK = 500

/**
 * An account's entries between two booking dates, both included, in booking order.
 *
 * Reads back from the newest entry in short steps, so that nobody waits for a long account. Vouchers are
 * booked on the day that is open, and so in the order of days, but for two: those of a day's end belong
 * to the day before, and one that was drafted before midnight may be booked after one of the next day.
 *
 * @param range.limit the most entries; when there are more, one more than that is answered, and not the
 * oldest ones
 */
export async function entriesBetween(
  db: LedgerReader,
  tenant: string,
  account: string,
  range: { from: LocalDate; to: LocalDate; limit: number },
): Promise<StatementRow[]> {
  const surelyBefore = plusDays(range.from, -1)
  const found: StatementRow[] = []
  let after: bigint | undefined
  while (true) {
    const rows = sql<{ entry_no: bigint }>`(${entriesBack({ tenant, id: account }, after, CHUNK)})`
    const chunk = await db.selectFrom(rows.as('w'))
      .innerJoin('entry as e', 'e.entry_no', 'w.entry_no')
      .innerJoin(
        'voucher as v',
        (j) => j.onRef('v.tenant_id', '=', 'e.tenant_id').onRef('v.id', '=', 'e.voucher_id'),
      )
      .select([
        'e.entry_no',
        'e.booking_on',
        'e.value_on',
        'v.number',
        'v.summary',
        'v.kind',
        'e.side',
        'e.minor',
        'e.balance_after',
      ])
      .orderBy('e.entry_no', 'desc').execute()
    for (const { entry_no, kind, ...row } of chunk) {
      after = entry_no
      if (row.booking_on < surelyBefore && kind !== 'PRODUCT') return found.toReversed()
      if (row.booking_on >= range.from && row.booking_on <= range.to) found.push(row)
      if (found.length > range.limit) return found.toReversed()
    }
    if (chunk.length < CHUNK) return found.toReversed()
    await nextTurn()
  }
}
