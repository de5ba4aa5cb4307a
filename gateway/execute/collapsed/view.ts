/**
 * An entity as another subgraph has it.
 */
import type { GraphQLResolveInfo } from 'graphql'
import { isPromise } from './call.ts'
import type { Ref } from './ref.ts'
import { keyValue, representationOf } from './representation.ts'
import type { RequestState } from './request.ts'
import type { KeyRoute, ParentRoute, Route } from './route.ts'
import type { Engine } from './engine.ts'

/** The view at the end of a route, null when there is none, or a promise of either. */
export function viewOf(
  ref: Ref,
  route: Route,
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  const known = ref.view(route.slot)
  if (known !== undefined) return known
  const view = route.by.kind === 'key'
    ? viewByKey(ref, route.by, engine, state, info)
    : viewByParent(ref, route.by, engine, state)
  ref.keep(route.slot, view)
  return view
}

function viewByKey(
  ref: Ref,
  by: KeyRoute,
  engine: Engine,
  state: RequestState,
  info: GraphQLResolveInfo,
): unknown {
  const { lookup } = by
  if (lookup.single !== undefined) {
    const value = keyValue(ref, by.fields[0]!, engine, state, info)
    if (isPromise(value)) {
      return value.then((key) => isNone(key) ? null : state.loader(lookup).byValue(key, info))
    }
    return isNone(value) ? null : state.loader(lookup).byValue(value, info)
  }
  const representation = representationOf(ref, by, engine, state, info)
  if (isPromise(representation)) {
    return representation.then((made) =>
      made === null ? null : state.loader(lookup).byRepresentation(made as never, info)
    )
  }
  if (representation === null) return null
  return state.loader(lookup).byRepresentation(representation as never, info)
}

/** The other subgraph's answer to the field that this value came from, at the same list positions. */
function viewByParent(
  ref: Ref,
  { entry, parent: route }: ParentRoute,
  engine: Engine,
  state: RequestState,
): unknown {
  const { by, at } = ref.found!
  const { parent, args, info, answers } = by
  let answer = answers.get(entry)
  if (answer === undefined) {
    const source = route === undefined ? parent?.raw : viewOf(parent!, route, engine, state, info)
    const call = (from: unknown) =>
      from === null ? null : entry.call(from, args, state, info) ?? null
    answer = isPromise(source) ? source.then(call) : call(source)
    answers.set(entry, answer)
  }
  return itemAt(answer, at, 0)
}

function itemAt(value: unknown, at: readonly number[], depth: number): unknown {
  if (isPromise(value)) return value.then((settled) => itemAt(settled, at, depth))
  if (isNone(value)) return null
  if (value instanceof Error) throw value
  if (depth === at.length) return value
  if (!Array.isArray(value)) throw new Error('a subgraph answered no list where others have one')
  return itemAt(value[at[depth]!], at, depth + 1)
}

function isNone(value: unknown): value is null | undefined {
  return value === null || value === undefined
}
