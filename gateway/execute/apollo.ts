/**
 * The plan-based executor: @apollo/gateway over subgraphs in this process and in others.
 *
 * The only file that imports the package (Elastic-2.0). In this process each fetch of a plan is
 * executed directly on the subgraph's schema, without printing, parsing and validating it again: the
 * plan is ours. What the package would answer wrongly is refused at validation (split/conflicts.ts),
 * and what it hides in extensions is told as the errors that it is.
 */
import { createHash } from 'node:crypto'
import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway'
import { execute } from '@graphql-tools/executor'
import {
  buildSchema,
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  OperationTypeNode,
  parse,
  print,
  visit,
} from 'graphql'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { type MaskError } from '../http/mask.ts'
import { type Executor, subgraphContexts, type SubgraphTarget } from './executor.ts'
import { planConflicts } from './split/conflicts.ts'
import type { RemoteTarget } from './split/remote.ts'
import { planUnreachable } from './split/unreachable.ts'

type GatewayRequest = Parameters<
  Awaited<ReturnType<ApolloGateway['load']>>['executor']
>[0]

/** A subgraph in this process, or one in another. */
export type PlanTarget = SubgraphTarget | RemoteTarget

/** Loads a supergraph over subgraphs wherever they are. */
export async function apolloExecutor(
  supergraphSdl: string,
  subgraphs: readonly PlanTarget[],
  mask: MaskError,
): Promise<Executor> {
  if (process.env.APOLLO_TELEMETRY_DISABLED !== 'true') {
    throw new Error('import gateway/environment.ts first: the gateway package would phone home')
  }
  const contextOf = subgraphContexts()
  const sdl = withoutSecurity(supergraphSdl)
  const supergraph = buildSchema(sdl, { assumeValid: true, assumeValidSDL: true })
  const gateway = new ApolloGateway({
    supergraphSdl: sdl,
    // `process` hands the parsed document over beside its text.
    queryPlannerConfig: { exposeDocumentNodeInFetchNode: true },
    buildService({ name }) {
      const target = targetOf(subgraphs, name)
      return 'ask' in target
        ? remoteDataSource(target, supergraph)
        : localDataSource(target, contextOf, mask)
    },
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
    rules: [planConflicts(sdl, supergraph), planUnreachable(sdl, supergraph)],
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
      let answer: ExecutionResult
      try {
        answer = await executor(request) as ExecutionResult
      } catch (error) {
        // The planner throws at what it cannot plan.
        return { errors: [mask(error, context.traceId)] }
      }
      const { extensions, ...result } = answer
      const errors = [
        ...(result.errors ?? []).map((error) => fromSubgraph(error, context)),
        ...incomplete(extensions),
      ]
      return errors.length === 0 ? result : { ...result, errors }
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

function remoteDataSource(target: RemoteTarget, schema: GraphQLSchema): GraphQLDataSource {
  return {
    async process(options) {
      if (options.kind !== 'incoming operation') return { data: {} }
      const document = options.document!
      return await target.ask({
        query: options.request.query!,
        document,
        variables: options.request.variables ?? {},
        mutation: document.definitions.some((node) =>
          node.kind === Kind.OPERATION_DEFINITION && node.operation === OperationTypeNode.MUTATION
        ),
        schema,
      }, options.context as RequestContext) as Awaited<ReturnType<GraphQLDataSource['process']>>
    },
  }
}

/** Nulls where the schema allows none: the package puts them aside when nothing else went wrong. */
function incomplete(extensions: ExecutionResult['extensions']): GraphQLError[] {
  const { valueCompletion } = (extensions ?? {}) as { valueCompletion?: readonly GraphQLError[] }
  return (valueCompletion ?? []).map(({ message, path }) =>
    new GraphQLError(message, {
      ...(path === undefined ? {} : { path }),
      extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
    })
  )
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

function targetOf(subgraphs: readonly PlanTarget[], name: string): PlanTarget {
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
