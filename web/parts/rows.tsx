/**
 * A table that is walked by keyboard: `j` and `k` choose a row, `Enter` opens it. However long it is,
 * only what is seen of it is drawn.
 */
import { useEffect, useRef, useState } from 'react'
import { useKeys } from '../shell/keyboard.ts'
import { Grid, type GridProps } from './grid.tsx'
import { useRowWindow } from './window.ts'

export function Rows<Row>(props: Omit<GridProps<Row>, 'at' | 'window' | 'table'>) {
  const { rows, columns, open } = props
  const table = useRef<HTMLTableElement>(null)
  const { window, show } = useRowWindow(
    table,
    rows.length,
    columns.map(({ title }) => title).join(),
  )
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
    if (at >= 0) show(at)
  }, [at])
  return <Grid {...props} at={at} window={window} table={table} />
}
