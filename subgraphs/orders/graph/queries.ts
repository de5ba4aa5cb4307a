/**
 * What can be asked about orders.
 */
import { PAGE_SIZE, PARTNER, readPageArgs } from '../../kernel/builder.ts'
import { versionInForce, versionsOf } from '../../kernel/four-eyes.ts'
import { pageOf } from '../../kernel/page.ts'
import { dateOf } from '../../kernel/time.ts'
import { countByStatus, listOrders, openTasks } from '../store.ts'
import { TYPE_KIND } from '../type-version.ts'
import { makerFilter } from '../visibility.ts'
import { visibleJob } from './jobs.ts'
import { builder, connection, findOrder, importJob, order, orderType, READ, task } from './base.ts'
import { statusCount } from './activity.ts'
import { orderStatus } from './types.ts'

builder.queryFields((t) => ({
  order: t.field({
    type: order,
    nullable: true,
    description: 'One order by its serial, with all that followed from it.',
    ...READ,
    ...PARTNER,
    args: { serial: t.arg.string({ required: true }) },
    resolve: (_, { serial }, context) => findOrder(context, serial),
  }),
  orders: t.field({
    type: connection('BusinessOrder', order, PARTNER),
    description: 'Newest first. An app sees those that it brought in.',
    ...READ,
    ...PARTNER,
    ...PAGE_SIZE,
    args: {
      first: t.arg.int(),
      after: t.arg.string(),
      status: t.arg({ type: orderStatus }),
      type: t.arg.string(),
      mine: t.arg.boolean({ description: 'Only those that I entered.' }),
    },
    resolve: async (_, args, { actor, orders }) => {
      const page = readPageArgs(args)
      const filter = {
        status: args.status ?? undefined,
        type: args.type ?? undefined,
        maker: args.mine ? actor.subject : makerFilter(actor),
      }
      const rows = await listOrders(orders.db, actor.tenant, filter, page)
      return pageOf(rows, page.limit, (row) => row.serial)
    },
  }),
  orderCounts: t.field({
    type: [statusCount],
    description: 'How many orders are where.',
    requiresScopes: [['orders:approve'], ['orders:retry']],
    resolve: (_, __, { actor, orders }) =>
      countByStatus(orders.db, actor.tenant, makerFilter(actor)),
  }),
  tasks: t.field({
    type: connection('ApprovalTask', task),
    description: 'Open tasks of my roles, or of one of them; oldest first.',
    requiresScopes: [['orders:approve'], ['orders:retry']],
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string(), role: t.arg.string() },
    resolve: async (_, args, { actor, orders }) => {
      const page = readPageArgs(args)
      const roles = actor.roles.filter((role) => args.role == null || role === args.role)
      const rows = await openTasks(orders.db, actor.tenant, roles, page)
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
  orderTypes: t.field({
    type: [orderType],
    description: 'The types in force today.',
    ...READ,
    ...PARTNER,
    listSize: { assumedSize: 10 },
    resolve: async (_, __, { actor, orders }) => {
      const today = dateOf(orders.ports.clock.now())
      const codes = new Set(
        (await versionsOf(orders.db, actor.tenant, TYPE_KIND)).map((version) => version.subject),
      )
      const found = await Promise.all(
        Array.from(
          codes,
          (code) => versionInForce(orders.db, actor.tenant, TYPE_KIND, code, today),
        ),
      )
      return found.filter((version) => version !== undefined)
    },
  }),
  importJob: t.field({
    type: importJob,
    nullable: true,
    ...PARTNER,
    requiresScopes: [['orders:submit'], ['orders:approve']],
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) => await visibleJob(context, id) ?? null,
  }),
}))
