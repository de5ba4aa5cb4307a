/**
 * Calls of subgraphs, as parts of a trace and as counts.
 */
import type { Observe } from '../execute/collapsed/observe.ts'
import type { Metrics } from './metrics.ts'
import type { Tracing } from './tracing.ts'

/** Watches the collapsed executor's calls. */
export function observeCalls(tracing: Tracing, metrics: Metrics): Observe {
  return ({ subgraph, coordinate, kind, count, context }) => {
    const end = context.traceparent === undefined
      ? undefined
      : tracing.child(context.traceparent, `${subgraph} ${coordinate}`, {
        'graphql.field.coordinate': coordinate,
        'huitong.subgraph': subgraph,
        'huitong.entities': count,
      })
    return (error) => {
      metrics.call({ subgraph, kind, outcome: error === undefined ? 'ok' : 'error' }, count)
      end?.(error)
    }
  }
}
