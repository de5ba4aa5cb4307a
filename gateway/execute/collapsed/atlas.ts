/**
 * All positions of a schema, and how each field of each is resolved there.
 *
 * Filled as documents and requests ask; what was found once is looked up after that.
 */
import type { FieldNode, SelectionSetNode } from 'graphql'
import type { FieldEntry, FieldRecord, Model, Place, TypeRecord } from './model.ts'
import {
  type AbstractPosition,
  type AnyPosition,
  type InterfaceObjectPosition,
  type Link,
  Position,
  type Source,
} from './position.ts'
import { Provided } from './provided.ts'
import { byKey, type Finder, Lookups, matcher, type Route, routesFrom } from './route.ts'
import { Unfolding } from './unfolding.ts'

const NO_ROUTES: ReadonlyMap<Place, Route> = new Map()
const NO_SOURCES: readonly Source[] = []

/** The most values without a key in a row that are looked up through their parents. */
const LINK_DEPTH_MAX = 8

/** @property partialUnions see `CollapsedOptions` */
export interface AtlasOptions {
  readonly partialUnions: 'all' | 'common'
}

/** What the look-ahead tells the atlas. */
export interface Reading {
  /** Whether a selection can be read from a position. */
  whole(position: Position, selection: SelectionSetNode): boolean
  /** The same for a field whose value is at a position. */
  below(position: AnyPosition, node: FieldNode): boolean
}

export class Atlas implements Finder {
  readonly model: Model
  readonly wrapped: ReadonlySet<string>
  readonly lookups = new Lookups()
  readonly #options: AtlasOptions
  readonly #reading: Reading
  readonly #positions = new Map<string, Position>()
  readonly #children = new Map<string, AbstractPosition | InterfaceObjectPosition>()
  readonly #links = new Map<string, Link>()
  readonly #provided = new Map<FieldEntry, Provided>()
  readonly #ids = new WeakMap<object, number>()
  #idCount = 0
  readonly unfolding = new Unfolding()

  constructor(
    model: Model,
    wrapped: ReadonlySet<string>,
    options: AtlasOptions,
    reading: Reading,
  ) {
    this.model = model
    this.wrapped = wrapped
    this.#options = options
    this.#reading = reading
  }

  /** The position of a root type. */
  root(record: TypeRecord): Position {
    return this.position(record, undefined)
  }

  position(
    record: TypeRecord,
    place: Place | undefined,
    provided?: Provided,
    link?: Link,
    blank = false,
  ): Position {
    const key = `${record.name} ${place?.id} ${this.#id(provided)} ${link?.id} ${blank}`
    let position = this.#positions.get(key)
    if (position === undefined) {
      position = new Position(this.#positions.size, record, place, provided, link, blank)
      this.#positions.set(key, position)
    }
    return position
  }

  routes(position: Position): ReadonlyMap<Place, Route> {
    return position.routes ?? this.unfolding.of(
      position,
      () => routesFrom(position, this),
      (routes) => position.routes = routes,
      NO_ROUTES,
    )
  }

  readable(
    position: Position,
    entry: FieldEntry,
    from: Route | undefined,
    node: FieldNode,
  ): Source | undefined {
    const provided = from === undefined
      ? position.provided?.field(
        position.record.name,
        entry.field.name,
        matcher(this.model, position.record.name),
      )?.below
      : undefined
    const way = { entry, route: from, cost: from?.cost ?? 0, provided }
    const source = this.#sourceOf(position, way, undefined)
    return source.child !== undefined && this.#reading.below(source.child, node)
      ? source
      : undefined
  }

  /** The ways to resolve a field, best first: home, what it provides, then by fewest hops. */
  sources(position: Position, field: FieldRecord): readonly Source[] {
    return position.sources[field.index] ?? this.unfolding.of(
      // A requirement that needs this very field finds no way through it.
      position.sourceKeys[field.index] ??= {},
      () => position.blank ? [] : this.#find(position, field),
      (sources) => position.sources[field.index] = sources,
      NO_SOURCES,
    )
  }

  #find(position: Position, field: FieldRecord): Source[] {
    const ways = field.entries.flatMap((entry) => this.#way(position, entry) ?? [])
    ways.sort((a, b) => a.cost - b.cost)
    const allowed = this.#commonMembers(ways)
    return ways.map((way) => this.#sourceOf(position, way, allowed))
  }

  #way(position: Position, entry: FieldEntry): Way | undefined {
    const { record } = position
    const atHome = position.place === undefined || entry.place === position.place
    const provided = atHome
      ? position.provided?.field(record.name, entry.field.name, matcher(this.model, record.name))
      : undefined
    if (provided) return { entry, route: undefined, cost: 0, provided: provided.below }
    if (entry.external || entry.overridden) return undefined
    if (entry.requires === undefined) {
      if (atHome) return { entry, route: undefined, cost: 0, provided: undefined }
      const route = this.routes(position).get(entry.place)
      return route && { entry, route, cost: route.cost, provided: undefined }
    }
    const route = byKey(
      position,
      entry.place,
      this.routes(position),
      this,
      entry.requires,
    )
    if (route === undefined || !this.#reading.whole(position, entry.requires)) return undefined
    return { entry, route, cost: route.cost + 1, provided: undefined }
  }

  #sourceOf(
    position: Position,
    { entry, route, cost, provided }: Way,
    allowed: ReadonlySet<string> | undefined,
  ): Source {
    const { output, field } = entry
    if (output.kind === 'leaf') {
      return { entry, route, cost, child: undefined, wraps: false, links: false }
    }
    const link = this.#linkOf(position, entry)
    const below = this.#providedBelow(entry, provided)
    const child = output.kind === 'object'
      ? this.#objectChild(entry.place, output.typeName, below, link)
      : this.#abstractChild(entry.place, output.typeName, below, link, allowed)
    const links = child.kind === 'object'
      ? child.link !== undefined
      : link !== undefined && child.kind === 'abstract'
    return { entry, route, cost, child, wraps: this.wrapped.has(field.answers), links }
  }

  #providedBelow(entry: FieldEntry, narrowed: Provided | undefined): Provided | undefined {
    if (entry.provides === undefined) return narrowed
    let provided = this.#provided.get(entry)
    if (provided === undefined) {
      this.#provided.set(entry, provided = new Provided([entry.provides]))
    }
    return provided
  }

