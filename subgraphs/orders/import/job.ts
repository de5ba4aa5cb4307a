/**
 * Imports a file of requests as a job: every row goes through the same command as the API's.
 *
 * A row's key is its idempotency key. Killed anywhere and started again, the job reads the file from
 * the beginning and adds nothing twice.
 */
import { type Actor, scopesOf } from '../../kernel/actor.ts'
import type { BlobStore } from '../../kernel/blob.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { type CsvRow, readCsv } from '../../kernel/csv.ts'
import { findJob, type JobControl, type JobHandler } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import type { Refusal } from '../../kernel/result.ts'
import type { Reader, Store } from '../../kernel/store.ts'
import type { KernelTables } from '../../kernel/tables.ts'
import { OrderCommands } from '../commands.ts'
import {
  countImport,
  movingOfImport,
  openTasksOfImport,
  type OrderTx,
  putImportRow,
} from '../store.ts'
import type { OrderTables } from '../tables.ts'
import { checkMapping, type Mapping, mapRow, missingColumns } from './mapping.ts'
import { outcomeOfRow, reportCsv } from './report.ts'

/** Kind of the job that reads a file, and of the one that approves in bulk what the file brought in. */
export const IMPORT_KIND = 'import-orders'
export const APPROVE_KIND = 'approve-import'

/** Rows under way at once: enough to fill commit groups. */
const IN_FLIGHT = 256
/** Tasks approved per round of the queue. */
const APPROVE_BATCH = 500n
const REPORT_LIMIT_BYTES = 1 << 30
const POLL_MS = 250
/** Between two counts of the rows: this, and so many times what a count costs. */
const COUNT_REST_MS = 500
const COUNT_SHARE = 30
/** Nothing moved for so long: what still moves is reported as waiting. */
const STILL_MS = 60_000

/**
 * What an import is asked to do.
 *
 * @property file hash of the uploaded file
 */
export interface ImportInput {
  readonly file: string
  readonly type: string
  readonly mapping: Mapping
  readonly maker: ImportPerson
}

/** @property job the import whose queue is approved */
export interface ApproveInput {
  readonly job: string
  readonly approver: ImportPerson
}

/** A person as a job remembers one. */
export interface ImportPerson {
  readonly subject: string
  readonly name: string
  readonly kind: 'person' | 'app'
  readonly roles: readonly string[]
}

/** How far an import is. Rows are counted without the header. */
export interface ImportProgress {
  readonly phase: 'READING' | 'APPROVING' | 'SETTLING' | 'DONE'
  readonly bytes: number
  readonly bytesTotal: number
  readonly rows: number
  readonly posted: number
  readonly waiting: number
  readonly refused: number
  /** Hash of the report, once it is written. */
  readonly report: string | null
}

const START: ImportProgress = {
  phase: 'READING',
  bytes: 0,
  bytesTotal: 0,
  rows: 0,
  posted: 0,
  waiting: 0,
  refused: 0,
  report: null,
}

/** The progress of a job of this kind, whatever it has kept so far. */
export function importProgress(progress: unknown): ImportProgress {
  return { ...START, ...progress as ImportProgress | null }
}

interface RowResult {
  readonly row: bigint
  readonly key: string
  readonly serial: string | null
  readonly refusal: Refusal | null
}

/** What the handlers work with. */
interface Workshop {
  readonly store: Store<OrderTables>
  readonly ports: Ports
  readonly blobs: BlobStore
}

/** Makes the handler of import jobs. */
export function importHandler(shop: Workshop): JobHandler {
  return async (job, control) => {
    const { tenant } = job
    const input = job.input as ImportInput
    const mapping = checkMapping(input.mapping)
    if (!mapping.ok) throw new Error(`${mapping.code}: ${mapping.message}`)
    const content = await shop.blobs.get(tenant, input.file)
    if (content === undefined) throw new Error('FILE_UNKNOWN: the file is gone')
    const bytesTotal = await shop.blobs.size(tenant, input.file) ?? 0
    const tracker = new Tracker(shop.store, tenant, job.id, control, { ...START, bytesTotal })
    const commands = new OrderCommands(shop.store, shop.ports, actorOf(tenant, input.maker))

    let batch: Promise<RowResult>[] = []
    const flush = async (bytes: number) => {
      const results = await Promise.all(batch)
      batch = []
      const rows = tracker.progress.rows + results.length
      await shop.store.write((tx) => putRows(tx, tenant, job.id, results), { lane: tenant })
      await tracker.report({ rows, bytes })
    }
    const rows = mappedRows(readCsv(content, mapping.value), mapping.value)
    for await (const { bytes, line, mapped } of rows) {
      if (control.signal.aborted) return
      batch.push(
        mapped.ok
          ? submitRow(commands, input.type, mapping.value.source, line, mapped.value)
          : Promise.resolve({ row: BigInt(line), key: '', serial: null, refusal: mapped }),
      )
      if (batch.length === IN_FLIGHT) await flush(bytes)
    }
    await flush(bytesTotal)
    await finish(shop, tracker, tenant, job.id, control)
  }
}

/** Makes the handler of jobs that approve the queue of an import in bulk. */
export function approveHandler(shop: Workshop): JobHandler {
  return async (job, control) => {
    const { tenant } = job
    const { job: importId, approver } = job.input as ApproveInput
    const imported = await findJob(
      shop.store.read as unknown as Reader<KernelTables>,
      tenant,
      importId,
    )
    const progress = { ...importProgress(imported?.progress), phase: 'APPROVING' as const }
    const tracker = new Tracker(shop.store, tenant, importId, control, progress)
    await tracker.report({})
    const commands = new OrderCommands(shop.store, shop.ports, actorOf(tenant, approver))
    await approveQueue(shop.store, commands, tenant, importId, approver, control.signal)
    await finish(shop, tracker, tenant, importId, control)
  }
}

