/**
 * What reviewers and approvers do.
 */
import type { Actor } from '../kernel/actor.ts'
import type { BlobStore } from '../kernel/blob.ts'
import type { Jobs } from '../kernel/job.ts'
import type { Ports } from '../kernel/ports.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Store } from '../kernel/store.ts'
import { isCreditCode } from './credit-code.ts'
import {
  type Approval,
  type DecisionCode,
  judgeApproval,
  judgeDecision,
  type Verdict,
} from './decision.ts'
import { evidenceLane, type EvidenceLog } from './evidence/log.ts'
import { type ExportLine, jsonLines } from './export/lines.ts'
import { annotate } from './export/run.ts'
import { findingsXlsx } from './export/xlsx.ts'
import { evaluateSum, factKey, type SumFact } from './manual-sum.ts'
import { sniff, type SniffCode } from './read/sniff.ts'
import { bytesOf, REVIEW_KIND, reviewCase } from './review-job.ts'
import type { SpareThread } from './spare-thread.ts'
import {
  allFindings,
  countVersions,
  decisionsOf,
  type DocumentRow,
  documentsById,
  documentsOf,
  type FactRow,
  factsBySeq,
  FILINGS_MAX,
  type FindingRow,
  findingsById,
  insertDecision,
  insertDocument,
  insertProject,
  insertSum,
  lastVersion,
  latestDocuments,
  type ProjectRow,
  projectsById,
  setDecision,
  VERSIONS_MAX,
} from './store/review.ts'
import type { DocumentTables } from './tables.ts'

export type ReviewRefusal =
  | DecisionCode
  | SniffCode
  | 'PROJECT_UNKNOWN'
  | 'PROJECT_NAME'
  | 'PROJECT_FULL'
  | 'ISSUER_CODE'
  | 'DOCUMENT_UNKNOWN'
  | 'DOCUMENT_NAME'
  | 'FILE_UNKNOWN'
  | 'FINDING_UNKNOWN'
  | 'FACT_UNKNOWN'
  | 'NOTHING_TO_REVIEW'
  | 'EXPORT_KIND'

/** A figure named by its document and its place among the document's figures. */
export interface FactName {
  readonly document: string
  readonly seq: number
}

export type ExportKind = 'JSON' | 'XLSX' | 'ANNOTATED'

const NAME_MAX = 200
const EXPORT_LIMIT_BYTES = 1 << 30
/** What tells a file's kind lies within so many bytes. */
const HEAD_BYTES = 1024

/** What a command works with. */
export interface CommandShop {
  readonly store: Store<DocumentTables>
  readonly ports: Ports
  readonly blobs: BlobStore
  readonly jobs: Jobs
  readonly evidence: EvidenceLog
  readonly threads: SpareThread
}

/** Commands of one actor. */
export class ReviewCommands {
  readonly #shop: CommandShop
  readonly #actor: Actor

  constructor(shop: CommandShop, actor: Actor) {
    this.#shop = shop
    this.#actor = actor
  }

  /** @param issuer the issuer's unified social credit code */
  async createProject(name: string, issuer: string): Promise<Result<ProjectRow, ReviewRefusal>> {
    if (!isName(name)) {
      return refuse(
        'PROJECT_NAME',
        `A project has a name of 1 to ${NAME_MAX} characters.`,
        '/input/name',
      )
    }
    if (!isCreditCode(issuer)) {
      return refuse(
        'ISSUER_CODE',
        'The issuer is named by its unified social credit code, 18 characters.',
        '/input/issuer',
      )
    }
    const { store, ports } = this.#shop
    const { tenant, subject } = this.#actor
    const id = ports.ids.next('prj')
    const at = ports.clock.now()
    await store.write((tx) =>
      insertProject(tx, { tenant, id, name: name.trim(), issuer, by: subject, at })
    )
    // Whoever makes a project brings its filings next.
    this.#shop.threads.warm()
    return ok((await projectsById(store.read, tenant, [id]))[0]!)
  }

