/**
 * A table that is walked by keyboard: `j` and `k` choose a row, `Enter` opens it.
 */
import { Table, type TableColumnsType, type TableProps, Typography } from 'antd'
import { useEffect, useState } from 'react'
import { useKeys } from '../shell/keyboard.ts'
import { useWords } from '../words/words.ts'

interface RowsProps<Row> {
  readonly rows: readonly Row[]
  readonly columns: TableColumnsType<Row>
  readonly keyOf: (row: Row) => string
  readonly name: string
  readonly open?: (row: Row) => void
  readonly selection?: TableProps<Row>['rowSelection']
  readonly empty?: string
}

export function Rows<Row extends object>(
  { rows, columns, keyOf, name, open, selection, empty }: RowsProps<Row>,
) {
  const { say } = useWords()
  const [at, setAt] = useState(-1)
  useEffect(() => setAt((now) => Math.min(now, rows.length - 1)), [rows.length])
  const move = (by: number) => setAt((now) => Math.max(0, Math.min(rows.length - 1, now + by)))
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Enter: () => {
      const row = rows[at]
      if (row !== undefined) open?.(row)
    },
  })
  useEffect(() => {
    if (at >= 0) globalThis.document.querySelector('.chosen')?.scrollIntoView({ block: 'nearest' })
  }, [at])
  return (
    <Table<Row>
      aria-label={name}
      size='middle'
      pagination={false}
      columns={columns}
      dataSource={rows as Row[]}
      rowKey={keyOf}
      locale={{
        emptyText: <Typography.Text type='secondary'>{empty ?? say('state.empty')}
        </Typography.Text>,
      }}
      {...(selection === undefined ? {} : { rowSelection: selection })}
      onRow={(row, index) => ({
        className: index === at ? 'chosen' : '',
        'aria-selected': index === at,
        ...(open === undefined ? {} : { onDoubleClick: () => open(row) }),
      })}
    />
  )
}
