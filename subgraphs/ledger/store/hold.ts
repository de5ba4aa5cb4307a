/**
 * Holds on accounts.
 */
import type { Instant } from '../../kernel/time.ts'
import type { Hold, HoldState } from '../hold.ts'
import type { LedgerTables } from '../tables.ts'
import { define, type LedgerReader, type Tenant } from './handle.ts'

export type HoldRow = LedgerTables['account_hold']

/** A row as the rules take it. */
export function holdState(row: HoldRow): Hold {
  return {
    minor: row.minor,
    captured: row.captured,
    state: row.state as HoldState,
    expiresAt: row.expires_at,
  }
}

export const insertHold = define<
  Tenant & {
    id: string
    account: string
    minor: bigint
    reference: string
    expiresAt: Instant | null
    by: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('account_hold').values({
    tenant_id: p.tenant,
    id: p.id,
    account_id: p.account,
    minor: p.minor,
    captured: 0n,
    state: 'OPEN',
    reference: p.reference,
    expires_at: p.expiresAt,
    placed_by: p.by,
    placed_at: p.at,
    ended_at: null,
  })
)

/** Writes a step of a hold. */
export const putHold = define<
  Tenant & { id: string; state: HoldState; captured: bigint; endedAt: Instant | null }
>()((db, p) =>
  db.updateTable('account_hold')
    .set({ state: p.state, captured: p.captured, ended_at: p.endedAt })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

export const holdById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('account_hold').selectAll()
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).limit(1)
)

/** Open holds of one account whose time has come by `at`. */
export const expiredHolds = define<Tenant & { account: string; at: Instant }>()((db, p) =>
  db.selectFrom('account_hold').selectAll()
    .where('tenant_id', '=', p.tenant).where('account_id', '=', p.account)
    .where('state', '=', 'OPEN').where('expires_at', '<=', p.at).orderBy('id')
)

/** Open holds of a tenant whose time has come by `at`, those that are due longest first. */
export const holdsDue = define<Tenant & { at: Instant; limit: bigint }>()((db, p) =>
  db.selectFrom('account_hold').selectAll()
    .where('tenant_id', '=', p.tenant).where('state', '=', 'OPEN')
    .where('expires_at', '<=', p.at).orderBy('expires_at').orderBy('id').limit(p.limit)
)

/** The holds of accounts, oldest first. */
export async function holdsOf(
  db: LedgerReader,
  tenant: string,
  accounts: readonly string[],
  state: HoldState | undefined,
): Promise<HoldRow[]> {
  let query = db.selectFrom('account_hold').selectAll()
    .where('tenant_id', '=', tenant).where('account_id', 'in', accounts)
  if (state !== undefined) query = query.where('state', '=', state)
  return await query.orderBy('id').limit(1000).execute()
}