  /** Puts an uploaded file into a project. The same name again is the next version. */
  async addDocument(
    input: { project: string; name: string; file: string; series?: string | undefined },
  ): Promise<Result<DocumentRow, ReviewRefusal>> {
    const { store, ports, blobs } = this.#shop
    const { tenant, subject } = this.#actor
    const { project, name, file } = input
    const [found] = await projectsById(store.read, tenant, [project])
    if (found === undefined) return unknownProject()
    if (!isName(name)) {
      return refuse(
        'DOCUMENT_NAME',
        `A file has a name of 1 to ${NAME_MAX} characters.`,
        '/input/name',
      )
    }
    const bytes = await blobs.size(tenant, file)
    if (bytes === undefined) {
      return refuse('FILE_UNKNOWN', 'Upload the file first; its hash names it.', '/input/file')
    }
    const kind = sniff(name, await headOf(blobs, tenant, file))
    if (!kind.ok) return { ...kind, place: `/input${kind.place ?? '/file'}` }
    const id = ports.ids.next('doc')
    const at = ports.clock.now()
    const series = input.series ?? name.trim()
    const added = await store.write(async (tx) => {
      const [last] = await lastVersion(tx, { tenant, project, series })
      const versions = (await countVersions(tx, { tenant, project }))[0]!.versions
      const filings = last !== undefined || versions < FILINGS_MAX
        ? 0
        : (await latestDocuments(tx, { tenant, project })).length
      if (versions >= VERSIONS_MAX || filings >= FILINGS_MAX) {
        return refuse(
          'PROJECT_FULL',
          `A project has at most ${FILINGS_MAX} filings and ${VERSIONS_MAX} versions.`,
          '/input/project',
        )
      }
      await insertDocument(tx, {
        tenant,
        id,
        project,
        series,
        version: (last?.version ?? 0n) + 1n,
        name: name.trim(),
        file,
        bytes: BigInt(bytes),
        by: subject,
        at,
      })
      return ok(id)
    }, { lane: `${tenant}:review` })
    // Whoever brings a filing in has it reviewed next.
    if (added.ok) this.#shop.threads.warm()
    return added.ok ? ok((await documentsById(store.read, tenant, [id]))[0]!) : added
  }

  /** Starts a review of the latest versions. @returns the job */
  async startReview(project: string): Promise<Result<string, ReviewRefusal>> {
    const { store, jobs } = this.#shop
    const { tenant } = this.#actor
    const [found] = await projectsById(store.read, tenant, [project])
    if (found === undefined) return unknownProject()
    if ((await latestDocuments(store.read, { tenant, project })).length === 0) {
      return refuse('NOTHING_TO_REVIEW', 'The project has no filing yet.', '/input/project')
    }
    return ok(await jobs.submit(this.#actor, REVIEW_KIND, { project }))
  }

  /** Accepts or ignores a finding; somebody else approves it. */
  async decide(
    id: string,
    verdict: Verdict,
    reason: string,
  ): Promise<Result<FindingRow, ReviewRefusal>> {
    return await this.#change(id, verdict, reason, (row) => {
      const judged = judgeDecision(decidedOf(row), verdict, reason)
      if (!judged.ok) return judged
      return ok({ verdict, reason, by: this.#actor.subject, approval: 'PENDING', approvedBy: null })
    })
  }

  /** Approves a decision of somebody else, or sends it back. */
  async approve(
    id: string,
    approve: boolean,
    reason: string,
  ): Promise<Result<FindingRow, ReviewRefusal>> {
    return await this.#change(id, approve ? 'APPROVED' : 'RETURNED', reason, (row) => {
      const judged = judgeApproval(decidedOf(row), this.#actor.subject, approve, reason)
      if (!judged.ok) return judged
      return ok({
        verdict: row.verdict,
        reason: row.reason,
        by: row.decided_by,
        approval: judged.value,
        approvedBy: this.#actor.subject,
      })
    })
  }

  /** Gives a finding to somebody. */
  async assign(id: string, assignee: string): Promise<Result<FindingRow, ReviewRefusal>> {
    return await this.#change(id, 'ASSIGNED', '', (row) =>
      ok({
        verdict: row.verdict,
        reason: row.reason,
        by: row.decided_by,
        approval: row.approval,
        approvedBy: row.approved_by,
      }), assignee)
  }

