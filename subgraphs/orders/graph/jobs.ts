/**
 * What goes on while one looks: imports and orders.
 */
import { badInput, PARTNER } from '../../kernel/builder.ts'
import { findJob, type Job } from '../../kernel/job.ts'
import { refuse } from '../../kernel/result.ts'
import type { Reader } from '../../kernel/store.ts'
import type { KernelTables } from '../../kernel/tables.ts'
import { APPROVE_KIND, IMPORT_KIND } from '../import/job.ts'
import type { OrderRow } from '../store.ts'
import { builder, importJob, order, type OrdersContext, READ, readOrders } from './base.ts'

const IMPORT_KINDS = [IMPORT_KIND, APPROVE_KIND]

/** A job of the tenant's; a program sees its own. */
export async function visibleJob(
  { actor, orders }: OrdersContext,
  id: string,
): Promise<Job | undefined> {
  const job = await findJob(orders.db as unknown as Reader<KernelTables>, actor.tenant, id)
  if (job === undefined || !IMPORT_KINDS.includes(job.kind)) return undefined
  return actor.kind === 'app' && job.createdBy !== actor.subject ? undefined : job
}

builder.subscriptionType({
  fields: (t) => ({
    importProgress: t.field({
      type: importJob,
      description: 'An import now and at each step, until it has ended.',
      requiresScopes: [['orders:submit'], ['orders:approve']],
      ...PARTNER,
      args: { id: t.arg.id({ required: true }) },
      subscribe: async (_, { id }, context) => {
        if (await visibleJob(context, id) === undefined) {
          throw badInput(refuse('IMPORT_UNKNOWN', 'There is no such import.', '/id'))
        }
        return context.orders.jobs.watch(context.actor.tenant, id)
      },
      resolve: (job) => job as Job,
    }),
    orderProgress: t.field({
      type: order,
      description: 'An order now and after each change.',
      ...READ,
      ...PARTNER,
      args: { serial: t.arg.string({ required: true }) },
      subscribe: async (_, { serial }, context) => {
        const read = async () => (await readOrders(context, [serial])).at(0)
        if (await read() === undefined) {
          throw badInput(refuse('ORDER_UNKNOWN', 'There is no such order.', '/serial'))
        }
        return context.orders.watch(read)
      },
      resolve: (row) => row as OrderRow,
    }),
  }),
})
