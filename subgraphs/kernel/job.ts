/**
 * Long work: its state in SQL, its progress to watch, resumed after a crash.
 *
 * A job's handler may be killed anywhere and is started again with its last checkpoint; what it does
 * between checkpoints must therefore be safe to repeat (commands with idempotency keys are).
 */
import { isDeepStrictEqual } from 'node:util'
import { type Actor } from './actor.ts'
import { canonicalJson, type CanonicalValue } from './canonical-json.ts'
import { errorText } from './error-text.ts'
import type { Ports } from './ports.ts'
import { type Reader, statement, type Store } from './store.ts'
import type { KernelTables } from './tables.ts'
import type { Instant } from './time.ts'

/** How often a job is looked at that another process may be running. */
const WATCH_POLL_MS = 1_000

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
  /**
   * Keeps where to go on from, and how far the work is.
   *
   * @throws the signal's reason once the job is cancelled or the process stops: let it through
   */
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
  db.selectFrom('job').selectAll().where('tenant_id', '=', p.tenant).where('id', '=', p.id).limit(1)
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
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).where('state', '=', 'RUNNING')
)

/** Runs the jobs of one store, one after another. */
export class Jobs {
  readonly #store: Store<KernelTables>
  readonly #ports: Ports
  readonly #handlers: Readonly<Record<string, JobHandler>>
  readonly #report: (error: unknown) => void
  readonly #watchers = new Map<string, Set<() => void>>()
  readonly #aborts = new Map<string, AbortController>()
  #queue: Promise<void> = Promise.resolve()
  #waiting = 0
  #stopped = false

  /** @param report told when a job's own record cannot be read or written; the next process resumes it */
  constructor(
    store: Store<KernelTables>,
    ports: Ports,
    handlers: Readonly<Record<string, JobHandler>>,
    report: (error: unknown) => void = console.error,
  ) {
    this.#store = store
    this.#ports = ports
    this.#handlers = handlers
    this.#report = report
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
    if (await this.#setState({ tenant, id }, 'CANCELLED', null)) this.#aborts.get(id)?.abort()
  }

  /** The job now and after each change, until it has ended or this process stops. */
  watch(tenant: string, id: string): AsyncGenerator<Job> {
    const watcher = { over: false, wake: () => {} }
    const jobs = this.#changes(tenant, id, watcher)
    const leave = jobs.return.bind(jobs)
    // A generator that waits hears of its return only when the wait is over.
    jobs.return = (value) => {
      watcher.over = true
      watcher.wake()
      return leave(value)
    }
    return jobs
  }

  /** Stops at the next checkpoint; unfinished jobs go on in the next process. */
  async stop(): Promise<void> {
    this.#stopped = true
    for (const abort of this.#aborts.values()) abort.abort()
    for (const id of this.#watchers.keys()) this.#changed(id)
    await this.#queue
  }

  async *#changes(
    tenant: string,
    id: string,
    watcher: { over: boolean; wake: () => void },
  ): AsyncGenerator<Job> {
    const watchers = this.#watchers.get(id) ?? new Set()
    this.#watchers.set(id, watchers)
    const listener = () => watcher.wake()
    watchers.add(listener)
    let before: Job | undefined
    try {
      while (!watcher.over) {
        const changed = new Promise<void>((resolve) => watcher.wake = resolve)
        const job = await findJob(this.#store.read, tenant, id)
        if (job === undefined) return
        if (!isDeepStrictEqual(job, before)) yield job
        before = job
        if (!isOpen(job) || this.#stopped) return
        // Where other processes may run jobs, nobody tells of their changes.
        const poll = this.#store.exclusive ? undefined : setTimeout(watcher.wake, WATCH_POLL_MS)
        await changed
        clearTimeout(poll)
      }
    } finally {
      watchers.delete(listener)
      if (watchers.size === 0) this.#watchers.delete(id)
    }
  }

  #enqueue(job: Job): void {
    this.#queue = this.#queue.then(() => this.#run(job)).catch(this.#report)
  }

  async #run(job: Job): Promise<void> {
    if (this.#stopped) return
    const handler = this.#handlers[job.kind]
    if (handler === undefined) {
      await this.#setState(job, 'FAILED', `no handler for ${job.kind}`)
      return
    }
    const abort = new AbortController()
    this.#aborts.set(job.id, abort)
    try {
      // Nothing to do when it has ended or was cancelled meanwhile.
      if (!await this.#setState(job, 'RUNNING', null)) return
      const error = await this.#handle(handler, job, abort.signal)
      if (abort.signal.aborted) return
      await this.#setState(job, error === undefined ? 'DONE' : 'FAILED', error ?? null)
    } finally {
      this.#aborts.delete(job.id)
    }
  }

  /** Answers what went wrong, as text. */
  async #handle(handler: JobHandler, job: Job, signal: AbortSignal): Promise<string | undefined> {
    const checkpoint: JobControl['checkpoint'] = async (checkpoint, progress) => {
      const at = this.#ports.clock.now()
      await this.#store.write((tx) =>
        setProgress(tx, {
          tenant: job.tenant,
          id: job.id,
          checkpoint: canonicalJson(checkpoint),
          progress: canonicalJson(progress),
          at,
        })
      )
      this.#changed(job.id)
      signal.throwIfAborted()
    }
    try {
      const now = await findJob(this.#store.read, job.tenant, job.id)
      await handler(now!, { signal, checkpoint })
      return undefined
    } catch (error) {
      return errorText(error)
    }
  }

  /** Answers false when the job has ended: its state does not change any more. */
  async #setState(
    job: Pick<Job, 'tenant' | 'id'>,
    state: JobState,
    error: string | null,
  ): Promise<boolean> {
    const at = this.#ports.clock.now()
    const { affected } = await this.#store.write((tx) =>
      setState(tx, { tenant: job.tenant, id: job.id, state, error, at })
    )
    this.#changed(job.id)
    return affected === 1n
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

function isOpen(job: Job): boolean {
  return job.state === 'QUEUED' || job.state === 'RUNNING'
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
