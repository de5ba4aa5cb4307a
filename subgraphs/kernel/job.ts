/**
 * Long work: its state in SQL, its progress to watch, resumed after a crash.
 *
 * A job's handler may be killed anywhere and is started again with its last checkpoint; what it does
 * between checkpoints must therefore be safe to repeat (commands with idempotency keys are).
 */
import { type Actor } from './actor.ts'
import { canonicalJson, type CanonicalValue } from './canonical-json.ts'
import type { Ports } from './ports.ts'
import { type Reader, statement, type Store } from './store.ts'
import type { KernelTables } from './tables.ts'
import type { Instant } from './time.ts'

export type JobState = 'QUEUED' | 'RUNNING' | 'DONE' | 'FAILED' | 'CANCELLED'

/** @property progress, checkpoint, input JSON whose meaning belongs to `kind` */
export interface Job {
  readonly tenant: string
  readonly id: string
  readonly kind: string
  readonly state: JobState
  readonly input: unknown
  readonly checkpoint: unknown
  readonly progress: unknown
  readonly error: string | null
  readonly createdBy: string
  readonly createdAt: Instant
  readonly updatedAt: Instant
}

/** What a handler is given besides its job. */
export interface JobControl {
  /** Keeps where to go on from, and how far the work is. */
  checkpoint(checkpoint: CanonicalValue, progress: CanonicalValue): Promise<void>
  /** Aborted when the job is cancelled or the process stops. */
  readonly signal: AbortSignal
}

/** Does one kind of job. Throws when it cannot go on; the error's message is shown to its owner. */
export type JobHandler = (job: Job, control: JobControl) => Promise<void>

const insert = statement<KernelTables, {
  tenant: string
  id: string
  kind: string
  input: string
  by: string
  at: Instant
}>()((db, p) =>
  db.insertInto('job').values({
    tenant_id: p.tenant,
    id: p.id,
    kind: p.kind,
    state: 'QUEUED',
    input: p.input,
    checkpoint: 'null',
    progress: 'null',
    error: null,
    created_by: p.by,
    created_at: p.at,
    updated_at: p.at,
  })
)

const find = statement<KernelTables, { tenant: string; id: string }>()((db, p) =>
  db.selectFrom('job').selectAll().where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

const unfinished = statement<KernelTables, Record<never, never>>()((db) =>
  db.selectFrom('job').selectAll().where('state', 'in', ['QUEUED', 'RUNNING']).orderBy('id')
)

const setState = statement<KernelTables, {
  tenant: string
  id: string
  state: JobState
  error: string | null
  at: Instant
}>()((db, p) =>
  db.updateTable('job').set({ state: p.state, error: p.error, updated_at: p.at })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id)
    .where('state', 'in', ['QUEUED', 'RUNNING'])
)

const setProgress = statement<KernelTables, {
  tenant: string
  id: string
  checkpoint: string
  progress: string
  at: Instant
}>()((db, p) =>
  db.updateTable('job')
    .set({ checkpoint: p.checkpoint, progress: p.progress, updated_at: p.at })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id)
)

/** Runs the jobs of one store, one after another. */
export class Jobs {
  readonly #store: Store<KernelTables>
  readonly #ports: Ports
  readonly #handlers: Readonly<Record<string, JobHandler>>
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #aborts = new Map<string, AbortController>()
  #queue: Promise<void> = Promise.resolve()
  #waiting = 0
  #stopped = false

  constructor(
    store: Store<KernelTables>,
    ports: Ports,
    handlers: Readonly<Record<string, JobHandler>>,
  ) {
    this.#store = store
    this.#ports = ports
    this.#handlers = handlers
  }

