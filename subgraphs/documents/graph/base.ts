/**
 * What the parts of the documents' schema share: the builder, the types by name, the loaders.
 */
import { loadMany, loadOne } from '../../kernel/batch.ts'
import { type ResolverContext, subgraphBuilder } from '../../kernel/builder.ts'
import type { Job, Jobs } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import type { Store } from '../../kernel/store.ts'
import type { DocumentTables } from '../tables.ts'
import type { ReviewCommands } from '../commands.ts'
import type { FaceCheck } from '../evidence/face-check.ts'
import type { EvidenceLog } from '../evidence/log.ts'
import {
  type CaseRow,
  casesById,
  casesBySubject,
  type CheckpointRow,
  secretNames,
} from '../store/evidence.ts'
import { APPROVAL_CASE } from '../approval-case.ts'
import {
  type DecisionRow,
  decisionsOf,
  type DocumentRow,
  documentsById,
  documentsOf,
  type DocumentsReader,
  type FactRow,
  type FindingRow,
  findingsById,
  type ProjectRow,
  projectsById,
} from '../store/review.ts'

/** What the resolvers of documents are given. */
export interface DocumentsContext extends ResolverContext {
  readonly documents: {
    readonly db: DocumentsReader
    readonly store: Store<DocumentTables>
    readonly ports: Ports
    readonly commands: ReviewCommands
    readonly jobs: Jobs
    readonly evidence: EvidenceLog
    readonly faceCheck: FaceCheck
    /** Whether time stamps and cosignatures are our own. */
    readonly simulated: boolean
  }
}

export const READ = { requiresScopes: [['documents:read']] }
export const REVIEW = { requiresScopes: [['documents:review']] }
export const APPROVE = { requiresScopes: [['documents:approve']] }
export const EVIDENCE_READ = { requiresScopes: [['evidence:read']] }
export const EVIDENCE_WRITE = { requiresScopes: [['evidence:write']] }
export const EVIDENCE_REVEAL = { requiresScopes: [['evidence:reveal']] }

export const { builder, connection, refusals } = subgraphBuilder<DocumentsContext>()

export const project = builder.objectRef<ProjectRow>('FilingProject')
export const filing = builder.objectRef<DocumentRow>('FilingDocument')
export const finding = builder.objectRef<FindingRow>('ReviewFinding')
export const decision = builder.objectRef<DecisionRow>('FindingDecision')
export const fact = builder.objectRef<FactRow>('FilingFact')
export const review = builder.objectRef<Job>('FilingReview')
export const evidenceCase = builder.objectRef<CaseRow>('EvidenceCase')
export const checkpoint = builder.objectRef<CheckpointRow>('EvidenceCheckpoint')

type Context = DocumentsContext
type Keys = readonly string[]

export const findProject = loadOne(
  ({ documents, actor }: Context, ids: Keys) => projectsById(documents.db, actor.tenant, ids),
  (row) => row.id,
)
export const findDocument = loadOne(
  ({ documents, actor }: Context, ids: Keys) => documentsById(documents.db, actor.tenant, ids),
  (row) => row.id,
)
export const documentsOfProject = loadMany(
  ({ documents, actor }: Context, ids: Keys) => documentsOf(documents.db, actor.tenant, ids),
  (row) => row.project_id,
)
export const findFinding = loadOne(
  ({ documents, actor }: Context, ids: Keys) => findingsById(documents.db, actor.tenant, ids),
  (row) => row.id,
)
export const decisionsOfFinding = loadMany(
  ({ documents, actor }: Context, ids: Keys) => decisionsOf(documents.db, actor.tenant, ids),
  (row) => row.finding_id,
)
export const findCase = loadOne(
  ({ documents, actor }: Context, ids: Keys) => casesById(documents.db, actor.tenant, ids),
  (row) => row.id,
)

/** The case that proves an order's approval. */
export const approvalOf = loadOne(
  ({ documents, actor }: Context, serials: Keys) =>
    casesBySubject(documents.db, actor.tenant, APPROVAL_CASE, serials),
  (row) => row.subject!,
)
/** Names of the personal data of a case that is still kept. */
export const secretsOfCase = loadMany(
  ({ documents, actor }: Context, ids: Keys) => secretNames(documents.db, actor.tenant, ids),
  (row) => row.case_id,
)
