/**
 * The orders' part of the schema.
 */
import { subgraphSchema } from '../kernel/builder.ts'
import { builder } from './graph/base.ts'
import './graph/types.ts'
import './graph/queries.ts'
import './graph/mutations.ts'
import './graph/jobs.ts'
import './graph/activity.ts'

export type { OrdersContext } from './graph/base.ts'

/** Types and resolvers; needs no database. */
export function ordersSchema() {
  return subgraphSchema(builder)
}
