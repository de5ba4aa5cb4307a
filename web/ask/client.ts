/**
 * The one way to the server: saved documents by their hash, with the token of whoever is signed in.
 */
import {
  cacheExchange,
  type Client,
  createClient,
  fetchExchange,
  makeOperation,
  mapExchange,
  type OperationContext,
} from 'urql'
import type { SavedDocument } from '../../schema/desk.ts'

const ENDPOINT = '/graphql'

/**
 * Opens a client for one person.
 *
 * @param token the person's newest
 * @param unauthenticated called when the server takes it no more
 */
export function openClient(token: () => string, unauthenticated: () => void): Client {
  const headers = (trace?: string): Record<string, string> => ({
    authorization: `Bearer ${token()}`,
    ...(trace === undefined ? {} : { traceparent: `00-${trace}-${trace.slice(0, 16)}-01` }),
  })
  return createClient({
    url: ENDPOINT,
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchSubscriptions: true,
    fetchOptions: () => ({ headers: headers() }),
    exchanges: [
      cacheExchange,
      mapExchange({
        onOperation(operation) {
          const { saved, trace } = operation.context as Partial<SavedContext>
          if (saved === undefined) throw new Error('only saved documents are asked')
          const persistedQuery = { version: 1 as const, sha256Hash: saved, miss: false }
          return makeOperation(
            operation.kind,
            { ...operation, extensions: { persistedQuery } },
            trace === undefined
              ? operation.context
              : { ...operation.context, fetchOptions: { headers: headers(trace) } },
          )
        },
        onResult({ error, operation, hasNext }) {
          if (error?.response?.status === 401) unauthenticated()
          if (!hasNext) (operation.context as Partial<SavedContext>).ended?.()
        },
      }),
      fetchExchange,
    ],
  })
}

interface SavedContext extends Partial<OperationContext> {
  /** The document's hash. */
  readonly saved: string
  /** Called when a subscription has ended or broken off: urql tells nobody. */
  readonly ended?: () => void
  /** What the request is called in the server's traces; the server's own number without one. */
  readonly trace?: string
}

/** A number for a trace. @see W3C Trace Context, trace-id */
export function newTrace(): string {
  return crypto.randomUUID().replaceAll('-', '')
}

/**
 * What urql gets in place of a document's text, which is at the server: enough to tell it apart.
 *
 * Answers hold no `__typename` that could tell the cache what went stale, so the document's own types do.
 */
export function stubOf(
  { name, operation, hash, types }: SavedDocument<unknown, never>,
): { query: string; context: SavedContext } {
  const additionalTypenames = types.filter((type) => !BARE.has(type))
  return {
    query: `${operation} ${name} { ${name} }`,
    context: { saved: hash, additionalTypenames },
  }
}

/** Types that are part of every answer and change with nothing. */
const BARE = new Set(['Money', 'PageInfo'])
