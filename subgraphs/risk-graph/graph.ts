/**
 * The risk graph's part of the schema.
 */
import { subgraphSchema } from '../kernel/builder.ts'
import { builder } from './graph/base.ts'
import './graph/mutation.ts'
import './graph/entities.ts'
import './graph/loads.ts'
import './graph/identities.ts'
import './graph/alerts.ts'
import './graph/cases.ts'
import './graph/rules.ts'
import './graph/scores.ts'
import './graph/watching.ts'
import './graph/exports.ts'
import './graph/federated.ts'

export type { RiskContext } from './graph/base.ts'

/** Types and resolvers; needs no database. */
export function riskGraphSchema() {
  return subgraphSchema(builder)
}
