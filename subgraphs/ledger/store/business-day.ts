/**
 * Business days.
 */
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type Tenant } from './handle.ts'

export type BusinessDayRow = LedgerTables['business_day']

/** The day that entries are booked on, once a tenant's days are kept at all. */
export const openDay = define<Tenant>()((db, p) =>
  db.selectFrom('business_day').selectAll()
    .where('tenant_id', '=', p.tenant).where('state', '=', 'OPEN').limit(1)
)

/** The day that is being ended. */
export const endingDay = define<Tenant>()((db, p) =>
  db.selectFrom('business_day').selectAll()
    .where('tenant_id', '=', p.tenant).where('state', '=', 'ENDING').limit(1)
)

export const businessDay = define<Tenant & { on: LocalDate }>()((db, p) =>
  db.selectFrom('business_day').selectAll()
    .where('tenant_id', '=', p.tenant).where('on_date', '=', p.on).limit(1)
)

export const insertDay = define<
  Tenant & { on: LocalDate; state: string; at: Instant; cutAt: Instant | null }
>()((db, p) =>
  db.insertInto('business_day').values({
    tenant_id: p.tenant,
    on_date: p.on,
    state: p.state,
    opened_at: p.at,
    cut_at: p.cutAt,
    closed_at: null,
    report: null,
  })
)

export const cutDay = define<Tenant & { on: LocalDate; at: Instant }>()((db, p) =>
  db.updateTable('business_day').set({ state: 'ENDING', cut_at: p.at })
    .where('tenant_id', '=', p.tenant).where('on_date', '=', p.on).where('state', '=', 'OPEN')
)

export const closeDay = define<Tenant & { on: LocalDate; at: Instant; report: string }>()((db, p) =>
  db.updateTable('business_day').set({ state: 'CLOSED', closed_at: p.at, report: p.report })
    .where('tenant_id', '=', p.tenant).where('on_date', '=', p.on).where('state', '=', 'ENDING')
)

/** Days newest first, one more than `limit` when there are more. @param after a date */
export async function listDays(
  db: LedgerReader,
  tenant: string,
  page: { limit: number; after: string | undefined },
): Promise<BusinessDayRow[]> {
  let query = db.selectFrom('business_day').selectAll().where('tenant_id', '=', tenant)
  if (page.after !== undefined) query = query.where('on_date', '<', page.after)
  return await query.orderBy('on_date', 'desc').limit(page.limit + 1).execute()
}
