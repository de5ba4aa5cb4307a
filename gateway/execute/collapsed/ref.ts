/**
 * A value on its way through an execution, with where it comes from and what else is known of it.
 */
import type { GraphQLResolveInfo } from 'graphql'
import type { AnyPosition } from './position.ts'
import type { FieldEntry } from './model.ts'

/**
 * Wraps a value of a type that several subgraphs know.
 *
 * Views of the same entity in other subgraphs are kept here: the first in a slot of its own, since
 * most values have one, and further ones in a map.
 */
export class Ref {
  readonly raw: unknown
  /** Replaced once, when the type of an abstract value is known. */
  position: AnyPosition
  #slot: object | undefined = undefined
  #view: unknown = undefined
  #views: Map<object, unknown> | undefined = undefined
  /** Where a value without a key was found; absent for all others. */
  readonly found: Found | undefined

  constructor(raw: unknown, position: AnyPosition, found: Found | undefined) {
    this.raw = raw
    this.position = position
    this.found = found
  }

  /** A view or the promise of one; undefined when it was not asked for yet, null when there is none. */
  view(slot: object): unknown {
    if (this.#slot === slot) return this.#view
    return this.#views === undefined ? undefined : this.#views.get(slot)
  }

  keep(slot: object, view: unknown): void {
    if (this.#slot === undefined || this.#slot === slot) {
      this.#slot = slot
      this.#view = view
    } else (this.#views ??= new Map()).set(slot, view)
  }
}

/** The field that answered a value without a key, and at which list positions. */
export interface Found {
  readonly by: FoundBy
  readonly at: readonly number[]
}

/** Shared by all values of one answer. @property parent absent for the root */
export interface FoundBy {
  readonly parent: Ref | undefined
  readonly args: Record<string, unknown>
  readonly info: GraphQLResolveInfo
  /** What other subgraphs answered to the same field. */
  readonly answers: Map<FieldEntry, unknown>
}
