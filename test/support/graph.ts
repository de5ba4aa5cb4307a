/**
 * A subgraph's schema, executed as a gateway would.
 */
import { type ExecutionResult, graphql, type GraphQLSchema } from 'graphql'
import { type Kysely, type KyselyPlugin } from 'kysely'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'

/** Runs one operation. */
export async function run(
  schema: GraphQLSchema,
  contextValue: RequestContext,
  source: string,
  variableValues: Record<string, unknown> = {},
  // deno-lint-ignore no-explicit-any
): Promise<ExecutionResult<any>> {
  return await graphql({ schema, source, contextValue, variableValues })
}

/** The data of an operation that must not fail. */
// deno-lint-ignore no-explicit-any
export async function dataOf(...args: Parameters<typeof run>): Promise<any> {
  const { data, errors } = await run(...args)
  if (errors !== undefined) throw errors[0]
  // Without the null prototype, so that results compare with literals.
  return JSON.parse(JSON.stringify(data))
}

/** The codes of the errors of an operation. */
export async function errorCodes(...args: Parameters<typeof run>): Promise<unknown[]> {
  return ((await run(...args)).errors ?? []).map((error) => error.extensions.code)
}

/** A handle that counts the statements that go through it. */
export function counting<Db>(db: Kysely<Db>): { db: Kysely<Db>; readonly count: number } {
  let count = 0
  const plugin: KyselyPlugin = {
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => {
      count += 1
      return Promise.resolve(result)
    },
  }
  return {
    db: db.withPlugin(plugin),
    get count() {
      return count
    },
  }
}

/** All nodes of a connection, read page by page with `first` rows each. */
export async function readAll<T>(
  // deno-lint-ignore no-explicit-any
  page: (after: string | null) => Promise<any>,
): Promise<T[]> {
  const nodes: T[] = []
  for (let after: string | null = null, more = true; more;) {
    const { edges, pageInfo } = await page(after)
    nodes.push(...edges.map((edge: { node: T }) => edge.node))
    after = pageInfo.endCursor
    more = pageInfo.hasNextPage
  }
  return nodes
}
