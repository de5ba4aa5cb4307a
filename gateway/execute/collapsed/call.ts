/**
 * Calls a field's resolver in its subgraph, as that subgraph's own execution would.
 */
import type { GraphQLField, GraphQLResolveInfo } from 'graphql'
import { argumentsConverter, type Convert } from './convert.ts'
import type { Graph, Output } from './model.ts'
import type { RequestState } from './request.ts'

/** @param args as the composed schema coerced them; answers the subgraph's value or a promise */
export type Caller = (
  source: unknown,
  args: Record<string, unknown>,
  request: RequestState,
  info: GraphQLResolveInfo,
) => unknown

/** See `FieldEntry`. */
export interface Callers {
  readonly call: Caller
  readonly read: Caller
  readonly subscribe: Caller | undefined
}

/** The ways to call one field in one subgraph. */
export function callersOf(
  graph: Graph,
  def: GraphQLField<unknown, unknown>,
  output: Output,
  shared: ReadonlySet<string>,
): Callers {
  const convertArgs = argumentsConverter(def.args, shared)
  const read = rawCallerOf(graph, def, undefined)
  const call = convertArgs === undefined ? read : rawCallerOf(graph, def, convertArgs)
  const { convert, depth } = output
  const subscribe: Caller | undefined = def.subscribe &&
    ((source, args, request, info) =>
      def.subscribe!(
        source,
        convertArgs ? convertArgs(args) : args,
        request.contextOf(graph),
        info,
      ))
  if (convert === undefined) return { call, read, subscribe }
  return {
    read,
    subscribe,
    call: (source, args, request, info) =>
      convertLeaves(call(source, args, request, info), convert, depth),
  }
}

function rawCallerOf(
  graph: Graph,
  def: GraphQLField<unknown, unknown>,
  convertArgs: ((args: Record<string, unknown>) => Record<string, unknown>) | undefined,
): Caller {
  const { resolve, name } = def
  if (resolve === undefined) {
    return (source, args, request, info) => {
      if (source === null || source === undefined) return undefined
      const value = (source as Record<string, unknown>)[name]
      if (typeof value !== 'function') return value
      return (source as Record<string, (...of: unknown[]) => unknown>)[name]!(
        convertArgs ? convertArgs(args) : args,
        request.contextOf(graph),
        info,
      )
    }
  }
  if (convertArgs === undefined) {
    return (source, args, request, info) => resolve(source, args, request.contextOf(graph), info)
  }
  return (source, args, request, info) =>
    resolve(source, convertArgs(args), request.contextOf(graph), info)
}

/** Applies a conversion to the leaves of a value `depth` lists deep, inside promises too. */
export function convertLeaves(value: unknown, convert: Convert, depth: number): unknown {
  if (value === null || value === undefined || value instanceof Error) return value
  if (isPromise(value)) return value.then((settled) => convertLeaves(settled, convert, depth))
  if (depth === 0) return convert(value)
  // What is no list is for the execution to refuse.
  if (typeof value !== 'object' || !(Symbol.iterator in value)) return value
  return Array.from(value as Iterable<unknown>, (item) => convertItem(item, convert, depth - 1))
}

/** One item of a list; a bad one must not spoil the others. */
function convertItem(value: unknown, convert: Convert, depth: number): unknown {
  try {
    return convertLeaves(value, convert, depth)
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  }
}

export function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as PromiseLike<unknown> | null | undefined)?.then === 'function'
}
