/**
 * SQL of projects, documents, findings and facts.
 */
import { type Reader, statement, type Tx } from '../../kernel/store.ts'
import type { Instant } from '../../kernel/time.ts'
import type { DocumentTables } from '../tables.ts'

export type DocumentsTx = Tx<DocumentTables>
export type DocumentsReader = Reader<DocumentTables>
export type ProjectRow = DocumentTables['filing_project']
export type DocumentRow = DocumentTables['filing_document']
export type FindingRow = DocumentTables['review_finding']
export type FactRow = DocumentTables['filing_fact']
export type DecisionRow = DocumentTables['finding_decision']
export type SectionRow = DocumentTables['filing_section']
export type DocumentFindingRow = DocumentTables['document_finding']
export type SumRow = DocumentTables['manual_sum']

interface Tenant {
  tenant: string
}

const define = <Args extends object>() => statement<DocumentTables, Args>()

export const insertProject = define<
  Tenant & { id: string; name: string; issuer: string; by: string; at: Instant }
>()((db, p) =>
  db.insertInto('filing_project').values({
    tenant_id: p.tenant,
    id: p.id,
    name: p.name,
    issuer: p.issuer,
    created_by: p.by,
    created_at: p.at,
  })
)

/** Rows of a table by their ids; those of another tenant are not there. */
async function byId<Table extends 'filing_project' | 'filing_document' | 'review_finding'>(
  db: DocumentsReader,
  table: Table,
  tenant: string,
  ids: readonly string[],
): Promise<DocumentTables[Table][]> {
  // Every one of the tables has these columns, which the union of them hides.
  const rows = db.selectFrom(table as 'filing_project').selectAll()
    .where('tenant_id', '=', tenant).where('id', 'in', ids)
  return await rows.execute() as unknown as DocumentTables[Table][]
}

export const projectsById = (db: DocumentsReader, tenant: string, ids: readonly string[]) =>
  byId(db, 'filing_project', tenant, ids)

export const documentsById = (db: DocumentsReader, tenant: string, ids: readonly string[]) =>
  byId(db, 'filing_document', tenant, ids)

export const findingsById = (db: DocumentsReader, tenant: string, ids: readonly string[]) =>
  byId(db, 'review_finding', tenant, ids)

/** Newest first, one more than `limit`. */
export async function listProjects(
  db: DocumentsReader,
  tenant: string,
  page: { limit: number; after: string | undefined },
): Promise<ProjectRow[]> {
  let query = db.selectFrom('filing_project').selectAll().where('tenant_id', '=', tenant)
  if (page.after !== undefined) query = query.where('id', '<', page.after)
  return await query.orderBy('id', 'desc').limit(page.limit + 1).execute()
}

/** The most filings that one project holds: they are reviewed together, in one thread's memory. */
export const FILINGS_MAX = 100

/** The latest version of each filing of a project; there are at most `FILINGS_MAX`. */
export const latestDocuments = define<Tenant & { project: string }>()((db, p) =>
  db.selectFrom('filing_document as d').selectAll('d')
    .where('d.tenant_id', '=', p.tenant).where('d.project_id', '=', p.project)
    .where((eb) =>
      eb.not(eb.exists(
        eb.selectFrom('filing_document as later').select('later.id')
          .whereRef('later.tenant_id', '=', 'd.tenant_id')
          .whereRef('later.project_id', '=', 'd.project_id')
          .whereRef('later.series', '=', 'd.series')
          .whereRef('later.version', '>', 'd.version'),
      ))
    )
    .orderBy('d.series').limit(FILINGS_MAX)
)

/** The most versions that a project holds, of all its filings together. */
export const VERSIONS_MAX = 1_000

/** All versions of the filings of projects, at most `VERSIONS_MAX` of each. */
export async function documentsOf(
  db: DocumentsReader,
  tenant: string,
  projects: readonly string[],
): Promise<DocumentRow[]> {
  return await db.selectFrom('filing_document').selectAll()
    .where('tenant_id', '=', tenant).where('project_id', 'in', projects)
    .orderBy('series').orderBy('version').limit(projects.length * VERSIONS_MAX).execute()
}

export const countVersions = define<Tenant & { project: string }>()((db, p) =>
  db.selectFrom('filing_document').select((eb) => eb.fn.countAll<bigint>().as('versions'))
    .where('tenant_id', '=', p.tenant).where('project_id', '=', p.project)
)

export const lastVersion = define<Tenant & { project: string; series: string }>()((db, p) =>
  db.selectFrom('filing_document').selectAll()
    .where('tenant_id', '=', p.tenant).where('project_id', '=', p.project)
    .where('series', '=', p.series).orderBy('version', 'desc').limit(1)
)

export const insertDocument = define<
  Tenant & {
    id: string
    project: string
    series: string
    version: bigint
    name: string
    file: string
    bytes: bigint
    by: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('filing_document').values({
    tenant_id: p.tenant,
    id: p.id,
    project_id: p.project,
    series: p.series,
    version: p.version,
    name: p.name,
    file: p.file,
    bytes: p.bytes,
    state: 'WAITING',
    code: null,
    message: null,
    kind: null,
    pages: null,
    year: null,
    company: null,
    figures: null,
    verified: null,
    contradicted: null,
    created_by: p.by,
    created_at: p.at,
  })
)

