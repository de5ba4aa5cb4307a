/**
 * What one request, or one event of a subscription, has of its own.
 */
import type { RequestContext } from '../../../subgraphs/kernel/builder.ts'
import type { CollapsedOptions } from './collapsed.ts'
import { Loader } from './loader.ts'
import type { Graph } from './model.ts'
import type { Lookup } from './route.ts'

export class RequestState {
  readonly request: RequestContext
  readonly options: CollapsedOptions
  /** Calls of subgraphs are told of or limited. */
  readonly watched: boolean
  #contexts: (object | undefined)[] = []
  #loaders: (Loader | undefined)[] = []

  constructor(request: RequestContext, options: CollapsedOptions) {
    this.request = request
    this.options = options
    this.watched = options.observe !== undefined || options.timeoutMs !== undefined
  }

  /** A subgraph's own context, made when it is first needed. */
  contextOf(graph: Graph): object {
    return this.#contexts[graph.index] ??= graph.target.context(this.request)
  }

  loader(lookup: Lookup): Loader {
    return this.#loaders[lookup.index] ??= new Loader(lookup, this)
  }

  /**
   * Forgets what was read, so that a mutation's next step reads it again: entities, and what
   * subgraphs keep in their contexts.
   */
  renew(): void {
    this.#contexts = []
    this.#loaders = []
  }
}
