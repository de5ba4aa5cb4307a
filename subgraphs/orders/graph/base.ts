/**
 * What the parts of the orders' schema share: the builder, the types by name, the loaders.
 */
import { loadMany, loadOne } from '../../kernel/batch.ts'
import type { BlobStore } from '../../kernel/blob.ts'
import { type ResolverContext, subgraphBuilder } from '../../kernel/builder.ts'
import type { Proposal } from '../../kernel/four-eyes.ts'
import type { Job, Jobs } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import type { Attachment } from '../attachment.ts'
import type { OrderCommands } from '../commands.ts'
import {
  type EventRow,
  eventsOf,
  type OrderReader,
  type OrderRow,
  ordersBySerial,
  type TaskRow,
  tasksOf,
} from '../store.ts'
import { maySee } from '../visibility.ts'

/** What the resolvers of orders are given. */
export interface OrdersContext extends ResolverContext {
  readonly orders: {
    readonly db: OrderReader
    readonly commands: OrderCommands
    readonly jobs: Jobs
    readonly blobs: BlobStore
    readonly ports: Ports
    /** What `read` answers now and after each change of this subgraph's data. */
    readonly watch: <T>(read: () => Promise<T | undefined>, paceMs?: number) => AsyncGenerator<T>
  }
}

export const READ = { requiresScopes: [['orders:read']] }

export const { builder, money, connection, refusals } = subgraphBuilder<OrdersContext>()

export const order = builder.objectRef<OrderRow>('BusinessOrder')
export const task = builder.objectRef<TaskRow>('ApprovalTask')
export const attachment = builder.objectRef<Attachment>('OrderAttachment')
export const timelineEvent = builder.objectRef<EventRow>('TimelineEvent')
export const orderType = builder.objectRef<Proposal>('OrderType')
export const importJob = builder.objectRef<Job>('ImportJob')

type Context = OrdersContext
type Keys = readonly string[]

/** Orders that the actor may see, read anew. */
export async function readOrders(
  { orders, actor }: Context,
  serials: Keys,
): Promise<OrderRow[]> {
  const rows = await ordersBySerial(orders.db, actor.tenant, serials)
  return rows.filter((row) => maySee(actor, row))
}

/** An order that the actor may see, or null. */
export const findOrder = loadOne(readOrders, (row) => row.serial)
export const tasksOfOrder = loadMany(
  ({ orders, actor }: Context, serials: Keys) => tasksOf(orders.db, actor.tenant, serials),
  (row) => row.serial,
)
export const eventsOfOrder = loadMany(
  ({ orders, actor }: Context, serials: Keys) => eventsOf(orders.db, actor.tenant, serials),
  (row) => row.serial,
)