  /** Takes up what an earlier process left unfinished. */
  async resume(): Promise<void> {
    for (const row of await unfinished(this.#store.read, {})) this.#enqueue(toJob(row))
  }

  /** Whether no job is queued or running in this process. */
  get idle(): boolean {
    return this.#waiting === 0
  }

  /**
   * Queues a job and answers its id at once. Asked for twice before it has ended, it is one job.
   */
  async submit(actor: Actor, kind: string, input: CanonicalValue): Promise<string> {
    const text = canonicalJson(input)
    const same = (await unfinished(this.#store.read, {})).find((row) =>
      row.tenant_id === actor.tenant && row.kind === kind && row.input === text
    )
    if (same !== undefined) return same.id
    const id = this.#ports.ids.next('job')
    const at = this.#ports.clock.now()
    await this.#store.write((tx) =>
      insert(tx, {
        tenant: actor.tenant,
        id,
        kind,
        input: text,
        by: actor.subject,
        at,
      })
    )
    this.#enqueue((await findJob(this.#store.read, actor.tenant, id))!)
    return id
  }

  /** Ends a job that has not ended; what it did stays done. */
  async cancel(tenant: string, id: string): Promise<void> {
    await this.#end({ tenant, id }, 'CANCELLED', null)
    this.#aborts.get(id)?.abort()
  }

  /** The job now and after each change, until it has ended. */
  async *watch(tenant: string, id: string): AsyncGenerator<Job> {
    const watchers = this.#watchers.get(id) ?? new Set()
    this.#watchers.set(id, watchers)
    let wake = () => {}
    const listener = () => wake()
    watchers.add(listener)
    try {
      while (true) {
        const changed = new Promise<void>((resolve) => wake = resolve)
        const job = await findJob(this.#store.read, tenant, id)
        if (job === undefined) return
        yield job
        if (job.state !== 'QUEUED' && job.state !== 'RUNNING') return
        await changed
      }
    } finally {
      watchers.delete(listener)
      if (watchers.size === 0) this.#watchers.delete(id)
    }
  }

  /** Stops at the next checkpoint; unfinished jobs go on in the next process. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const abort of this.#aborts.values()) abort.abort()
    await this.#queue
  }

  #enqueue(job: Job): void {
    this.#waiting += 1
    this.#queue = this.#queue.then(() => this.#run(job)).finally(() => this.#waiting -= 1)
  }

  async #run(job: Job): Promise<void> {
    if (this.#stopped) return
    const now = await findJob(this.#store.read, job.tenant, job.id)
    const handler = this.#handlers[job.kind]
    if (now === undefined || (now.state !== 'QUEUED' && now.state !== 'RUNNING')) return
    if (handler === undefined) {
      await this.#end(job, 'FAILED', `no handler for ${job.kind}`)
      return
    }
    const abort = new AbortController()
    this.#aborts.set(job.id, abort)
    try {
      await this.#end(job, 'RUNNING', null)
      await handler(now, {
        signal: abort.signal,
        checkpoint: async (checkpoint, progress) => {
          await this.#store.write((tx) =>
            setProgress(tx, {
              tenant: job.tenant,
              id: job.id,
              checkpoint: canonicalJson(checkpoint),
              progress: canonicalJson(progress),
              at: this.#ports.clock.now(),
            })
          )
          this.#changed(job.id)
        },
      })
      if (!abort.signal.aborted) await this.#end(job, 'DONE', null)
    } catch (error) {
      if (abort.signal.aborted) return
      await this.#end(job, 'FAILED', error instanceof Error ? error.message : String(error))
    } finally {
      this.#aborts.delete(job.id)
    }
  }

  async #end(
    job: Pick<Job, 'tenant' | 'id'>,
    state: JobState,
    error: string | null,
  ): Promise<void> {
    const at = this.#ports.clock.now()
    await this.#store.write((tx) =>
      setState(tx, { tenant: job.tenant, id: job.id, state, error, at })
    )
    this.#changed(job.id)
  }

  #changed(id: string): void {
    for (const wake of this.#watchers.get(id) ?? []) wake()
  }
}

/** One job of a tenant. */
export async function findJob(
  db: Reader<KernelTables>,
  tenant: string,
  id: string,
): Promise<Job | undefined> {
  const [row] = await find(db, { tenant, id })
  return row === undefined ? undefined : toJob(row)
}

function toJob(row: KernelTables['job']): Job {
  return {
    tenant: row.tenant_id,
    id: row.id,
    kind: row.kind,
    state: row.state as JobState,
    input: JSON.parse(row.input),
    checkpoint: JSON.parse(row.checkpoint),
    progress: JSON.parse(row.progress),
    error: row.error,
    createdBy: row.created_by,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  }
}
