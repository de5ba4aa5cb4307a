/**
 * A list by the server's cursors: one page of rows, and the way to the next and back.
 */
import { Button, Flex } from 'antd'
import { useState } from 'react'
import { useWords } from '../words/words.ts'

interface PageInfo {
  readonly hasNextPage: boolean
  readonly endCursor: string | null
}

/** Where a list is. @property after the cursor of the page that is shown, null for the first */
export interface Paging {
  readonly after: string | null
  readonly depth: number
  readonly next: (cursor: string) => void
  readonly back: () => void
}

/** Pages of a list; another `key` (its filters) begins anew. */
export function usePaging(key: string): Paging {
  const [at, setAt] = useState<{ key: string; cursors: readonly string[] }>({ key, cursors: [] })
  const cursors = at.key === key ? at.cursors : []
  return {
    after: cursors.at(-1) ?? null,
    depth: cursors.length,
    next: (cursor) => setAt({ key, cursors: [...cursors, cursor] }),
    back: () => setAt({ key, cursors: cursors.slice(0, -1) }),
  }
}

export function PageButtons({ paging, info }: { paging: Paging; info: PageInfo }) {
  const { say } = useWords()
  const { hasNextPage, endCursor } = info
  if (paging.depth === 0 && !hasNextPage) return null
  return (
    <Flex gap='small' justify='end' style={{ marginTop: 12 }}>
      <Button disabled={paging.depth === 0} onClick={paging.back}>{say('list.before')}</Button>
      <Button
        disabled={!hasNextPage || endCursor === null}
        onClick={() => paging.next(endCursor!)}
      >
        {say('list.next')}
      </Button>
    </Flex>
  )
}
