/**
 * Drawers of tellers, counted; and turnovers by channel.
 */
import { sql } from 'kysely'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type Tenant } from './handle.ts'

/** A count, with what a second person said of it. */
export type CountRow =
  & LedgerTables['teller_day']
  & Pick<LedgerTables['teller_check'], 'voucher_id'>
  & {
    readonly verdict: string | null
    readonly reason: string | null
    readonly checked_by: string | null
  }

type Drawer = Tenant & { teller: string; institution: string; currency: string }

/** Counts, with what was said of them where somebody did. */
function counts(db: LedgerReader) {
  return db.selectFrom('teller_day as d')
    .leftJoin(
      'teller_check as c',
      (j) => j.onRef('c.tenant_id', '=', 'd.tenant_id').onRef('c.count_id', '=', 'd.id'),
    )
    .selectAll('d').select(['c.verdict', 'c.reason', 'c.checked_by', 'c.voucher_id'])
}

/** The newest count of a drawer. */
export async function newestCount(
  db: LedgerReader,
  { tenant, teller, institution, currency }: Drawer,
): Promise<CountRow | undefined> {
  return await counts(db).where('d.tenant_id', '=', tenant).where('d.teller', '=', teller)
    .where('d.institution', '=', institution).where('d.currency', '=', currency)
    .orderBy('d.id', 'desc').limit(1).executeTakeFirst()
}

export async function countById(
  db: LedgerReader,
  tenant: string,
  id: string,
): Promise<CountRow | undefined> {
  return await counts(db).where('d.tenant_id', '=', tenant).where('d.id', '=', id)
    .executeTakeFirst()
}

export const insertCount = define<
  Drawer & { id: string; on: LocalDate; booked: bigint; counted: bigint; at: Instant }
>()((db, p) =>
  db.insertInto('teller_day').values({
    tenant_id: p.tenant,
    id: p.id,
    teller: p.teller,
    institution: p.institution,
    currency: p.currency,
    on_date: p.on,
    booked: p.booked,
    counted: p.counted,
    counted_at: p.at,
  })
)

export const insertCheck = define<
  Tenant & {
    count: string
    verdict: string
    reason: string
    by: string
    at: Instant
    voucher: string | null
  }
>()((db, p) =>
  db.insertInto('teller_check').values({
    tenant_id: p.tenant,
    count_id: p.count,
    verdict: p.verdict,
    reason: p.reason,
    checked_by: p.by,
    checked_at: p.at,
    voucher_id: p.voucher,
  })
)

const COUNTS_MAX = 1000

/** The counts of a day, by drawer, oldest first. */
export async function countsOn(
  db: LedgerReader,
  tenant: string,
  on: LocalDate,
): Promise<CountRow[]> {
  return await counts(db).where('d.tenant_id', '=', tenant).where('d.on_date', '=', on)
    .orderBy('d.institution').orderBy('d.teller').orderBy('d.currency').orderBy('d.id')
    .limit(COUNTS_MAX).execute()
}

/** The counts that wait for a second person, oldest first. */
export async function countsToCheck(db: LedgerReader, tenant: string): Promise<CountRow[]> {
  return await counts(db).where('d.tenant_id', '=', tenant)
    .whereRef('d.counted', '<>', 'd.booked').where('c.verdict', 'is', null)
    .orderBy('d.id').limit(COUNTS_MAX).execute()
}

/** What came in over a channel. @property minor the sum of debits */
export interface ChannelTurnover {
  readonly channel: string
  readonly currency: string
  readonly vouchers: bigint
  readonly minor: bigint
}

/** Turnover by channel and currency between two booking dates, both included. */
export async function channelTurnovers(
  db: LedgerReader,
  tenant: string,
  range: { from: LocalDate; to: LocalDate },
): Promise<ChannelTurnover[]> {
  return await db.selectFrom('voucher as v')
    .innerJoin(
      'entry as e',
      (j) => j.onRef('e.tenant_id', '=', 'v.tenant_id').onRef('e.voucher_id', '=', 'v.id'),
    )
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'e.tenant_id').onRef('a.id', '=', 'e.account_id'),
    )
    .select([
      sql<string>`v.channel`.as('channel'),
      'a.currency',
      sql<bigint>`count(distinct v.id)`.as('vouchers'),
      sql<bigint>`cast(sum(case when e.side = 'DEBIT' then e.minor else 0 end) as bigint)`
        .as('minor'),
    ])
    .where('v.tenant_id', '=', tenant).where('v.channel', 'is not', null)
    .where('v.booking_on', '>=', range.from).where('v.booking_on', '<=', range.to)
    .groupBy(['v.channel', 'a.currency']).orderBy('v.channel').orderBy('a.currency').execute()
}
