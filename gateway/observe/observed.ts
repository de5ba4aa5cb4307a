/**
 * An executor that is watched: each operation is counted, timed, and part of its trace.
 */
import type { ExecutionResult } from 'graphql'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { inTrace } from '../../subgraphs/kernel/trace.ts'
import type { Executor, Outcome } from '../execute/executor.ts'
import { requestedOperation } from '../execute/operation-kind.ts'
import type { Metrics } from './metrics.ts'
import type { Usage } from './usage.ts'

/** @property usage which client uses which field; not kept when absent */
export interface Observers {
  readonly metrics: Metrics
  readonly usage?: Usage
}

/** Watches an executor. */
export function observed(executor: Executor, { metrics, usage }: Observers): Executor {
  const watched = (run: Executor['execute']): Executor['execute'] => (operation) => {
    const from = performance.now()
    const asked = requestedOperation(operation.document, operation.operationName)
    const name = asked.name?.value ?? 'anonymous'
    const client = clientOf(operation.context)
    usage?.count(client, operation.document, executor.schema)
    const done = (outcome: Outcome): Outcome => {
      const code = Symbol.asyncIterator in outcome ? 'ok' : codeOf(outcome)
      metrics.request({ operation: name, client, code }, (performance.now() - from) / 1000)
      return outcome
    }
    // Only commands leave events behind, which carry the trace on.
    const outcome = asked.operation === 'mutation'
      ? inTrace(operation.context.traceparent, () => run(operation))
      : run(operation)
    return outcome instanceof Promise ? outcome.then(done) : done(outcome)
  }
  return {
    ...executor,
    execute: watched(executor.execute),
    subscribe: watched(executor.subscribe),
  }
}

/** Who asks, as far as counting goes: programs by their name, people as one. */
export function clientOf({ actor }: RequestContext): string {
  if (actor === undefined) return 'nobody'
  return actor.kind === 'app' ? actor.subject : 'staff'
}

function codeOf({ errors }: ExecutionResult): string {
  const [first] = errors ?? []
  if (first === undefined) return 'ok'
  const code = first.extensions?.code
  return typeof code === 'string' ? code : 'error'
}
