/**
 * What orders have in the books, for checks across subgraphs.
 */
import { define, type LedgerReader, type Tenant } from './handle.ts'

/** What one order has in the books: vouchers made from its events, reversed ones told apart. */
export interface BookedOrder {
  readonly serial: string
  readonly eventType: string
  readonly voucher: string
  readonly minor: bigint
  readonly currency: string
  readonly reversed: boolean
}

const bookedPage = define<Tenant & { after: string; afterId: string; limit: bigint }>()((db, p) =>
  db.selectFrom('voucher as v')
    .innerJoin(
      'entry as e',
      (j) =>
        j.onRef('e.tenant_id', '=', 'v.tenant_id').onRef('e.voucher_id', '=', 'v.id')
          .on('e.line', '=', 1n),
    )
    .innerJoin(
      'account as a',
      (j) => j.onRef('a.tenant_id', '=', 'e.tenant_id').onRef('a.id', '=', 'e.account_id'),
    )
    .leftJoin(
      'voucher as r',
      (j) => j.onRef('r.tenant_id', '=', 'v.tenant_id').onRef('r.reverses', '=', 'v.id'),
    )
    .select(['v.serial', 'v.event_type', 'v.id', 'e.minor', 'a.currency', 'r.id as reversal'])
    .where('v.tenant_id', '=', p.tenant).where('v.kind', '=', 'EVENT')
    .where((eb) =>
      eb.or([
        eb('v.serial', '>', p.after),
        eb.and([eb('v.serial', '=', p.after), eb('v.id', '>', p.afterId)]),
      ])
    )
    .orderBy('v.serial').orderBy('v.id').limit(p.limit)
)

/** Vouchers made from events, by serial. The amount is that of the first line. */
export async function* bookedOrders(
  db: LedgerReader,
  tenant: string,
): AsyncGenerator<BookedOrder> {
  let after = ''
  let afterId = ''
  while (true) {
    const rows = await bookedPage(db, { tenant, after, afterId, limit: 1000n })
    for (const row of rows) {
      yield {
        serial: row.serial!,
        eventType: row.event_type!,
        voucher: row.id,
        minor: row.minor,
        currency: row.currency,
        reversed: row.reversal !== null,
      }
    }
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.serial!
    afterId = last.id
  }
}