export const setReviewed = define<
  Tenant & {
    id: string
    state: string
    code: string | null
    message: string | null
    kind: string | null
    pages: bigint | null
    year: bigint | null
    company: string | null
    figures: bigint | null
    verified: bigint | null
    contradicted: bigint | null
  }
>()((db, p) =>
  db.updateTable('filing_document').set({
    state: p.state,
    code: p.code,
    message: p.message,
    kind: p.kind,
    pages: p.pages,
    year: p.year,
    company: p.company,
    figures: p.figures,
    verified: p.verified,
    contradicted: p.contradicted,
  }).where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

/** Rows of one statement: more parameters than an engine takes are not bound at once. */
const FACT_ROWS = 500

/** Replaces the facts of a document. */
export async function putFacts(
  tx: DocumentsTx,
  tenant: string,
  document: string,
  rows: readonly FactRow[],
): Promise<void> {
  await tx.deleteFrom('filing_fact').where('tenant_id', '=', tenant)
    .where('document_id', '=', document).execute()
  for (let at = 0; at < rows.length; at += FACT_ROWS) {
    await tx.insertInto('filing_fact').values(rows.slice(at, at + FACT_ROWS) as FactRow[]).execute()
  }
}

/** @property state, item narrow; @property after a seq as text, padded */
export async function listFacts(
  db: DocumentsReader,
  tenant: string,
  document: string,
  filter: { state?: string | undefined; item?: string | undefined },
  page: { limit: number; after: string | undefined },
): Promise<FactRow[]> {
  let query = db.selectFrom('filing_fact').selectAll()
    .where('tenant_id', '=', tenant).where('document_id', '=', document)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.item !== undefined) query = query.where('item', '=', filter.item)
  if (page.after !== undefined) query = query.where('seq', '>', BigInt(page.after))
  return await query.orderBy('seq').limit(page.limit + 1).execute()
}

export async function factsBySeq(
  db: DocumentsReader,
  tenant: string,
  document: string,
  seqs: readonly bigint[],
): Promise<FactRow[]> {
  return await db.selectFrom('filing_fact').selectAll()
    .where('tenant_id', '=', tenant).where('document_id', '=', document)
    .where('seq', 'in', seqs).execute()
}

/** What narrows a list of findings. */
export interface FindingFilter {
  readonly severity?: string | undefined
  readonly check?: string | undefined
  readonly presence?: string | undefined
}

/** By id, one more than `limit`. */
export async function listFindings(
  db: DocumentsReader,
  tenant: string,
  project: string,
  filter: FindingFilter,
  page: { limit: number; after: string | undefined },
): Promise<FindingRow[]> {
  let query = db.selectFrom('review_finding').selectAll()
    .where('tenant_id', '=', tenant).where('project_id', '=', project)
  if (filter.severity !== undefined) query = query.where('severity', '=', filter.severity)
  if (filter.check !== undefined) query = query.where('check_name', '=', filter.check)
  if (filter.presence !== undefined) query = query.where('presence', '=', filter.presence)
  if (page.after !== undefined) query = query.where('id', '>', page.after)
  return await query.orderBy('id').limit(page.limit + 1).execute()
}

/** All findings of a project, at most 20,000. */
export const allFindings = define<Tenant & { project: string }>()((db, p) =>
  db.selectFrom('review_finding').selectAll()
    .where('tenant_id', '=', p.tenant).where('project_id', '=', p.project)
    .orderBy('id').limit(20_000)
)

/** Puts a finding in, or anew where its key stands already; what was decided about it stays. */
export const putFinding = define<
  Tenant & {
    id: string
    project: string
    series: string
    key: string
    check: string
    code: string
    severity: string
    message: string
    equation: string | null
    places: string
    presence: string
    run: string
  }
>()((db, p) =>
  db.insertInto('review_finding').values({
    tenant_id: p.tenant,
    id: p.id,
    project_id: p.project,
    series: p.series,
    key: p.key,
    check_name: p.check,
    code: p.code,
    severity: p.severity,
    message: p.message,
    equation: p.equation,
    places: p.places,
    presence: p.presence,
    verdict: null,
    reason: null,
    decided_by: null,
    decided_at: null,
    approval: null,
    approved_by: null,
    assignee: null,
    first_run: p.run,
    last_run: p.run,
  }).onConflict((c) =>
    c.columns(['tenant_id', 'project_id', 'series', 'key']).doUpdateSet({
      check_name: p.check,
      code: p.code,
      severity: p.severity,
      message: p.message,
      equation: p.equation,
      places: p.places,
      presence: p.presence,
      last_run: p.run,
    })
  )
)

