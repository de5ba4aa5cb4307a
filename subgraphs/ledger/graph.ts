/**
 * The ledger's part of the schema.
 */
import { subgraphSchema } from '../kernel/builder.ts'
import { builder } from './graph/base.ts'
import './graph/types.ts'
import './graph/accounts.ts'
import './graph/queries.ts'
import './graph/mutations.ts'
import './graph/account-mutations.ts'
import './graph/parameters.ts'
import './graph/contracts.ts'
import './graph/products.ts'
import './graph/days.ts'
import './graph/exports.ts'
import './graph/counter.ts'

export type { LedgerContext } from './graph/base.ts'

/** Types and resolvers; needs no database. */
export function ledgerSchema() {
  return subgraphSchema(builder)
}
