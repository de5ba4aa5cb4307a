/**
 * The plugin that reads requests: what is too much is refused before it is read to its end.
 */
import type { GraphQLParams, Plugin } from 'graphql-yoga'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import type { FrontDoorConfig } from './config.ts'
import { checkCsrf } from './http/csrf.ts'
import { refusalError } from './refusal.ts'
import { readParameters } from './request/parameters.ts'

/** @param onBatch told of each request with several operations */
export function useRequest(
  { request: limits, csrf }: Pick<FrontDoorConfig, 'request' | 'csrf'>,
  onBatch: (request: Request) => void,
): Plugin<RequestContext> {
  return {
    onRequestParse({ request, setRequestParser }) {
      if (request.method !== 'GET' && request.method !== 'POST') return
      const checked = checkCsrf(request.method, request.headers, csrf)
      if (!checked.ok) throw refusalError(checked)
      setRequestParser(async () => {
        const read = await readParameters(request, limits)
        if (!read.ok) {
          // The rest of the body is not waited for, so that the connection cannot be used again.
          const unread = read.code === 'BODY_TOO_LARGE' || read.code === 'BODY_TOO_SLOW'
          throw refusalError(read, unread ? { connection: 'close' } : {})
        }
        if (Array.isArray(read.value)) onBatch(request)
        return read.value as GraphQLParams | GraphQLParams[]
      })
    },
  }
}
