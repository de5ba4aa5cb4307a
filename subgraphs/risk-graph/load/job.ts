/**
 * Loads files into the record as a job: streamed, resumed after a crash, each row once.
 */
import type { BlobStore } from '../../kernel/blob.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import type { JobControl, JobHandler } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import type { Refusal } from '../../kernel/result.ts'
import type { Store } from '../../kernel/store.ts'
import type { Mirror } from '../mirror.ts'
import type { EntityDraft, LinkDraft } from '../record.ts'
import { resolveIdentities } from '../resolve/run.ts'
import { insertFaults } from '../store/record.ts'
import type { RiskTables } from '../tables.ts'
import { type Sourced, writeRecord } from '../write-record.ts'
import { CANONICAL, checkMapping, type FileMapping } from './mapping.ts'
import { type LoadRow, readRows } from './rows.ts'

export const LOAD_KIND = 'load-risk-graph'

/** Rows per unit of work. */
const BATCH = 4_096

/**
 * @property files hashes of kept files by the names that the mapping gives them
 * @property mapping as `checkMapping` takes it; null for `entities.csv` and `links.csv`
 */
export interface LoadInput {
  readonly files: Readonly<Record<string, string>>
  readonly mapping: CanonicalValue
}

/** How far a load is. @property merged entities found to be one with another */
export interface LoadProgress {
  readonly phase: 'READING' | 'RESOLVING' | 'DONE'
  readonly file: string
  readonly bytes: number
  readonly bytesTotal: number
  readonly rows: number
  readonly entities: number
  readonly changed: number
  readonly links: number
  readonly repeated: number
  readonly refused: number
  readonly merged: number
  readonly proposed: number
}

const START: LoadProgress = {
  phase: 'READING',
  file: '',
  bytes: 0,
  bytesTotal: 0,
  rows: 0,
  entities: 0,
  changed: 0,
  links: 0,
  repeated: 0,
  refused: 0,
  merged: 0,
  proposed: 0,
}

/** The progress of a job of this kind, whatever it has kept so far. */
export function loadProgress(progress: unknown): LoadProgress {
  return { ...START, ...progress as LoadProgress | null }
}

/** Where to go on: lines of the file of this place that are written. */
interface Checkpoint {
  readonly file: number
  readonly line: number
}

/** What the handler works with. */
export interface LoadWorkshop {
  readonly store: Store<RiskTables>
  readonly ports: Ports
  readonly blobs: BlobStore
  mirror(tenant: string): Mirror
}

/** Makes the handler of load jobs. */
export function loadHandler(shop: LoadWorkshop): JobHandler {
  return async (job, control) => {
    const { tenant } = job
    const input = job.input as LoadInput
    const mapping = input.mapping === null ? CANONICAL : read(input.mapping)
    const done = { file: 0, line: 0, ...job.checkpoint as Checkpoint | null }
    let progress = loadProgress(job.progress)
    const mirror = shop.mirror(tenant)
    await mirror.catchUp()
    for (const [place, file] of mapping.files.entries()) {
      const hash = input.files[file.file]
      if (hash === undefined || place < done.file) continue
      const from = place === done.file ? done.line : 0
      const loading = new FileLoad(shop, tenant, job.id, control, place, file, mirror)
      progress = await loading.run(hash, from, progress)
    }
    progress = { ...progress, phase: 'RESOLVING' }
    const end = { file: mapping.files.length, line: 0 }
    await keep(control, end, progress)
    const found = await resolveIdentities(shop, mirror, control.signal)
    await keep(control, end, { ...progress, ...found, phase: 'DONE' })
  }

  function read(body: unknown) {
    const mapping = checkMapping(body)
    if (!mapping.ok) throw new Error(`${mapping.code}: ${mapping.message}`)
    return mapping.value
  }
}

/** One file on its way into the record. */
class FileLoad {
  readonly #shop: LoadWorkshop
  readonly #tenant: string
  readonly #batch: string
  readonly #control: JobControl
  readonly #place: number
  readonly #mapping: FileMapping
  readonly #mirror: Mirror

  constructor(
    shop: LoadWorkshop,
    tenant: string,
    batch: string,
    control: JobControl,
    place: number,
    mapping: FileMapping,
    mirror: Mirror,
  ) {
    this.#shop = shop
    this.#tenant = tenant
    this.#batch = batch
    this.#control = control
    this.#place = place
    this.#mapping = mapping
    this.#mirror = mirror
  }

  /** Loads what comes after a line; answers the progress with it. */
  async run(hash: string, from: number, before: LoadProgress): Promise<LoadProgress> {
    const { blobs } = this.#shop
    const content = await blobs.get(this.#tenant, hash)
    if (content === undefined) throw new Error(`FILE_UNKNOWN: ${this.#mapping.file} is gone`)
    const bytesTotal = await blobs.size(this.#tenant, hash) ?? 0
    let progress: LoadProgress = { ...before, file: this.#mapping.file, bytes: 0, bytesTotal }
    let rows: LoadRow[] = []
    const flush = async () => {
      const last = rows.at(-1)
      if (last === undefined) return
      progress = added(progress, await this.#write(rows), last.bytes)
      rows = []
      await keep(this.#control, { file: this.#place, line: last.line }, progress)
    }
    for await (const row of readRows(content, this.#mapping)) {
      if (row.line <= from) continue
      rows.push(row)
      if (rows.length === BATCH) await flush()
    }
    await flush()
    return progress
  }

  async #write(rows: readonly LoadRow[]): Promise<Added> {
    const { store, ports } = this.#shop
    const tenant = this.#tenant
    const entities: Sourced<EntityDraft>[] = []
    const links: Sourced<LinkDraft>[] = []
    const broken: { line: number; refusal: Refusal }[] = []
    for (const { line, drafts } of rows) {
      if (!drafts.ok) {
        broken.push({ line, refusal: drafts })
        continue
      }
      for (const draft of drafts.value.entities) entities.push({ line, draft })
      for (const draft of drafts.value.links) links.push({ line, draft })
    }
    const batch = { tenant, batch: this.#batch, at: ports.clock.now(), entities, links }
    const written = await store.write(async (tx) => {
      const written = await writeRecord(tx, batch, (id) => this.#mirror.ids.find(id))
      const faults = [...broken, ...written.faults]
      await insertFaults(
        tx,
        faults.map(({ line, refusal }) => {
          const place = refusal.place === undefined ? '' : `${refusal.place}: `
          const message = place + refusal.message
          return [tenant, this.#batch, this.#mapping.file, BigInt(line), refusal.code, message]
        }),
      )
      return { ...written, faults }
    }, { lane: tenant })
    await this.#mirror.catchUp()
    return { ...written, rows: rows.length, refused: written.faults.length }
  }
}

type Added = Pick<
  LoadProgress,
  'rows' | 'entities' | 'changed' | 'links' | 'repeated' | 'refused'
>

function added(progress: LoadProgress, more: Added, bytes: number): LoadProgress {
  return {
    ...progress,
    bytes,
    rows: progress.rows + more.rows,
    entities: progress.entities + more.entities,
    changed: progress.changed + more.changed,
    links: progress.links + more.links,
    repeated: progress.repeated + more.repeated,
    refused: progress.refused + more.refused,
  }
}

function keep(control: JobControl, at: Checkpoint, progress: LoadProgress): Promise<void> {
  return control.checkpoint(
    at as unknown as CanonicalValue,
    progress as unknown as CanonicalValue,
  )
}
