import { expect, it, onTestFinished } from 'vitest'
import { type Actor, systemActor } from '../../subgraphs/kernel/actor.ts'
import {
  findJob,
  type Job,
  type JobHandler,
  Jobs,
  type JobState,
} from '../../subgraphs/kernel/job.ts'
import { fixedPorts, type Ports } from '../../subgraphs/kernel/ports.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import type { KernelTables } from '../../subgraphs/kernel/tables.ts'
import { eachEngine, onEngine } from '../rig/engines.ts'

const START = '2026-11-23T00:00:00.000Z'
const actor: Actor = systemActor('demo', 'li', 'system')

function jobsOf(
  store: Store<KernelTables>,
  handlers: Record<string, JobHandler>,
  ports: Ports = fixedPorts(START),
) {
  const errors: unknown[] = []
  const jobs = new Jobs(store, ports, handlers, (error) => void errors.push(error))
  onTestFinished(() => jobs.stop())
  return { jobs, errors }
}

/** What a watcher sees until the job has ended. */
async function watched(jobs: Jobs, id: string, tenant = 'demo'): Promise<Job[]> {
  const seen: Job[] = []
  for await (const job of jobs.watch(tenant, id)) seen.push(job)
  return seen
}

const last = async (jobs: Jobs, id: string): Promise<Job> => (await watched(jobs, id)).at(-1)!

