/**
 * Loading: files into the record as a job, with its progress and what it could not take in.
 */
import { badInput, PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { findJob, type Job } from '../../kernel/job.ts'
import { pageOf } from '../../kernel/page.ts'
import { type Refusal, refuse } from '../../kernel/result.ts'
import type { Reader } from '../../kernel/store.ts'
import type { KernelTables } from '../../kernel/tables.ts'
import { LOAD_KIND, type LoadInput, loadProgress } from '../load/job.ts'
import { CANONICAL, checkMapping } from '../load/mapping.ts'
import { faultsFrom } from '../store/record.ts'
import { builder, connection, loadJob, READ, resultOf, type RiskContext } from './base.ts'

const LOAD = { requiresScopes: [['risk:load']] }

async function visibleLoad({ actor, risk }: RiskContext, id: string): Promise<Job | undefined> {
  const job = await findJob(risk.db as unknown as Reader<KernelTables>, actor.tenant, id)
  return job?.kind === LOAD_KIND ? job : undefined
}

type FaultRow = Awaited<ReturnType<typeof faultsFrom>>[number]

const fault = builder.objectRef<FaultRow>('RiskLoadFault').implement({
  description: 'A row that was not taken in, or a part of it.',
  fields: (t) => ({
    file: t.exposeString('file'),
    line: t.int({ resolve: (row) => Number(row.line) }),
    code: t.exposeString('code'),
    message: t.exposeString('message'),
  }),
})

loadJob.implement({
  description: 'A load of files into the record.',
  fields: (t) => ({
    id: t.exposeID('id'),
    state: t.exposeString('state', { description: 'QUEUED, RUNNING, DONE, FAILED, CANCELLED.' }),
    error: t.exposeString('error', { nullable: true }),
    progress: t.field({
      type: 'JSON',
      description:
        'phase, file, bytes, bytesTotal, rows, entities, changed, links, repeated, refused, merged, proposed.',
      resolve: (job) => loadProgress(job.progress),
    }),
    faults: t.field({
      type: connection('RiskLoadFault', fault),
      description: 'By file and line.',
      ...PAGE_SIZE,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: async (job, args, { risk }) => {
        const page = readPageArgs(args)
        const [, file = '', line = '0'] = /^(.*):(\d+)$/.exec(page.after ?? ':0') ?? []
        const rows = await faultsFrom(risk.db, {
          tenant: job.tenant,
          batch: job.id,
          file,
          line: BigInt(line),
          limit: BigInt(page.limit + 1),
        })
        return pageOf(rows, page.limit, (row) => `${row.file}:${row.line}`)
      },
    }),
  }),
})

const loadInput = builder.inputType('LoadRiskGraphInput', {
  fields: (t) => ({
    files: t.field({
      type: 'JSON',
      required: true,
      description: 'Hashes that uploads to /files answered, by the names of the mapping’s files.',
    }),
    mapping: t.field({
      type: 'JSON',
      description: 'Without one, the files are entities.csv and links.csv.',
    }),
  }),
})
const loadResult = resultOf('LoadRiskGraphResult', loadJob)

builder.queryField('riskLoad', (t) =>
  t.field({
    type: loadJob,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) => await visibleLoad(context, id) ?? null,
  }))

builder.mutationFields((t) => ({
  loadRiskGraph: t.field({
    type: loadResult,
    ...LOAD,
    description: 'Loads uploaded files as a job: streamed, each row once, broken rows reported.',
    args: { input: t.arg({ type: loadInput, required: true }) },
    resolve: (_, { input }, context) => startLoad(input, context),
  }),
}))

async function startLoad(
  input: { files?: unknown; mapping?: unknown },
  context: RiskContext,
): Promise<Job | Refusal> {
  const { actor, risk } = context
  const mapping = input.mapping == null
    ? { ok: true as const, value: CANONICAL }
    : checkMapping(input.mapping)
  if (!mapping.ok) return mapping
  const files = (input.files ?? {}) as Record<string, unknown>
  const named = mapping.value.files.map(({ file }) => file)
  for (const [name, hash] of Object.entries(files)) {
    const known = named.includes(name) && typeof hash === 'string' &&
      await risk.blobs.size(actor.tenant, hash) !== undefined
    if (!known) return refuse('FILE_UNKNOWN', 'Upload the files to /files first.', '/files')
  }
  if (Object.keys(files).length === 0) {
    return refuse('FILE_UNKNOWN', `Name some of ${named.join(', ')}.`, '/files')
  }
  const job: LoadInput = {
    files: files as Record<string, string>,
    mapping: (input.mapping ?? null) as CanonicalValue,
  }
  const id = await risk.jobs.submit(actor, LOAD_KIND, job as unknown as CanonicalValue)
  return (await visibleLoad(context, id))!
}

builder.subscriptionType({
  fields: (t) => ({
    riskLoadProgress: t.field({
      type: loadJob,
      description: 'A load now and at each step, until it has ended.',
      ...LOAD,
      args: { id: t.arg.id({ required: true }) },
      subscribe: async (_, { id }, context) => {
        if (await visibleLoad(context, id) === undefined) {
          throw badInput(refuse('LOAD_UNKNOWN', 'There is no such load.', '/id'))
        }
        return context.risk.jobs.watch(context.actor.tenant, id)
      },
      resolve: (job) => job as Job,
    }),
  }),
})
