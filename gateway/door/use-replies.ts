/**
 * The plugin that tells callers what the door found: the cost in every reply, the quota in its headers.
 */
import type { ExecutionResult } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { admitted } from './operation.ts'

/** @param headersOf what the door has to say about a request */
export function useReplies(
  headersOf: (request: Request) => Readonly<Record<string, string>> | undefined,
): Plugin<RequestContext> {
  return {
    onExecutionResult({ context, result, setResult }) {
      const cost = admitted(context)?.cost
      if (cost === undefined || result === undefined) return
      // Results may be shared between requests: what is added goes on a copy.
      const told = <R extends ExecutionResult>(one: R): R => ({
        ...one,
        extensions: { ...one.extensions, cost },
      })
      setResult(Symbol.asyncIterator in result ? onFirst(result, told) : told(result))
    },
    onResponse({ request, response }) {
      const headers = headersOf(request)
      if (headers === undefined) return
      for (const name in headers) response.headers.set(name, headers[name]!)
    },
  }
}

/** Changes the first of several results. */
async function* onFirst<R>(results: AsyncIterable<R>, change: (one: R) => R): AsyncGenerator<R> {
  let first = true
  for await (const result of results) {
    yield first ? change(result) : result
    first = false
  }
}
