/**
 * The plan-based executor: @apollo/gateway over subgraphs in this process.
 *
 * The only file that imports the package (Elastic-2.0). Each fetch of a plan is executed directly on
 * the subgraph's schema, without printing, parsing and validating it again: the plan is ours.
 */
import { createHash } from 'node:crypto'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { execute } from '@graphql-tools/executor'
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  Kind,
  parse,
  print,
  visit,
} from 'graphql'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { type MaskError } from '../http/mask.ts'
import { type Executor, subgraphContexts, type SubgraphTarget } from './executor.ts'

type GatewayRequest = Parameters<
  Awaited<ReturnType<ApolloGateway['load']>>['executor']
>[0]

/** Loads a supergraph over subgraphs in this process. */
export async function apolloExecutor(
  supergraphSdl: string,
  subgraphs: readonly SubgraphTarget[],
  mask: MaskError,
): Promise<Executor> {
  if (process.env.APOLLO_TELEMETRY_DISABLED !== 'true') {
    throw new Error('import gateway/environment.ts first: the gateway package would phone home')
  }
  const contextOf = subgraphContexts()
  const gateway = new ApolloGateway({
    supergraphSdl: withoutSecurity(supergraphSdl),
    // `process` hands the parsed document over instead of its text.
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true },
    buildService: ({ name }) => localDataSource(targetOf(subgraphs, name), contextOf, mask),
    logger: silentLogger,
  })
  const { schema, executor } = await gateway.load()
  // Errors of a subgraph were masked where they arose and are passed on; others are the package's own.
  const fromSubgraph = (error: GraphQLError, { traceId }: RequestContext) => {
    const { serviceName, ...extensions } = error.extensions ?? {}
    if (serviceName === undefined) return mask(error, traceId)
    return new GraphQLError(error.message, {
      ...(error.path === undefined ? {} : { path: error.path }),
      extensions,
    })
  }
  return {
    schema,
    rules: [],
    async execute({ document, operationName, variables, context }) {
      const request = {
        document,
        operationName: operationName ?? null,
        queryHash: hashOf(document),
        request: { query: '', operationName, variables: variables ?? {} },
        context,
        schema,
        logger: silentLogger,
        // Fresh per request: the gateway pushes errors into it, and shared it would grow for ever.
        metrics: {},
      } as unknown as GatewayRequest
      const result = await executor(request) as ExecutionResult
      if (result.errors === undefined) return result
      return { ...result, errors: result.errors.map((error) => fromSubgraph(error, context)) }
    },
    subscribe: () => ({
      errors: [
        new GraphQLError('Subscriptions need the executor "collapsed".', {
          extensions: { code: 'SUBSCRIPTION_UNSUPPORTED' },
        }),
      ],
    }),
    async close() {
      await gateway.stop()
    },
  }
}

function localDataSource(
  target: SubgraphTarget,
  contextOf: ReturnType<typeof subgraphContexts>,
  mask: MaskError,
): GraphQLDataSource {
  return {
    async process(options) {
      if (options.kind !== 'incoming operation') return { data: {} }
      const request = options.context as RequestContext
      const result = await execute({
        schema: target.schema,
        document: options.document!,
        variableValues: options.request.variables ?? {},
        contextValue: contextOf(target, request),
      }) as ExecutionResult
      const errors = result.errors?.map((error) => mask(error, request.traceId).toJSON())
      return { data: result.data ?? null, ...(errors === undefined ? {} : { errors }) }
    },
  }
}

/** Directives that the package composes but does not enforce; it refuses a supergraph that links them. */
const SECURITY = new Set(['authenticated', 'requiresScopes', 'policy'])

/** The supergraph without access rules: each subgraph enforces its own (kernel/guard.ts). */
function withoutSecurity(supergraphSdl: string): string {
  return print(visit(parse(supergraphSdl), {
    DirectiveDefinition: (node) => SECURITY.has(node.name.value) ? null : undefined,
    Directive(node) {
      if (SECURITY.has(node.name.value)) return null
      const url = node.arguments?.find((argument) => argument.name.value === 'url')?.value
      const feature = url?.kind === Kind.STRING ? url.value.split('/').at(-2) : undefined
      return node.name.value === 'link' && SECURITY.has(feature ?? '') ? null : undefined
    },
  }))
}

function targetOf(subgraphs: readonly SubgraphTarget[], name: string): SubgraphTarget {
  const target = subgraphs.find((subgraph) => subgraph.name === name)
  if (target === undefined) {
    throw new GraphQLError(`the supergraph names an unknown subgraph ${name}`)
  }
  return target
}

const hashes = new WeakMap<DocumentNode, string>()

/** Key of the plan cache, worked out once per parsed document. */
function hashOf(document: DocumentNode): string {
  let hash = hashes.get(document)
  if (hash === undefined) {
    hash = createHash('sha256').update(print(document)).digest('hex')
    hashes.set(document, hash)
  }
  return hash
}

const silentLogger = { debug() {}, info() {}, warn() {}, error() {} }
