/**
 * Cursor pages with a hard limit.
 */
import { ok, refuse, type Result } from './result.ts'

/** The most rows that one page gives. */
export const PAGE_MAX = 100
const PAGE_DEFAULT = 20

/** @property cursor opaque to clients: the sort key of the row */
export interface Edge<T> {
  readonly cursor: string
  readonly node: T
}

export interface PageInfo {
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

/** One page of a list. */
export interface Page<T> {
  readonly edges: readonly Edge<T>[]
  readonly pageInfo: PageInfo
}

/** What a list is asked for. @property after the sort key after which the page begins */
export interface PageRequest {
  readonly limit: number
  readonly after: string | undefined
}

export type PageCode = 'PAGE_TOO_LARGE' | 'CURSOR_MALFORMED'

/** Reads `first` and `after`. */
export function pageRequest(
  args: { first?: number | null | undefined; after?: string | null | undefined },
): Result<PageRequest, PageCode> {
  const limit = args.first ?? PAGE_DEFAULT
  if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_MAX) {
    return refuse('PAGE_TOO_LARGE', `A page has 1 to ${PAGE_MAX} rows.`, '/first')
  }
  if (args.after === null || args.after === undefined) return ok({ limit, after: undefined })
  const after = Buffer.from(args.after, 'base64url').toString('utf8')
  if (after === '' || Buffer.from(after).toString('base64url') !== args.after) {
    return refuse('CURSOR_MALFORMED', 'The cursor is not one that a page gave.', '/after')
  }
  return ok({ limit, after })
}

/** A page of rows that were read with `limit + 1`. @param keyOf the sort key of a row */
export function pageOf<T>(rows: readonly T[], limit: number, keyOf: (row: T) => string): Page<T> {
  const edges = rows.slice(0, limit).map((node) => ({
    cursor: Buffer.from(keyOf(node)).toString('base64url'),
    node,
  }))
  return {
    edges,
    pageInfo: { hasNextPage: rows.length > limit, endCursor: edges.at(-1)?.cursor ?? null },
  }
}
