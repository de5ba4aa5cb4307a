/**
 * Ways from a value's home to the other subgraphs that know it.
 *
 * Breadth-first from home: a place becomes known when one of its keys can be read from places that are
 * known. That gives chains over several subgraphs and keys whose fields come from different ones, and
 * leaves nothing to search for when a request runs.
 */
import { type FieldNode, Kind, type SelectionSetNode } from 'graphql'
import type { FieldEntry, Model, Place } from './model.ts'
import { textOf } from './model.ts'
import type { Position, Source } from './position.ts'

/**
 * A way to an entity's view in another subgraph.
 *
 * @property cost calls of reference resolvers, those on the way included
 * @property slot what the view is remembered under: the place, or the route when it carries more
 */
export interface Route {
  readonly place: Place
  readonly cost: number
  readonly slot: object
  readonly by: KeyRoute | ParentRoute
}

/** By a key, through the place's reference resolver. @property requires read from the value first */
export interface KeyRoute {
  readonly kind: 'key'
  readonly lookup: Lookup
  readonly fields: readonly KeyField[]
  readonly requires: SelectionSetNode | undefined
}

/** By the parent's same field in the other subgraph: for values that have no key. */
export interface ParentRoute {
  readonly kind: 'parent'
  readonly entry: FieldEntry
  /** To the parent there; absent when that is its home or the root. */
  readonly parent: Route | undefined
}

/** What a request's loaders are told apart by: a place, and which fields a representation carries. */
export interface Lookup {
  readonly index: number
  readonly place: Place
  /** The key's name when it is one leaf and nothing else is carried. */
  readonly single: string | undefined
}

/**
 * A key field and where it is read.
 *
 * @property from absent for home
 * @property source how an object's own fields are read further; absent for leaves
 */
export interface KeyField {
  readonly name: string
  readonly node: FieldNode
  readonly entry: FieldEntry
  readonly from: Route | undefined
  readonly source: Source | undefined
}

/** What finding routes needs of the rest. */
export interface Finder {
  readonly model: Model
  readonly lookups: Lookups
  routes(position: Position): ReadonlyMap<Place, Route>
  /** The field's value as its source there, if everything selected below it can be read. */
  readable(
    position: Position,
    entry: FieldEntry,
    from: Route | undefined,
    node: FieldNode,
  ): Source | undefined
}

/** Numbers lookups, so that the same one has the same loader however it was found. */
export class Lookups {
  readonly #known = new Map<string, Lookup>()

  of(place: Place, key: string, single: string | undefined, requires: string): Lookup {
    const id = `${place.id} ${key} ${requires}`
    let lookup = this.#known.get(id)
    if (lookup === undefined) {
      lookup = { index: this.#known.size, place, single: requires === '' ? single : undefined }
      this.#known.set(id, lookup)
    }
    return lookup
  }
}

/** The ways from a position to every place that can be reached, home not included. */
export function routesFrom(position: Position, finder: Finder): Map<Place, Route> {
  const home = position.place
  const routes = new Map<Place, Route>()
  if (home === undefined) return routes
  const reached = (place: Place) => place === home || routes.has(place)
  for (let progress = true; progress;) {
    progress = false
    // Places found in this round serve from the next one on: fewer hops win.
    const found: Route[] = []
    for (const place of position.record.places) {
      if (reached(place)) continue
      const route = byKey(position, place, routes, finder)
      if (route !== undefined) found.push(route)
    }
    if (found.length === 0) {
      for (const place of position.record.places) {
        if (reached(place)) continue
        const route = byParent(position, place, finder)
        if (route !== undefined) found.push(route)
      }
    }
    for (const route of found) {
      routes.set(route.place, route)
      progress = true
    }
  }
  return routes
}

/** The way to a place by the first of its keys that can be read; also back to home itself. */
export function byKey(
  position: Position,
  place: Place,
  routes: ReadonlyMap<Place, Route>,
  finder: Finder,
  requires?: SelectionSetNode,
): Route | undefined {
  let best: Route | undefined
  for (const key of place.keys) {
    const fields = keyFields(position, key.selection, routes, finder)
    if (fields === undefined) continue
    const [first] = fields
    const single = fields.length === 1 && first!.source === undefined ? first!.name : undefined
    const lookup = finder.lookups.of(place, key.text, single, requires ? textOf(requires) : '')
    const cost = 1 + Math.max(0, ...fields.map(({ from }) => from?.cost ?? 0))
    if (best !== undefined && best.cost <= cost) continue
    const by: KeyRoute = { kind: 'key', lookup, fields, requires }
    best = requires === undefined
      ? { place, cost, slot: place, by }
      : { place, cost, slot: lookup, by }
  }
  return best
}

/** Where each field of a key is read; undefined when one cannot be. */
function keyFields(
  position: Position,
  key: SelectionSetNode,
  routes: ReadonlyMap<Place, Route>,
  finder: Finder,
): KeyField[] | undefined {
  const fields: KeyField[] = []
  for (const node of key.selections) {
    if (node.kind !== Kind.FIELD) return undefined
    if (node.name.value === '__typename') continue
    const field = keyField(position, node, routes, finder)
    if (field === undefined) return undefined
    fields.push(field)
  }
  return fields
}

function keyField(
  position: Position,
  node: FieldNode,
  routes: ReadonlyMap<Place, Route>,
  finder: Finder,
): KeyField | undefined {
  const name = node.name.value
  const entries = position.record.fields.get(name)?.entries ?? []
  let best: KeyField | undefined
  for (const entry of entries) {
    const from = entry.place === position.place ? undefined : routes.get(entry.place)
    if (from === undefined && entry.place !== position.place) continue
    if (entry.requires !== undefined) continue
    const provided = from === undefined && entry.external &&
      position.provided?.field(
        position.record.name,
        name,
        matcher(finder.model, position.record.name),
      )
    if (entry.external && !provided) continue
    if (best !== undefined && (best.from?.cost ?? 0) <= (from?.cost ?? 0)) continue
    const source = node.selectionSet && finder.readable(position, entry, from, node)
    if (node.selectionSet !== undefined && source === undefined) continue
    best = { name, node, entry, from, source }
  }
  return best
}

function byParent(
  position: Position,
  place: Place,
  finder: Finder,
): Route | undefined {
  const { link } = position
  if (link === undefined) return undefined
  for (const entry of link.field.entries) {
    if (entry.place.graph !== place.graph || entry.external || entry.overridden) continue
    if (entry.requires !== undefined) continue
    // Another subgraph may see another type behind an interface or a union.
    const { kind, typeName, depth } = entry.output
    if (kind !== 'object' || typeName !== place.typeName || depth !== link.listDepth) continue
    if (link.parent.place === undefined || link.parent.place === entry.place) {
      return { place, cost: 1, slot: place, by: { kind: 'parent', entry, parent: undefined } }
    }
    const parent = finder.routes(link.parent).get(entry.place)
    if (parent === undefined) continue
    return { place, cost: parent.cost + 1, slot: place, by: { kind: 'parent', entry, parent } }
  }
  return undefined
}

/** Whether a fragment on a type applies to values of a type. */
export function matcher(model: Pick<Model, 'possible'>, typeName: string) {
  return (condition: string): boolean =>
    condition === typeName || model.possible.get(condition)?.has(typeName) === true
}