  /** Checks that figures add up, and keeps it for the versions to come. */
  async addSum(
    total: FactName,
    parts: readonly (FactName & { readonly weight: 1 | -1 })[],
  ): Promise<Result<ReturnType<typeof evaluateSum>, ReviewRefusal>> {
    const { store, ports } = this.#shop
    const { tenant, subject } = this.#actor
    const [document] = await documentsById(store.read, tenant, [total.document])
    if (document === undefined || parts.some((part) => part.document !== total.document)) {
      return refuse('DOCUMENT_UNKNOWN', 'All figures of a sum stand in one filing.', '/input/total')
    }
    const seqs = [total, ...parts].map(({ seq }) => BigInt(seq))
    const rows = new Map(
      (await factsBySeq(store.read, tenant, document.id, seqs)).map((
        row,
      ) => [Number(row.seq), row]),
    )
    if (parts.length === 0 || [total, ...parts].some(({ seq }) => !rows.has(seq))) {
      return refuse('FACT_UNKNOWN', 'There is no such figure.', '/input/parts')
    }
    const factOf = ({ seq }: FactName) => sumFactOf(rows.get(seq)!)
    const at = ports.clock.now()
    const id = ports.ids.next('sum')
    await store.write((tx) =>
      insertSum(tx, {
        tenant,
        id,
        project: document.project_id,
        series: document.series,
        total: factKey(factOf(total)),
        parts: JSON.stringify(
          parts.map((part) => ({ key: factKey(factOf(part)), weight: part.weight })),
        ),
        by: subject,
        at,
      })
    )
    return ok(
      evaluateSum(
        factOf(total),
        parts.map((part) => ({ fact: factOf(part), weight: part.weight })),
      ),
    )
  }

  /** Writes findings into a file. @returns the hash under which it is fetched */
  async export(
    input: { project: string; kind: ExportKind; document?: string | undefined },
  ): Promise<Result<{ file: string; name: string }, ReviewRefusal>> {
    const { store, blobs, ports } = this.#shop
    const { tenant } = this.#actor
    const [project] = await projectsById(store.read, tenant, [input.project])
    if (project === undefined) return unknownProject()
    const documents = await documentsOf(store.read, tenant, [project.id])
    const names = new Map(documents.map((row) => [row.id, row.name]))
    const lines = (await allFindings(store.read, { tenant, project: project.id }))
      .map((row) => lineOf(row, names))
    const put = async (bytes: Uint8Array, name: string) => {
      const kept = await blobs.put(tenant, chunks(bytes), EXPORT_LIMIT_BYTES)
      if (!kept.ok) throw new Error(kept.message)
      return ok({ file: kept.value.hash, name })
    }
    if (input.kind === 'JSON') {
      return await put(new TextEncoder().encode(jsonLines(lines)), `${project.name}.jsonl`)
    }
    if (input.kind === 'XLSX') return await put(await findingsXlsx(lines), `${project.name}.xlsx`)
    const document = documents.find(({ id }) => id === input.document)
    if (document === undefined) {
      return refuse(
        'DOCUMENT_UNKNOWN',
        'Name the filing that is to be annotated.',
        '/input/document',
      )
    }
    if (document.kind !== 'pdf' && document.kind !== 'docx') {
      return refuse(
        'EXPORT_KIND',
        'A PDF or DOCX that was reviewed can be annotated.',
        '/input/document',
      )
    }
    const bytes = await annotate({
      kind: document.kind,
      file: await bytesOf(blobs, tenant, document.file),
      lines: lines.filter(({ presence, places }) =>
        presence !== 'FIXED' && places.some(({ name }) => name === document.id)
      ),
      document: document.id,
      at: ports.clock.now(),
    })
    return await put(bytes, `审核-${document.name}`)
  }

