/**
 * Which rows of a long table are on the screen: the others are not in the page.
 */
import { useWindowVirtualizer } from '@tanstack/react-virtual'
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Shorter tables are drawn whole. */
const WINDOW_FROM = 150
/** Rows drawn above and below what is seen, so that a fast hand meets no empty ones. */
const AHEAD = 12
const ROW_PX = 44

/** The part of a table that is drawn. @property before @property after heights in pixels */
export interface RowWindow {
  readonly start: number
  readonly end: number
  readonly before: number
  readonly after: number
  readonly measure: (row: HTMLElement | null) => void
  /** Of the columns, once they are known: rows that come and go must not move them. */
  readonly widths: readonly number[] | undefined
}

/**
 * The window of a table with so many rows; undefined where it is drawn whole.
 *
 * @param shape whatever makes widths other ones: columns, language
 */
export function useRowWindow(
  table: RefObject<HTMLTableElement | null>,
  count: number,
  shape: string,
): { readonly window: RowWindow | undefined; readonly show: (index: number) => void } {
  const long = count > WINDOW_FROM
  const top = useRef(0)
  const [widths, setWidths] = useState<{ shape: string; px: readonly number[] }>()
  useLayoutEffect(() => {
    const { current } = table
    if (current === null) return
    top.current = current.getBoundingClientRect().top + scrollY
    if (!long || widths?.shape === shape) return
    const heads = [...current.querySelectorAll('thead th')]
    setWidths({ shape, px: heads.map((head) => head.getBoundingClientRect().width) })
  }, [long, shape, widths])
  useEffect(() => {
    const forget = () => setWidths(undefined)
    addEventListener('resize', forget)
    return () => removeEventListener('resize', forget)
  }, [])
  const virtualizer = useWindowVirtualizer({
    count: long ? count : 0,
    estimateSize: () => ROW_PX,
    overscan: AHEAD,
    scrollMargin: top.current,
  })
  const show = (index: number) => {
    if (long) virtualizer.scrollToIndex(index)
    else table.current?.querySelector('.chosen')?.scrollIntoView({ block: 'nearest' })
  }
  if (!long) return { window: undefined, show }
  const items = virtualizer.getVirtualItems()
  const [first, last] = [items[0], items.at(-1)]
  return {
    show,
    window: {
      start: first?.index ?? 0,
      end: (last?.index ?? -1) + 1,
      before: (first?.start ?? top.current) - top.current,
      after: virtualizer.getTotalSize() - ((last?.end ?? top.current) - top.current),
      measure: virtualizer.measureElement,
      widths: widths?.shape === shape ? widths.px : undefined,
    },
  }
}
