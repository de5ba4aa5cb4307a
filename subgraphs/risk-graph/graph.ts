/**
 * The risk graph's part of the schema.
 */
import { subgraphSchema } from '../kernel/builder.ts'
import { builder } from './graph/base.ts'
import './graph/mutation.ts'
import './graph/entities.ts'
import './graph/loads.ts'
import './graph/identities.ts'

export type { RiskContext } from './graph/base.ts'

/** Types and resolvers; needs no database. */
export function riskGraphSchema() {
  return subgraphSchema(builder)
}
