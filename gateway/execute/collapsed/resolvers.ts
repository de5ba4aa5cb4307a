/**
 * The resolvers of the schema that clients see.
 */
import {
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isAbstractType,
  isObjectType,
} from 'graphql'
import { concreteType, memberName, typeIn } from './abstract.ts'
import { isPromise } from './call.ts'
import type { Engine } from './engine.ts'
import { Look } from './look-ahead.ts'
import type { AbstractPlace, FieldRecord, TypeRecord } from './model.ts'
import { observed } from './observe.ts'
import type { Position, Source } from './position.ts'
import type { Ref } from './ref.ts'
import type { RequestState } from './request.ts'
import type { StandIn } from './schema.ts'
import { viewOf } from './view.ts'
import { wrap } from './wrap.ts'

type Args = Record<string, unknown>
type FieldResolver<Parent> = GraphQLFieldResolver<Parent, RequestState, Args>

/** Attaches a resolver to every field, and to every interface and union what tells a value's type. */
export function attachResolvers(
  schema: GraphQLSchema,
  engine: Engine,
  standIns: ReadonlyMap<string, StandIn>,
): void {
  const { records } = engine.model
  for (const type of Object.values(schema.getTypeMap())) {
    if (isAbstractType(type)) {
      type.resolveType = typeResolver(type.name, engine, schema, standIns) as never
    } else if (isObjectType(type)) {
      const record = records.get(type.name)
      if (record !== undefined) attachFields(type, record, engine)
    }
  }
  for (const [name, { type }] of standIns) attachFields(type, records.get(name)!, engine)
}

function attachFields(type: GraphQLObjectType, record: TypeRecord, engine: Engine): void {
  for (const def of Object.values(type.getFields())) {
    const field = record.fields.get(def.name)
    if (field === undefined) throw new Error(`the supergraph lists no ${type.name}.${def.name}`)
    def.resolve = (record.root !== undefined
      ? rootResolver(record, field, engine)
      : engine.atlas.wrapped.has(record.name)
      ? refResolver(field, engine)
      : plainResolver(record, field, engine)) as never
    if (record.root === 'subscription') {
      def.subscribe = subscriber(field) as never
    }
  }
}

function rootResolver(
  record: TypeRecord,
  field: FieldRecord,
  engine: Engine,
): FieldResolver<unknown> {
  const position = engine.atlas.root(record)
  const coordinate = `${record.name}.${field.name}`
  const resolve: FieldResolver<unknown> = (payload, args, state, info) => {
    const source = sourceAt(position, field, engine, info)
    const { entry, wraps } = source
    // Only an event of a subscription has a value of its own.
    const from = record.root === 'subscription' ? payload : undefined
    const value = state.watched
      ? observed(
        state,
        { graph: entry.place.graph, coordinate, kind: 'root', count: 1 },
        () => entry.call(from, args, state, info),
      )
      : entry.call(from, args, state, info)
    return wraps ? wrap(value, source, undefined, args, info) : value
  }
  if (record.root !== 'mutation') return resolve
  return (payload, args, state, info) => {
    // The step before may have changed what was read.
    state.renew()
    return resolve(payload, args, state, info)
  }
}

/** A field of a value that is in a ref. */
function refResolver(field: FieldRecord, engine: Engine): FieldResolver<Ref> {
  const { index } = field
  return (ref, args, state, info) => {
    const position = ref.position as Position
    const source = position.decided[index] ?? sourceOrBlank(position, field, engine, info)
    if (source === null) return null
    const { entry, route, wraps } = source
    if (route === undefined) {
      const value = entry.call(ref.raw, args, state, info)
      return wraps ? wrap(value, source, ref, args, info) : value
    }
    const view = viewOf(ref, route, engine, state, info)
    if (isPromise(view)) {
      return view.then((settled) => {
        if (settled === null) return null
        const value = entry.call(settled, args, state, info)
        return wraps ? wrap(value, source, ref, args, info) : value
      })
    }
    if (view === null) return null
    const value = entry.call(view, args, state, info)
    return wraps ? wrap(value, source, ref, args, info) : value
  }
}

