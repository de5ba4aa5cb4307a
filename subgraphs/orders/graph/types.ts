/**
 * The types of business orders.
 */
import { moneyOf, PARTNER } from '../../kernel/builder.ts'
import { attachmentsIn } from '../attachment.ts'
import { importProgress } from '../import/job.ts'
import type { OrderStatus } from '../order-state.ts'
import type { OrderType } from '../order-type.ts'
import type { EventRow, OrderRow, TaskRow } from '../store.ts'
import {
  attachment,
  builder,
  eventsOfOrder,
  findOrder,
  importJob,
  money,
  order,
  orderType,
  READ,
  task,
  tasksOfOrder,
  timelineEvent,
} from './base.ts'

export const orderStatus = builder.enumType('OrderStatus', {
  description: 'Where an order is.',
  values: {
    IN_APPROVAL: { description: '审批中' },
    REJECTED: { description: '已驳回' },
    WITHDRAWN: { description: '已撤回' },
    APPROVED: { description: '已批准: the ledger has been told.' },
    POSTING_REFUSED: { description: '记账被拒: an accountant mends and retries.' },
    PAYING: { description: '付款中' },
    PAYMENT_UNKNOWN: { description: '付款结果未知: the bank is asked until it knows.' },
    PAYMENT_FAILED: { description: '付款失败' },
    COMPLETED: { description: '已完成' },
    REVERSED: { description: '已冲正' },
  } as const,
})

const actorKind = builder.enumType('ActorKind', {
  description: 'What kind of actor did something.',
  values: {
    PERSON: { value: 'person', description: 'Signed in.' },
    APP: { value: 'app', description: 'A partner’s program.' },
    RULE: { value: 'rule', description: 'A versioned rule, below a limit.' },
    SYSTEM: { value: 'system', description: 'Another part of the system, reporting.' },
  } as const,
})

type ActorKindValue = 'person' | 'app' | 'rule' | 'system'

order.implement({
  description:
    'A business order (业务单): a request entered once. Its serial indexes all that follows.',
  ...READ,
  fields: (t) => ({
    serial: t.exposeString('serial', {
      ...PARTNER,
      description: 'OA serial number (OA流水号): OA20261123-000017-4, with a check digit.',
    }),
    type: t.exposeString('type', PARTNER),
    typeVersion: t.int({ ...PARTNER, resolve: (row: OrderRow) => Number(row.type_version) }),
    status: t.field({ ...PARTNER, type: orderStatus, resolve: (row) => row.status as OrderStatus }),
    summary: t.exposeString('summary', PARTNER),
    institution: t.exposeString('institution', PARTNER),
    amount: t.field({
      ...PARTNER,
      type: money,
      resolve: (row) => moneyOf(row.minor, row.currency),
    }),
    form: t.field({
      ...PARTNER,
      type: 'JSON',
      description: 'What was entered, as the type’s JSON Schema has it.',
      resolve: (row) => JSON.parse(row.form),
    }),
    maker: t.exposeString('maker', { description: 'Who entered it.' }),
    createdAt: t.field({ ...PARTNER, type: 'DateTime', resolve: (row) => row.created_at }),
    updatedAt: t.field({ ...PARTNER, type: 'DateTime', resolve: (row) => row.updated_at }),
    approvals: t.field({
      type: [task],
      listSize: { assumedSize: 2 },
      description: 'The steps of approval so far, in order. Empty when a rule approved.',
      resolve: (row, _, context) => tasksOfOrder(context, row.serial),
    }),
    attachments: t.field({
      ...PARTNER,
      type: [attachment],
      listSize: { assumedSize: 4 },
      description: 'Files that belong to it, oldest first.',
      resolve: async (row, _, context) => attachmentsIn(await eventsOfOrder(context, row.serial)),
    }),
    timeline: t.field({
      type: [timelineEvent],
      listSize: { assumedSize: 8 },
      description: 'Everything that happened, in order, each event hashed over all before it.',
      resolve: (row, _, context) => eventsOfOrder(context, row.serial),
    }),
  }),
})
attachment.implement({
  description: 'A file that belongs to an order (附件).',
  fields: (t) => ({
    file: t.exposeString('file', {
      ...PARTNER,
      description: 'Hash; GET /files/<hash> gives the content.',
    }),
    name: t.exposeString('name', PARTNER),
    bytes: t.exposeInt('bytes', PARTNER),
    by: t.exposeString('by', { description: 'Who put it there.' }),
    at: t.field({ ...PARTNER, type: 'DateTime', resolve: ({ at }) => at }),
  }),
})
builder.asEntity(order, {
  key: builder.selection<{ serial: string }>('serial'),
  resolveReference: (key, context) => findOrder(context, key.serial) as Promise<OrderRow>,
})

