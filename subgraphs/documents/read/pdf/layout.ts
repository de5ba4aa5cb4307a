/**
 * The layout of a page: its lines of text and its tables, from top to bottom.
 */
import { type Box, boxAround, type Cell, type Table } from '../model.ts'
import { isAmountText } from '../../amount.ts'
import { type Grid, gridsOf } from './grid.ts'
import type { RawPage, Run } from './page.ts'

/** A line of text outside tables. @property parts where wide gaps divide it */
export interface Line {
  readonly kind: 'line'
  readonly text: string
  readonly box: Box
  readonly size: number
  readonly parts: readonly { readonly text: string; readonly box: Box }[]
}

/** A table of one page. @property xs borders of its columns, by which it is joined to the next page */
export interface PageTable {
  readonly kind: 'table'
  readonly table: Table
  readonly xs: readonly number[]
  readonly box: Box
}

export type LayoutItem = Line | PageTable

/** Runs whose middles lie this near, in shares of the font size, are one line. */
const SAME_LINE = 0.5
/** A gap this wide, in shares of the font size, divides a line into parts. */
const PART_GAP = 1.2
const WORD_GAP = 0.12

/** Lays a page out. */
export function layoutPage(page: RawPage): LayoutItem[] {
  const grids = gridsOf(page.rulings)
  const inGrid = grids.map(() => [] as Run[])
  const outside: Run[] = []
  for (const run of page.runs) {
    const [x, y] = middle(run.box)
    const at = grids.findIndex(({ box }) =>
      x >= box[0] - 1 && x <= box[2] + 1 && y >= box[1] - 1 && y <= box[3] + 1
    )
    if (at === -1) outside.push(run)
    else inGrid[at]!.push(run)
  }
  const items: LayoutItem[] = []
  for (const [i, grid] of grids.entries()) {
    const runs = inGrid[i]!
    if (runs.length === 0) continue
    items.push({
      kind: 'table',
      table: fill(grid, runs, page.page),
      xs: grid.xs,
      box: grid.box,
    })
  }
  items.push(...withBorderless(linesOf(outside), page.page, items))
  return items.sort((a, b) => a.box[1] - b.box[1] || a.box[0] - b.box[0])
}

/** Lines of text, each from left to right. */
export function linesOf(runs: readonly Run[]): Line[] {
  const sorted = runs.toSorted((a, b) => middle(a.box)[1] - middle(b.box)[1])
  const groups: Run[][] = []
  for (const run of sorted) {
    const y = middle(run.box)[1]
    // A small mark beside large text has its own middle: look back over a few lines.
    const group = groups.slice(-3).findLast((group) => {
      const first = group[0]!
      return Math.abs(middle(first.box)[1] - y) <= SAME_LINE * Math.max(first.size, run.size)
    })
    if (group === undefined) groups.push([run])
    else group.push(run)
  }
  return groups.map(lineOf)
}

function lineOf(runs: readonly Run[]): Line {
  const sorted = runs.toSorted((a, b) => a.box[0] - b.box[0])
  const parts: { text: string; boxes: Box[] }[] = []
  let last: Run | undefined
  for (const run of sorted) {
    const gap = last === undefined ? Infinity : run.box[0] - last.box[2]
    if (gap > PART_GAP * run.size) parts.push({ text: run.text.trim(), boxes: [run.box] })
    else {
      const part = parts.at(-1)!
      part.text += (gap > WORD_GAP * run.size && needsSpace(part.text, run.text) ? ' ' : '') +
        run.text.trim()
      part.boxes.push(run.box)
    }
    last = run
  }
  return {
    kind: 'line',
    text: parts.map((part) => part.text).join(' '),
    box: boxAround(sorted.map((run) => run.box)),
    size: Math.max(...sorted.map((run) => run.size)),
    parts: parts.map(({ text, boxes }) => ({ text, box: boxAround(boxes) })),
  }
}

