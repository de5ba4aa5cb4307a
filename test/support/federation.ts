/**
 * Small federated systems for tests of what executes them.
 */
import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices } from '@theguild/federation-composition'
import {
  type DocumentNode,
  type ExecutionResult,
  GraphQLError,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import {
  collapsedExecutor,
  type CollapsedOptions,
} from '../../gateway/execute/collapsed/collapsed.ts'
import type { Executor, SubgraphTarget } from '../../gateway/execute/executor.ts'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { declareReferences, type FindReferences } from '../../subgraphs/kernel/references.ts'

/** A subgraph as a test writes it. @property references type → batched reference resolver */
export interface TestSubgraph {
  readonly typeDefs: string
  // deno-lint-ignore no-explicit-any
  readonly resolvers?: Record<string, any>
  // deno-lint-ignore no-explicit-any
  readonly references?: Readonly<Record<string, FindReferences<any, any>>>
  readonly context?: (request: RequestContext) => RequestContext
}

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: [
    "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible",
    "@interfaceObject", "@tag"
  ]
)\n`

/** The subgraphs and what they compose to. @throws Error with what the composer found wrong */
export function federation(
  subgraphs: Readonly<Record<string, TestSubgraph>>,
): { supergraph: string; targets: SubgraphTarget[] } {
  const services = Object.entries(subgraphs).map(([name, { typeDefs }]) => ({
    name,
    typeDefs: parse(LINK + typeDefs),
    url: `local:${name}`,
  }))
  const composed = composeServices(services)
  if (!composed.supergraphSdl) {
    throw new Error((composed.errors ?? []).map(({ message }) => message).join('\n'))
  }
  const targets = Object.entries(subgraphs).map(([name, subgraph]) => {
    const { resolvers = {}, references = {}, context = (request) => request } = subgraph
    const schema = buildSubgraphSchema({
      typeDefs: parse(LINK + subgraph.typeDefs),
      resolvers: resolvers as never,
    })
    for (const [type, find] of Object.entries(references)) {
      declareReferences(schema.getType(type), find)
    }
    return { name, schema, context }
  })
  return { supergraph: composed.supergraphSdl, targets }
}

/** What an operation answered, with plain objects and errors as they travel. */
export interface Answered {
  // deno-lint-ignore no-explicit-any
  readonly data: any
  readonly errors: readonly { message: string; path?: unknown; code?: unknown }[] | undefined
}

/** An executor with what tests ask of it. */
export interface TestExecutor {
  readonly executor: Executor
  /** Errors that are masked: everything that is no GraphQLError of its own. */
  readonly reported: unknown[]
  /** Runs an operation that its rules allow; fails the test when they refuse it. */
  ask(source: string, variables?: Record<string, unknown>, context?: RequestContext): Promise<
    Answered
  >
  /** Codes, or else messages, of what the standard's rules and the executor's refuse. */
  refusals(source: string): unknown[]
  /** Every result of an operation that answers more than one. */
  all(source: string): Promise<Record<string, unknown>[]>
}

export const NOBODY: RequestContext = { actor: undefined, traceId: 'trace' }

/** The collapsed executor over subgraphs. */
export function collapsed(
  subgraphs: Readonly<Record<string, TestSubgraph>>,
  options: CollapsedOptions = {},
): TestExecutor {
  const { supergraph, targets } = federation(subgraphs)
  const reported: unknown[] = []
  return testExecutor(collapsedExecutor(supergraph, targets, maskFor(reported), options), reported)
}

/** Masks what no resolver meant for the caller. */
export function maskFor(reported: unknown[]) {
  return (error: unknown, traceId: string): GraphQLError => {
    if (error instanceof GraphQLError) {
      const { originalError: cause } = error
      if (cause === undefined || cause instanceof GraphQLError) return error
    }
    const original = (error as GraphQLError).originalError ?? error
    reported.push(original)
    const { path } = error as GraphQLError
    return new GraphQLError(`masked ${traceId}`, { ...(path === undefined ? {} : { path }) })
  }
}

/** An executor with what tests ask of it. */
export function testExecutor(executor: Executor, reported: unknown[] = []): TestExecutor {
  const rules = [...specifiedRules, ...executor.rules]
  const operation = (document: DocumentNode, variables = {}, context = NOBODY) => ({
    document,
    operationName: undefined,
    variables,
    context,
  })
  return {
    executor,
    reported,
    async ask(source, variables, context) {
      const document = parse(source)
      const refused = validate(executor.schema, document, rules)
      if (refused.length > 0) throw refused[0]
      return answered(
        await executor.execute(operation(document, variables, context)) as ExecutionResult,
      )
    },
    refusals: (source) =>
      validate(executor.schema, parse(source), rules)
        .map(({ extensions, message }) => extensions.code ?? message),
    async all(source) {
      const document = parse(source)
      const subscribes = source.trimStart().startsWith('subscription')
      const outcome = await executor[subscribes ? 'subscribe' : 'execute'](operation(document))
      const results: Record<string, unknown>[] = []
      if (!(Symbol.asyncIterator in outcome)) return [plain(outcome) as Record<string, unknown>]
      for await (const result of outcome) results.push(plain(result) as Record<string, unknown>)
      return results
    },
  }
}

function answered({ data, errors }: ExecutionResult): Answered {
  return {
    data: plain(data ?? null),
    errors: errors?.map(({ message, path, extensions }) => ({
      message,
      ...(path === undefined ? {} : { path }),
      ...(extensions.code === undefined ? {} : { code: extensions.code }),
    })),
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
