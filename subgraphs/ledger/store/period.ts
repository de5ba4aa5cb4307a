/**
 * Months that are closed.
 */
import type { Instant } from '../../kernel/time.ts'
import { define, type Tenant } from './handle.ts'

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
