/**
 * Results on their way out: errors masked, incremental ones in order, events one by one.
 */
import { flattenIncrementalResults, isIncrementalResults } from '@graphql-tools/executor'
import type { ExecutionResult, GraphQLError } from 'graphql'
import type { Outcome } from '../executor.ts'
import { mapAsync } from './wrap.ts'

type MaskResultError = (error: unknown) => GraphQLError

/** What an execution answered, with its errors masked. */
export function maskedOutcome(executed: unknown, mask: MaskResultError): Outcome {
  if (isIncrementalResults(executed as never)) {
    const results = flattenIncrementalResults(executed as never)
    return mapAsync(results as AsyncIterable<ExecutionResult>, (result) => masked(result, mask))
  }
  return masked(executed as ExecutionResult, mask)
}

/** A patch holds its errors in a list of payloads. */
interface Incremental {
  readonly incremental?: readonly { readonly errors?: readonly GraphQLError[] }[]
}

function masked(result: ExecutionResult & Incremental, mask: MaskResultError): ExecutionResult {
  const { errors, incremental } = result
  if (errors === undefined && incremental === undefined) return result
  return {
    ...result,
    ...(errors === undefined ? {} : { errors: errors.map(mask) }),
    ...(incremental === undefined ? {} : {
      incremental: incremental.map((patch) =>
        patch.errors === undefined ? patch : { ...patch, errors: patch.errors.map(mask) }
      ),
    }),
  }
}

/**
 * Results of events: each event is executed when it comes, and its results are told before the next.
 *
 * Ending it ends the source at once, also while an event is awaited. A source that fails is told as a
 * last result.
 */
export function eventResults(
  events: AsyncIterable<unknown>,
  execute: (event: unknown) => Promise<Outcome> | Outcome,
  mask: MaskResultError,
): AsyncIterableIterator<ExecutionResult> {
  const source = events[Symbol.asyncIterator]()
  let current: AsyncIterator<ExecutionResult> | undefined
  let ended = false
  const nextOfCurrent = async () => {
    const result = await current?.next()
    if (result !== undefined && !result.done) return result.value
    current = undefined
    return undefined
  }
  const end = async (): Promise<IteratorResult<ExecutionResult>> => {
    ended = true
    await current?.return?.()
    await source.return?.()
    return { value: undefined, done: true }
  }
  return {
    [Symbol.asyncIterator]() {
      return this
    },
    async next() {
      while (!ended) {
        const going = await nextOfCurrent()
        if (going !== undefined) return { value: going, done: false }
        let event: IteratorResult<unknown>
        try {
          event = await source.next()
        } catch (error) {
          ended = true
          return { value: { errors: [mask(error)] }, done: false }
        }
        if (event.done || ended) break
        const outcome = await execute(event.value)
        if (!(Symbol.asyncIterator in outcome)) return { value: outcome, done: false }
        current = outcome[Symbol.asyncIterator]()
      }
      return { value: undefined, done: true }
    },
    return: end,
    async throw(error) {
      await end()
      throw error
    },
  }
}