/** Findings that a run did not find again. */
export const setFixed = define<Tenant & { id: string; run: string }>()((db, p) =>
  db.updateTable('review_finding').set({ presence: 'FIXED', last_run: p.run })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

export const setDecision = define<
  Tenant & {
    id: string
    verdict: string | null
    reason: string | null
    by: string | null
    at: Instant | null
    approval: string | null
    approvedBy: string | null
    assignee: string | null
  }
>()((db, p) =>
  db.updateTable('review_finding').set({
    verdict: p.verdict,
    reason: p.reason,
    decided_by: p.by,
    decided_at: p.at,
    approval: p.approval,
    approved_by: p.approvedBy,
    assignee: p.assignee,
  }).where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

export const insertDecision = define<
  Tenant & {
    finding: string
    seq: bigint
    action: string
    reason: string
    assignee: string | null
    by: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('finding_decision').values({
    tenant_id: p.tenant,
    finding_id: p.finding,
    seq: p.seq,
    action: p.action,
    reason: p.reason,
    assignee: p.assignee,
    by_subject: p.by,
    at: p.at,
  })
)

export async function decisionsOf(
  db: DocumentsReader,
  tenant: string,
  findings: readonly string[],
): Promise<DecisionRow[]> {
  return await db.selectFrom('finding_decision').selectAll()
    .where('tenant_id', '=', tenant).where('finding_id', 'in', findings)
    .orderBy('finding_id').orderBy('seq').execute()
}

export const insertSum = define<
  Tenant & {
    id: string
    project: string
    series: string
    total: string
    parts: string
    by: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('manual_sum').values({
    tenant_id: p.tenant,
    id: p.id,
    project_id: p.project,
    series: p.series,
    total: p.total,
    parts: p.parts,
    created_by: p.by,
    created_at: p.at,
  })
)

/** What reviewers of a project said should add up, at most 1,000. */
export const sumsOf = define<Tenant & { project: string }>()((db, p) =>
  db.selectFrom('manual_sum').selectAll()
    .where('tenant_id', '=', p.tenant).where('project_id', '=', p.project)
    .orderBy('id').limit(1000)
)

/** The most figures and findings of one version that are compared with another's. */
const COMPARED_MAX = 200_000

/** All figures of a document, in order. */
export const factsOfDocument = define<Tenant & { document: string }>()((db, p) =>
  db.selectFrom('filing_fact').selectAll()
    .where('tenant_id', '=', p.tenant).where('document_id', '=', p.document)
    .orderBy('seq').limit(COMPARED_MAX)
)

/** What a review found in a version. */
export const findingsOfDocument = define<Tenant & { document: string }>()((db, p) =>
  db.selectFrom('document_finding').selectAll()
    .where('tenant_id', '=', p.tenant).where('document_id', '=', p.document)
    .orderBy('finding_id').limit(COMPARED_MAX)
)

/** The sections of a document without their words. */
export const sectionHeads = define<Tenant & { document: string }>()((db, p) =>
  db.selectFrom('filing_section').select(['seq', 'path', 'hash', 'line_count'])
    .where('tenant_id', '=', p.tenant).where('document_id', '=', p.document)
    .orderBy('seq').limit(COMPARED_MAX)
)

export const sectionLines = define<Tenant & { document: string; seq: bigint }>()((db, p) =>
  db.selectFrom('filing_section').select('lines')
    .where('tenant_id', '=', p.tenant).where('document_id', '=', p.document)
    .where('seq', '=', p.seq).limit(1)
)

/** Replaces what was found in a version. */
export async function putDocumentFindings(
  tx: DocumentsTx,
  tenant: string,
  document: string,
  rows: readonly DocumentFindingRow[],
): Promise<void> {
  await tx.deleteFrom('document_finding').where('tenant_id', '=', tenant)
    .where('document_id', '=', document).execute()
  for (let at = 0; at < rows.length; at += FACT_ROWS) {
    await tx.insertInto('document_finding').values(rows.slice(at, at + FACT_ROWS)).execute()
  }
}

/** Replaces the wording of a version. */
export async function putSections(
  tx: DocumentsTx,
  tenant: string,
  document: string,
  rows: readonly SectionRow[],
): Promise<void> {
  await tx.deleteFrom('filing_section').where('tenant_id', '=', tenant)
    .where('document_id', '=', document).execute()
  for (let at = 0; at < rows.length; at += FACT_ROWS) {
    await tx.insertInto('filing_section').values(rows.slice(at, at + FACT_ROWS)).execute()
  }
}

/** How many filings of other projects the typo check learns the language from. */
const LANGUAGE_FILINGS = 3

/** The words of the last filings that were reviewed for other projects: JSON of lines, by section. */
export const wordsOfOthers = define<Tenant & { project: string }>()((db, p) =>
  db.selectFrom('filing_section').select('lines')
    .where('tenant_id', '=', p.tenant)
    .where('document_id', 'in', (eb) =>
      eb.selectFrom('filing_document').select('id')
        .where('tenant_id', '=', p.tenant).where('project_id', '<>', p.project)
        .where('state', '=', 'REVIEWED').orderBy('id', 'desc').limit(LANGUAGE_FILINGS))
    .orderBy('document_id').orderBy('seq').limit(COMPARED_MAX)
)
