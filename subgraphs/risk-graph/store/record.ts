/**
 * The SQL of the record: entities, links, their ends and kinds.
 */
import { type Reader, rowsStatement, statement, type Tx } from '../../kernel/store.ts'
import type { Instant } from '../../kernel/time.ts'
import { SAME_AS } from '../record.ts'
import type { RiskTables } from '../tables.ts'

export type RiskTx = Tx<RiskTables>
export type RiskReader = Reader<RiskTables>
export type EntityRow = RiskTables['entity']
export type LinkRow = RiskTables['link']

export interface Tenant {
  tenant: string
}

const define = <Args extends object>() => statement<RiskTables, Args>()

// --- entities ---------------------------------------------------------------------------------

export const insertEntities = rowsStatement<RiskTables>(
  ['text', 'bigint', 'bigint', 'text', 'text', 'text', 'text', 'text', 'text'],
  (values) =>
    'insert into entity (tenant_id, no, version, id, type, name, attributes, recorded_at, batch) ' +
    values,
)

type Found = Pick<EntityRow, 'no' | 'version' | 'id' | 'type' | 'name' | 'attributes'>

/** Rows are `[tenant, id]`; all versions of each. */
export const versionsById = rowsStatement<RiskTables, Found>(
  ['text', 'text'],
  (values) =>
    `select e.no, e.version, e.id, e.type, e.name, e.attributes from (${values}) as wanted ` +
    'join entity as e on e.tenant_id = wanted.column1 and e.id = wanted.column2',
)

/** Rows are `[tenant, no]`; all versions of each. */
const versionsByNo = rowsStatement<RiskTables, Found>(
  ['text', 'bigint'],
  (values) =>
    `select e.no, e.version, e.id, e.type, e.name, e.attributes from (${values}) as wanted ` +
    'join entity as e on e.tenant_id = wanted.column1 and e.no = wanted.column2',
)

/** What is known of some entities now, by number. */
export async function entitiesByNo(
  db: RiskReader,
  tenant: string,
  nos: readonly number[],
): Promise<Map<number, Found>> {
  const rows = await versionsByNo(db, nos.map((no) => [tenant, BigInt(no)]))
  const latest = new Map<number, Found>()
  for (const row of rows) {
    const known = latest.get(Number(row.no))
    if (known === undefined || known.version < row.version) latest.set(Number(row.no), row)
  }
  return latest
}

export const lastEntity = define<Tenant>()((db, p) =>
  db.selectFrom('entity').select('no').where('tenant_id', '=', p.tenant)
    .orderBy('no', 'desc').limit(1)
)

/** Entities of a type with what is known of them, all versions, by number. */
export const entitiesOfType = define<Tenant & { type: string; no: bigint; limit: bigint }>()((
  db,
  p,
) =>
  db.selectFrom('entity').select(['no', 'version', 'id', 'type', 'name', 'attributes'])
    .where('tenant_id', '=', p.tenant).where('type', '=', p.type).where('no', '>=', p.no)
    .orderBy('no').orderBy('version').limit(p.limit)
)

/** Versions recorded after an instant, by number. */
export const entitiesSince = define<Tenant & { since: Instant; no: bigint; limit: bigint }>()((
  db,
  p,
) =>
  db.selectFrom('entity').select(['no', 'version', 'id', 'type', 'name', 'attributes'])
    .where('tenant_id', '=', p.tenant).where('recorded_at', '>', p.since).where('no', '>', p.no)
    .orderBy('no').orderBy('version').limit(p.limit)
)

/** Every tenant that has a record. */
export const tenants = define<Record<never, never>>()((db) =>
  db.selectFrom('link_kind').select('tenant_id').where('no', '=', 0n).orderBy('tenant_id')
)

// --- links ------------------------------------------------------------------------------------

export const insertLinks = rowsStatement<RiskTables>(
  ['text', 'bigint', 'bigint', 'bigint', 'bigint', 'text', 'text', 'text', 'bigint'],
  (values) =>
    'insert into link (tenant_id, no, from_no, to_no, kind, valid_on, recorded_at, batch, line) ' +
    values,
)

type Ends = Pick<LinkRow, 'no' | 'from_no' | 'to_no' | 'kind' | 'valid_on'>

