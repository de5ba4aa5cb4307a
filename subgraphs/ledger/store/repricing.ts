/**
 * What rates loans had, and when they changed.
 */
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type Tenant } from './handle.ts'

export type RepricingRow = LedgerTables['contract_repricing']

export const insertRepricing = define<
  Tenant & {
    id: string
    contract: string
    on: LocalDate
    rule: string
    rateBefore: bigint
    rate: bigint
    by: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('contract_repricing').values({
    tenant_id: p.tenant,
    id: p.id,
    contract_id: p.contract,
    on_date: p.on,
    rule: p.rule,
    rate_before: p.rateBefore,
    rate: p.rate,
    repriced_by: p.by,
    repriced_at: p.at,
  })
)

/** The repricings of contracts, by contract, in the order in which they were done. */
export async function repricingsOf(
  db: LedgerReader,
  tenant: string,
  contracts: readonly string[],
): Promise<RepricingRow[]> {
  return await db.selectFrom('contract_repricing').selectAll()
    .where('tenant_id', '=', tenant).where('contract_id', 'in', contracts)
    .orderBy('contract_id').orderBy('id').execute()
}
