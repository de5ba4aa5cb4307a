/**
 * Accounting events as they arrived.
 */
import { sql } from 'kysely'
import type { Instant } from '../../kernel/time.ts'
import { define, type EventRow, type LedgerReader, type Tenant } from './handle.ts'

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