task.implement({
  description: 'One step of approval: a task for a role.',
  fields: (t) => ({
    id: t.exposeID('id'),
    step: t.int({ description: 'From 1.', resolve: (row: TaskRow) => Number(row.step) }),
    role: t.exposeString('role'),
    state: t.exposeString('state', { description: 'OPEN, DONE or CANCELLED.' }),
    openedAt: t.field({ type: 'DateTime', resolve: (row) => row.opened_at }),
    decidedBy: t.exposeString('decided_by', { nullable: true }),
    decidedAt: t.field({ type: 'DateTime', nullable: true, resolve: (row) => row.decided_at }),
    verdict: t.exposeString('verdict', { nullable: true, description: 'APPROVE or REJECT.' }),
    reason: t.exposeString('reason', { nullable: true }),
    order: t.field({
      type: order,
      nullable: true,
      resolve: (row, _, context) => findOrder(context, row.serial),
    }),
  }),
})

timelineEvent.implement({
  description: 'One thing that happened to an order.',
  fields: (t) => ({
    seq: t.int({ description: 'From 1.', resolve: (row: EventRow) => Number(row.seq) }),
    kind: t.exposeString('kind'),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
    actor: t.exposeString('actor', {
      description: 'A subject, a rule with its version, a subgraph.',
    }),
    actorKind: t.field({
      type: actorKind,
      resolve: (row) => row.actor_kind as ActorKindValue,
    }),
    detail: t.field({ type: 'JSON', resolve: (row) => JSON.parse(row.detail) }),
    hash: t.exposeString('hash', {
      description: 'sha256 over the hash before and this event’s canonical JSON.',
    }),
  }),
})

function bodyOf(row: { body: string }): OrderType {
  return JSON.parse(row.body) as OrderType
}

orderType.implement({
  description: 'A version of an order type (业务单类型).',
  fields: (t) => ({
    code: t.exposeString('subject', PARTNER),
    version: t.int({ ...PARTNER, resolve: (row) => Number(row.version) }),
    nameZh: t.string({ ...PARTNER, resolve: (row) => bodyOf(row).zh }),
    nameEn: t.string({ ...PARTNER, resolve: (row) => bodyOf(row).en }),
    form: t.field({
      ...PARTNER,
      type: 'JSON',
      description: 'JSON Schema 2020-12 of the form.',
      resolve: (row) => bodyOf(row).form,
    }),
    steps: t.field({
      type: 'JSON',
      description: 'Steps of approval: role, and above which amounts each is needed.',
      resolve: (row) => bodyOf(row).steps,
    }),
    effectiveFrom: t.field({ ...PARTNER, type: 'Date', resolve: (row) => row.effectiveFrom }),
  }),
})

importJob.implement({
  description: 'The import of a file of requests, row by row.',
  ...PARTNER,
  fields: (t) => ({
    id: t.exposeID('id'),
    state: t.exposeString('state', { description: 'QUEUED, RUNNING, DONE, FAILED or CANCELLED.' }),
    kind: t.exposeString('kind', { description: 'import-orders or approve-import.' }),
    createdBy: t.exposeString('createdBy'),
    createdAt: t.field({ type: 'DateTime', resolve: (job) => job.createdAt }),
    error: t.exposeString('error', { nullable: true }),
    phase: t.string({
      description: 'READING, APPROVING, SETTLING or DONE.',
      resolve: (job) => importProgress(job.progress).phase,
    }),
    bytes: t.float({
      description: 'Bytes of the file read so far.',
      resolve: (job) => importProgress(job.progress).bytes,
    }),
    bytesTotal: t.float({ resolve: (job) => importProgress(job.progress).bytesTotal }),
    rows: t.int({
      description: 'Rows read so far, without the header.',
      resolve: (job) => importProgress(job.progress).rows,
    }),
    posted: t.int({ resolve: (job) => importProgress(job.progress).posted }),
    waiting: t.int({ resolve: (job) => importProgress(job.progress).waiting }),
    refused: t.int({ resolve: (job) => importProgress(job.progress).refused }),
    report: t.string({
      nullable: true,
      description: 'Where the report can be downloaded: a CSV with a line per row.',
      resolve: (job) => {
        const { report } = importProgress(job.progress)
        return report === null ? null : `/files/${report}`
      },
    }),
  }),
})
