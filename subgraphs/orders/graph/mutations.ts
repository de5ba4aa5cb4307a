/**
 * What can be done with orders.
 */
import type { Actor } from '../../kernel/actor.ts'
import { PARTNER } from '../../kernel/builder.ts'
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import { findJob, type Job } from '../../kernel/job.ts'
import { type Refusal, refuse, type Result } from '../../kernel/result.ts'
import type { Reader } from '../../kernel/store.ts'
import type { KernelTables } from '../../kernel/tables.ts'
import {
  APPROVE_KIND,
  type ApproveInput,
  IMPORT_KIND,
  type ImportInput,
  type ImportPerson,
} from '../import/job.ts'
import { checkMapping } from '../import/mapping.ts'
import type { Json } from '../pointer.ts'
import type { OrderRow } from '../store.ts'
import { builder, findOrder, importJob, order, type OrdersContext, refusals } from './base.ts'

const { refusal, resultOf } = refusals(
  'OrderRefusal',
  'Why a command on an order was not carried out. Codes: subgraphs/orders/README.md.',
)

interface Submitted {
  readonly order: OrderRow
  readonly repeated: boolean
}

const submitted = builder.objectRef<Submitted>('SubmittedOrder').implement({
  ...PARTNER,
  fields: (t) => ({
    order: t.field({ type: order, resolve: (done) => done.order }),
    repeated: t.exposeBoolean('repeated', {
      description: 'Whether this key had been answered before; the order is the same.',
    }),
  }),
})

interface BulkItem {
  readonly task: string
  readonly order: OrderRow | null
  readonly refusal: Refusal | null
}

const bulkItem = builder.objectRef<BulkItem>('DecidedTask').implement({
  description: 'What became of one task of a bulk decision.',
  fields: (t) => ({
    task: t.exposeID('task'),
    order: t.field({ type: order, nullable: true, resolve: (item) => item.order }),
    refusal: t.field({ type: refusal, nullable: true, resolve: (item) => item.refusal }),
  }),
})

const submitResult = resultOf('SubmitOrderResult', submitted)
const orderResult = resultOf('OrderResult', order)
const importResult = resultOf('ImportOrdersResult', importJob)

const verdict = builder.enumType('Verdict', { values: ['APPROVE', 'REJECT'] as const })

const submitInput = builder.inputType('SubmitOrderInput', {
  fields: (t) => ({
    type: t.string({ required: true, description: 'Code of an order type.' }),
    form: t.field({
      type: 'JSON',
      required: true,
      description: 'As the type’s JSON Schema has it.',
    }),
    idempotencyKey: t.string({
      required: true,
      description: '8 to 200 visible ASCII characters; the same key and input give the same order.',
    }),
  }),
})
const decideInput = builder.inputType('DecideTaskInput', {
  fields: (t) => ({
    task: t.id({ required: true }),
    verdict: t.field({ type: verdict, required: true }),
    reason: t.string({ description: 'Required for a rejection.' }),
  }),
})
const decideManyInput = builder.inputType('DecideTasksInput', {
  fields: (t) => ({
    tasks: t.idList({ required: true, description: 'At most 500.' }),
    verdict: t.field({ type: verdict, required: true }),
    reason: t.string(),
  }),
})
const withdrawInput = builder.inputType('WithdrawOrderInput', {
  fields: (t) => ({
    serial: t.string({ required: true }),
    reason: t.string(),
  }),
})
const attachInput = builder.inputType('AttachFileInput', {
  fields: (t) => ({
    serial: t.string({ required: true }),
    file: t.string({ required: true, description: 'Hash that the upload to /files answered.' }),
    name: t.string({ required: true, description: 'Such as invoice.pdf.' }),
  }),
})
const retryInput = builder.inputType('RetryPaymentInput', {
  fields: (t) => ({ serial: t.string({ required: true }) }),
})
const importInput = builder.inputType('ImportOrdersInput', {
  fields: (t) => ({
    file: t.string({ required: true, description: 'Hash that the upload to /files answered.' }),
    type: t.string({ required: true }),
    mapping: t.field({ type: 'JSON', required: true }),
  }),
})

const approveImportInput = builder.inputType('ApproveImportInput', {
  fields: (t) => ({ job: t.id({ required: true, description: 'Id of the import.' }) }),
})

/** Tasks of one bulk decision. */
const BULK_MAX = 500

function fileUnknown(): Refusal<'FILE_UNKNOWN'> {
  return refuse('FILE_UNKNOWN', 'There is no such file; upload it to /files first.', '/file')
}

async function decided(
  result: Promise<Result<{ serial: string }>>,
  context: OrdersContext,
): Promise<OrderRow | Refusal> {
  const done = await result
  if (!done.ok) return done
  return (await findOrder(context, done.value.serial))!
}

