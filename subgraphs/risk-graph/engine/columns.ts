/**
 * Links as columns: made and cut.
 */
import type { LinkColumns } from '../port.ts'

/** Room for so many links. */
export function linkColumns(size: number): LinkColumns {
  return {
    no: new Uint32Array(size),
    from: new Uint32Array(size),
    to: new Uint32Array(size),
    kind: new Uint16Array(size),
    day: new Int32Array(size),
  }
}

/** The rows from `start` up to, not including, `end`, without a copy. */
export function sliceOf({ no, from, to, kind, day }: LinkColumns, start: number, end: number) {
  return {
    no: no.subarray(start, end),
    from: from.subarray(start, end),
    to: to.subarray(start, end),
    kind: kind.subarray(start, end),
    day: day.subarray(start, end),
  } satisfies LinkColumns
}

/** No links. */
export const NO_LINKS: LinkColumns = linkColumns(0)
