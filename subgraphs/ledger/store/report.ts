/**
 * Sums over the books.
 */
import { sql } from 'kysely'
import type { Currency } from '../../kernel/money.ts'
import type { LocalDate } from '../../kernel/time.ts'
import { type LedgerReader } from './handle.ts'

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
  let query = db.selectFrom('general_day as d')
    .where('d.tenant_id', '=', tenant).where('d.booking_on', '<=', range.to)
  if (range.institution !== undefined) query = query.where('d.institution', '=', range.institution)
  const before = sql<boolean>`d.booking_on < ${range.from}`
  const rows = await query
    .select([
      'd.subject',
      'd.currency',
      sql<bigint>`cast(sum(case when ${before} then d.debit - d.credit else 0 end) as bigint)`
        .as('opening'),
      sql<bigint>`cast(sum(case when ${before} then 0 else d.debit end) as bigint)`.as('debit'),
      sql<bigint>`cast(sum(case when ${before} then 0 else d.credit end) as bigint)`.as('credit'),
    ])
    .groupBy(['d.subject', 'd.currency']).orderBy('d.subject').orderBy('d.currency').execute()
  return rows as TrialBalanceRow[]
}

/**
 * Places where the general ledger and the accounts below it do not come to the same, as
 * `institution subject currency`; nothing when they do (总分核对).
 */
export async function totalsThatDiffer(db: LedgerReader, tenant: string): Promise<string[]> {
  const general = await db.selectFrom('general_day')
    .select([
      'institution',
      'subject',
      'currency',
      sql<bigint>`cast(sum(debit - credit) as bigint)`.as('sum'),
    ])
    .where('tenant_id', '=', tenant).groupBy(['institution', 'subject', 'currency']).execute()
  const accounts = await db.selectFrom('account')
    .select([
      'institution',
      'subject',
      'currency',
      sql<bigint>`cast(sum(balance) as bigint)`.as('sum'),
    ])
    .where('tenant_id', '=', tenant).groupBy(['institution', 'subject', 'currency']).execute()
  const nameOf = (row: { institution: string; subject: string; currency: string }) =>
    `${row.institution} ${row.subject} ${row.currency}`
  const sums = new Map(accounts.map((row) => [nameOf(row), row.sum]))
  const wrong = general.filter((row) => (sums.get(nameOf(row)) ?? 0n) !== row.sum).map(nameOf)
  const known = new Set(general.map(nameOf))
  return [
    ...wrong,
    ...accounts.filter((row) => row.sum !== 0n && !known.has(nameOf(row))).map(nameOf),
  ]
}
