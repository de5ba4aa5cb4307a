/**
 * A review as a job: the latest versions of a project's filings, read together.
 *
 * Killed anywhere and started again, it reads them anew; a finding is known by its key, so that
 * nothing is found twice and what was decided stays.
 */
import type { BlobStore } from '../kernel/blob.ts'
import { canonicalJson, type CanonicalValue } from '../kernel/canonical-json.ts'
import { sha256Hex } from '../kernel/chain.ts'
import type { JobHandler } from '../kernel/job.ts'
import type { Ports } from '../kernel/ports.ts'
import type { Store } from '../kernel/store.ts'
import { type Section, sectionText } from './comparison/sections.ts'
import type { SectionLine } from './comparison/text.ts'
import { ENGINE_VERSION } from './checks/catalogue.ts'
import type { Finding } from './checks/finding.ts'
import { type Presence, presenceOf } from './decision.ts'
import type { EvidenceEvent } from './evidence/event.ts'
import { evidenceLane, type EvidenceLog } from './evidence/log.ts'
import type { Fact } from './facts/fact.ts'
import { checkManualSum, factKey, type SumPart } from './manual-sum.ts'
import { rulesInForce, today } from './rule-version.ts'
import type { FactState, FileOutcome, ReviewFile } from './review-task.ts'
import { REVIEW_LIMITS, runReview } from './review-thread.ts'
import type { SpareThread } from './spare-thread.ts'
import { casesById, eventsOfCase } from './store/evidence.ts'
import {
  allFindings,
  type DocumentFindingRow,
  type DocumentRow,
  type DocumentsTx,
  latestDocuments,
  putDocumentFindings,
  putFacts,
  putFinding,
  putSections,
  type SectionRow,
  setFixed,
  setReviewed,
  sumsOf,
  wordsOfOthers,
} from './store/review.ts'
import type { DocumentTables } from './tables.ts'

export const REVIEW_KIND = 'review-filings'

/** @property project whose latest versions are reviewed */
export interface ReviewInput {
  readonly project: string
}

/** How far a review is. @property document the one that is being read, from 1 */
export interface ReviewProgress {
  readonly phase: 'READING' | 'WRITING' | 'DONE'
  readonly document: number
  readonly documents: number
  readonly page: number
  readonly pages: number
  readonly errors: number
  readonly warnings: number
  readonly notices: number
  /** The first findings, as messages, before all are known. */
  readonly first: readonly string[]
}

const START: ReviewProgress = {
  phase: 'READING',
  document: 0,
  documents: 0,
  page: 0,
  pages: 0,
  errors: 0,
  warnings: 0,
  notices: 0,
  first: [],
}

/** The progress of a review, whatever it has kept so far. */
export function reviewProgress(progress: unknown): ReviewProgress {
  return { ...START, ...progress as ReviewProgress | null }
}

/** What the handler works with. */
export interface ReviewShop {
  readonly store: Store<DocumentTables>
  readonly ports: Ports
  readonly blobs: BlobStore
  readonly evidence: EvidenceLog
  readonly threads: SpareThread
}

const FIRST_MAX = 20

