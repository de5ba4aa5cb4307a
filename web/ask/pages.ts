/**
 * A list of the server's, page by page, as far as somebody has come in it.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { SavedDocument } from '../../schema/desk.ts'
import { type Asked, type Failure, useAsk, useFetch } from './ask.ts'

/** Rows of a page: the most that the server gives at once. */
const PAGE_MAX = 100

/** A page as the server answers it. */
export interface Connection<Row> {
  readonly edges: readonly { readonly node: Row }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

/** The list of what is not there. */
export const NO_ROWS: Connection<never> = {
  edges: [],
  pageInfo: { hasNextPage: false, endCursor: null },
}

/** A list that can be asked for, with the filters that are set. */
export interface ListOf<Answer, Variables, Row> {
  readonly document: SavedDocument<Answer, Variables>
  /** Without `first` and `after`. */
  readonly variables: Omit<Variables, 'first' | 'after'>
  readonly connection: (answer: Answer) => Connection<Row>
  readonly keyOf: (row: Row) => string
  /** Rows of a page, where each of them is large. */
  readonly page?: number
}

/**
 * Rows that were read so far.
 *
 * @property asked the first page, kept fresh as every answer is
 * @property stale something has changed, and pages beyond the first are not read again by themselves
 */
export interface Pages<Row, Answer = unknown> {
  readonly asked: Asked<Answer>
  readonly rows: readonly Row[]
  readonly more: boolean
  readonly stale: boolean
  readonly failure: Failure | undefined
  readonly next: () => void
  /** Reads again what is shown; where that is much, only once somebody asks for it. */
  readonly touch: () => void
  readonly again: () => void
  /** All rows to the end, from the server's first page on. */
  readonly all: () => AsyncGenerator<readonly Row[]>
}

interface Further<Row> {
  readonly key: string
  readonly pages: readonly Connection<Row>[]
}

/** Reads a list by its cursors. Other filters begin anew. */
export function usePages<Answer, Variables extends object, Row>(
  list: ListOf<Answer, Variables, Row>,
): Pages<Row, Answer> {
  const { document, connection, keyOf, page = PAGE_MAX } = list
  const fetchPage = useFetch(document)
  const key = JSON.stringify(list.variables)
  const variables = useMemo(() => list.variables, [key])
  const asked = useAsk(document, { ...variables, first: page, after: null } as unknown as Variables)
  const head = asked.data === undefined ? undefined : connection(asked.data)
  const [further, setFurther] = useState<Further<Row>>({ key, pages: [] })
  const [failure, setFailure] = useState<Failure>()
  const [stale, setStale] = useState(false)
  const pages = further.key === key ? further.pages : NONE
  // What is under way: a later one makes what an earlier one brings void.
  const turn = useRef(0)
  const busy = useRef(false)

  const read = useCallback(async (after: string | null): Promise<Connection<Row>> =>
    connection(
      await fetchPage({ ...variables, first: page, after } as unknown as Variables),
    ), [fetchPage, variables])

  /** Reads pages after the first until there are as many as wanted. */
  const fill = useCallback(
    async (first: Connection<Row>, kept: readonly Connection<Row>[], count: number) => {
      const mine = ++turn.current
      busy.current = true
      const filled = [...kept]
      try {
        while (filled.length < count) {
          const { hasNextPage, endCursor } = (filled.at(-1) ?? first).pageInfo
          if (!hasNextPage || endCursor === null) break
          filled.push(await read(endCursor))
          if (mine !== turn.current) return
        }
        setFailure(undefined)
        setFurther({ key, pages: filled })
      } catch (error) {
        if (mine === turn.current) setFailure(error as Failure)
      } finally {
        if (mine === turn.current) busy.current = false
      }
    },
    [key, read],
  )

  // An answer anew to the first page makes what follows it old.
  useEffect(() => {
    setStale(false)
    if (head !== undefined && pages.length > 0) void fill(head, [], pages.length)
  }, [head])

  const rows = useMemo(() => {
    const found = new Map<string, Row>()
    for (const { edges } of head === undefined ? [] : [head, ...pages]) {
      for (const { node } of edges) found.set(keyOf(node), node)
    }
    return [...found.values()]
  }, [head, pages])
  const more = (pages.at(-1) ?? head)?.pageInfo.hasNextPage ?? false
  return {
    asked,
    rows,
    more,
    stale,
    failure,
    next() {
      if (head !== undefined && more && !busy.current) void fill(head, pages, pages.length + 1)
    },
    touch() {
      if (pages.length === 0) asked.again()
      else setStale(true)
    },
    again: asked.again,
    async *all() {
      let after: string | null = null
      while (true) {
        const { edges, pageInfo }: Connection<Row> = await read(after)
        yield edges.map(({ node }) => node)
        if (!pageInfo.hasNextPage || pageInfo.endCursor === null) return
        after = pageInfo.endCursor
      }
    },
  }
}

const NONE: readonly never[] = []