/** Rows are `[tenant, from, to, kind, on]`; links that hold. */
export const openLinks = rowsStatement<RiskTables, Ends>(
  ['text', 'bigint', 'bigint', 'bigint', 'text'],
  (values) =>
    `select l.no, l.from_no, l.to_no, l.kind, l.valid_on from (${values}) as wanted ` +
    'join link as l on l.tenant_id = wanted.column1 and l.from_no = wanted.column2 ' +
    'and l.to_no = wanted.column3 and l.kind = wanted.column4 and l.valid_on = wanted.column5 ' +
    'left join link_end as d on d.tenant_id = l.tenant_id and d.link_no = l.no ' +
    'where d.link_no is null',
)

export const lastLink = define<Tenant>()((db, p) =>
  db.selectFrom('link').select('no').where('tenant_id', '=', p.tenant)
    .orderBy('no', 'desc').limit(1)
)

/** Rows are `[tenant, no]`. */
export const linksByNo = rowsStatement<RiskTables, LinkRow>(
  ['text', 'bigint'],
  (values) =>
    `select l.* from (${values}) as wanted ` +
    'join link as l on l.tenant_id = wanted.column1 and l.no = wanted.column2',
)

export const insertEnd = define<
  Tenant & { seq: bigint; link: bigint; at: Instant; by: string; reason: string }
>()((db, p) =>
  db.insertInto('link_end').values({
    tenant_id: p.tenant,
    seq: p.seq,
    link_no: p.link,
    recorded_at: p.at,
    ended_by: p.by,
    reason: p.reason,
  }).onConflict((c) => c.doNothing()).returning('seq')
)

export const lastEnd = define<Tenant>()((db, p) =>
  db.selectFrom('link_end').select('seq').where('tenant_id', '=', p.tenant)
    .orderBy('seq', 'desc').limit(1)
)

export const endsFrom = define<Tenant & { seq: bigint; limit: bigint }>()((db, p) =>
  db.selectFrom('link_end').selectAll()
    .where('tenant_id', '=', p.tenant).where('seq', '>=', p.seq).orderBy('seq').limit(p.limit)
)

// --- kinds ------------------------------------------------------------------------------------

export const kindsFrom = define<Tenant & { no: bigint }>()((db, p) =>
  db.selectFrom('link_kind').select(['no', 'name'])
    .where('tenant_id', '=', p.tenant).where('no', '>=', p.no).orderBy('no')
)

const insertKind = define<Tenant & { no: bigint; name: string }>()((db, p) =>
  db.insertInto('link_kind').values({ tenant_id: p.tenant, no: p.no, name: p.name })
    .onConflict((c) => c.doNothing())
)

/** Begins a tenant's record. Doing it again adds nothing. */
export async function beginRecord(tx: RiskTx, tenant: string): Promise<void> {
  await insertKind(tx, { tenant, no: 0n, name: SAME_AS })
}

/** Numbers of kinds by name; those that are new are given one. */
export async function kindNumbers(
  tx: RiskTx,
  tenant: string,
  names: Iterable<string>,
): Promise<Map<string, bigint>> {
  const rows = await kindsFrom(tx, { tenant, no: 0n })
  const numbers = new Map(rows.map((row) => [row.name, row.no]))
  let next = (rows.at(-1)?.no ?? -1n) + 1n
  for (const name of names) {
    if (numbers.has(name)) continue
    await insertKind(tx, { tenant, no: next, name })
    numbers.set(name, next)
    next += 1n
  }
  return numbers
}

// --- what a load could not take in ------------------------------------------------------------

export const insertFaults = rowsStatement<RiskTables>(
  ['text', 'text', 'text', 'bigint', 'text', 'text'],
  (values) =>
    `insert into load_fault (tenant_id, batch, file, line, code, message) ${values} ` +
    'on conflict do nothing',
)

export const faultsFrom = define<
  Tenant & { batch: string; file: string; line: bigint; limit: bigint }
>()((db, p) =>
  db.selectFrom('load_fault').select(['file', 'line', 'code', 'message'])
    .where('tenant_id', '=', p.tenant).where('batch', '=', p.batch)
    .where((eb) =>
      eb.or([
        eb('file', '>', p.file),
        eb.and([eb('file', '=', p.file), eb('line', '>', p.line)]),
      ])
    )
    .orderBy('file').orderBy('line').orderBy('code').limit(p.limit)
)
