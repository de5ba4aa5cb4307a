/**
 * Reads keys and requirements of a value, as another subgraph would be sent them.
 *
 * Everything goes through the resolvers of the subgraph that has it, with that subgraph's context:
 * whoever may not see a field cannot have it read for another field either.
 */
import {
  type FieldNode,
  getArgumentValues,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql'
import { concreteType } from './abstract.ts'
import { convertLeaves, isPromise } from './call.ts'
import type { Engine } from './engine.ts'
import type { FieldEntry } from './model.ts'
import { Position, type Source } from './position.ts'
import type { Ref } from './ref.ts'
import type { RequestState } from './request.ts'
import { type KeyField, type KeyRoute } from './route.ts'
import { viewOf } from './view.ts'
import { wrap } from './wrap.ts'

type Json = Record<string, unknown>

/** One field of a key, null when there is no value. */
export function keyValue(
  ref: Ref,
  field: KeyField,
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  const { from, source, node } = field
  if (source !== undefined) {
    const read = readField(ref, source, [node], engine, state, info)
    return isPromise(read) ? read.then(withoutGaps) : withoutGaps(read)
  }
  if (from === undefined) return keyLeaf(ref.raw, field, state, info)
  const view = viewOf(ref, from, engine, state, info)
  if (isPromise(view)) {
    return view.then((settled) => settled === null ? null : keyLeaf(settled, field, state, info))
  }
  return view === null ? null : keyLeaf(view, field, state, info)
}

/** A composite key with a gap is none. */
function withoutGaps(key: unknown): unknown {
  if (key === null || typeof key !== 'object') return key
  return Object.values(key).some((part) => withoutGaps(part) === null) ? null : key
}

/**
 * Key and requirements of a value; null when a part of the key is null, for then there is no view.
 */
export function representationOf(
  ref: Ref,
  { lookup, fields, requires }: KeyRoute,
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  const representation: Json = { __typename: lookup.place.typeName }
  const read = gather(
    representation,
    fields.map((field) => [field.name, keyValue(ref, field, engine, state, info)]),
  )
  const complete = (keyed: Json) => {
    if (fields.some(({ name }) => keyed[name] === null)) return null
    if (requires === undefined) return keyed
    const required = readSelection(ref, [requires], engine, state, info)
    const merge = (values: unknown) => ({ ...keyed, ...values as Json })
    return isPromise(required) ? required.then(merge) : merge(required)
  }
  return isPromise(read) ? read.then((keyed) => complete(keyed as Json)) : complete(read as Json)
}

function keyLeaf(
  source: unknown,
  { entry, node, name }: KeyField,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  if (entry.def.resolve === undefined) {
    const value = (source as Json)[name]
    // An ID or a text is what it is.
    if (typeof value === 'string' && entry.output.plain) return value
  }
  return leaf(entry.read(source, {}, state, infoOf(info, entry, [node])), entry)
}

/** What some selections hold of a value, as JSON. */
function readSelection(
  ref: Ref,
  sets: readonly SelectionSetNode[],
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  const { record } = ref.position as Position
  const position = ref.position as Position
  const entries: [string, unknown][] = []
  for (const [name, nodes] of engine.lookAhead.collect(record.name, sets, engine.internal())) {
    const field = record.fields.get(nodes[0]!.name.value)
    if (field === undefined) {
      entries.push([name, record.name])
      continue
    }
    const { source } = engine.lookAhead.choose(position, field, nodes, engine.internal())
    if (source === undefined) throw new Error(`${record.name}.${name} is required and unreachable`)
    entries.push([name, readField(ref, source, nodes, engine, state, info)])
  }
  return gather({}, entries)
}

function readField(
  ref: Ref,
  source: Source,
  nodes: readonly FieldNode[],
  engine: Engine,
  state: RequestState,
  outer: GraphQLResolveInfo,
): unknown {
  const { entry, route, child } = source
  const args = getArgumentValues(entry.def, nodes[0]!)
  const info = infoOf(outer, entry, nodes)
  const read = (from: unknown): unknown => {
    if (from === null) return null
    const value = entry.read(from, args, state, info)
    if (child === undefined) return leaf(value, entry)
    const wrapped = wrap(value, source, ref, args, info)
    return readBelow(wrapped, nodes, engine, state, info)
  }
  if (route === undefined) return read(ref.raw)
  const view = viewOf(ref, route, engine, state, info)
  return isPromise(view) ? view.then(read) : read(view)
}

/** The selections below a field, for one value or a list of them. */
function readBelow(
  value: unknown,
  nodes: readonly FieldNode[],
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  if (isPromise(value)) {
    return value.then((settled) => readBelow(settled, nodes, engine, state, info))
  }
  if (value === null || value === undefined) return null
  if (value instanceof Error) throw value
  if (Array.isArray(value)) {
    const items = value.map((item) => readBelow(item, nodes, engine, state, info))
    return items.some(isPromise) ? Promise.all(items) : items
  }
  const ref = value as Ref
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? [])
  if (ref.position.kind === 'object') return readSelection(ref, sets, engine, state, info)
  const named = (typeName: string) => {
    const read = readSelection(ref, sets, engine, state, info)
    // Behind an interface the reader has to be told which type it is.
    const tell = (json: unknown) => ({ __typename: typeName, ...json as Json })
    return isPromise(read) ? read.then(tell) : tell(read)
  }
  const type = concreteType(ref, nodes, engine.internal(), engine, state, info)
  return isPromise(type) ? type.then((name) => named(name as string)) : named(type as string)
}

function leaf(value: unknown, entry: FieldEntry): unknown {
  const json = convertLeaves(value, entry.output.serialize, entry.output.depth)
  return json === undefined ? null : json
}

/** Puts values under their names, once all are there. */
function gather(into: Json, entries: readonly (readonly [string, unknown])[]): unknown {
  const waiting: PromiseLike<void>[] = []
  for (const [name, value] of entries) {
    // In the order of the fields, so that the same key reads the same.
    into[name] = null
    if (isPromise(value)) {
      waiting.push(value.then((settled) => {
        into[name] = settled ?? null
      }))
    } else into[name] = value ?? null
  }
  return waiting.length === 0 ? into : Promise.all(waiting).then(() => into)
}

/** What a resolver is told of itself when no client asked for it. */
function infoOf(
  outer: GraphQLResolveInfo,
  { def, place }: FieldEntry,
  fieldNodes: readonly FieldNode[],
): GraphQLResolveInfo {
  return {
    ...outer,
    fieldName: def.name,
    fieldNodes,
    returnType: def.type as GraphQLOutputType,
    parentType: place.type as never,
    path: { prev: outer.path, key: def.name, typename: place.typeName },
  }
}