/** Makes the handler of reviews. */
export function reviewHandler(shop: ReviewShop): JobHandler {
  return async (job, control) => {
    const { tenant } = job
    const { project } = job.input as ReviewInput
    shop.threads.warm()
    const documents = await latestDocuments(shop.store.read, { tenant, project })
    const files: ReviewFile[] = []
    for (const { name, file } of documents) {
      files.push({ name, data: await bytesOf(shop.blobs, tenant, file) })
    }
    let progress: ReviewProgress = { ...START, documents: documents.length }
    let saving: Promise<void> | undefined
    let dirty = true
    const failure = new AbortController()
    const save = () => {
      dirty = true
      // One checkpoint at a time: a page is read faster than a commit takes.
      saving ??= (async () => {
        while (dirty) {
          dirty = false
          await control.checkpoint(null, progress as unknown as CanonicalValue)
        }
      })().catch((error: unknown) => failure.abort(error)).finally(() => saving = undefined)
    }
    save()
    const { rules, version } = await rulesInForce(shop.store.read, tenant, today(shop.ports))
    const language = (await wordsOfOthers(shop.store.read, { tenant, project }))
      .flatMap(({ lines }) => (JSON.parse(lines) as SectionLine[]).map(({ text }) => text))
    const outcome = await runReview(
      { files, rules, language },
      (news) => {
        if (news.kind === 'page') {
          progress = { ...progress, document: news.file + 1, page: news.page, pages: news.pages }
        } else progress = counted(progress, news.findings)
        save()
      },
      AbortSignal.any([control.signal, failure.signal]),
      REVIEW_LIMITS,
      () => shop.threads.take(),
    )
    await saving
    progress = counted({ ...progress, phase: 'WRITING', ...NOTHING }, outcome.findings)
    await control.checkpoint(null, progress as unknown as CanonicalValue)
    const findings = [
      ...outcome.findings,
      ...await manualFindings(shop, tenant, project, documents, outcome.files),
    ]
    await shop.store.write(async (tx) => {
      for (const [i, document] of documents.entries()) {
        await writeOutcome(tx, tenant, document, outcome.files[i]!)
      }
      const reviewed = documents.filter((_, i) => outcome.files[i]!.refused === null)
      await writeFindings(tx, { tenant, project, run: job.id }, documents, reviewed, findings)
      const counts = { findings: findings.length, rules: version }
      await recordRun(tx, shop.evidence, job, project, documents, counts)
    }, { lane: evidenceLane(tenant) })
    await control.checkpoint(
      null,
      counted({ ...progress, phase: 'DONE', ...NOTHING }, findings) as unknown as CanonicalValue,
    )
  }
}

const NOTHING = { errors: 0, warnings: 0, notices: 0, first: [] as readonly string[] }

function counted(progress: ReviewProgress, findings: readonly Finding[]): ReviewProgress {
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length
  return {
    ...progress,
    errors: progress.errors + count('error'),
    warnings: progress.warnings + count('warning'),
    notices: progress.notices + count('notice'),
    first: [...progress.first, ...findings.map(({ message }) => message)].slice(0, FIRST_MAX),
  }
}

