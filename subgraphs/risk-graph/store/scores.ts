/**
 * The SQL of scores, watch lists, reveals and what changed.
 */
import { statement } from '../../kernel/store.ts'
import type { Instant } from '../../kernel/time.ts'
import type { RiskTables } from '../tables.ts'
import type { RiskReader, Tenant } from './record.ts'

export type ScoreRow = RiskTables['claim_score']
export type WatchRow = RiskTables['watch']
export type RevealRow = RiskTables['reveal']

const define = <Args extends object>() => statement<RiskTables, Args>()

export const insertScore = define<ScoreRow>()((db, p) =>
  db.insertInto('claim_score').values({
    tenant_id: p.tenant_id,
    id: p.id,
    claim_no: p.claim_no,
    rule_version: p.rule_version,
    score: p.score,
    body: p.body,
    at: p.at,
    asked_by: p.asked_by,
  })
)

export const scoreById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('claim_score').selectAll().where('tenant_id', '=', p.tenant)
    .where('id', '=', p.id).limit(1)
)

/** The latest scores of some claims, newest first. */
export async function scoresOfClaims(
  db: RiskReader,
  tenant: string,
  claims: readonly bigint[],
): Promise<ScoreRow[]> {
  return await db.selectFrom('claim_score').selectAll()
    .where('tenant_id', '=', tenant).where('claim_no', 'in', [...claims])
    .orderBy('claim_no').orderBy('id', 'desc').limit(5_000).execute()
}

export const putWatch = define<
  Tenant & { owner: string; no: bigint; reason: string; since: Instant; seen: bigint }
>()((db, p) =>
  db.insertInto('watch').values({
    tenant_id: p.tenant,
    owner: p.owner,
    no: p.no,
    reason: p.reason,
    since: p.since,
    seen_links: p.seen,
  }).onConflict((c) =>
    c.columns(['tenant_id', 'owner', 'no']).doUpdateSet((eb) => ({
      reason: eb.ref('excluded.reason'),
      since: eb.ref('excluded.since'),
      seen_links: eb.ref('excluded.seen_links'),
    }))
  )
)

export const dropWatch = define<Tenant & { owner: string; no: bigint }>()((db, p) =>
  db.deleteFrom('watch').where('tenant_id', '=', p.tenant).where('owner', '=', p.owner)
    .where('no', '=', p.no)
)

export const watchesOf = define<Tenant & { owner: string }>()((db, p) =>
  db.selectFrom('watch').selectAll().where('tenant_id', '=', p.tenant)
    .where('owner', '=', p.owner).orderBy('no').limit(1_000n)
)

export const lastReveal = define<Tenant>()((db, p) =>
  db.selectFrom('reveal').select('seq').where('tenant_id', '=', p.tenant)
    .orderBy('seq', 'desc').limit(1)
)

export const insertReveal = define<
  Tenant & { seq: bigint; no: bigint; by: string; purpose: string; reason: string; at: Instant }
>()((db, p) =>
  db.insertInto('reveal').values({
    tenant_id: p.tenant,
    seq: p.seq,
    no: p.no,
    actor: p.by,
    purpose: p.purpose,
    reason: p.reason,
    at: p.at,
  })
)

/** Newest first. */
export const revealsBefore = define<Tenant & { before: bigint; limit: bigint }>()((db, p) =>
  db.selectFrom('reveal').selectAll().where('tenant_id', '=', p.tenant)
    .where('seq', '<', p.before).orderBy('seq', 'desc').limit(p.limit)
)

/** Links recorded after an instant, by number. */
export const linksSince = define<Tenant & { since: Instant; no: bigint; limit: bigint }>()((
  db,
  p,
) =>
  db.selectFrom('link').selectAll().where('tenant_id', '=', p.tenant)
    .where('no', '>', p.no).where('recorded_at', '>', p.since).orderBy('no').limit(p.limit)
)
