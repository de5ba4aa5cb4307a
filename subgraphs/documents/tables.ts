/**
 * Tables of documents.
 */
import type { Migration } from '../kernel/migrate.ts'
import { kernelMigrations, type KernelTables } from '../kernel/tables.ts'
import type { Instant } from '../kernel/time.ts'

export interface DocumentTables extends KernelTables {
  filing_project: {
    tenant_id: string
    id: string
    name: string
    issuer: string
    created_by: string
    created_at: Instant
  }
  /** One version of one filing. @property series the filing that it is a version of */
  filing_document: {
    tenant_id: string
    id: string
    project_id: string
    series: string
    version: bigint
    name: string
    file: string
    bytes: bigint
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
    created_by: string
    created_at: Instant
  }
  /** Every figure of a document. @property digits decimal text: a figure may have more than 64 bits */
  filing_fact: {
    tenant_id: string
    document_id: string
    seq: bigint
    scope: string
    section: string
    item: string
    header: string
    period: string | null
    power: bigint | null
    digits: string
    decimals: bigint
    percent: bigint
    page: bigint
    place: string
    state: string
  }
  /** A finding by its key: the same fact in the next version is the same row. */
  review_finding: {
    tenant_id: string
    id: string
    project_id: string
    series: string
    key: string
    check_name: string
    code: string
    severity: string
    message: string
    equation: string | null
    places: string
    presence: string
    verdict: string | null
    reason: string | null
    decided_by: string | null
    decided_at: Instant | null
    approval: string | null
    approved_by: string | null
    assignee: string | null
    first_run: string
    last_run: string
  }
  /** What a review found in one version, as it was said then. */
  document_finding: {
    tenant_id: string
    document_id: string
    finding_id: string
    message: string
    equation: string | null
    places: string
  }
  /** The wording of a version. @property path headings as JSON @property lines as JSON */
  filing_section: {
    tenant_id: string
    document_id: string
    seq: bigint
    path: string
    hash: string
    line_count: bigint
    lines: string
  }
  /** Everything that was decided about findings. Append-only. */
  finding_decision: {
    tenant_id: string
    finding_id: string
    seq: bigint
    action: string
    reason: string
    assignee: string | null
    by_subject: string
    at: Instant
  }
  /** What a reviewer said should add up, by keys of facts. */
  manual_sum: {
    tenant_id: string
    id: string
    project_id: string
    series: string
    total: string
    parts: string
    created_by: string
    created_at: Instant
  }
  evidence_case: {
    tenant_id: string
    id: string
    kind: string
    /** What it is found by: an order's serial, a project, a policy's number. */
    subject: string | null
    document_hash: string
    events: bigint
    closed: bigint
    opened_by: string
    opened_at: Instant
  }
  /** Append-only. @property hash of the event as it is canonically written */
  evidence_event: {
    tenant_id: string
    case_id: string
    seq: bigint
    event: string
    hash: string
  }
  /** What was committed to; a row is deleted to erase it. */
  evidence_secret: {
    tenant_id: string
    case_id: string
    seq: bigint
    name: string
    salt: Uint8Array
    key: Uint8Array
    box: Uint8Array
  }
  /** Events that are not in the log yet. */
  log_pending: {
    tenant_id: string
    at_seq: bigint
    case_id: string
    seq: bigint
    hash: string
  }
  /** Append-only. */
  log_leaf: {
    tenant_id: string
    leaf: bigint
    case_id: string
    seq: bigint
  }
  /** Hashes of complete subtrees, 256 to a row. */
  log_node: {
    tenant_id: string
    level: bigint
    chunk: bigint
    bytes: Uint8Array
  }
  /** Append-only. @property note signed and cosigned */
  log_checkpoint: {
    tenant_id: string
    size: bigint
    note: string
    stamp: Uint8Array | null
    at: Instant
  }
  /** Keys of the log and of its simulated witness and authority. */
  log_key: {
    tenant_id: string
    role: string
    name: string
    pkcs8: Uint8Array
    public_key: Uint8Array
  }
}

type Columns =
  readonly (readonly [name: string, type: 'text' | 'int' | 'bytes', nullable?: 'null'])[]

/** Makes a table of a tenant's. */
async function createTable(
  { db, t }: { db: Parameters<Migration['up']>[0]; t: Parameters<Migration['up']>[1] },
  table: string,
  columns: Columns,
  key: readonly string[],
): Promise<void> {
  let builder = db.schema.createTable(table)
    .addColumn('tenant_id', t.text, (c) => c.notNull())
  for (const [name, type, nullable] of columns) {
    builder = builder.addColumn(name, t[type], (c) => nullable === undefined ? c.notNull() : c)
  }
  await t.table(
    builder.addPrimaryKeyConstraint(`${table}_pk`, ['tenant_id', ...key] as never),
  ).execute()
}

