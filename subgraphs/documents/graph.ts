/**
 * The documents' part of the schema.
 */
import { subgraphSchema } from '../kernel/builder.ts'
import { builder } from './graph/base.ts'
import './graph/types.ts'
import './graph/operations.ts'
import './graph/comparison.ts'
import './graph/rules.ts'
import './graph/evidence.ts'
import './graph/evidence-commands.ts'

export type { DocumentsContext } from './graph/base.ts'

/** Types and resolvers; needs no database. */
export function documentsSchema() {
  return subgraphSchema(builder)
}
