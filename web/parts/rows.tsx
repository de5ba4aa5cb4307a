/**
 * A table that is walked by keyboard: `j` and `k` choose a row, `Enter` opens it.
 */
import { useEffect, useState } from 'react'
import { useKeys } from '../shell/keyboard.ts'
import { Grid, type GridProps } from './grid.tsx'

export function Rows<Row>(props: Omit<GridProps<Row>, 'at'>) {
  const { rows, open } = props
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
  return <Grid {...props} at={at} />
}