/** The whole of a file. @throws Error when it is gone */
export async function bytesOf(blobs: BlobStore, tenant: string, hash: string): Promise<Uint8Array> {
  const content = await blobs.get(tenant, hash)
  if (content === undefined) throw new Error('FILE_UNKNOWN: the file is gone')
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  const bytes = new Uint8Array(chunks.reduce((n, chunk) => n + chunk.length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}

async function manualFindings(
  { store }: ReviewShop,
  tenant: string,
  project: string,
  documents: readonly DocumentRow[],
  files: readonly FileOutcome[],
): Promise<Finding[]> {
  const sums = await sumsOf(store.read, { tenant, project })
  return sums.flatMap((sum) => {
    const at = documents.findIndex(({ series }) => series === sum.series)
    const file = files[at]
    if (file === undefined || file.refused !== null) return []
    const facts = new Map(file.facts.map((fact) => [factKey(fact), fact]))
    const parts = JSON.parse(sum.parts) as SumPart[]
    const found = checkManualSum(at, { id: sum.id, total: sum.total, parts }, facts)
    return found === undefined ? [] : [found]
  })
}

async function writeOutcome(
  tx: DocumentsTx,
  tenant: string,
  { id }: DocumentRow,
  file: FileOutcome,
): Promise<void> {
  if (file.refused !== null) {
    const { code, message } = file.refused
    await setReviewed(tx, {
      tenant,
      id,
      state: 'REFUSED',
      code,
      message,
      kind: null,
      pages: null,
      year: null,
      company: null,
      figures: null,
      verified: null,
      contradicted: null,
    })
    return
  }
  const { kind, pages, year, company, coverage, facts, sections } = file
  await setReviewed(tx, {
    tenant,
    id,
    state: 'REVIEWED',
    code: null,
    message: null,
    kind,
    pages: BigInt(pages.length),
    year: year === null ? null : BigInt(year),
    company,
    figures: BigInt(coverage.figures),
    verified: BigInt(coverage.verified),
    contradicted: BigInt(coverage.contradicted),
  })
  await putFacts(tx, tenant, id, facts.map((fact, seq) => factRow(tenant, id, seq, fact)))
  await putSections(tx, tenant, id, sections.map((one, seq) => sectionRow(tenant, id, seq, one)))
}

function factRow(tenant: string, document: string, seq: number, fact: Fact & { state: FactState }) {
  return {
    tenant_id: tenant,
    document_id: document,
    seq: BigInt(seq),
    scope: fact.scope,
    section: wellFormed(fact.section),
    item: wellFormed(fact.item),
    header: wellFormed(fact.header),
    period: fact.period,
    power: fact.power === null ? null : BigInt(fact.power),
    digits: fact.digits.toString(),
    decimals: BigInt(fact.decimals),
    percent: fact.percent ? 1n : 0n,
    page: BigInt(fact.place.page),
    place: JSON.stringify(fact.place),
    state: fact.state,
  }
}

function sectionRow(tenant: string, document: string, seq: number, section: Section): SectionRow {
  return {
    tenant_id: tenant,
    document_id: document,
    seq: BigInt(seq),
    path: wellFormed(JSON.stringify(section.path)),
    hash: sha256Hex(sectionText(section)),
    line_count: BigInt(section.lines.length),
    lines: wellFormed(JSON.stringify(section.lines)),
  }
}

/** Text of a file may hold what a database does not take. */
function wellFormed(text: string): string {
  return text.toWellFormed().replaceAll('\0', '')
}

async function writeFindings(
  tx: DocumentsTx,
  { tenant, project, run }: { tenant: string; project: string; run: string },
  documents: readonly DocumentRow[],
  reviewed: readonly DocumentRow[],
  findings: readonly Finding[],
): Promise<void> {
  const known = await allFindings(tx, { tenant, project })
  const before = new Map(known.map((row) => [`${row.series}|${row.key}`, row]))
  const seen = new Set<string>()
  const found = new Map(reviewed.map(({ id }) => [id, new Map<string, DocumentFindingRow>()]))
  for (const finding of findings) {
    const { id: document, series } = documents[finding.at[0]!.document]!
    const key = wellFormed(finding.key)
    const row = before.get(`${series}|${key}`)
    seen.add(`${series}|${key}`)
    const id = `fnd_${sha256Hex(`${project}|${series}|${key}`).slice(0, 26)}`
    const said = {
      message: wellFormed(finding.message),
      equation: finding.equation === undefined ? null : JSON.stringify(finding.equation),
      places: wellFormed(JSON.stringify(
        finding.at.map(({ document, place, text }) => ({
          document: documents[document]!.id,
          place,
          text,
        })),
      )),
    }
    await putFinding(tx, {
      tenant,
      id,
      project,
      series,
      key,
      check: finding.check,
      code: finding.code,
      severity: finding.severity,
      ...said,
      // The same run again, after a crash, is no second one.
      presence: row?.last_run === run ? row.presence : presenceOf(row?.presence as Presence),
      run,
    })
    found.get(document)?.set(id, {
      tenant_id: tenant,
      document_id: document,
      finding_id: id,
      ...said,
    })
  }
  for (const [document, rows] of found) {
    await putDocumentFindings(tx, tenant, document, [...rows.values()])
  }
  const read = new Set(reviewed.map(({ series }) => series))
  for (const row of known) {
    if (!read.has(row.series) || seen.has(`${row.series}|${row.key}`)) continue
    if (row.presence !== 'FIXED') await setFixed(tx, { tenant, id: row.id, run })
  }
}

/** Each run is evidence: which files were read by which engine. */
async function recordRun(
  tx: DocumentsTx,
  evidence: EvidenceLog,
  { tenant, id: run, createdBy: subject }: { tenant: string; id: string; createdBy: string },
  project: string,
  documents: readonly DocumentRow[],
  counts: { readonly findings: number; readonly rules: number },
): Promise<void> {
  const files = documents.map(({ file }) => file)
  const documentHash = sha256Hex(canonicalJson(files))
  const id = reviewCase(project)
  const [known] = await casesById(tx, tenant, [id])
  if (known === undefined) {
    await evidence.openWith(tx, { tenant, subject }, {
      id,
      kind: 'review',
      subject: project,
      documentHash,
    })
  }
  // A run that was killed after it was recorded is no second one.
  const events = await eventsOfCase(tx, { tenant, case: id })
  if (events.some(({ event }) => (JSON.parse(event) as EvidenceEvent).body.run === run)) return
  await evidence.recordWith(tx, tenant, id, 'review.decided', {
    action: 'RUN',
    run,
    engine: ENGINE_VERSION,
    files,
    ...counts,
  })
}

/** The evidence case of a project's review. */
export function reviewCase(project: string): string {
  return project.replace('prj_', 'evc_')
}
