/**
 * The collapsed executor: one GraphQL execution over the composed schema, for subgraphs in this
 * process.
 *
 * A field that belongs to another subgraph than its parent's value first obtains the entity through
 * that subgraph's reference resolver. There is no query plan, no second validation and no merging of
 * results. See ../README.md.
 */
import { execute } from '@graphql-tools/executor'
import { createSourceEventStream, type GraphQLError, Kind } from 'graphql'
import type { MaskError } from '../../http/mask.ts'
import type { Executor, Operation, Outcome, SubgraphTarget } from '../executor.ts'
import { isPromise } from './call.ts'
import { documentCheck } from './check.ts'
import { sharedScalars } from './convert.ts'
import { Engine } from './engine.ts'
import { buildModel } from './model.ts'
import type { Observe } from './observe.ts'
import { eventResults, maskedOutcome } from './outcome.ts'
import { RequestState } from './request.ts'
import { attachResolvers } from './resolvers.ts'
import { addStandIns, publicSchema } from './schema.ts'
import { readSupergraph, type Supergraph } from './supergraph.ts'
import { wrappedTypes } from './wrapped.ts'

/** How the executor behaves beyond the schema. */
export interface CollapsedOptions {
  /**
   * What is told of a value whose union several subgraphs know in part.
   *
   * - `all` (default): whatever its subgraph has
   * - `common`: members that not every subgraph able to answer the field knows have null fields, so
   *   that the answer does not depend on which of them was asked
   */
  readonly partialUnions?: 'all' | 'common' | undefined
  /** Whether errors about variables keep to what was sent, without "Did you mean". */
  readonly hideSuggestions?: boolean | undefined
  /** Told of every root field and batch of references. */
  readonly observe?: Observe | undefined
  /** The longest that a root field or a batch of references may take, by subgraph or for all. */
  readonly timeoutMs?: number | ((subgraph: string) => number | undefined) | undefined
}

/**
 * Makes an executor over subgraphs in this process.
 *
 * @throws Error when the supergraph and the subgraphs do not fit, or it uses what is not supported
 */
export function collapsedExecutor(
  supergraphSdl: string,
  subgraphs: readonly SubgraphTarget[],
  mask: MaskError,
  options: CollapsedOptions = {},
): Executor {
  const supergraph = readSupergraph(supergraphSdl)
  const scalars = sharedScalars(
    [...supergraph.graphs.values()].flatMap((name) =>
      subgraphs.find((target) => target.name === name)?.schema ?? []
    ),
    customScalars(supergraph),
  )
  const shared = new Set([...scalars].filter(([, all]) => all.length < 2).map(([name]) => name))
  const model = buildModel(supergraph, subgraphs, shared)
  const engine = new Engine(model, wrappedTypes(model, abstractGraphs(supergraph)), {
    partialUnions: options.partialUnions ?? 'all',
  })
  const schema = publicSchema(supergraph, scalars)
  const interfaceObjects = [...model.records.values()]
    .filter(({ kind, places }) =>
      kind === 'interface' && places.some(({ shape }) => shape === 'interfaceObject')
    )
    .map(({ name }) => name)
  const standIns = addStandIns(schema, interfaceObjects, model.possible)
  attachResolvers(schema, engine, standIns)

  const run = (operation: Operation, rootValue: unknown): Promise<Outcome> | Outcome => {
    const { traceId } = operation.context
    const masked = (error: unknown) => mask(error, traceId)
    const executed: unknown = execute({
      schema,
      document: operation.document,
      operationName: operation.operationName ?? null,
      variableValues: operation.variables ?? {},
      rootValue,
      contextValue: new RequestState(operation.context, options),
      hideSuggestions: options.hideSuggestions,
    })
    return isPromise(executed)
      ? executed.then((result) => maskedOutcome(result, masked)) as Promise<Outcome>
      : maskedOutcome(executed, masked)
  }
  return {
    schema,
    rules: [documentCheck(engine, supergraph.roots)],
    execute: (operation) => run(operation, undefined),
    async subscribe(operation) {
      const { document, operationName, variables, context } = operation
      const masked = (error: unknown): GraphQLError => mask(error, context.traceId)
      const events = await createSourceEventStream({
        schema,
        document,
        operationName: operationName ?? null,
        variableValues: variables ?? {},
        contextValue: new RequestState(context, options),
      })
      if (!(Symbol.asyncIterator in events)) return maskedOutcome(events, masked)
      // Each event has a state of its own: nothing read for one may answer the next.
      return eventResults(events, (event) => run(operation, event), masked)
    },
    close: () => Promise.resolve(),
  }
}

function customScalars({ types }: Supergraph): string[] {
  return [...types.values()]
    .filter(({ node }) => node.kind === Kind.SCALAR_TYPE_DEFINITION)
    .map(({ name }) => name)
}

/** Interface or union → how many subgraphs have it. */
function abstractGraphs({ types }: Supergraph): Map<string, number> {
  return new Map(
    [...types.values()]
      .filter(({ node }) =>
        node.kind === Kind.INTERFACE_TYPE_DEFINITION || node.kind === Kind.UNION_TYPE_DEFINITION
      )
      .map(({ name, joins }) => [name, new Set(joins.map(({ graph }) => graph)).size]),
  )
}
