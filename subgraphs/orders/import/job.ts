/**
 * Imports a file of requests as a job: every row goes through the same command as the API's.
 *
 * A row's key is its idempotency key. Killed anywhere and started again, the job reads the file from
 * the beginning and adds nothing twice.
 */
import { type Actor, scopesOf } from '../../kernel/actor.ts'
import type { BlobStore } from '../../kernel/blob.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import type { JobHandler } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import { type Refusal, refuse } from '../../kernel/result.ts'
import type { Store } from '../../kernel/store.ts'
import { OrderCommands } from '../commands.ts'
import { countImport, openTasksOfImport, type OrderTx, putImportRow } from '../store.ts'
import type { OrderTables } from '../tables.ts'
import { type CsvRow, readCsv } from './csv.ts'
import { checkMapping, type Mapping, mapRow, missingColumns } from './mapping.ts'
import { outcomeOfRow, reportCsv } from './report.ts'

export const IMPORT_KIND = 'import-orders'

/** Rows under way at once: enough to fill commit groups. */
const IN_FLIGHT = 256
/** Tasks approved per round of the queue. */
const APPROVE_BATCH = 500n
const REPORT_LIMIT_BYTES = 1 << 30
const POLL_MS = 200
/** Nothing moved for so long: what still moves is reported as waiting. */
const STILL_MS = 60_000

/**
 * What an import is asked to do.
 *
 * @property file hash of the uploaded file
 * @property approver who approves the queue in bulk; another person than the maker
 */
export interface ImportInput {
  readonly file: string
  readonly type: string
  readonly mapping: Mapping
  readonly maker: ImportPerson
  readonly approver: ImportPerson | null
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

/** Makes the handler of import jobs. */
export function importHandler(
  store: Store<OrderTables>,
  ports: Ports,
  blobs: BlobStore,
): JobHandler {
  return async (job, control) => {
    const input = job.input as ImportInput
    const { tenant } = job
    const mapping = checkMapping(input.mapping)
    if (!mapping.ok) throw new Error(`${mapping.code}: ${mapping.message}`)
    const content = await blobs.get(tenant, input.file)
    if (content === undefined) throw new Error('FILE_UNKNOWN: the file is gone')
    let progress: ImportProgress = {
      ...START,
      bytesTotal: await blobs.size(tenant, input.file) ?? 0,
    }
    const report = async (change: Partial<ImportProgress>) => {
      progress = { ...progress, ...change }
      await control.checkpoint(null, progress as unknown as CanonicalValue)
    }
    const counts = () => countRows(store, tenant, job.id)
    const commands = new OrderCommands(store, ports, actorOf(tenant, input.maker))

    const rows = mappedRows(readCsv(content, mapping.value), mapping.value)
    let batch: Promise<RowResult>[] = []
    const flush = async (bytes: number) => {
      const results = await Promise.all(batch)
      batch = []
      await store.write((tx) => putRows(tx, tenant, job.id, results), { lane: tenant })
      await report({ ...await counts(), rows: progress.rows + results.length, bytes })
    }
    for await (const { bytes, line, mapped } of rows) {
      if (control.signal.aborted) return
      batch.push(
        mapped.ok
          ? submitRow(commands, input.type, mapping.value.source, line, mapped.value)
          : Promise.resolve({ row: BigInt(line), key: '', serial: null, refusal: mapped }),
      )
      if (batch.length === IN_FLIGHT) await flush(bytes)
    }
    await flush(progress.bytesTotal)

    if (input.approver !== null) {
      await report({ phase: 'APPROVING' })
      const approver = new OrderCommands(store, ports, actorOf(tenant, input.approver))
      await approveQueue(store, approver, tenant, job.id, input.approver, control.signal)
    }
    await report({ phase: 'SETTLING', ...await counts() })
    await settle(store, tenant, job.id, control.signal, async () => report(await counts()))
    if (control.signal.aborted) return
    const written = await blobs.put(
      tenant,
      reportCsv(store.read, tenant, job.id),
      REPORT_LIMIT_BYTES,
    )
    if (!written.ok) throw new Error(written.message)
    await report({ phase: 'DONE', ...await counts(), report: written.value.hash })
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

/** Waits until no row moves by itself any more. */
async function settle(
  store: Store<OrderTables>,
  tenant: string,
  job: string,
  signal: AbortSignal,
  report: () => Promise<void>,
): Promise<void> {
  let last = ''
  let since = Date.now()
  while (!signal.aborted) {
    const counts = await countImport(store.read, { tenant, job })
    const moving = counts.some(({ status }) => status === 'APPROVED' || status === 'PAYING')
    if (!moving) return
    const now = counts.map((c) => `${c.status}${c.code}${c.count}`).join()
    if (now !== last) {
      last = now
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

/** Checks that an import may begin. */
export function checkImport(
  maker: Pick<ImportPerson, 'subject'>,
  approver: ImportPerson | null,
): Refusal<'SELF_APPROVAL' | 'ROLE_MISSING'> | undefined {
  if (approver === null) return undefined
  if (approver.subject === maker.subject) {
    return refuse('SELF_APPROVAL', 'Whoever imports does not approve.', '/approveAs')
  }
  return scopesOf(approver.roles, []).has('orders:approve')
    ? undefined
    : refuse('ROLE_MISSING', 'The approver may not approve orders.', '/approveAs')
}