/** Waits until the orders of an import are at rest, and writes its report. */
async function finish(
  { store, blobs }: Workshop,
  tracker: Tracker,
  tenant: string,
  importId: string,
  { signal }: JobControl,
): Promise<void> {
  await tracker.report({ phase: 'SETTLING' })
  await settle(store, tenant, importId, signal, () => tracker.report({}))
  if (signal.aborted) return
  const written = await blobs.put(
    tenant,
    reportCsv(store.read, tenant, importId),
    REPORT_LIMIT_BYTES,
  )
  if (!written.ok) throw new Error(written.message)
  await tracker.report({ phase: 'DONE', report: written.value.hash })
}

/** Keeps a job's progress, with the rows counted anew each time. */
class Tracker {
  progress: ImportProgress
  readonly #store: Store<OrderTables>
  readonly #tenant: string
  readonly #importId: string
  readonly #control: JobControl
  #countAgainAt = 0

  constructor(
    store: Store<OrderTables>,
    tenant: string,
    importId: string,
    control: JobControl,
    start: ImportProgress,
  ) {
    this.#store = store
    this.#tenant = tenant
    this.#importId = importId
    this.#control = control
    this.progress = start
  }

  /** Counting walks all rows of the import, so that it is done seldom and at the turn of a phase. */
  async report(change: Partial<ImportProgress>): Promise<void> {
    const now = Date.now()
    if (change.phase !== undefined || now >= this.#countAgainAt) {
      const counts = await countRows(this.#store, this.#tenant, this.#importId)
      this.#countAgainAt = Date.now() + COUNT_REST_MS + COUNT_SHARE * (Date.now() - now)
      this.progress = { ...this.progress, ...counts }
    }
    this.progress = { ...this.progress, ...change }
    await this.#control.checkpoint(null, this.progress as unknown as CanonicalValue)
  }
}

async function submitRow(
  commands: OrderCommands,
  type: string,
  source: string,
  line: number,
  mapped: { key: string; form: Parameters<OrderCommands['submit']>[0]['form'] },
): Promise<RowResult> {
  const idempotencyKey = `import:${source}:${mapped.key}`
  const done = await commands.submit({ type, form: mapped.form, idempotencyKey })
  return {
    row: BigInt(line),
    key: mapped.key,
    serial: done.ok ? done.value.serial : null,
    refusal: done.ok ? null : done,
  }
}

/** Each data row with its form or refusal. @throws Error when the header cannot be used */
async function* mappedRows(rows: AsyncGenerator<CsvRow>, mapping: Mapping) {
  const first = await rows.next()
  if (first.done) throw new Error('FILE_EMPTY: the file has no header')
  const { fields } = first.value
  if (!fields.ok) throw new Error(`${fields.code}: the header cannot be read. ${fields.message}`)
  const header = fields.value.map((name) => name.trim())
  const missing = missingColumns(mapping, header)
  if (missing.length > 0) {
    throw new Error(`COLUMN_MISSING: the file has no column ${missing.join(', ')}`)
  }
  for await (const { line, bytes, fields } of rows) {
    yield { line, bytes, mapped: fields.ok ? mapRow(mapping, header, fields.value) : fields }
  }
}

async function putRows(
  tx: OrderTx,
  tenant: string,
  job: string,
  results: readonly RowResult[],
): Promise<void> {
  for (const { row, key, serial, refusal } of results) {
    await putImportRow(tx, {
      tenant,
      job,
      row,
      key,
      serial,
      code: refusal?.code ?? null,
      message: refusal === null
        ? null
        : `${refusal.place === undefined ? '' : `${refusal.place}: `}${refusal.message}`,
    })
  }
}

async function countRows(
  store: Store<OrderTables>,
  tenant: string,
  job: string,
): Promise<Pick<ImportProgress, 'posted' | 'waiting' | 'refused'>> {
  const counts = { posted: 0, waiting: 0, refused: 0 }
  for (const { status, count } of await countImport(store.read, { tenant, job })) {
    counts[outcomeOfRow(status)] += Number(count)
  }
  return counts
}

async function approveQueue(
  store: Store<OrderTables>,
  commands: OrderCommands,
  tenant: string,
  job: string,
  approver: ImportPerson,
  signal: AbortSignal,
): Promise<void> {
  for (const role of approver.roles) {
    while (!signal.aborted) {
      const tasks = await openTasksOfImport(store.read, { tenant, job, role, limit: APPROVE_BATCH })
      const decided = await Promise.all(
        tasks.map(({ id }) =>
          commands.decide({
            task: id,
            verdict: 'APPROVE',
            reason: '',
            note: `approved in bulk by import ${job}`,
          })
        ),
      )
      // What was refused (a step for the same person twice) stays in the queue for somebody else.
      if (!decided.some((result) => result.ok)) break
    }
  }
}

/** Waits until no order of the import moves by itself any more. */
async function settle(
  store: Store<OrderTables>,
  tenant: string,
  job: string,
  signal: AbortSignal,
  report: () => Promise<void>,
): Promise<void> {
  let last = 0n
  let since = Date.now()
  while (!signal.aborted) {
    const [moving] = await movingOfImport(store.read, { tenant, job })
    if (moving!.count === 0n) return
    if (moving!.count !== last) {
      last = moving!.count
      since = Date.now()
      await report()
    } else if (Date.now() - since > STILL_MS) {
      return
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
}

function actorOf(tenant: string, person: ImportPerson): Actor {
  return { tenant, ...person, scopes: scopesOf(person.roles, []) }
}
