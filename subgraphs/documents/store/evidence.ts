/**
 * SQL of evidence cases and the log.
 */
import { rowsStatement, statement } from '../../kernel/store.ts'
import type { Instant } from '../../kernel/time.ts'
import type { DocumentTables } from '../tables.ts'
import type { DocumentsReader, DocumentsTx } from './review.ts'

export type CaseRow = DocumentTables['evidence_case']
export type EventRow = DocumentTables['evidence_event']
export type CheckpointRow = DocumentTables['log_checkpoint']
export type SecretRow = DocumentTables['evidence_secret']
export type LogKeyRow = DocumentTables['log_key']

interface Tenant {
  tenant: string
}

const define = <Args extends object>() => statement<DocumentTables, Args>()

export const insertCase = define<
  Tenant & {
    id: string
    kind: string
    subject: string | null
    document: string
    events: bigint
    closed: bigint
    by: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('evidence_case').values({
    tenant_id: p.tenant,
    id: p.id,
    kind: p.kind,
    subject: p.subject,
    document_hash: p.document,
    events: p.events,
    closed: p.closed,
    opened_by: p.by,
    opened_at: p.at,
  })
)

export async function casesById(
  db: DocumentsReader,
  tenant: string,
  ids: readonly string[],
): Promise<CaseRow[]> {
  return await db.selectFrom('evidence_case').selectAll()
    .where('tenant_id', '=', tenant).where('id', 'in', ids).execute()
}

/** What narrows a list of cases. */
export interface CaseFilter {
  readonly subject?: string | undefined
  readonly kind?: string | undefined
  readonly documentHash?: string | undefined
  readonly closed?: boolean | undefined
}

/** Newest first, one more than `limit`. */
export async function listCases(
  db: DocumentsReader,
  tenant: string,
  filter: CaseFilter,
  page: { limit: number; after: string | undefined },
): Promise<CaseRow[]> {
  let query = db.selectFrom('evidence_case').selectAll().where('tenant_id', '=', tenant)
  if (filter.subject !== undefined) query = query.where('subject', '=', filter.subject)
  if (filter.kind !== undefined) query = query.where('kind', '=', filter.kind)
  if (filter.documentHash !== undefined) {
    query = query.where('document_hash', '=', filter.documentHash)
  }
  if (filter.closed !== undefined) query = query.where('closed', '=', filter.closed ? 1n : 0n)
  if (page.after !== undefined) query = query.where('id', '<', page.after)
  return await query.orderBy('id', 'desc').limit(page.limit + 1).execute()
}

/** Cases of a kind about subjects, oldest first. */
export async function casesBySubject(
  db: DocumentsReader,
  tenant: string,
  kind: string,
  subjects: readonly string[],
): Promise<CaseRow[]> {
  return await db.selectFrom('evidence_case').selectAll()
    .where('tenant_id', '=', tenant).where('subject', 'in', subjects).where('kind', '=', kind)
    .orderBy('subject').orderBy('id').execute()
}

export const setCase = define<Tenant & { id: string; from: bigint; closed: bigint }>()((db, p) =>
  db.updateTable('evidence_case')
    .set((eb) => ({ events: eb('events', '+', 1n), closed: p.closed }))
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id)
    .where('events', '=', p.from).where('closed', '=', 0n)
)

export const insertEvent = define<
  Tenant & { case: string; seq: bigint; event: string; hash: string }
>()((db, p) =>
  db.insertInto('evidence_event').values({
    tenant_id: p.tenant,
    case_id: p.case,
    seq: p.seq,
    event: p.event,
    hash: p.hash,
  })
)

/** Events, many in one statement. */
export const insertEvents = rowsStatement<DocumentTables>(
  ['text', 'text', 'bigint', 'text', 'text'],
  (values) => `insert into evidence_event (tenant_id, case_id, seq, event, hash) ${values}`,
)

/** The most events that a case takes. */
export const EVENTS_MAX = 100_000

