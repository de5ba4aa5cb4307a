/**
 * Where each type and field lives: what the executor knows before any document arrives.
 *
 * A *place* is a type in one subgraph. A *record* gathers the places of one type, and its fields with
 * an *entry* for each place that lists them.
 */
import {
  getNamedType,
  type GraphQLAbstractType,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  print,
  type SelectionSetNode,
} from 'graphql'
import type { SubgraphTarget } from '../executor.ts'
import { type Caller, callersOf } from './call.ts'
import { type Convert, outputConverter } from './convert.ts'
import { type JoinedField, type JoinedType, mergedTypeOf, type Supergraph } from './supergraph.ts'

/** A subgraph. @property index its place in per-request arrays */
export interface Graph {
  readonly index: number
  readonly name: string
  readonly schema: GraphQLSchema
  readonly target: SubgraphTarget
}

/** A reference resolver as @apollo/subgraph and Pothos declare it. */
export type ResolveReference = (
  representation: Representation,
  context: object,
  info: unknown,
) => unknown

/** A batched one: values, nulls or Errors in the order of the representations. */
export type ResolveReferences = (
  representations: readonly Representation[],
  context: object,
  info: unknown,
) => unknown

/** An entity as another subgraph names it: its type, its key and what a field requires. */
export type Representation = { readonly __typename: string } & Readonly<Record<string, unknown>>

/** How a type takes part in a subgraph. */
export type Shape = 'object' | 'interface' | 'interfaceObject'

/** A type in one subgraph. */
export interface Place {
  readonly id: number
  readonly graph: Graph
  readonly typeName: string
  readonly type: GraphQLObjectType | GraphQLInterfaceType
  readonly shape: Shape
  /** Keys that this subgraph finds the type by, short ones first. */
  readonly keys: readonly Key[]
  readonly resolveReference: ResolveReference | undefined
  readonly resolveReferences: ResolveReferences | undefined
}

/** @property text the same for the same fields */
export interface Key {
  readonly selection: SelectionSetNode
  readonly text: string
}

/** A type over all subgraphs. @property index of fields runs from 0 */
export interface TypeRecord {
  readonly name: string
  readonly kind: 'object' | 'interface'
  /** Of the type, and of the interface objects that it implements. */
  readonly places: readonly Place[]
  readonly fields: ReadonlyMap<string, FieldRecord>
  readonly root: 'query' | 'mutation' | 'subscription' | undefined
}

/** A field over all subgraphs. */
export interface FieldRecord {
  readonly index: number
  readonly name: string
  readonly type: TypeRecord
  /** What it answers in the composed schema, inside lists and non-nulls. */
  readonly answers: string
  readonly entries: readonly FieldEntry[]
}

/** A field in one place. */
export interface FieldEntry {
  readonly field: FieldRecord
  readonly place: Place
  readonly def: GraphQLField<unknown, unknown>
  /** For clients: arguments and values as the composed schema has them. */
  readonly call: Caller
  /** For keys and requirements: arguments and values as the subgraph has them. */
  readonly read: Caller
  readonly subscribe: Caller | undefined
  /** Another subgraph resolves the field. */
  readonly external: boolean
  readonly overridden: boolean
  readonly requires: SelectionSetNode | undefined
  readonly provides: SelectionSetNode | undefined
  readonly output: Output
}

/** What a field answers, as its subgraph declares it. @property depth how many lists deep */
export interface Output {
  readonly depth: number
  readonly kind: 'leaf' | 'object' | 'abstract'
  readonly typeName: string
  /** From the subgraph's own value to what travels as JSON; absent when they are the same. */
  readonly convert: Convert | undefined
  /** As over HTTP: for keys and requirements. */
  readonly serialize: Convert
  /** A text is itself on every side. */
  readonly plain: boolean
}

/** An interface or a union in one subgraph. @property members object types there, by name */
export interface AbstractPlace {
  readonly graph: Graph
  readonly type: GraphQLAbstractType
  readonly members: ReadonlySet<string>
}

/** Everything known at start. */
export interface Model {
  readonly graphs: readonly Graph[]
  readonly records: ReadonlyMap<string, TypeRecord>
  /** Interface or union → the types that its fragments match. */
  readonly possible: ReadonlyMap<string, ReadonlySet<string>>
  place(graph: Graph, typeName: string): Place | undefined
  abstractPlace(graph: Graph, typeName: string): AbstractPlace
}

/**
 * Builds the model of a supergraph.
 *
 * @param shared names of scalars that are implemented in one way only, which need no conversion
 * @throws Error naming what the supergraph lists and the subgraph lacks
 */
