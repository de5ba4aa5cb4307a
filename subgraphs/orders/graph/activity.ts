/**
 * Where orders are, and that something has changed: what lists and figures are kept fresh by.
 */
import type { OrderStatus } from '../order-state.ts'
import { countByStatus, countOpenTasks, listOrders } from '../store.ts'
import { makerFilter } from '../visibility.ts'
import { builder, READ } from './base.ts'
import { orderStatus } from './types.ts'

/** Counting is dear with many orders, and nobody reads faster. */
const PACE_MS = 1_000

interface StatusCount {
  readonly status: string
  readonly count: bigint
}

interface Activity {
  readonly waiting: number
  readonly newest: string | null
  readonly counts: readonly StatusCount[]
}

export const statusCount = builder.objectRef<StatusCount>('OrderStatusCount').implement({
  fields: (t) => ({
    status: t.field({ type: orderStatus, resolve: (row) => row.status as OrderStatus }),
    count: t.int({ resolve: (row) => Number(row.count) }),
  }),
})

const activity = builder.objectRef<Activity>('OrderActivity').implement({
  description: 'What waits and where orders are; another one whenever a list of orders may be.',
  fields: (t) => ({
    waiting: t.exposeInt('waiting', { description: 'Open tasks of my roles.' }),
    newest: t.exposeString('newest', { nullable: true, description: 'The serial given last.' }),
    counts: t.field({
      type: [statusCount],
      listSize: { assumedSize: 10 },
      resolve: ({ counts }) => [...counts],
    }),
  }),
})

builder.subscriptionFields((t) => ({
  orderActivity: t.field({
    type: activity,
    description: 'What waits for me and where orders are that I may see, now and after changes.',
    ...READ,
    subscribe: (_, __, { actor, orders }) => {
      const { tenant, roles } = actor
      const maker = makerFilter(actor)
      return orders.watch(async (): Promise<Activity> => {
        const page = { limit: 1, after: undefined }
        const [newest] = await listOrders(orders.db, tenant, { maker }, page)
        return {
          waiting: await countOpenTasks(orders.db, tenant, roles),
          newest: newest?.serial ?? null,
          counts: await countByStatus(orders.db, tenant, maker),
        }
      }, PACE_MS)
    },
    resolve: (value) => value as Activity,
  }),
}))