/** By seq. */
export const eventsOfCase = define<Tenant & { case: string }>()((db, p) =>
  db.selectFrom('evidence_event').selectAll()
    .where('tenant_id', '=', p.tenant).where('case_id', '=', p.case).orderBy('seq')
    .limit(EVENTS_MAX)
)

/** By seq, one more than `limit`. @property after a seq */
export const eventsAfter = define<Tenant & { case: string; after: bigint; limit: bigint }>()((
  db,
  p,
) =>
  db.selectFrom('evidence_event').selectAll()
    .where('tenant_id', '=', p.tenant).where('case_id', '=', p.case).where('seq', '>', p.after)
    .orderBy('seq').limit(p.limit)
)

export const lastEvent = define<Tenant & { case: string }>()((db, p) =>
  db.selectFrom('evidence_event').select('hash')
    .where('tenant_id', '=', p.tenant).where('case_id', '=', p.case)
    .orderBy('seq', 'desc').limit(1)
)

export const insertSecret = define<
  Tenant & {
    case: string
    seq: bigint
    name: string
    salt: Uint8Array
    key: Uint8Array
    box: Uint8Array
  }
>()((db, p) =>
  db.insertInto('evidence_secret').values({
    tenant_id: p.tenant,
    case_id: p.case,
    seq: p.seq,
    name: p.name,
    salt: p.salt,
    key: p.key,
    box: p.box,
  })
)

export const secretsOf = define<Tenant & { case: string }>()((db, p) =>
  db.selectFrom('evidence_secret').selectAll()
    .where('tenant_id', '=', p.tenant).where('case_id', '=', p.case)
    .orderBy('seq').orderBy('name').limit(10_000)
)

/** What is kept of the personal data of cases, without it. */
export async function secretNames(
  db: DocumentsReader,
  tenant: string,
  cases: readonly string[],
): Promise<Pick<SecretRow, 'case_id' | 'seq' | 'name'>[]> {
  return await db.selectFrom('evidence_secret').select(['case_id', 'seq', 'name'])
    .where('tenant_id', '=', tenant).where('case_id', 'in', cases)
    .orderBy('case_id').orderBy('seq').orderBy('name').execute()
}

export const eraseSecrets = define<Tenant & { case: string }>()((db, p) =>
  db.deleteFrom('evidence_secret').where('tenant_id', '=', p.tenant).where('case_id', '=', p.case)
)

export const lastPending = define<Tenant>()((db, p) =>
  db.selectFrom('log_pending').select('at_seq').where('tenant_id', '=', p.tenant)
    .orderBy('at_seq', 'desc').limit(1)
)

export const insertPending = define<
  Tenant & { at: bigint; case: string; seq: bigint; hash: string }
>()((db, p) =>
  db.insertInto('log_pending').values({
    tenant_id: p.tenant,
    at_seq: p.at,
    case_id: p.case,
    seq: p.seq,
    hash: p.hash,
  })
)

/** Events that wait, many in one statement. */
export const insertPendings = rowsStatement<DocumentTables>(
  ['text', 'bigint', 'text', 'bigint', 'text'],
  (values) => `insert into log_pending (tenant_id, at_seq, case_id, seq, hash) ${values}`,
)

export const pendingOf = define<Tenant & { limit: bigint }>()((db, p) =>
  db.selectFrom('log_pending').selectAll().where('tenant_id', '=', p.tenant)
    .orderBy('at_seq').limit(p.limit)
)

export const deletePending = define<Tenant & { upTo: bigint }>()((db, p) =>
  db.deleteFrom('log_pending').where('tenant_id', '=', p.tenant).where('at_seq', '<=', p.upTo)
)

export const lastLeaf = define<Tenant>()((db, p) =>
  db.selectFrom('log_leaf').select('leaf').where('tenant_id', '=', p.tenant)
    .orderBy('leaf', 'desc').limit(1)
)