/** Words of Latin letters need their space; Chinese beside digits is set with a gap that means none. */
function needsSpace(before: string, after: string): boolean {
  return /[A-Za-z,.;:)]$/.test(before) && /^[A-Za-z(]/.test(after) ||
    /[\d.]$/.test(before) && /^[\d(-]/.test(after)
}

function fill(grid: Grid, runs: readonly Run[], page: number): Table {
  const byCell = grid.cells.map(() => [] as Run[])
  const cellAt = (x: number, y: number) =>
    grid.cells.findIndex(({ box }) =>
      x >= box[0] - 1 && x < box[2] + 1 && y >= box[1] - 1 && y < box[3] + 1
    )
  for (const run of runs) {
    for (const piece of piecesOf(run, grid)) {
      const at = cellAt(...middle(piece.box))
      if (at !== -1) byCell[at]!.push(piece)
    }
  }
  const cells = grid.cells.map(({ box, ...cell }, i): Cell => ({
    ...cell,
    text: cellText(byCell[i]!),
    place: { page, box: rounded(box) },
  }))
  return {
    kind: 'table',
    rows: grid.ys.length - 1,
    columns: grid.xs.length - 1,
    cells,
    ruled: true,
  }
}

/** A run that crosses a border of the row that it stands in belongs to the cells on both sides. */
function piecesOf(run: Run, grid: Grid): Run[] {
  const [x0, y0, x1, y1] = run.box
  const y = (y0 + y1) / 2
  const row = grid.cells.filter(({ box }) => y >= box[1] && y < box[3])
  const cuts = row.map(({ box }) => box[0]).filter((x) =>
    x > x0 + run.size * 0.6 &&
    x < x1 - run.size * 0.6
  ).sort((a, b) => a - b)
  if (cuts.length === 0) return [run]
  const characters = Array.from(run.text)
  const widths = characters.map((c) => c.codePointAt(0)! < 0x2000 ? 0.5 : 1)
  const scale = (x1 - x0) / widths.reduce((a, b) => a + b, 0)
  const pieces: Run[] = []
  let from = x0
  let x = x0
  let text = ''
  for (const [i, character] of characters.entries()) {
    const next = x + widths[i]! * scale
    if (cuts.length > 0 && (x + next) / 2 > cuts[0]!) {
      if (text.trim() !== '') pieces.push({ text, size: run.size, box: [from, y0, x, y1] })
      text = ''
      from = x
      while (cuts.length > 0 && (x + next) / 2 > cuts[0]!) cuts.shift()
    }
    text += character
    x = next
  }
  if (text.trim() !== '') pieces.push({ text, size: run.size, box: [from, y0, x1, y1] })
  return pieces
}

/** The text of a cell: wrapped lines read on, as Chinese does. */
function cellText(runs: readonly Run[]): string {
  let text = ''
  for (const line of linesOf(runs)) {
    text += /[A-Za-z]$/.test(text) && /^[A-Za-z]/.test(line.text) ? ` ${line.text}` : line.text
  }
  return text
}

/** The fewest rows of a table without rulings. */
const BORDERLESS_ROWS_MIN = 3
const ALIGNED = 4

/** Turns runs of lines with aligned amounts into tables; the other lines stay. */
function withBorderless(
  lines: readonly Line[],
  page: number,
  ruled: readonly LayoutItem[],
): LayoutItem[] {
  const items: LayoutItem[] = []
  let pending: Line[] = []
  const flush = () => {
    const made = borderless(pending, page)
    if (made === undefined) items.push(...pending)
    else items.push(...made)
    pending = []
  }
  for (const line of lines) {
    const last = pending.at(-1)
    const apart = last !== undefined &&
      (line.box[1] - last.box[3] > 2.2 * line.size ||
        ruled.some(({ box }) => box[1] > last.box[1] && box[1] < line.box[1]))
    if (apart) flush()
    if (line.parts.length >= 2 || (last !== undefined && line.text.length <= 24)) pending.push(line)
    else {
      flush()
      items.push(line)
    }
  }
  flush()
  return items
}

function borderless(lines: readonly Line[], page: number): LayoutItem[] | undefined {
  const isAmountRow = (line: Line) =>
    line.parts.length >= 2 && line.parts.slice(1).some((part) => isAmountText(part.text)) &&
    !isAmountText(line.parts[0]!.text)
  const amountRows = lines.filter(isAmountRow)
  if (amountRows.length < BORDERLESS_ROWS_MIN) return undefined
  // Columns of amounts end at the same place.
  const ends: { at: number; count: number; from: number }[] = []
  for (const row of amountRows) {
    for (const part of row.parts.slice(1)) {
      const end = ends.find(({ at }) => Math.abs(at - part.box[2]) <= ALIGNED)
      if (end === undefined) ends.push({ at: part.box[2], count: 1, from: part.box[0] })
      else {
        end.count += 1
        end.from = Math.min(end.from, part.box[0])
      }
    }
  }
  const columns = ends.filter(({ count }) => count >= Math.max(2, amountRows.length * 0.3))
    .sort((a, b) => a.at - b.at)
  if (columns.length === 0) return undefined
  const first = lines.findIndex(isAmountRow)
  const last = lines.findLastIndex(isAmountRow)
  // The line above the amounts is their header when it has parts of its own.
  const top = first > 0 && lines[first - 1]!.parts.length >= 2 ? first - 1 : first
  const body = lines.slice(top, last + 1)
  const labelEnd = Math.min(...columns.map(({ from }) => from)) - 1
  const cells: Cell[] = []
  for (const [row, line] of body.entries()) {
    const texts = Array.from(
      { length: columns.length + 1 },
      () => [] as typeof line.parts[number][],
    )
    for (const part of line.parts) {
      const centre = (part.box[0] + part.box[2]) / 2
      const at = part.box[2] <= labelEnd + ALIGNED && !isAmountText(part.text) ? -1 : nearest(
        columns,
        isAmountText(part.text) ? part.box[2] : centre,
        isAmountText(part.text),
      )
      texts[at + 1]!.push(part)
    }
    for (const [column, parts] of texts.entries()) {
      cells.push({
        row,
        column,
        rows: 1,
        columns: 1,
        text: parts.map((part) => part.text).join(''),
        place: {
          page,
          box: rounded(parts.length === 0 ? line.box : boxAround(parts.map(({ box }) => box))),
        },
      })
    }
  }
  const table: Table = {
    kind: 'table',
    rows: body.length,
    columns: columns.length + 1,
    cells,
    ruled: false,
  }
  const made: PageTable = {
    kind: 'table',
    table,
    xs: [Math.min(...body.map(({ box }) => box[0])), ...columns.map(({ at }) => at)],
    box: boxAround(body.map(({ box }) => box)),
  }
  return [...lines.slice(0, top), made, ...lines.slice(last + 1)]
}

function nearest(
  columns: readonly { readonly at: number; readonly from: number }[],
  x: number,
  isEnd: boolean,
): number {
  let best = 0
  let distance = Infinity
  for (const [i, column] of columns.entries()) {
    const d = Math.abs((isEnd ? column.at : (column.at + column.from) / 2) - x)
    if (d < distance) [best, distance] = [i, d]
  }
  return best
}

function middle(box: Box): [number, number] {
  return [(box[0] + box[2]) / 2, (box[1] + box[3]) / 2]
}

/** Tenths of a point are as near as anybody can point. */
export function rounded(box: Box): Box {
  return [tenth(box[0]), tenth(box[1]), tenth(box[2]), tenth(box[3])]
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}
