/**
 * Drawers of tellers, counted; and turnovers by channel.
 */
import { sql } from 'kysely'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type Tenant } from './handle.ts'

type DrawerDay = Tenant & {
  teller: string
  institution: string
  currency: string
  on: LocalDate
}

export const tellerDay = define<DrawerDay>()((db, p) =>
  db.selectFrom('teller_day').selectAll()
    .where('tenant_id', '=', p.tenant).where('teller', '=', p.teller)
    .where('institution', '=', p.institution).where('currency', '=', p.currency)
    .where('on_date', '=', p.on).limit(1)
)

export const insertTellerDay = define<
  DrawerDay & { booked: bigint; counted: bigint; voucher: string | null; at: Instant }
>()((db, p) =>
  db.insertInto('teller_day').values({
    tenant_id: p.tenant,
    teller: p.teller,
    institution: p.institution,
    currency: p.currency,
    on_date: p.on,
    booked: p.booked,
    counted: p.counted,
    voucher_id: p.voucher,
    closed_at: p.at,
  })
)

/** The drawers that were counted on a day. */
export async function tellerDays(
  db: LedgerReader,
  tenant: string,
  on: LocalDate,
): Promise<LedgerTables['teller_day'][]> {
  return await db.selectFrom('teller_day').selectAll()
    .where('tenant_id', '=', tenant).where('on_date', '=', on)
    .orderBy('institution').orderBy('teller').orderBy('currency').limit(1000).execute()
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
