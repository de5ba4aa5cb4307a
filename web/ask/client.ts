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
  return createClient({
    url: ENDPOINT,
    preferGetMethod: false,
    requestPolicy: 'cache-and-network',
    fetchSubscriptions: true,
    fetchOptions: () => ({ headers: { authorization: `Bearer ${token()}` } }),
    exchanges: [
      cacheExchange,
      mapExchange({
        onOperation(operation) {
          const { saved } = operation.context as Partial<SavedContext>
          if (saved === undefined) throw new Error('only saved documents are asked')
          const persistedQuery = { version: 1 as const, sha256Hash: saved, miss: false }
          return makeOperation(operation.kind, { ...operation, extensions: { persistedQuery } })
        },
        onResult({ error }) {
          if (error?.response?.status === 401) unauthenticated()
        },
      }),
      fetchExchange,
    ],
  })
}

interface SavedContext extends Partial<OperationContext> {
  /** The document's hash. */
  readonly saved: string
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