/** Leaves, many in one statement. */
export const insertLeaves = rowsStatement<DocumentTables>(
  ['text', 'bigint', 'text', 'bigint'],
  (values) => `insert into log_leaf (tenant_id, leaf, case_id, seq) ${values}`,
)

/** By seq. */
export const leavesOfCase = define<Tenant & { case: string }>()((db, p) =>
  db.selectFrom('log_leaf').selectAll()
    .where('tenant_id', '=', p.tenant).where('case_id', '=', p.case).orderBy('seq')
    .limit(EVENTS_MAX)
)

export const leafOfEvent = define<Tenant & { case: string; seq: bigint }>()((db, p) =>
  db.selectFrom('log_leaf').select('leaf')
    .where('tenant_id', '=', p.tenant).where('case_id', '=', p.case).where('seq', '=', p.seq)
    .limit(1)
)

export const nodeChunk = define<Tenant & { level: bigint; chunk: bigint }>()((db, p) =>
  db.selectFrom('log_node').select('bytes').where('tenant_id', '=', p.tenant)
    .where('level', '=', p.level).where('chunk', '=', p.chunk).limit(1)
)

/** Hashes of 32 bytes out of chunks, many in one statement. @property offset of the hash, from 1 */
export const nodeHashes = rowsStatement<
  DocumentTables,
  { level: bigint; chunk: bigint; offset: bigint; hash: Uint8Array }
>(
  ['text', 'bigint', 'bigint', 'bigint'],
  (values) =>
    `select n.level as level, n.chunk as chunk, v.column4 as "offset", ` +
    `substr(n.bytes, cast(v.column4 as integer), 32) as hash from (${values}) as v ` +
    `join log_node as n on n.tenant_id = v.column1 and n.level = v.column2 and n.chunk = v.column3`,
)

export const putNodeChunk = define<
  Tenant & { level: bigint; chunk: bigint; bytes: Uint8Array }
>()((db, p) =>
  db.insertInto('log_node').values({
    tenant_id: p.tenant,
    level: p.level,
    chunk: p.chunk,
    bytes: p.bytes,
  }).onConflict((c) => c.columns(['tenant_id', 'level', 'chunk']).doUpdateSet({ bytes: p.bytes }))
)

export const insertCheckpoint = define<
  Tenant & { size: bigint; note: string; stamp: Uint8Array | null; at: Instant }
>()((db, p) =>
  db.insertInto('log_checkpoint').values({
    tenant_id: p.tenant,
    size: p.size,
    note: p.note,
    stamp: p.stamp,
    at: p.at,
  }).onConflict((c) => c.doNothing())
)

export const latestCheckpoint = define<Tenant>()((db, p) =>
  db.selectFrom('log_checkpoint').selectAll().where('tenant_id', '=', p.tenant)
    .orderBy('size', 'desc').limit(1)
)

/** Newest first, one more than `limit`. @property before a size */
export const checkpointsBefore = define<Tenant & { before: bigint; limit: bigint }>()((db, p) =>
  db.selectFrom('log_checkpoint').selectAll().where('tenant_id', '=', p.tenant)
    .where('size', '<', p.before).orderBy('size', 'desc').limit(p.limit)
)

export const logKeys = define<Tenant>()((db, p) =>
  db.selectFrom('log_key').selectAll().where('tenant_id', '=', p.tenant).limit(10)
)

export const insertLogKey = define<
  Tenant & { role: string; name: string; pkcs8: Uint8Array; publicKey: Uint8Array }
>()((db, p) =>
  db.insertInto('log_key').values({
    tenant_id: p.tenant,
    role: p.role,
    name: p.name,
    pkcs8: p.pkcs8,
    public_key: p.publicKey,
  }).onConflict((c) => c.doNothing())
)

/** Every tenant that has a log. */
export const logTenants = define<Record<never, never>>()((db) =>
  db.selectFrom('log_key').select('tenant_id').distinct().orderBy('tenant_id')
)

export type { DocumentsTx }