  /** Only where the parent may be found in another subgraph, and by values that have no key. */
  #linkOf(position: Position, entry: FieldEntry): Link | undefined {
    const depth = (position.link?.depth ?? 0) + 1
    if (entry.output.kind !== 'object' || depth > LINK_DEPTH_MAX) return undefined
    if (entry.field.entries.length === 1) return undefined
    const record = this.model.records.get(entry.output.typeName)
    if (record === undefined || record.root !== undefined || record.places.length < 2) {
      return undefined
    }
    if (record.places.every(({ keys }) => keys.length > 0)) return undefined
    const key = `${position.id} ${entry.field.index} ${entry.output.depth}`
    let link = this.#links.get(key)
    if (link === undefined) {
      link = {
        id: this.#links.size,
        parent: position,
        field: entry.field,
        listDepth: entry.output.depth,
        depth,
      }
      this.#links.set(key, link)
    }
    return link
  }

  #objectChild(
    { graph }: Place,
    typeName: string,
    provided: Provided | undefined,
    link: Link | undefined,
  ): Position | InterfaceObjectPosition {
    const record = this.model.records.get(typeName)
    if (record === undefined) throw new Error(`the supergraph lacks the type ${typeName}`)
    if (record.root !== undefined) return this.root(record)
    const place = this.model.place(graph, typeName)
    if (place === undefined) throw new Error(`the supergraph lacks ${typeName} of ${graph.name}`)
    if (record.kind === 'object') return this.position(record, place, provided, link)
    return this.#interfaceObject(record, place, provided, link)
  }

  #interfaceObject(
    record: TypeRecord,
    place: Place,
    provided: Provided | undefined,
    link: Link | undefined,
  ): InterfaceObjectPosition {
    const standIn = this.position(record, place, provided, link)
    const key = `interface object ${standIn.id}`
    const known = this.#children.get(key)
    if (known?.kind === 'interfaceObject') return known
    const concrete = new Map<string, Position>()
    for (const name of this.model.possible.get(record.name) ?? []) {
      const type = this.model.records.get(name)
      if (type?.kind !== 'object') continue
      concrete.set(name, this.position(type, place, provided, link))
    }
    const typeRoutes = [...this.routes(standIn).values()]
      .filter((route) => route.place.shape === 'interface')
      .toSorted((a, b) => a.cost - b.cost)
    const made: InterfaceObjectPosition = {
      kind: 'interfaceObject',
      standIn,
      typeRoutes,
      concrete,
      standsIn: new WeakMap(),
    }
    this.#children.set(key, made)
    return made
  }

  #abstractChild(
    { graph }: Place,
    typeName: string,
    provided: Provided | undefined,
    link: Link | undefined,
    allowed: ReadonlySet<string> | undefined,
  ): AbstractPosition {
    const key = `${graph.index} ${typeName} ${this.#id(provided)} ${link?.id} ${this.#id(allowed)}`
    const known = this.#children.get(key)
    if (known?.kind === 'abstract') return known
    const place = this.model.abstractPlace(graph, typeName)
    const members = new Map<string, Position | InterfaceObjectPosition>()
    const made: AbstractPosition = { kind: 'abstract', place, members }
    this.#children.set(key, made)
    for (const name of place.members) {
      const record = this.model.records.get(name)
      const home = this.model.place(graph, name)
      // A type that only this subgraph's private part knows.
      if (record === undefined || home === undefined) continue
      const blank = allowed !== undefined && !allowed.has(name)
      members.set(
        name,
        record.kind === 'object'
          ? this.position(record, home, provided, link, blank)
          : this.#interfaceObject(record, home, provided, link),
      )
    }
    return made
  }

  /** Members that every subgraph able to answer a union knows; undefined where that is not asked. */
  #commonMembers(ways: readonly Way[]): ReadonlySet<string> | undefined {
    if (this.#options.partialUnions === 'all' || ways.length < 2) return undefined
    const sets = ways.map(({ entry }) =>
      entry.output.kind === 'abstract' &&
        this.model.possible.has(entry.field.answers) &&
        !this.model.records.has(entry.field.answers)
        ? this.model.abstractPlace(entry.place.graph, entry.output.typeName).members
        : undefined
    )
    if (sets.some((set) => set === undefined)) return undefined
    const common = sets.reduce((a, b) => a!.intersection(b!))!
    return sets.every((set) => set!.size === common.size) ? undefined : common
  }

  #id(object: object | undefined): number {
    if (object === undefined) return -1
    let id = this.#ids.get(object)
    if (id === undefined) this.#ids.set(object, id = this.#idCount++)
    return id
  }
}

interface Way {
  readonly entry: FieldEntry
  readonly route: Route | undefined
  readonly cost: number
  /** What home provides below this field. */
  readonly provided: Provided | undefined
}
