/**
 * A list: rows by the server's cursors as far as one scrolls, columns and filters in the URL, views that
 * are kept, and all of its rows as a file.
 */
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Button, Flex, Popover } from 'antd'
import { type ReactNode, useEffect, useMemo, useRef } from 'react'
import type { Pages } from '../ask/pages.ts'
import { useWords } from '../words/words.ts'
import { Export } from './export.tsx'
import type { Column, Selection } from './grid.tsx'
import { More } from './more.tsx'
import { Rows } from './rows.tsx'
import { SavedViews } from './saved-views.tsx'
import type { Cell } from './sheet.ts'
import { StateOf } from './state-of.tsx'

/**
 * @property key names the column in the URL and in files
 * @property text what a file has of a row; without it the column is only looked at
 * @property extra not shown unless it is asked for
 */
export interface ListColumn<Row> extends Column<Row> {
  readonly key: string
  readonly text?: (row: Row) => Cell
  readonly extra?: boolean
}

export interface ListProps<Row> {
  /** Names its kept views and its files. */
  readonly id: string
  readonly name: string
  readonly pages: Pages<Row>
  /** Stable as long as the language is: rows are drawn anew when it is another array. */
  readonly columns: readonly ListColumn<Row>[]
  readonly keyOf: (row: Row) => string
  readonly empty?: string
  readonly open?: (row: Row) => void
  readonly selection?: Selection<Row>
  readonly filters?: ReactNode
}

/** The columns that a URL names; those that are usual where it names none that there are. */
export function columnsOf<Row>(
  columns: readonly ListColumn<Row>[],
  named: string | undefined,
): readonly ListColumn<Row>[] {
  const keys = new Set(named?.split(','))
  const chosen = columns.filter(({ key }) => keys.has(key))
  return chosen.length > 0 ? chosen : columns.filter(({ extra }) => extra !== true)
}

export function List<Row>(props: ListProps<Row>) {
  const { id, name, pages, columns, keyOf, empty, open, selection, filters } = props
  const { say } = useWords()
  const search = useSearch({ strict: false }) as { readonly columns?: string }
  const shown = useMemo(() => columnsOf(columns, search.columns), [columns, search.columns])
  return (
    <Flex vertical gap='small'>
      <Flex gap='small' wrap align='center'>
        {filters}
        <Flex gap='small' wrap align='center' style={{ marginInlineStart: 'auto' }}>
          {pages.stale && <Button type='primary' onClick={pages.again}>{say('list.stale')}</Button>}
          <SavedViews list={id} />
          <ChooseColumns columns={columns} shown={shown} />
          <Export name={id} columns={shown} pages={pages} />
        </Flex>
      </Flex>
      <StateOf asked={pages.asked}>
        {() => (
          <>
            <Rows
              name={name}
              rows={pages.rows}
              columns={shown}
              keyOf={keyOf}
              {...(empty === undefined ? {} : { empty })}
              open={open}
              selection={selection}
            />
            <Further pages={pages} />
          </>
        )}
      </StateOf>
    </Flex>
  )
}

/** Reads on when the end of what was read comes near; a button does the same for the keyboard. */
function Further<Row>({ pages }: { pages: Pages<Row> }) {
  const end = useRef<HTMLDivElement>(null)
  const next = useRef(pages.next)
  next.current = pages.next
  const { length } = pages.rows
  useEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some(({ isIntersecting }) => isIntersecting)) next.current()
    }, { rootMargin: '900px' })
    observer.observe(end.current!)
    return () => observer.disconnect()
    // Looked at anew after each page: an end that stays in sight tells of itself only once.
  }, [length])
  return (
    <div ref={end}>
      <More pages={pages} />
    </div>
  )
}

function ChooseColumns<Row>(
  { columns, shown }: {
    columns: readonly ListColumn<Row>[]
    shown: readonly ListColumn<Row>[]
  },
) {
  const { say } = useWords()
  const navigate = useNavigate()
  const show = (key: string, on: boolean) => {
    const keys = columns.map((column) => column.key)
      .filter((each) => each === key ? on : shown.some((column) => column.key === each))
    void navigate({
      to: '.',
      search: ((before: object) => ({ ...before, columns: keys.join(',') })) as never,
      replace: true,
    })
  }
  return (
    <Popover
      trigger='click'
      placement='bottomRight'
      content={
        <Flex vertical gap='small' role='group' aria-label={say('list.columns')}>
          {columns.filter(({ title }) => title !== '').map(({ key, title }) => {
            const on = shown.some((column) => column.key === key)
            return (
              <label key={key}>
                <input
                  type='checkbox'
                  checked={on}
                  // A table without columns would be none.
                  disabled={on && shown.filter((column) => column.title !== '').length === 1}
                  onChange={({ target }) => show(key, target.checked)}
                />{' '}
                {title}
              </label>
            )
          })}
        </Flex>
      }
    >
      <Button>{say('list.columns')}</Button>
    </Popover>
  )
}
