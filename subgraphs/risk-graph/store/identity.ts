/**
 * The SQL of decisions about two entities being one.
 */
import { rowsStatement, statement } from '../../kernel/store.ts'
import type { RiskTables } from '../tables.ts'
import type { RiskReader, Tenant } from './record.ts'

export type IdentityRow = RiskTables['identity']

const define = <Args extends object>() => statement<RiskTables, Args>()

export const insertIdentities = rowsStatement<RiskTables>(
  [
    'text',
    'bigint',
    'bigint',
    'bigint',
    'text',
    'text',
    'bigint',
    'text',
    'bigint',
    'text',
    'text',
  ],
  (values) =>
    'insert into identity (tenant_id, seq, a_no, b_no, verdict, method, score, evidence, link_no, ' +
    `decided_by, decided_at) ${values}`,
)

/** Rows are `[tenant, a, b]`; all decisions about each pair. */
const decisionsOf = rowsStatement<RiskTables, IdentityRow>(
  ['text', 'bigint', 'bigint'],
  (values) =>
    `select i.* from (${values}) as wanted join identity as i on i.tenant_id = wanted.column1 ` +
    'and i.a_no = wanted.column2 and i.b_no = wanted.column3',
)

/** What holds of some pairs, by `a b`. */
export async function identitiesOf(
  db: RiskReader,
  tenant: string,
  pairs: readonly { a: number; b: number }[],
): Promise<Map<string, IdentityRow>> {
  const rows = await decisionsOf(db, pairs.map(({ a, b }) => [tenant, BigInt(a), BigInt(b)]))
  const latest = new Map<string, IdentityRow>()
  for (const row of rows) {
    const key = `${row.a_no} ${row.b_no}`
    const known = latest.get(key)
    if (known === undefined || known.seq < row.seq) latest.set(key, row)
  }
  return latest
}

export const lastIdentity = define<Tenant>()((db, p) =>
  db.selectFrom('identity').select('seq').where('tenant_id', '=', p.tenant)
    .orderBy('seq', 'desc').limit(1)
)

/** Decisions that hold, newest first, of one verdict. */
export const identitiesByVerdict = define<
  Tenant & { verdict: string; before: bigint; limit: bigint }
>()((db, p) =>
  db.selectFrom('identity as i').selectAll('i')
    .where('i.tenant_id', '=', p.tenant).where('i.verdict', '=', p.verdict)
    .where('i.seq', '<', p.before)
    .where((eb) =>
      eb.not(eb.exists(
        eb.selectFrom('identity as later').select('later.seq')
          .whereRef('later.tenant_id', '=', 'i.tenant_id')
          .whereRef('later.a_no', '=', 'i.a_no').whereRef('later.b_no', '=', 'i.b_no')
          .whereRef('later.seq', '>', 'i.seq'),
      ))
    )
    .orderBy('i.seq', 'desc').limit(p.limit)
)