/** A field of a value that no other subgraph adds to. */
function plainResolver(
  record: TypeRecord,
  field: FieldRecord,
  engine: Engine,
): FieldResolver<unknown> {
  const [entry] = field.entries
  if (entry === undefined) throw new Error(`no subgraph has ${record.name}.${field.name}`)
  const { call } = entry
  if (!engine.atlas.wrapped.has(field.answers)) return call
  const position = engine.atlas.position(record, entry.place)
  const [source] = engine.atlas.sources(position, field)
  if (source === undefined) throw new Error(`no subgraph answers ${record.name}.${field.name}`)
  return (parent, args, state, info) =>
    wrap(call(parent, args, state, info), source, undefined, args, info)
}

function subscriber(field: FieldRecord): FieldResolver<unknown> {
  const entry = field.entries.find(({ external, overridden }) => !external && !overridden)
  return (_payload, args, state, info) => {
    if (entry?.subscribe === undefined) {
      throw new Error(`no subgraph subscribes to ${field.type.name}.${field.name}`)
    }
    return observed(
      state,
      {
        graph: entry.place.graph,
        coordinate: `${field.type.name}.${field.name}`,
        kind: 'root',
        count: 1,
      },
      () => entry.subscribe!(undefined, args, state, info),
    )
  }
}

/** How a field is resolved here, null where it is blank. */
function sourceOrBlank(
  position: Position,
  field: FieldRecord,
  engine: Engine,
  info: GraphQLResolveInfo,
): Source | null {
  return position.blank ? null : sourceAt(position, field, engine, info)
}

function sourceAt(
  position: Position,
  field: FieldRecord,
  engine: Engine,
  info: GraphQLResolveInfo,
): Source {
  const known = position.decided[field.index]
  if (known) return known
  const sources = engine.atlas.sources(position, field)
  const [first] = sources
  if (first === undefined) throw unreachable(position, field)
  // Nothing to choose, or nothing below that a choice could depend on.
  if (sources.length === 1 || first.child === undefined) {
    return position.decided[field.index] = first
  }
  const { fieldNodes, fragments } = info
  const { source } = engine.lookAhead.choose(position, field, fieldNodes, new Look(fragments))
  if (source === undefined) throw unreachable(position, field)
  return source
}

/** The document check refuses what would come here. */
function unreachable(position: Position, field: FieldRecord): Error {
  const from = position.place?.graph.name ?? 'the root'
  return new Error(`${field.type.name}.${field.name} cannot be reached from ${from}`)
}

function typeResolver(
  abstractName: string,
  engine: Engine,
  schema: GraphQLSchema,
  standIns: ReadonlyMap<string, StandIn>,
): GraphQLTypeResolver<unknown, RequestState> {
  const visible = (name: string): string => {
    const type = schema.getType(name)
    if (isObjectType(type)) return name
    const standIn = standIns.get(name)
    if (standIn === undefined) throw new Error(`a ${name} was answered, which clients do not see`)
    return standIn.key
  }
  if (engine.atlas.wrapped.has(abstractName)) {
    return (value, state, info) => {
      const ref = value as Ref
      const { fieldNodes, fragments } = info
      const name = concreteType(ref, fieldNodes, new Look(fragments), engine, state, info)
      return isPromise(name) ? name.then(visible) as Promise<string> : visible(name as string)
    }
  }
  let place: AbstractPlace | undefined
  for (const graph of engine.model.graphs) {
    if (!isAbstractType(graph.schema.getType(abstractName))) continue
    place = engine.model.abstractPlace(graph, abstractName)
  }
  if (place === undefined) throw new Error(`no subgraph has ${abstractName}`)
  const home = place
  return (value, state, info) => {
    const name = typeIn(home, value, state, info)
    const settle = (settled: unknown) => visible(memberName(home, settled))
    return isPromise(name) ? name.then(settle) as Promise<string> : settle(name)
  }
}
