/**
 * What is known about a value before it is there.
 *
 * A *position* says of which type a value is, which subgraph it comes from (its home), what that
 * subgraph provides beside its own, and how its parent was reached. Positions are made once and
 * shared by all requests; what a field needs at run time is looked up in the position by number.
 */
import type { FieldNode } from 'graphql'
import type { AbstractPlace, FieldEntry, FieldRecord, Place, TypeRecord } from './model.ts'
import type { Provided } from './provided.ts'
import type { Route } from './route.ts'

/** An object of a known type. */
export class Position {
  readonly kind = 'object'
  readonly id: number
  readonly record: TypeRecord
  /** Undefined for the root, which every subgraph has. */
  readonly place: Place | undefined
  readonly provided: Provided | undefined
  readonly link: Link | undefined
  /** Every field is null: see the partial-union option. */
  readonly blank: boolean
  /** By field index: the ways to resolve it, best first. Filled as they are asked for. */
  readonly sources: (readonly Source[] | undefined)[]
  /** By field index: stands for working its sources out. */
  readonly sourceKeys: (object | undefined)[] = []
  /** By field index: the way to resolve it when no selection changes that; null when there is none. */
  readonly decided: (Source | null | undefined)[]
  /** Field node → what was chosen for it and the nodes merged with it. */
  readonly choices = new WeakMap<FieldNode, Choice[]>()
  /** First of some field nodes → what completing their selections costs. */
  readonly costs = new WeakMap<FieldNode, Cost[]>()
  routes: ReadonlyMap<Place, Route> | undefined

  constructor(
    id: number,
    record: TypeRecord,
    place: Place | undefined,
    provided: Provided | undefined,
    link: Link | undefined,
    blank: boolean,
  ) {
    this.id = id
    this.record = record
    this.place = place
    this.provided = provided
    this.link = link
    this.blank = blank
    this.sources = new Array(record.fields.size).fill(undefined)
    this.decided = new Array(record.fields.size).fill(undefined)
  }
}

/**
 * How a value without a key was reached: by this field of its parent, which another subgraph may
 * answer too.
 *
 * @property depth how many of them in a row
 */
export interface Link {
  readonly id: number
  readonly parent: Position
  readonly field: FieldRecord
  readonly listDepth: number
  readonly depth: number
}

/** An object whose type its subgraph tells at run time. */
export interface AbstractPosition {
  readonly kind: 'abstract'
  readonly place: AbstractPlace
  /** Type in that subgraph → what the value then is. */
  readonly members: ReadonlyMap<string, Position | InterfaceObjectPosition>
}

/** An object of a subgraph that knows the interface alone. */
export interface InterfaceObjectPosition {
  readonly kind: 'interfaceObject'
  /** As a value of the interface itself, for selections that ask for no more. */
  readonly standIn: Position
  /** Ways to subgraphs that know the object's type, short ones first. */
  readonly typeRoutes: readonly Route[]
  /** Type → what the value is once that is known. */
  readonly concrete: ReadonlyMap<string, Position>
  /** First of some field nodes → whether the stand-in does for their selections. */
  readonly standsIn: WeakMap<FieldNode, StandsIn[]>
}

/** What a value may be when a field answers it. */
export type AnyPosition = Position | AbstractPosition | InterfaceObjectPosition

/**
 * One way to resolve a field.
 *
 * @property route absent when the value's home resolves it
 * @property cost calls of reference resolvers on the way
 * @property child absent for leaves
 */
export interface Source {
  readonly entry: FieldEntry
  readonly route: Route | undefined
  readonly cost: number
  readonly child: AnyPosition | undefined
  /** The child travels in a ref; otherwise as its subgraph's own value. */
  readonly wraps: boolean
  /** Children keep how they were reached. */
  readonly links: boolean
}

/** @property source undefined when nothing completes the selection */
export interface Choice {
  readonly nodes: readonly FieldNode[]
  readonly source: Source | undefined
  readonly cost: number
}

export interface Cost {
  readonly nodes: readonly FieldNode[]
  readonly cost: number
}

export interface StandsIn {
  readonly nodes: readonly FieldNode[]
  readonly does: boolean
}

/** Whether two lists hold the same nodes in the same order. */
export function sameNodes(a: readonly FieldNode[], b: readonly FieldNode[]): boolean {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}