export function buildModel(
  supergraph: Supergraph,
  targets: readonly SubgraphTarget[],
  shared: ReadonlySet<string>,
): Model {
  const graphs = new Map<string, Graph>()
  for (const [joined, name] of supergraph.graphs) {
    const target = targets.find((candidate) => candidate.name === name)
    if (target === undefined) throw new Error(`the supergraph names an unknown subgraph ${name}`)
    graphs.set(joined, { index: graphs.size, name, schema: target.schema, target })
  }
  const builder = new ModelBuilder(supergraph, graphs, shared)
  return builder.build()
}

class ModelBuilder {
  readonly #supergraph: Supergraph
  readonly #graphs: ReadonlyMap<string, Graph>
  readonly #shared: ReadonlySet<string>
  /** Type name → places by subgraph. */
  readonly #places = new Map<string, Map<Graph, Place>>()
  readonly #abstracts = new Map<Graph, Map<string, AbstractPlace>>()
  #placeCount = 0

  constructor(
    supergraph: Supergraph,
    graphs: ReadonlyMap<string, Graph>,
    shared: ReadonlySet<string>,
  ) {
    this.#supergraph = supergraph
    this.#graphs = graphs
    this.#shared = shared
  }

  build(): Model {
    const composites = [...this.#supergraph.types.values()].filter(({ node }) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION
    )
    for (const type of composites) this.#places.set(type.name, this.#placesOf(type))
    const records = new Map(composites.map((type) => [type.name, this.#recordOf(type)]))
    return {
      graphs: [...this.#graphs.values()],
      records,
      possible: this.#possible(),
      place: (graph, typeName) => this.#places.get(typeName)?.get(graph),
      abstractPlace: (graph, typeName) => this.#abstractPlace(graph, typeName),
    }
  }

  #graph(joined: string): Graph {
    const graph = this.#graphs.get(joined)
    if (graph === undefined) throw new Error(`the supergraph uses an undeclared subgraph ${joined}`)
    return graph
  }

  #placesOf(joined: JoinedType): Map<Graph, Place> {
    const places = new Map<Graph, Place>()
    for (const join of joined.joins) {
      const graph = this.#graph(join.graph)
      if (places.has(graph)) continue
      const type = graph.schema.getType(joined.name)
      // A subgraph without root fields of its own may be listed for the root type all the same.
      if (type === undefined && this.#rootOf(joined.name) !== undefined) continue
      if (!isObjectType(type) && !isInterfaceType(type)) {
        throw new Error(`${graph.name} has no object or interface type ${joined.name}`)
      }
      const { resolveReference, resolveReferences } = referencesOf(type)
      places.set(graph, {
        id: this.#placeCount++,
        graph,
        typeName: joined.name,
        type,
        shape: join.isInterfaceObject
          ? 'interfaceObject'
          : isInterfaceType(type)
          ? 'interface'
          : 'object',
        keys: joined.joins
          .filter((other) => other.graph === join.graph && other.key && other.resolvable)
          .map(({ key }) => ({ selection: key!, text: textOf(key!) }))
          .toSorted((a, b) => a.text.length - b.text.length),
        resolveReference,
        resolveReferences,
      })
    }
    return places
  }

  #recordOf(joined: JoinedType): TypeRecord {
    const kind = joined.node.kind === Kind.OBJECT_TYPE_DEFINITION ? 'object' : 'interface'
    const own = [...this.#places.get(joined.name)!.values()]
    const borrowed = kind === 'interface'
      ? []
      : joined.interfaces.flatMap((name) =>
        [...this.#places.get(name)?.values() ?? []]
          .filter(({ shape }) => shape === 'interfaceObject')
          .map((place) => ({ place, from: this.#supergraph.types.get(name)! }))
      )
    const fields = new Map<string, FieldRecord>()
    const record: TypeRecord = {
      name: joined.name,
      kind,
      places: [...own, ...borrowed.map(({ place }) => place)],
      fields,
      root: this.#rootOf(joined.name),
    }
    const names = new Set(joined.fields.keys())
    for (const { from } of borrowed) for (const name of from.fields.keys()) names.add(name)
    for (const name of names) {
      const entries: FieldEntry[] = []
      const listed = joined.fields.get(name)
      const answers = mergedTypeOf(
        listed ?? borrowed.find(({ from }) => from.fields.has(name))!.from.fields.get(name)!,
        this.#supergraph,
      )
      const field = { index: fields.size, name, type: record, answers, entries }
      if (listed !== undefined) {
        for (const place of own) {
          // What an interface lists has no resolver; its object types have.
          if (place.shape === 'interface') continue
          const entry = this.#entryOf(field, place, joined, listed)
          if (entry !== undefined) entries.push(entry)
        }
      }
      for (const { place, from } of borrowed) {
        const inherited = from.fields.get(name)
        const entry = inherited && this.#entryOf(field, place, from, inherited)
        if (entry !== undefined) entries.push(entry)
      }
      fields.set(name, field)
    }
    return record
  }

  #entryOf(
    field: FieldRecord,
    place: Place,
    type: JoinedType,
    joined: JoinedField,
  ): FieldEntry | undefined {
    const join = joined.joins.find(({ graph }) =>
      graph !== undefined && this.#graphs.get(graph) === place.graph
    )
    const everywhere = joined.joins.length === 0 &&
      type.joins.some(({ graph }) => this.#graphs.get(graph) === place.graph)
    if (join === undefined && !everywhere) return undefined
    const def = place.type.getFields()[joined.name]
    if (def === undefined) {
      // A key that only the other version of federation repeats.
      if (join?.external) return undefined
      throw new Error(`${place.graph.name} has no field ${place.typeName}.${joined.name}`)
    }
    const output = this.#outputOf(place.graph, def.type)
    return {
      field,
      place,
      def,
      ...callersOf(place.graph, def, output, this.#shared),
      // Some composers lose the mark on an interface object.
      external: join?.external === true ||
        (place.shape === 'interfaceObject' && hasDirective(def, 'external')),
      overridden: join?.usedOverridden === true,
      requires: join?.requires,
      provides: join?.provides,
      output,
    }
  }

  #outputOf(graph: Graph, type: GraphQLOutputType): Output {
    let depth = 0
    for (let inner = type; isListType(inner) || isNonNullType(inner); inner = inner.ofType) {
      if (isListType(inner)) depth++
    }
    const named = getNamedType(type)
    const kind = isObjectType(named) ? 'object' : isAbstractType(named) ? 'abstract' : 'leaf'
    if (kind === 'abstract') this.#abstractPlace(graph, named.name)
    return {
      depth,
      kind,
      typeName: named.name,
      ...outputConverter(named, this.#shared),
    }
  }

  #abstractPlace(graph: Graph, typeName: string): AbstractPlace {
    const places = this.#abstracts.get(graph) ?? new Map<string, AbstractPlace>()
    this.#abstracts.set(graph, places)
    const known = places.get(typeName)
    if (known !== undefined) return known
    const type = graph.schema.getType(typeName)
    if (!isAbstractType(type)) throw new Error(`${graph.name} has no abstract type ${typeName}`)
    const members = new Set(graph.schema.getPossibleTypes(type).map(({ name }) => name))
    const place = { graph, type, members }
    places.set(typeName, place)
    return place
  }

  #rootOf(name: string): TypeRecord['root'] {
    const { query, mutation, subscription } = this.#supergraph.roots
    return name === query
      ? 'query'
      : name === mutation
      ? 'mutation'
      : name === subscription
      ? 'subscription'
      : undefined
  }

  #possible(): ReadonlyMap<string, ReadonlySet<string>> {
    const possible = new Map<string, Set<string>>()
    for (const { name, node, interfaces } of this.#supergraph.types.values()) {
      if (node.kind === Kind.UNION_TYPE_DEFINITION) {
        possible.set(name, new Set((node.types ?? []).map((member) => member.name.value)))
      }
      // An interface matches itself and the interfaces below it: for values of an interface object.
      if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) addTo(possible, name, name)
      for (const above of interfaces) addTo(possible, above, name)
    }
    return possible
  }
}

function addTo(map: Map<string, Set<string>>, key: string, value: string): void {
  const values = map.get(key) ?? new Set()
  map.set(key, values.add(value))
}

interface ReferenceExtensions {
  readonly subgraph?: {
    readonly resolveReference?: ResolveReference
    readonly resolveReferences?: ResolveReferences
  }
}

function referencesOf(
  type: GraphQLObjectType | GraphQLInterfaceType,
): NonNullable<ReferenceExtensions['subgraph']> {
  return (type.extensions.apollo as ReferenceExtensions | undefined)?.subgraph ?? {}
}

function hasDirective(element: GraphQLField<unknown, unknown>, name: string): boolean {
  const { directives } = element.extensions
  return element.astNode?.directives?.some((directive) => directive.name.value === name) ||
    (Array.isArray(directives) && directives.some((directive) => directive.name === name))
}

/** A field set in one line, the same for the same fields however it was spaced. */
export function textOf(selection: SelectionSetNode): string {
  return print(selection).replaceAll(/\s+/g, ' ')
}
