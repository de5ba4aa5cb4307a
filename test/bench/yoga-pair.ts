/**
 * The gateway and one plain Yoga schema, over the same resolvers.
 */
import { createYoga } from 'graphql-yoga'
import type { ExecutorName } from '../../gateway/config.ts'
import { apolloExecutor } from '../../gateway/execute/apollo.ts'
import { collapsedExecutor } from '../../gateway/execute/collapsed/collapsed.ts'
import { graphqlHandler } from '../../gateway/http/graphql.ts'
import { maskWith } from '../../gateway/http/mask.ts'
import { untraced } from '../../gateway/observe/tracing.ts'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { ok } from '../../subgraphs/kernel/result.ts'
import { cpuPerCall } from './turns.ts'
import { oneSchema, threeQuery, threeSubgraphs, threeSupergraph } from './three-subgraphs.ts'

type Fetch = (request: Request) => Promise<Response>

const REQUESTS = 200

/**
 * Both as handlers of HTTP requests, checked to answer alike.
 *
 * @param name the gateway's executor; the collapsed one finds references in batches
 */
export async function gatewayPair(
  name: ExecutorName = 'collapsed',
): Promise<{ monolith: Fetch; gateway: Fetch }> {
  const yoga = createYoga({ schema: oneSchema(), logging: false, graphiql: false })
  const monolith: Fetch = async (request) => await yoga.fetch(request)
  const mask = maskWith((error) => console.error(error))
  const targets = threeSubgraphs('batched').map((subgraph) => ({
    ...subgraph,
    context: (request: RequestContext) => ({ ...request }),
  }))
  const executor = name === 'plan'
    ? await apolloExecutor(threeSupergraph(), targets, mask)
    : collapsedExecutor(threeSupergraph(), targets, mask)
  const gateway = graphqlHandler({
    executor,
    authenticate: () => ok(undefined),
    mask,
    tracing: untraced(),
  })
  const [one, three] = await Promise.all(
    [monolith, gateway].map(async (fetch) => await (await fetch(requestFor(3))).text()),
  )
  if (one !== three) throw new Error(`the answers differ:\n${one}\n${three}`)
  return { monolith, gateway }
}

/** CPU milliseconds of one request, over a few hundred after a warm-up. */
export async function cpuPerRequest(fetch: Fetch, customers: number): Promise<number> {
  return await cpuPerCall(async () => await (await fetch(requestFor(customers))).text(), REQUESTS)
}

function requestFor(customers: number): Request {
  return new Request('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: threeQuery(customers) }),
  })
}