export const documentMigrations: readonly Migration[] = [
  ...kernelMigrations,
  {
    name: 'documents-1',
    async up(db, t) {
      const create = (table: string, columns: Columns, key: readonly string[]) =>
        createTable({ db, t }, table, columns, key)
      await create('filing_project', [
        ['id', 'text'],
        ['name', 'text'],
        ['issuer', 'text'],
        ['created_by', 'text'],
        ['created_at', 'text'],
      ], ['id'])
      await create('filing_document', [
        ['id', 'text'],
        ['project_id', 'text'],
        ['series', 'text'],
        ['version', 'int'],
        ['name', 'text'],
        ['file', 'text'],
        ['bytes', 'int'],
        ['state', 'text'],
        ['code', 'text', 'null'],
        ['message', 'text', 'null'],
        ['kind', 'text', 'null'],
        ['pages', 'int', 'null'],
        ['year', 'int', 'null'],
        ['company', 'text', 'null'],
        ['figures', 'int', 'null'],
        ['verified', 'int', 'null'],
        ['contradicted', 'int', 'null'],
        ['created_by', 'text'],
        ['created_at', 'text'],
      ], ['id'])
      await db.schema.createIndex('filing_document_version').unique().on('filing_document')
        .columns(['tenant_id', 'project_id', 'series', 'version']).execute()
      await create('filing_fact', [
        ['document_id', 'text'],
        ['seq', 'int'],
        ['scope', 'text'],
        ['section', 'text'],
        ['item', 'text'],
        ['header', 'text'],
        ['period', 'text', 'null'],
        ['power', 'int', 'null'],
        ['digits', 'text'],
        ['decimals', 'int'],
        ['percent', 'int'],
        ['page', 'int'],
        ['place', 'text'],
        ['state', 'text'],
      ], ['document_id', 'seq'])
      await create('review_finding', [
        ['id', 'text'],
        ['project_id', 'text'],
        ['series', 'text'],
        ['key', 'text'],
        ['check_name', 'text'],
        ['code', 'text'],
        ['severity', 'text'],
        ['message', 'text'],
        ['equation', 'text', 'null'],
        ['places', 'text'],
        ['presence', 'text'],
        ['verdict', 'text', 'null'],
        ['reason', 'text', 'null'],
        ['decided_by', 'text', 'null'],
        ['decided_at', 'text', 'null'],
        ['approval', 'text', 'null'],
        ['approved_by', 'text', 'null'],
        ['assignee', 'text', 'null'],
        ['first_run', 'text'],
        ['last_run', 'text'],
      ], ['id'])
      await db.schema.createIndex('review_finding_key').unique().on('review_finding')
        .columns(['tenant_id', 'project_id', 'series', 'key']).execute()
      await create('finding_decision', [
        ['finding_id', 'text'],
        ['seq', 'int'],
        ['action', 'text'],
        ['reason', 'text'],
        ['assignee', 'text', 'null'],
        ['by_subject', 'text'],
        ['at', 'text'],
      ], ['finding_id', 'seq'])
      await t.appendOnly('finding_decision')
      await create('manual_sum', [
        ['id', 'text'],
        ['project_id', 'text'],
        ['series', 'text'],
        ['total', 'text'],
        ['parts', 'text'],
        ['created_by', 'text'],
        ['created_at', 'text'],
      ], ['id'])
      await create('evidence_case', [
        ['id', 'text'],
        ['kind', 'text'],
        ['document_hash', 'text'],
        ['events', 'int'],
        ['closed', 'int'],
        ['opened_by', 'text'],
        ['opened_at', 'text'],
      ], ['id'])
      await create('evidence_event', [
        ['case_id', 'text'],
        ['seq', 'int'],
        ['event', 'text'],
        ['hash', 'text'],
      ], ['case_id', 'seq'])
      await t.appendOnly('evidence_event')
      await create('evidence_secret', [
        ['case_id', 'text'],
        ['seq', 'int'],
        ['name', 'text'],
        ['salt', 'bytes'],
        ['key', 'bytes'],
        ['box', 'bytes'],
      ], ['case_id', 'seq', 'name'])
      await create('log_pending', [
        ['at_seq', 'int'],
        ['case_id', 'text'],
        ['seq', 'int'],
        ['hash', 'text'],
      ], ['at_seq'])
      await create('log_leaf', [['leaf', 'int'], ['case_id', 'text'], ['seq', 'int']], ['leaf'])
      await db.schema.createIndex('log_leaf_event').unique().on('log_leaf')
        .columns(['tenant_id', 'case_id', 'seq']).execute()
      await t.appendOnly('log_leaf')
      await create('log_node', [['level', 'int'], ['chunk', 'int'], ['bytes', 'bytes']], [
        'level',
        'chunk',
      ])
      await create('log_checkpoint', [
        ['size', 'int'],
        ['note', 'text'],
        ['stamp', 'bytes', 'null'],
        ['at', 'text'],
      ], ['size'])
      await t.appendOnly('log_checkpoint')
      await create('log_key', [
        ['role', 'text'],
        ['name', 'text'],
        ['pkcs8', 'bytes'],
        ['public_key', 'bytes'],
      ], ['role'])
    },
  },
  {
    name: 'documents-2',
    async up(db, t) {
      await createTable({ db, t }, 'document_finding', [
        ['document_id', 'text'],
        ['finding_id', 'text'],
        ['message', 'text'],
        ['equation', 'text', 'null'],
        ['places', 'text'],
      ], ['document_id', 'finding_id'])
      await createTable({ db, t }, 'filing_section', [
        ['document_id', 'text'],
        ['seq', 'int'],
        ['path', 'text'],
        ['hash', 'text'],
        ['line_count', 'int'],
        ['lines', 'text'],
      ], ['document_id', 'seq'])
      await db.schema.alterTable('evidence_case').addColumn('subject', t.text).execute()
      await db.schema.createIndex('evidence_case_subject').on('evidence_case')
        .columns(['tenant_id', 'subject', 'id']).execute()
    },
  },
]