  async #change(
    id: string,
    action: string,
    reason: string,
    judge: (row: FindingRow) => Result<{
      verdict: string | null
      reason: string | null
      by: string | null
      approval: Approval | string | null
      approvedBy: string | null
    }, ReviewRefusal>,
    assignee?: string,
  ): Promise<Result<FindingRow, ReviewRefusal>> {
    const { store, ports, evidence } = this.#shop
    const { tenant, subject } = this.#actor
    const at = ports.clock.now()
    const [known] = await findingsById(store.read, tenant, [id])
    if (known === undefined) return unknownFinding()
    const caseId = reviewCase(known.project_id)
    // A reason may be short and name people: the log only commits to it, with a salt.
    const secrets = await evidence.locked(caseId, reason === '' ? {} : { reason })
    return await store.write(async (tx) => {
      const [row] = await findingsById(tx, tenant, [id])
      if (row === undefined) return unknownFinding()
      const judged = judge(row)
      if (!judged.ok) return judged
      const { verdict, by, approval, approvedBy } = judged.value
      const given = assignee ?? row.assignee
      await setDecision(tx, {
        tenant,
        id,
        verdict,
        reason: judged.value.reason,
        by,
        at: by === subject && action === verdict ? at : row.decided_at,
        approval,
        approvedBy,
        assignee: given,
      })
      const seq = BigInt((await decisionsOf(tx, tenant, [id])).length) + 1n
      await insertDecision(tx, {
        tenant,
        finding: id,
        seq,
        action,
        reason,
        assignee: given,
        by: subject,
        at,
      })
      // A decision and its evidence are one: neither is there without the other.
      await evidence.recordWith(tx, tenant, caseId, 'review.decided', {
        action,
        finding: id,
        decision: Number(seq),
        by: subject,
      }, secrets)
      return ok((await findingsById(tx, tenant, [id]))[0]!)
    }, { lane: evidenceLane(tenant) })
  }
}

function unknownFinding() {
  return refuse('FINDING_UNKNOWN', 'There is no such finding.', '/input/finding')
}

function unknownProject() {
  return refuse('PROJECT_UNKNOWN', 'There is no such project.', '/input/project')
}

function isName(name: string): boolean {
  return name.trim() !== '' && name.length <= NAME_MAX && name.isWellFormed() &&
    !name.includes('\0')
}

function decidedOf(row: FindingRow) {
  return {
    verdict: row.verdict as Verdict | null,
    approval: row.approval as Approval | null,
    decidedBy: row.decided_by,
  }
}

function sumFactOf(row: FactRow): SumFact {
  return {
    scope: row.scope,
    section: row.section,
    item: row.item,
    header: row.header,
    power: row.power === null ? null : Number(row.power),
    digits: BigInt(row.digits),
    decimals: Number(row.decimals),
    place: JSON.parse(row.place),
  }
}

/** Places of a finding as they are stored. */
export interface StoredPlace {
  readonly document: string
  readonly place: { readonly page: number; readonly box?: never; readonly path?: string }
  readonly text: string
}

function lineOf(row: FindingRow, names: ReadonlyMap<string, string>): ExportLine {
  const places = JSON.parse(row.places) as StoredPlace[]
  return {
    id: row.id,
    document: names.get(places[0]?.document ?? '') ?? row.series,
    check: row.check_name,
    code: row.code,
    severity: row.severity,
    message: row.message,
    equation: row.equation === null ? null : JSON.parse(row.equation),
    places: places.map(({ document, place, text }) => ({
      document: 0,
      name: document,
      place,
      text,
    })),
    presence: row.presence,
    verdict: row.verdict,
    reason: row.reason,
    decidedBy: row.decided_by,
    approval: row.approval,
    approvedBy: row.approved_by,
    assignee: row.assignee,
  }
}

async function headOf(blobs: BlobStore, tenant: string, hash: string): Promise<Uint8Array> {
  for await (const chunk of (await blobs.get(tenant, hash))!) return chunk.subarray(0, HEAD_BYTES)
  return new Uint8Array()
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20))
}
