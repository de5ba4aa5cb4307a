/**
 * Accounts, their balances and their days.
 */
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type Tenant } from './handle.ts'

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
