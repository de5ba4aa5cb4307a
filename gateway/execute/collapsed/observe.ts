/**
 * Watches and limits calls of subgraphs; not in the way when nothing is asked for.
 */
import type { RequestContext } from '../../../subgraphs/kernel/builder.ts'
import { isPromise } from './call.ts'
import { timedOut } from './loader.ts'
import type { Graph } from './model.ts'
import type { RequestState } from './request.ts'

/**
 * A call of a subgraph.
 *
 * @property coordinate `Type.field` of a root field, the type's name of a reference
 * @property count entities asked for together; 1 for a root field
 */
export interface SubgraphCall {
  readonly subgraph: string
  readonly coordinate: string
  readonly kind: 'root' | 'reference'
  readonly count: number
  readonly context: RequestContext
}

/** Told of a call as it begins; what it answers is called at the end, with the error if any. */
export type Observe = (call: SubgraphCall) => ((error?: unknown) => void) | undefined

/** Makes a call, watched and within the subgraph's time. */
export function observed(
  state: RequestState,
  call: Pick<SubgraphCall, 'coordinate' | 'kind' | 'count'> & { readonly graph: Graph },
  make: () => unknown,
): unknown {
  const { observe, timeoutMs } = state.options
  const limit = typeof timeoutMs === 'function' ? timeoutMs(call.graph.name) : timeoutMs
  const { graph, coordinate, kind, count } = call
  const end = observe?.({
    subgraph: graph.name,
    coordinate,
    kind,
    count,
    context: state.request,
  })
  try {
    const made = make()
    if (!isPromise(made)) {
      end?.(made instanceof Error ? made : undefined)
      return made
    }
    const bounded = limit === undefined ? made : within(made, limit, graph.name)
    if (end === undefined) return bounded
    return bounded.then(
      (value) => {
        end(value instanceof Error ? value : undefined)
        return value
      },
      (error) => {
        end(error)
        throw error
      },
    )
  } catch (error) {
    end?.(error)
    throw error
  }
}

function within(promise: PromiseLike<unknown>, limitMs: number, graph: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(timedOut(graph)), limitMs)
    promise.then(
      (value) => {
        clearTimeout(timer)
        resolve(value)
      },
      (error) => {
        clearTimeout(timer)
        reject(error)
      },
    )
  })
}
