/**
 * Amounts that wait in suspense.
 */
import { sql } from 'kysely'
import type { Currency } from '../../kernel/money.ts'
import { type LocalDate, plusDays } from '../../kernel/time.ts'
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

/** Open items of one age. @property toDays included; none for the oldest */
export interface SuspenseAge {
  readonly institution: string
  readonly currency: Currency
  readonly fromDays: number
  readonly toDays: number | undefined
  readonly items: number
  /** Debit-positive. */
  readonly minor: bigint
}

/** Days at which an age begins, youngest first. */
const AGES = [0, 8, 31, 91] as const

/** What waits in suspense on a day, by institution, currency and age. */
export async function suspenseAges(
  db: LedgerReader,
  tenant: string,
  on: LocalDate,
): Promise<SuspenseAge[]> {
  const ages: SuspenseAge[] = []
  for (const [i, fromDays] of AGES.entries()) {
    const next = AGES[i + 1]
    let query = suspenseWithAmounts(db, tenant).clearSelect()
      .select(({ fn }) => [
        'a.institution',
        'a.currency',
        fn.countAll<bigint>().as('items'),
        sql<bigint>`cast(sum(case when e.side = 'DEBIT' then e.minor else -e.minor end) as bigint)`
          .as('minor'),
      ])
      .where('s.state', '=', 'OPEN').where('s.opened_on', '<=', plusDays(on, -fromDays))
    if (next !== undefined) query = query.where('s.opened_on', '>', plusDays(on, -next))
    const rows = await query.groupBy(['a.institution', 'a.currency'])
      .orderBy('a.institution').orderBy('a.currency').execute()
    for (const row of rows) {
      ages.push({
        institution: row.institution,
        currency: row.currency as Currency,
        fromDays,
        toDays: next === undefined ? undefined : next - 1,
        items: Number(row.items),
        minor: row.minor,
      })
    }
  }
  return ages
}
