/**
 * Rows and columns, as the plain table that they are: it renders ten times faster than one that can do
 * everything, and a browser reads it out as it stands.
 */
import { Typography } from 'antd'
import { memo, type ReactNode, type Ref } from 'react'
import { useWords } from '../words/words.ts'
import type { RowWindow } from './window.ts'

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
  /** The rows that are drawn, where there are very many. */
  readonly window?: RowWindow | undefined
  readonly table?: Ref<HTMLTableElement>
}

export function Grid<Row>(props: GridProps<Row>) {
  const { name, rows, columns, keyOf, empty, selection, at = -1, open, window, table } = props
  const { say } = useWords()
  const span = columns.length + (selection === undefined ? 0 : 1)
  const { start, end } = window ?? { start: 0, end: rows.length }
  return (
    <table
      ref={table}
      className='grid'
      aria-label={name}
      aria-rowcount={rows.length + 1}
      style={window?.widths && { tableLayout: 'fixed' }}
    >
      {window?.widths && (
        <colgroup>{window.widths.map((width, i) => <col key={i} style={{ width }} />)}</colgroup>
      )}
      <thead>
        <tr aria-rowindex={1}>
          {selection && <ChooseAll keys={rows.map(keyOf)} selection={selection} />}
          {columns.map(({ title, align }, i) => (
            <th key={i} scope='col' className={align}>{title}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {window && <Gap px={window.before} span={span} />}
        {rows.slice(start, end).map((row, i) => {
          const index = start + i
          const key = keyOf(row, index)
          return (
            <tr
              key={key}
              ref={window?.measure}
              data-index={index}
              aria-rowindex={index + 2}
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
              <Cells row={row} columns={columns} />
            </tr>
          )
        })}
        {window && <Gap px={window.after} span={span} />}
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

/** Drawn anew only for another row or other columns: a list that scrolls draws thousands. */
const Cells = memo(function Cells<Row,>(
  { row, columns }: { row: Row; columns: readonly Column<Row>[] },
) {
  return columns.map(({ align, render }, i) => <td key={i} className={align}>{render(row)}</td>)
}) as <Row>(props: { row: Row; columns: readonly Column<Row>[] }) => ReactNode

/** In place of rows that are not drawn. */
function Gap({ px, span }: { px: number; span: number }) {
  return px > 0 && (
    <tr aria-hidden>
      <td colSpan={span} style={{ height: px, padding: 0, border: 0 }} />
    </tr>
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
