/**
 * Rows copied from a spreadsheet: tabs between cells, quotes where a cell has several lines.
 */
import { toCsv } from '../parts/csv.ts'

/** @property rows without the header */
export interface Pasted {
  readonly csv: string
  readonly rows: number
}

/** Reads what a spreadsheet puts on the clipboard; commas separate where there is no tab. */
export function readPasted(text: string): Pasted | undefined {
  const cells = text.includes('\t') ? readTabs(text) : undefined
  if (cells === undefined) {
    const lines = text.split(/\r?\n/).filter((line) => line !== '')
    return lines.length < 2
      ? undefined
      : { csv: `${lines.join('\r\n')}\r\n`, rows: lines.length - 1 }
  }
  return cells.length < 2 ? undefined : { csv: toCsv(cells), rows: cells.length - 1 }
}

/** One cell and what ends it: a tab, the end of a line, or of the text. */
const CELL = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))[^\t\r\n]*(\t|\r\n|\r|\n|$)/y

function readTabs(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  for (let at = 0; at < text.length; at = CELL.lastIndex) {
    CELL.lastIndex = at
    const [, quoted, plain, end] = CELL.exec(text)!
    row.push(quoted?.replaceAll('""', '"') ?? plain!)
    if (end === '\t' && CELL.lastIndex < text.length) continue
    if (end === '\t') row.push('')
    if (row.some((cell) => cell !== '')) rows.push(row)
    row = []
  }
  return rows
}
