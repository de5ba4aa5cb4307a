/**
 * The collapsed executor alone, without HTTP, against the same resolvers in one schema.
 */
import { execute } from '@graphql-tools/executor'
import { type DocumentNode, type ExecutionResult, parse, specifiedRules, validate } from 'graphql'
import { collapsedExecutor } from '../../gateway/execute/collapsed/collapsed.ts'
import { maskWith } from '../../gateway/http/mask.ts'
import {
  oneSchema,
  threeQuery,
  threeSubgraphs,
  threeSupergraph,
  worstQuery,
} from './three-subgraphs.ts'

/** Executes a document that was parsed and checked before. */
export type Run = (document: DocumentNode) => Promise<ExecutionResult>

/** The queries that are measured. */
export const SHAPES = { usual: threeQuery, worst: worstQuery } as const

/** Both, checked to answer alike. */
export async function executorPair(
  references: 'plain' | 'batched',
): Promise<{ monolith: Run; collapsed: Run }> {
  const schema = oneSchema()
  const context = { actor: undefined, traceId: '0' }
  const executor = collapsedExecutor(
    threeSupergraph(),
    threeSubgraphs(references).map((subgraph) => ({
      ...subgraph,
      context: (request) => ({ ...request }),
    })),
    maskWith((error) => console.error(error)),
  )
  const monolith: Run = async (document) =>
    await execute({ schema, document, contextValue: context }) as ExecutionResult
  const collapsed: Run = async (document) =>
    await executor.execute({
      document,
      operationName: undefined,
      variables: undefined,
      context,
    }) as ExecutionResult
  for (const shape of Object.values(SHAPES)) {
    const document = parse(shape(3))
    const refused = validate(executor.schema, document, [...specifiedRules, ...executor.rules])
    if (refused.length > 0) throw refused[0]
    const [one, three] = await Promise.all([monolith(document), collapsed(document)])
    if (JSON.stringify(one) !== JSON.stringify(three)) {
      throw new Error(`the answers differ:\n${JSON.stringify(one)}\n${JSON.stringify(three)}`)
    }
  }
  return { monolith, collapsed }
}
