/**
 * Puts a field's answer into refs, in whatever form it comes: now or later, one or many.
 */
import type { GraphQLResolveInfo } from 'graphql'
import { isPromise } from './call.ts'
import type { AnyPosition, Source } from './position.ts'
import { type FoundBy, Ref } from './ref.ts'

/** The answer with every object in a ref. Nulls, errors and what is no list stay for the execution. */
export function wrap(
  value: unknown,
  source: Source,
  parent: Ref | undefined,
  args: Record<string, unknown>,
  info: GraphQLResolveInfo,
): unknown {
  const position = source.child!
  const { depth } = source.entry.output
  if (source.links) {
    const by: FoundBy = { parent, args, info, answers: new Map() }
    return wrapLinked(value, position, depth, by, [])
  }
  return depth === 0 ? wrapOne(value, position) : wrapList(value, position, depth)
}

function wrapOne(value: unknown, position: AnyPosition): unknown {
  if (value === null || value === undefined || value instanceof Error) return value
  if (isPromise(value)) return value.then((settled) => wrapOne(settled, position))
  return new Ref(value, position, undefined)
}

function wrapList(value: unknown, position: AnyPosition, depth: number): unknown {
  if (depth === 0) return wrapOne(value, position)
  if (Array.isArray(value)) {
    const refs = new Array<unknown>(value.length)
    for (let i = 0; i < value.length; i++) refs[i] = wrapList(value[i], position, depth - 1)
    return refs
  }
  if (isPromise(value)) return value.then((settled) => wrapList(settled, position, depth))
  if (value === null || typeof value !== 'object' || value instanceof Error) return value
  if (Symbol.iterator in value) {
    return Array.from(
      value as Iterable<unknown>,
      (item) => wrapList(item, position, depth - 1),
    )
  }
  if (Symbol.asyncIterator in value) {
    return mapAsync(
      value as AsyncIterable<unknown>,
      (item) => wrapList(item, position, depth - 1),
    )
  }
  return value
}

/** The same for values without keys, which keep their list positions. */
function wrapLinked(
  value: unknown,
  position: AnyPosition,
  depth: number,
  by: FoundBy,
  at: readonly number[],
): unknown {
  if (value === null || value === undefined || value instanceof Error) return value
  if (isPromise(value)) {
    return value.then((settled) => wrapLinked(settled, position, depth, by, at))
  }
  if (depth === 0) return new Ref(value, position, { by, at })
  if (typeof value !== 'object') return value
  if (Symbol.iterator in value) {
    return Array.from(
      value as Iterable<unknown>,
      (item, i) => wrapLinked(item, position, depth - 1, by, [...at, i]),
    )
  }
  if (Symbol.asyncIterator in value) {
    let i = 0
    return mapAsync(
      value as AsyncIterable<unknown>,
      (item) => wrapLinked(item, position, depth - 1, by, [...at, i++]),
    )
  }
  return value
}

/**
 * Maps what comes. No generator: one would keep `return` waiting for the item that is under way, and
 * with it whatever the source holds open.
 */
export function mapAsync<T, U>(
  source: AsyncIterable<T>,
  map: (item: T) => U | PromiseLike<U>,
): AsyncIterableIterator<Awaited<U>> {
  const iterator = source[Symbol.asyncIterator]()
  const mapped = async (result: IteratorResult<T>): Promise<IteratorResult<Awaited<U>>> =>
    result.done ? { value: undefined, done: true } : { value: await map(result.value), done: false }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      const result = await iterator.next()
      try {
        return await mapped(result)
      } catch (error) {
        await iterator.return?.()
        throw error
      }
    },
    async return() {
      await iterator.return?.()
      return { value: undefined, done: true }
    },
    async throw(error) {
      if (iterator.throw !== undefined) return await mapped(await iterator.throw(error))
      await iterator.return?.()
      throw error
    },
  }
}
