/**
 * The ways of serving the three subgraphs that are compared, each as its makers mean it to be used.
 *
 * Same resolvers and same queries in all of them; telemetry, landing pages and request
 * de-duplication are off everywhere.
 */
import '../../../gateway/environment.ts'
import { createServer } from 'node:http'
import { execute } from '@graphql-tools/executor'
import { createYoga } from 'graphql-yoga'
import { collapsedExecutor } from '../../../gateway/execute/collapsed/collapsed.ts'
import { graphqlHandler } from '../../../gateway/http/graphql.ts'
import { listen } from '../../../gateway/http/listen.ts'
import { maskWith } from '../../../gateway/http/mask.ts'
import { untraced } from '../../../gateway/observe/tracing.ts'
import { ok } from '../../../subgraphs/kernel/result.ts'
import { oneSchema, threeSubgraphs, threeSupergraph } from '../three-subgraphs.ts'

export type Handler = (request: Request) => Promise<Response>

/** Something that answers GraphQL at a URL. */
export interface Served {
  readonly url: string
}

/** @param places of the subgraphs by name, for forms that reach them over HTTP */
type Form = (places: Readonly<Record<string, string>>) => Promise<Served>

const HOST = '127.0.0.1'

/** One plain Yoga schema. */
export function yogaMonolith(): Handler {
  const yoga = createYoga({ schema: oneSchema(), logging: false, graphiql: false })
  return async (request) => await yoga.fetch(request)
}

/** Our gateway with the collapsed executor and nothing of the front door that can be left off. */
export function collapsedGateway(): Handler {
  const mask = maskWith((error) => console.error(error))
  const targets = threeSubgraphs('batched').map((subgraph) => ({
    ...subgraph,
    context: <R>(request: R) => request,
  }))
  return graphqlHandler({
    executor: collapsedExecutor(threeSupergraph(), targets, mask),
    authenticate: () => ok(undefined),
    mask,
    tracing: untraced(),
  })
}

/** The forms by name. */
export const FORMS: Readonly<Record<string, Form>> = {
  'monolith': () => atGraphql(yogaMonolith()),
  'collapsed': () => atGraphql(collapsedGateway()),
  'subgraph-customers': () => subgraph('customers'),
  'subgraph-accounts': () => subgraph('accounts'),
  'subgraph-transfers': () => subgraph('transfers'),
  'apollo-http': (places) => apollo(places),
  'apollo-local': () => apollo(undefined),
  'hive-js-http': (places) => hive(places, false),
  'hive-rust-http': (places) => hive(places, true),
  'hive-js-local': () => hive(undefined, false),
  'hive-rust-local': () => hive(undefined, true),
}

async function atGraphql(handler: Handler): Promise<Served> {
  const { url } = await listen(handler, 0, HOST)
  return { url: `${url}/graphql` }
}

function subgraph(name: string): Promise<Served> {
  const { schema } = threeSubgraphs().find((each) => each.name === name)!
  const yoga = createYoga({ schema, logging: false, graphiql: false })
  return atGraphql(async (request) => await yoga.fetch(request))
}

/** Apollo Server over Apollo Gateway: its own data source over HTTP, or its own local one. */
async function apollo(places: Readonly<Record<string, string>> | undefined): Promise<Served> {
  const { ApolloServer } = await import('@apollo/server')
  const { startStandaloneServer } = await import('@apollo/server/standalone')
  const { ApolloGateway, LocalGraphQLDataSource } = await import('@apollo/gateway')
  const silent = { debug() {}, info() {}, warn() {}, error: console.error }
  const gateway = new ApolloGateway({
    supergraphSdl: supergraphAt(places),
    logger: silent,
    ...(places === undefined
      ? { buildService: ({ name }) => new LocalGraphQLDataSource(schemaOf(name)) }
      : {}),
  })
  const server = new ApolloServer({ gateway, logger: silent })
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: HOST } })
  return { url }
}

/** Hive Gateway: its HTTP transport, or its executors in process; its JS planner or its Rust one. */
async function hive(
  places: Readonly<Record<string, string>> | undefined,
  rust: boolean,
): Promise<Served> {
  const { createGatewayRuntime } = await import('@graphql-hive/gateway-runtime')
  const { unifiedGraphHandler } = await import('@graphql-hive/router-runtime')
  const runtime = createGatewayRuntime(
    {
      supergraph: supergraphAt(places ?? {}),
      logging: false,
      landingPage: false,
      inboundInflightRequestDeduplication: false,
      graphiql: false,
      ...(rust ? { unifiedGraphHandler } : {}),
      ...(places === undefined
        ? { transports: () => ({ getSubgraphExecutor: localExecutor }) }
        : { transportEntries: { '*.http': { options: { deduplicateInflightRequests: false } } } }),
    } as Parameters<typeof createGatewayRuntime>[0],
  )
  const server = createServer(runtime as never)
  await new Promise<void>((resolve) => server.listen(0, HOST, resolve))
  return { url: `http://${HOST}:${(server.address() as { port: number }).port}/graphql` }
}

/** A subgraph beside the gateway, as Hive's transports are written. */
function localExecutor({ subgraphName }: { subgraphName: string }) {
  const schema = schemaOf(subgraphName)
  return (request: { document: never; variables?: object; context?: unknown }) =>
    execute({
      schema,
      document: request.document,
      variableValues: request.variables as never,
      contextValue: request.context,
    })
}

const schemas = new Map(threeSubgraphs().map(({ name, schema }) => [name, schema]))

function schemaOf(name: string) {
  const schema = schemas.get(name.toLowerCase())
  if (schema === undefined) throw new Error(`no subgraph ${name}`)
  return schema
}

function supergraphAt(places: Readonly<Record<string, string>> = {}): string {
  return threeSupergraph().replaceAll(
    /url: "local:(\w+)"/g,
    (_, name: string) => `url: "${places[name] ?? `http://${name}.invalid/graphql`}"`,
  )
}
