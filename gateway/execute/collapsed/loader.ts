/**
 * Calls reference resolvers: once for each entity of a request, and all of a level together.
 *
 * The only door from one subgraph to another, so limits and observation are here.
 */
import { GraphQLError, type GraphQLResolveInfo } from 'graphql'
import { isPromise } from './call.ts'
import type { Place, Representation } from './model.ts'
import { observed } from './observe.ts'
import type { RequestState } from './request.ts'
import type { Lookup } from './route.ts'
import { afterPromises } from './schedule.ts'

/** Who waits for one entity of a batch. */
interface Waiting {
  readonly resolve: (view: unknown) => void
  readonly reject: (error: unknown) => void
}

/** The entities that one lookup asks for in one request. */
export class Loader {
  readonly #place: Place
  readonly #single: string | undefined
  readonly #state: RequestState
  /** Key → view, or the promise of one. */
  readonly #views = new Map<unknown, unknown>()
  /** The batch that is being gathered, and who waits for each of its entities. */
  #batch: Representation[] = []
  #waiting: Waiting[] = []

  constructor({ place, single }: Lookup, state: RequestState) {
    this.#place = place
    this.#single = single
    this.#state = state
  }

  /** By the one field of a key. Answers the view, null when there is none, or a promise of either. */
  byValue(value: unknown, info: GraphQLResolveInfo): unknown {
    const known = this.#views.get(value)
    if (known !== undefined) return known
    // Set afterwards, which is a good deal faster than a computed name in the literal.
    const representation: Record<string, unknown> = { __typename: this.#place.typeName }
    representation[this.#single!] = value
    const view = this.#ask(representation as Representation, info)
    this.#views.set(value, view)
    return view
  }

  /** By all that a representation carries. */
  byRepresentation(representation: Representation, info: GraphQLResolveInfo): unknown {
    const key = JSON.stringify(representation)
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const view = this.#ask(representation, info)
    this.#views.set(key, view)
    return view
  }

  #ask(representation: Representation, info: GraphQLResolveInfo): unknown {
    const { resolveReferences, resolveReference } = this.#place
    if (resolveReferences !== undefined) {
      if (this.#batch.push(representation) === 1) {
        afterPromises(() => this.#flush(info), () => this.#batch.length)
      }
      return new Promise((resolve, reject) => {
        this.#waiting.push({ resolve, reject })
      })
    }
    // Without a resolver an entity is what its representation says.
    if (resolveReference === undefined) return representation
    const find = () => resolveReference(representation, this.#context(), info)
    const view = this.#state.watched ? this.#observed(1, find) : find()
    if (isPromise(view)) return view.then((settled) => this.#checked(settled))
    return this.#checked(view)
  }

  #flush(info: GraphQLResolveInfo): void {
    const batch = this.#batch
    const waiting = this.#waiting
    this.#batch = []
    this.#waiting = []
    const fail = (error: unknown) => {
      for (const { reject } of waiting) reject(error)
    }
    const settle = (views: unknown) => {
      if (!Array.isArray(views) || views.length !== waiting.length) {
        const got = Array.isArray(views) ? `${views.length} values` : typeof views
        const { graph, typeName } = this.#place
        fail(
          new Error(
            `${graph.name} answered ${got} to ${waiting.length} references to ${typeName}`,
          ),
        )
        return
      }
      for (let i = 0; i < waiting.length; i++) {
        const view: unknown = views[i]
        if (view instanceof Error) waiting[i]!.reject(view)
        else if (isPromise(view)) {
          view.then((settled) => this.#settle(waiting[i]!, settled), waiting[i]!.reject)
        } else this.#settle(waiting[i]!, view)
      }
    }
    try {
      const find = () => this.#place.resolveReferences!(batch, this.#context(), info)
      const views = this.#state.watched ? this.#observed(batch.length, find) : find()
      if (isPromise(views)) views.then(settle, fail)
      else settle(views)
    } catch (error) {
      fail(error)
    }
  }

  #settle({ resolve, reject }: Waiting, view: unknown): void {
    try {
      resolve(this.#checked(view))
    } catch (error) {
      reject(error)
    }
  }

  #observed(count: number, find: () => unknown): unknown {
    const { graph, typeName } = this.#place
    return observed(this.#state, { graph, coordinate: typeName, kind: 'reference', count }, find)
  }

  #context(): object {
    return this.#state.contextOf(this.#place.graph)
  }

  /** An entity is an object or null. */
  #checked(view: unknown): unknown {
    if (view === null || view === undefined) return null
    if (view instanceof Error) throw view
    if (typeof view === 'object' && !Array.isArray(view)) return view
    const { graph, typeName } = this.#place
    const got = Array.isArray(view) ? 'a list' : `a ${typeof view}`
    throw new Error(`${graph.name} answered ${got} to a reference to ${typeName}`)
  }
}

/** What a subgraph's silence is told as. */
export function timedOut(graph: string): GraphQLError {
  return new GraphQLError('A part of the system took too long to answer.', {
    extensions: { code: 'SUBGRAPH_TIMEOUT', subgraph: graph },
  })
}
