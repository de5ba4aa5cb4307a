/**
 * Amounts that wait in suspense.
 */
import type { LocalDate } from '../../kernel/time.ts'
import { define, type LedgerReader, type SuspenseRow, type Tenant } from './handle.ts'

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