eachEngine((engine) => {
  it('is queued, runs, and is done', async () => {
    const store = await engine.openMigrated()
    const inputs: unknown[] = []
    const { jobs } = jobsOf(store, { import: async (job) => void inputs.push(job.input) })
    const id = await jobs.submit(actor, 'import', { rows: 3, amount: 5n })
    expect(await last(jobs, id)).toEqual({
      tenant: 'demo',
      id,
      kind: 'import',
      state: 'DONE',
      input: { rows: 3, amount: '5' },
      checkpoint: null,
      progress: null,
      error: null,
      createdBy: 'li',
      createdAt: START,
      updatedAt: START,
    })
    expect(inputs).toEqual([{ rows: 3, amount: '5' }])
  })

  it('is watched from where it is to its end, each change seen by every watcher', async () => {
    const store = await engine.openMigrated()
    const begin = Promise.withResolvers<void>()
    const { jobs } = jobsOf(store, {
      async count(_, control) {
        await begin.promise
        for (let i = 1; i <= 3; i++) await control.checkpoint(i, { done: i })
      },
    })
    const id = await jobs.submit(actor, 'count', null)
    const watchers = [watched(jobs, id), watched(jobs, id)]
    begin.resolve()
    for (const seen of await Promise.all(watchers)) {
      const order: JobState[] = ['QUEUED', 'RUNNING', 'DONE']
      const steps = seen.map((job) => order.indexOf(job.state))
      expect(steps).toEqual(steps.toSorted())
      const progress = seen.map((job) => (job.progress as { done: number } | null)?.done ?? 0)
      expect(progress).toEqual(progress.toSorted())
      expect(seen.at(-1)).toMatchObject({ state: 'DONE', checkpoint: 3, progress: { done: 3 } })
    }
    expect((await watched(jobs, id)).map((job) => job.state)).toEqual(['DONE'])
  })

  it('a watcher that leaves while nothing happens is let go', async () => {
    const store = await engine.openMigrated()
    const hold = Promise.withResolvers<void>()
    const { jobs } = jobsOf(store, { wait: () => hold.promise })
    const id = await jobs.submit(actor, 'wait', null)
    const watcher = jobs.watch('demo', id)
    let job = (await watcher.next()).value as Job
    while (job.state !== 'RUNNING') job = (await watcher.next()).value as Job
    const waiting = watcher.next()
    await watcher.return(undefined)
    expect(await waiting).toEqual({ done: true, value: undefined })
    hold.resolve()
    expect((await last(jobs, id)).state).toBe('DONE')
  })

  it('of another tenant or of nobody is not watched', async () => {
    const store = await engine.openMigrated()
    const { jobs } = jobsOf(store, { import: async () => {} })
    const id = await jobs.submit(actor, 'import', null)
    expect(await watched(jobs, id, 'other')).toEqual([])
    expect(await watched(jobs, 'job_none')).toEqual([])
    expect(await findJob(store.read, 'other', id)).toBeUndefined()
  })

  it('one after another, and one that fails stops no other', async () => {
    const store = await engine.openMigrated()
    const log: string[] = []
    const { jobs, errors } = jobsOf(store, {
      async work(job) {
        log.push(`begin ${job.input}`)
        await store.read.selectFrom('job').selectAll().execute()
        if (job.input === 'b') throw new Error('no such file\0 \ud800')
        log.push(`end ${job.input}`)
      },
    })
    const ids = [
      await jobs.submit(actor, 'work', 'a'),
      await jobs.submit(actor, 'work', 'b'),
      await jobs.submit(actor, 'unknown', 'x'),
      await jobs.submit(actor, 'work', 'c'),
    ]
    const ended = await Promise.all(ids.map((id) => last(jobs, id)))
    expect(ended.map((job) => [job.state, job.error])).toEqual([
      ['DONE', null],
      ['FAILED', 'no such file \ufffd'],
      ['FAILED', 'no handler for unknown'],
      ['DONE', null],
    ])
    expect(log).toEqual(['begin a', 'end a', 'begin b', 'begin c', 'end c'])
    expect(errors).toEqual([])
  })

  it('a database that fails is reported and the jobs after it still run', async () => {
    const store = await engine.openMigrated()
    let failing = 0
    const flaky: Store<KernelTables> = {
      ...store,
      write: (async (unit, opts) => {
        if (failing-- > 0) throw new Error('disk full')
        return await store.write(unit, opts)
      }) as Store<KernelTables>['write'],
    }
    const go = Promise.withResolvers<void>()
    const { jobs, errors } = jobsOf(flaky, {
      async first() {
        await go.promise
        // Its end cannot be written.
        failing = 1
      },
      second: async () => {},
    })
    const hit = await jobs.submit(actor, 'first', null)
    const next = await jobs.submit(actor, 'second', null)
    go.resolve()
    expect((await last(jobs, next)).state).toBe('DONE')
    expect(errors).toMatchObject([{ message: 'disk full' }])
    expect((await findJob(store.read, 'demo', hit))!.state).toBe('RUNNING')
  })

  it('goes on from its last checkpoint after a crash', async () => {
    const store = await engine.openMigrated()
    const crashed = Promise.withResolvers<void>()
    // Not stopped at the end, for its process is gone: nothing of its run is ever heard of again.
    const first = new Jobs(store, fixedPorts(START), {
      async count(_, control) {
        await control.checkpoint({ at: 2 }, { done: 2 })
        crashed.resolve()
        await new Promise(() => {})
      },
    })
    const id = await first.submit(actor, 'count', { to: 4 })
    const queued = await first.submit(actor, 'count', { to: 1 })
    await crashed.promise
    const begun: unknown[] = []
    const second = jobsOf(store, {
      async count(job) {
        begun.push([job.input, job.checkpoint])
      },
    })
    await second.jobs.resume()
    expect((await last(second.jobs, id)).state).toBe('DONE')
    expect((await last(second.jobs, queued)).state).toBe('DONE')
    expect(begun).toEqual([[{ to: 4 }, { at: 2 }], [{ to: 1 }, null]])
    await second.jobs.resume()
    expect(begun).toHaveLength(2)
  })

  it('stops at the next checkpoint, which is kept, and goes on in the next process', async () => {
    const store = await engine.openMigrated()
    const started = Promise.withResolvers<void>()
    const go = Promise.withResolvers<void>()
    const reached: number[] = []
    const count: JobHandler = async (job, control) => {
      for (let i = Number(job.checkpoint ?? 0) + 1; i <= 3; i++) {
        reached.push(i)
        started.resolve()
        await go.promise
        await control.checkpoint(i, null)
      }
    }
    const first = jobsOf(store, { count })
    const id = await first.jobs.submit(actor, 'count', null)
    const watcher = watched(first.jobs, id)
    await started.promise
    const stopped = first.jobs.stop()
    go.resolve()
    await stopped
    expect(reached).toEqual([1])
    expect(await findJob(store.read, 'demo', id)).toMatchObject({ state: 'RUNNING', checkpoint: 1 })
    // Whoever watches is not kept waiting for a process that has stopped.
    expect((await watcher).at(-1)!.state).toBe('RUNNING')
    const second = jobsOf(store, { count })
    await second.jobs.resume()
    expect(await last(second.jobs, id)).toMatchObject({ state: 'DONE', checkpoint: 3 })
    expect(reached).toEqual([1, 2, 3])
  })

  it('cancelled while it runs, it is told, stops, and stays cancelled', async () => {
    const store = await engine.openMigrated()
    const started = Promise.withResolvers<AbortSignal>()
    const go = Promise.withResolvers<void>()
    let after = false
    const { jobs } = jobsOf(store, {
      async work(_, control) {
        started.resolve(control.signal)
        await go.promise
        await control.checkpoint('late', 'late')
        after = true
      },
      next: async () => {},
    })
    const id = await jobs.submit(actor, 'work', null)
    const signal = await started.promise
    await jobs.cancel('demo', id)
    expect(signal.aborted).toBe(true)
    go.resolve()
    expect((await last(jobs, await jobs.submit(actor, 'next', null))).state).toBe('DONE')
    expect(after).toBe(false)
    expect(await findJob(store.read, 'demo', id))
      .toMatchObject({ state: 'CANCELLED', checkpoint: null, progress: null })
  })

  it('cancelled before it runs, it never does', async () => {
    const store = await engine.openMigrated()
    const go = Promise.withResolvers<void>()
    const ran: string[] = []
    const { jobs } = jobsOf(store, {
      hold: () => go.promise,
      work: async (job) => void ran.push(job.id),
    })
    const holding = await jobs.submit(actor, 'hold', null)
    const id = await jobs.submit(actor, 'work', null)
    await jobs.cancel('demo', id)
    go.resolve()
    expect((await last(jobs, holding)).state).toBe('DONE')
    expect((await last(jobs, await jobs.submit(actor, 'hold', null))).state).toBe('DONE')
    expect(ran).toEqual([])
    expect((await last(jobs, id)).state).toBe('CANCELLED')
  })

  it('cancelled in the moment in which it is taken up, it does not run either', async () => {
    const store = await engine.openMigrated()
    let ran = false
    let id = ''
    const racing: Store<KernelTables> = {
      ...store,
      write: (async (unit, opts) => {
        if (id !== '') {
          // Another process cancels between the look at the job and its start.
          await store.write((tx) =>
            tx.updateTable('job').set({ state: 'CANCELLED' }).where('id', '=', id).execute()
          )
        }
        return await store.write(unit, opts)
      }) as Store<KernelTables>['write'],
    }
    const go = Promise.withResolvers<void>()
    const { jobs } = jobsOf(racing, {
      hold: () => go.promise,
      work: async () => void (ran = true),
    })
    await jobs.submit(actor, 'hold', null)
    const submitted = await jobs.submit(actor, 'work', null)
    id = submitted
    go.resolve()
    const after = await jobs.submit(actor, 'hold', null)
    expect((await last(jobs, after)).state).toBe('DONE')
    expect(ran).toBe(false)
    expect((await findJob(store.read, 'demo', submitted))!.state).toBe('CANCELLED')
  })

  it('a job that has ended is not cancelled', async () => {
    const store = await engine.openMigrated()
    const { jobs } = jobsOf(store, { import: async () => {} })
    const id = await jobs.submit(actor, 'import', null)
    await last(jobs, id)
    await jobs.cancel('demo', id)
    expect((await findJob(store.read, 'demo', id))!.state).toBe('DONE')
  })

  it('a tenant cannot cancel the job of another', async () => {
    const store = await engine.openMigrated()
    const started = Promise.withResolvers<AbortSignal>()
    const go = Promise.withResolvers<void>()
    const { jobs } = jobsOf(store, {
      async work(_, control) {
        started.resolve(control.signal)
        await go.promise
      },
    })
    const id = await jobs.submit(actor, 'work', null)
    const signal = await started.promise
    await jobs.cancel('other', id)
    expect(signal.aborted).toBe(false)
    go.resolve()
    expect((await last(jobs, id)).state).toBe('DONE')
  })
})

onEngine('postgres', (engine) => {
  it('a change that another process made is seen', async () => {
    const url = await engine.freshUrl()
    const here = jobsOf(await engine.openMigrated([], url), {})
    const go = Promise.withResolvers<void>()
    const there = jobsOf(await engine.openMigrated([], url), { work: () => go.promise })
    const id = await there.jobs.submit(actor, 'work', null)
    const seen = watched(here.jobs, id)
    go.resolve()
    expect((await seen).at(-1)!.state).toBe('DONE')
  })
})
