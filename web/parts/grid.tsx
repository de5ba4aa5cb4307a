/**
 * Rows and columns, as the plain table that they are: it renders ten times faster than one that can do
 * everything, and a browser reads it out as it stands.
 */
import { Typography } from 'antd'
import type { ReactNode } from 'react'
import { useWords } from '../words/words.ts'

/** @property render what stands in the cell of a row */
export interface Column<Row> {
  readonly title: string
  readonly align?: 'right'
  readonly render: (row: Row) => ReactNode
}

/** Rows that are chosen, by key. */
export interface Selection<Row> {
  readonly chosen: ReadonlySet<string>
  readonly change: (keys: ReadonlySet<string>) => void
  /** What the checkbox of a row is called. */
  readonly nameOf: (row: Row) => string
}

export interface GridProps<Row> {
  /** What the table is called for whoever does not see it. */
  readonly name: string
  readonly rows: readonly Row[]
  readonly columns: readonly Column<Row>[]
  readonly keyOf: (row: Row, index: number) => string
  readonly empty?: string
  readonly selection?: Selection<Row> | undefined
  /** The row under the keyboard; none below 0. */
  readonly at?: number
  readonly open?: ((row: Row) => void) | undefined
}

export function Grid<Row>(props: GridProps<Row>) {
  const { name, rows, columns, keyOf, empty, selection, at = -1, open } = props
  const { say } = useWords()
  const span = columns.length + (selection === undefined ? 0 : 1)
  return (
    <table className='grid' aria-label={name}>
      <thead>
        <tr>
          {selection && <ChooseAll keys={rows.map(keyOf)} selection={selection} />}
          {columns.map(({ title, align }, i) => (
            <th key={i} scope='col' className={align}>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => {
          const key = keyOf(row, index)
          return (
            <tr
              key={key}
              className={index === at ? 'chosen' : undefined}
              onDoubleClick={open && (() => open(row))}
            >
              {selection && (
                <td>
                  <input
                    type='checkbox'
                    aria-label={selection.nameOf(row)}
                    checked={selection.chosen.has(key)}
                    onChange={({ target }) =>
                      selection.change(toggled(selection.chosen, [key], target.checked))}
                  />
                </td>
              )}
              {columns.map(({ align, render }, i) => (
                <td key={i} className={align}>{render(row)}</td>
              ))}
            </tr>
          )
        })}
        {rows.length === 0 && (
          <tr>
            <td colSpan={span} className='empty'>
              <Typography.Text type='secondary'>{empty ?? say('state.empty')}</Typography.Text>
            </td>
          </tr>
        )}
      </tbody>
    </table>
  )
}

function ChooseAll<Row>(
  { keys, selection }: { keys: readonly string[]; selection: Selection<Row> },
) {
  const { say } = useWords()
  return (
    <th scope='col'>
      <input
        type='checkbox'
        aria-label={say('inbox.choose')}
        checked={keys.length > 0 && keys.every((key) => selection.chosen.has(key))}
        disabled={keys.length === 0}
        onChange={({ target }) => selection.change(toggled(selection.chosen, keys, target.checked))}
      />
    </th>
  )
}

function toggled(
  chosen: ReadonlySet<string>,
  keys: readonly string[],
  on: boolean,
): ReadonlySet<string> {
  const next = new Set(chosen)
  for (const key of keys) {
    if (on) next.add(key)
    else next.delete(key)
  }
  return next
}