builder.mutationType({
  fields: (t) => ({
    submitOrder: t.field({
      type: submitResult,
      ...PARTNER,
      description: 'Enters a request. Below the type’s limits its rule approves at once.',
      requiresScopes: [['orders:submit']],
      args: { input: t.arg({ type: submitInput, required: true }) },
      resolve: async (_, { input }, context) => {
        const form = input.form as Json
        const done = await context.orders.commands.submit({ ...input, form })
        if (!done.ok) return done
        const { serial, repeated } = done.value
        return { order: (await findOrder(context, serial))!, repeated }
      },
    }),
    decideTask: t.field({
      type: orderResult,
      description: 'Approves or rejects. Whoever made the order cannot.',
      requiresScopes: [['orders:approve'], ['orders:retry']],
      args: { input: t.arg({ type: decideInput, required: true }) },
      resolve: (_, { input }, context) =>
        decided(
          context.orders.commands.decide({ ...input, reason: input.reason ?? '' }),
          context,
        ),
    }),
    decideTasks: t.field({
      type: [bulkItem],
      description: 'Decides many tasks, each for itself: one that is refused harms no other.',
      requiresScopes: [['orders:approve'], ['orders:retry']],
      args: { input: t.arg({ type: decideManyInput, required: true }) },
      resolve: async (_, { input }, context) => {
        const one = async (task: string): Promise<BulkItem> => {
          if (input.tasks.length > BULK_MAX) {
            const tooMany = refuse('TOO_MANY', `At most ${BULK_MAX} tasks at once.`, '/tasks')
            return { task, order: null, refusal: tooMany }
          }
          const done = await context.orders.commands.decide({
            task,
            verdict: input.verdict,
            reason: input.reason ?? '',
            note: `in bulk with ${input.tasks.length} tasks`,
          })
          return done.ok
            ? { task, order: await findOrder(context, done.value.serial), refusal: null }
            : { task, order: null, refusal: done }
        }
        return await Promise.all(input.tasks.map((id) => one(String(id))))
      },
    }),
    withdrawOrder: t.field({
      type: orderResult,
      ...PARTNER,
      description: 'Takes one’s own order back while it is in approval.',
      requiresScopes: [['orders:submit']],
      args: { input: t.arg({ type: withdrawInput, required: true }) },
      resolve: (_, { input }, context) =>
        decided(context.orders.commands.withdraw(input.serial, input.reason ?? ''), context),
    }),
    attachFile: t.field({
      type: orderResult,
      ...PARTNER,
      description: 'Puts an uploaded file to an order; its history says who did and when.',
      requiresScopes: [['orders:submit'], ['orders:approve']],
      args: { input: t.arg({ type: attachInput, required: true }) },
      resolve: async (_, { input: { serial, file, name } }, context) => {
        const { blobs, commands } = context.orders
        const bytes = await blobs.size(context.actor.tenant, file)
        if (bytes === undefined) return fileUnknown()
        return await decided(commands.attach(serial, { file, name, bytes }), context)
      },
    }),
    retryPayment: t.field({
      type: orderResult,
      description: 'Asks for the payment of an order again, after it failed for good.',
      requiresScopes: [['orders:retry']],
      args: { input: t.arg({ type: retryInput, required: true }) },
      resolve: (_, { input }, context) =>
        decided(context.orders.commands.retryPayment(input.serial), context),
    }),
    importOrders: t.field({
      type: importResult,
      ...PARTNER,
      description: 'Imports an uploaded file of requests as a job; rows above the limits wait.',
      requiresScopes: [['orders:submit']],
      args: { input: t.arg({ type: importInput, required: true }) },
      resolve: (_, { input }, context) => startImport(input, context),
    }),
    approveImport: t.field({
      type: importResult,
      description: 'Approves in bulk what waits of an import that somebody else brought in.',
      requiresScopes: [['orders:approve']],
      args: { input: t.arg({ type: approveImportInput, required: true }) },
      resolve: (_, { input }, context) => startApproval(input.job, context),
    }),
  }),
})

async function startImport(
  input: { file: string; type: string; mapping?: unknown },
  { actor, orders }: OrdersContext,
): Promise<Job | Refusal> {
  const mapping = checkMapping(input.mapping)
  if (!mapping.ok) return mapping
  if (await orders.blobs.size(actor.tenant, input.file) === undefined) {
    return fileUnknown()
  }
  const job: ImportInput = {
    file: input.file,
    type: input.type,
    mapping: mapping.value,
    maker: personOf(actor),
  }
  const id = await orders.jobs.submit(actor, IMPORT_KIND, job as unknown as CanonicalValue)
  return (await jobById(id, { actor, orders }))!
}

async function startApproval(
  importId: string,
  context: Pick<OrdersContext, 'actor' | 'orders'>,
): Promise<Job | Refusal> {
  const imported = await jobById(importId, context)
  if (imported === undefined || imported.kind !== IMPORT_KIND) {
    return refuse('IMPORT_UNKNOWN', 'There is no such import.', '/job')
  }
  if (imported.createdBy === context.actor.subject) {
    return refuse('SELF_APPROVAL', 'Whoever imports a file does not approve it.', '/job')
  }
  const job: ApproveInput = { job: importId, approver: personOf(context.actor) }
  const { jobs } = context.orders
  const id = await jobs.submit(context.actor, APPROVE_KIND, job as unknown as CanonicalValue)
  return (await jobById(id, context))!
}

function jobById(
  id: string,
  { actor, orders }: Pick<OrdersContext, 'actor' | 'orders'>,
): Promise<Job | undefined> {
  return findJob(orders.db as unknown as Reader<KernelTables>, actor.tenant, id)
}

function personOf({ subject, name, kind, roles }: Actor): ImportPerson {
  return { subject, name, kind: kind === 'app' ? 'app' : 'person', roles }
}
