/**
 * What executes an operation over the composed schema. Two of them answer alike: which one is a line
 * of configuration.
 */
import type { DocumentNode, ExecutionResult, GraphQLSchema, ValidationRule } from 'graphql'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'

/** One operation, parsed and valid. */
export interface Operation {
  readonly document: DocumentNode
  readonly operationName: string | undefined
  readonly variables: Readonly<Record<string, unknown>> | undefined
  readonly context: RequestContext
}

/** One result, or several in order: of `@defer` and `@stream`, or the events of a subscription. */
export type Outcome = ExecutionResult | AsyncIterable<ExecutionResult>

export interface Executor {
  /** The schema that clients see. */
  readonly schema: GraphQLSchema
  /** What this executor refuses beyond the standard's rules. They run once per document. */
  readonly rules: readonly ValidationRule[]
  /** Executes a query or a mutation. Errors in the result are masked. */
  execute(operation: Operation): Promise<Outcome> | Outcome
  /** Subscribes. Errors before the first event are a result of their own. */
  subscribe(operation: Operation): Promise<Outcome> | Outcome
  close(): Promise<void>
}

/** A subgraph as an executor needs it. */
export interface SubgraphTarget {
  readonly name: string
  readonly schema: GraphQLSchema
  /**
   * The subgraph's own context of a request: made once, and by the collapsed executor once for each
   * step of a mutation and each event of a subscription.
   */
  context(request: RequestContext): RequestContext
}

/** Each subgraph's context of a request, made once. */
export function subgraphContexts(): (target: SubgraphTarget, request: RequestContext) => object {
  const made = new WeakMap<RequestContext, Map<string, object>>()
  return (target, request) => {
    let contexts = made.get(request)
    if (contexts === undefined) made.set(request, contexts = new Map())
    let context = contexts.get(target.name)
    if (context === undefined) contexts.set(target.name, context = target.context(request))
    return context
  }
}
