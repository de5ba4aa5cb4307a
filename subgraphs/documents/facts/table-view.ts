/**
 * A table as rows of figures under headers: what each column and row is about.
 */
import { type Amount, isEmptySlot, readAmount } from '../amount.ts'
import type { Cell, Table } from '../read/model.ts'
import { type Label, readLabel } from './label.ts'

/** What stands in a slot: a figure, nothing, or text. */
export type Slot = Amount | 'empty' | 'text'

/** A row of the body. @property index in the table */
export interface Row {
  readonly index: number
  readonly label: Label
  readonly text: string
  readonly slots: readonly Slot[]
}

/** The view of a table. */
export interface TableView {
  readonly table: Table
  /** Rows with figures or labels below the first header. */
  readonly rows: readonly Row[]
  /** Columns that have figures. */
  readonly columns: readonly number[]
  /** The headers that hold for a cell, read on from top to bottom. */
  header(row: number, column: number): string
  cell(row: number, column: number): Cell | undefined
}

/** Text that makes a row a header: periods and the names of columns. */
const HEADER_WORD = /年|期[初末]|本期|上期|金额|比例|余额|项目|增减|变动|发生额|合计|数量|单位|名称/

/** Reads a table. */
export function viewTable(table: Table): TableView {
  const grid: (Cell | undefined)[][] = Array.from(
    { length: table.rows },
    () => new Array<Cell | undefined>(table.columns).fill(undefined),
  )
  for (const cell of table.cells) {
    for (let r = cell.row; r < Math.min(cell.row + cell.rows, table.rows); r++) {
      for (let c = cell.column; c < Math.min(cell.column + cell.columns, table.columns); c++) {
        grid[r]![c] = cell
      }
    }
  }
  const slotAt = (r: number, c: number): Slot => {
    const cell = grid[r]![c]
    if (cell === undefined) return 'empty'
    // A figure in a merged cell stands once, where the cell begins.
    const own = cell.row === r && cell.column === c
    const amount = readAmount(cell.text)
    if (amount !== undefined) return own ? amount : 'empty'
    return isEmptySlot(cell.text) ? 'empty' : 'text'
  }
  const slots = grid.map((_, r) => Array.from({ length: table.columns }, (_, c) => slotAt(r, c)))
  const isFigure = (slot: Slot | undefined): slot is Amount => typeof slot === 'object'

  // The label column is the first that is text in most rows that have figures.
  const figureRows = slots.filter((row) => row.slice(1).some(isFigure))
  let labelColumn = 0
  for (let c = 0; c < Math.min(3, table.columns - 1); c++) {
    if (figureRows.filter((row) => row[c] === 'text').length > figureRows.length / 2) {
      labelColumn = c
      break
    }
  }
  const textOf = (r: number, c: number) => (grid[r]![c]?.text ?? '').trim()
  /** Header rows by their place: rows without figures that name columns. */
  const headerRows = new Set<number>()
  let seenFigures = false
  for (const [r, row] of slots.entries()) {
    const figures = row.slice(labelColumn + 1).filter(isFigure).length
    if (figures > 0) seenFigures = true
    const texts = new Set(
      row.flatMap((slot, c) =>
        // A label that spans the row heads a group of rows, not columns.
        slot === 'text' && grid[r]![c]!.column > labelColumn ? [grid[r]![c]!] : []
      ),
    )
    const named = [...texts].filter((cell) => HEADER_WORD.test(cell.text)).length
    if (figures === 0 && (seenFigures ? named >= 2 : texts.size > 0)) headerRows.add(r)
  }
  const headerCache = new Map<string, string>()
  const header = (row: number, column: number): string => {
    let last = row - 1
    while (last >= 0 && !headerRows.has(last)) last -= 1
    const key = `${last}:${column}`
    const cached = headerCache.get(key)
    if (cached !== undefined) return cached
    const texts: string[] = []
    for (let r = last; r >= 0 && headerRows.has(r); r--) {
      const cell = grid[r]![column]
      // A title over the whole table names no column.
      if (cell === undefined || cell.columns >= table.columns) continue
      if (!texts.includes(cell.text.trim())) texts.unshift(cell.text.trim())
    }
    const text = texts.join('')
    headerCache.set(key, text)
    return text
  }
  const rows: Row[] = []
  for (const [r, row] of slots.entries()) {
    if (headerRows.has(r)) continue
    const text = textOf(r, labelColumn)
    rows.push({ index: r, label: readLabel(text), text, slots: row })
  }
  const columns = Array.from({ length: table.columns }, (_, c) => c)
    .filter((c) => c > labelColumn && rows.some((row) => isFigure(row.slots[c])))
  return { table, rows, columns, header, cell: (r, c) => grid[r]?.[c] }
}

/** The figure in a slot, if it holds one. */
export function figure(slot: Slot | undefined): Amount | undefined {
  return typeof slot === 'object' ? slot : undefined
}

/** Columns of rates are weighted means, never sums. */
export function isRateHeader(header: string): boolean {
  return /比例|比重|占比|率|%|％|增减幅|百分|天数|单价|每股|平均|年限|倍/.test(header)
}
