/**
 * The type of a value behind an interface or a union.
 *
 * The subgraph that the value comes from tells, by its own declaration. A subgraph that knows the
 * interface alone cannot: then another is asked by key, unless the selection needs no type.
 */
import type { FieldNode, GraphQLAbstractType, GraphQLResolveInfo } from 'graphql'
import { isPromise } from './call.ts'
import type { Engine } from './engine.ts'
import type { Look } from './look-ahead.ts'
import type { AbstractPlace, Place, Representation } from './model.ts'
import type { InterfaceObjectPosition } from './position.ts'
import type { Ref } from './ref.ts'
import { keyValue, representationOf } from './representation.ts'
import type { RequestState } from './request.ts'
import { type KeyRoute, type Route } from './route.ts'

/**
 * Finds the type of a ref's value, notes it in the ref and answers its name: of an object type, or of
 * the interface when the value stands in for itself.
 *
 * @param nodes the field nodes that the value answers
 */
export function concreteType(
  ref: Ref,
  nodes: readonly FieldNode[],
  look: Look,
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): string | PromiseLike<string> {
  const { position } = ref
  if (position.kind === 'object') return position.record.name
  if (position.kind === 'interfaceObject') {
    return ofInterfaceObject(ref, position, nodes, look, engine, state, info)
  }
  const settle = (name: unknown): string | PromiseLike<string> => {
    const member = position.members.get(memberName(position.place, name))
    if (member === undefined) {
      throw new Error(`${position.place.graph.name} answered a ${String(name)}, which nobody sees`)
    }
    ref.position = member
    if (member.kind === 'object') return member.record.name
    return ofInterfaceObject(ref, member, nodes, look, engine, state, info)
  }
  const name = typeIn(position.place, ref.raw, state, info)
  return isPromise(name) ? name.then(settle) : settle(name)
}

/** A type's name as a subgraph tells it. @throws Error when it is none of the abstract type's */
export function memberName({ graph, type, members }: AbstractPlace, name: unknown): string {
  if (typeof name !== 'string' || !members.has(name)) {
    throw new Error(`${graph.name} answered ${String(name)} as the type of a ${type.name}`)
  }
  return name
}

/** The type of a value as its subgraph resolves it. */
export function typeIn(
  { graph, type }: { graph: AbstractPlace['graph']; type: GraphQLAbstractType },
  value: unknown,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  const context = state.contextOf(graph)
  if (type.resolveType) return type.resolveType(value, context, info, type)
  const named = (value as { __typename?: unknown } | null)?.__typename
  if (typeof named === 'string') return named
  // As the execution of that subgraph would: ask each type in turn.
  const possible = graph.schema.getPossibleTypes(type)
  const answers = possible.map((member) => member.isTypeOf?.(value, context, info) ?? false)
  if (!answers.some(isPromise)) return possible[answers.indexOf(true)]?.name
  return Promise.all(answers).then((settled) => possible[settled.indexOf(true)]?.name)
}

function ofInterfaceObject(
  ref: Ref,
  position: InterfaceObjectPosition,
  nodes: readonly FieldNode[],
  look: Look,
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): string | PromiseLike<string> {
  const { standIn, typeRoutes, concrete } = position
  if (engine.lookAhead.standsIn(position, nodes, look)) {
    ref.position = standIn
    return standIn.record.name
  }
  const [route] = typeRoutes
  if (route === undefined) {
    throw new Error(`no subgraph tells the type of this ${standIn.record.name}`)
  }
  const settle = (typed: TypedView | null): string => {
    if (typed === null) throw new Error(`the type of this ${standIn.record.name} is not known`)
    const found = concrete.get(typed.typeName)
    if (found === undefined) {
      throw new Error(`${route.place.graph.name} answered ${typed.typeName} as a type`)
    }
    ref.position = found
    const place = engine.model.place(route.place.graph, typed.typeName)
    if (place !== undefined) ref.keep(place, typed.view)
    return typed.typeName
  }
  const typed = typedView(ref, route, engine, state, info)
  return isPromise(typed) ? typed.then((made) => settle(made as TypedView | null)) : settle(typed)
}

interface TypedView {
  readonly typeName: string
  readonly view: unknown
}

/** An entity in a subgraph that has its interface, with its type there. */
function typedView(
  ref: Ref,
  route: Route,
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): TypedView | null | PromiseLike<TypedView | null> {
  const by = route.by as KeyRoute
  const { place } = route
  const { single } = by.lookup
  const ask = (representation: Representation | null) => {
    if (representation === null) return null
    const loader = state.loader(by.lookup)
    const view = single === undefined
      ? loader.byRepresentation(representation, info)
      : loader.byValue(representation[single], info)
    const typed = (settled: unknown) => typeOfView(settled, place, by, representation)
    return isPromise(view) ? view.then(typed) : typed(view)
  }
  const typeOfView = (
    view: unknown,
    { graph, type }: Place,
    { lookup }: KeyRoute,
    representation: Representation,
  ): TypedView | null | PromiseLike<TypedView | null> => {
    if (view === null) return null
    const abstract = engine.model.abstractPlace(graph, type.name)
    const settle = (name: unknown) => {
      const typeName = memberName(abstract, name)
      if (lookup.place.resolveReference || lookup.place.resolveReferences) {
        return { typeName, view }
      }
      // The interface has no reference resolver: the type's own is asked with the same key.
      const own = engine.model.place(graph, typeName)
      if (own === undefined) return { typeName, view }
      const loader = state.loader(engine.atlas.lookups.of(own, `as ${lookup.index}`, single, ''))
      const found = single === undefined
        ? loader.byRepresentation({ ...representation, __typename: typeName }, info)
        : loader.byValue(representation[single], info)
      return isPromise(found)
        ? found.then((settled) => settled === null ? null : { typeName, view: settled })
        : found === null
        ? null
        : { typeName, view: found }
    }
    const name = typeIn(abstract, view, state, info)
    return isPromise(name) ? name.then(settle) : settle(name)
  }
  if (single !== undefined) {
    const value = keyValue(ref, by.fields[0]!, engine, state, info)
    const named = (key: unknown) =>
      key === null || key === undefined
        ? null
        : { __typename: place.typeName, [single]: key } as Representation
    return isPromise(value) ? value.then((key) => ask(named(key))) : ask(named(value))
  }
  const made = representationOf(ref, by, engine, state, info)
  return isPromise(made)
    ? made.then((representation) => ask(representation as Representation | null))
    : ask(made as Representation | null)
}
