/**
 * A document from its pages: paragraphs and tables joined across page breaks, headers and footers
 * left out, blocks handed on as soon as nothing can follow them.
 */
import { headingLevel } from '../heading.ts'
import type { Block, Cell, Paragraph, Place, Span, Table } from '../model.ts'
import { type LayoutItem, type Line, type PageTable, rounded } from './layout.ts'

/** The items of one page, from top to bottom. */
export interface PageLayout {
  readonly page: number
  readonly width: number
  readonly height: number
  readonly items: readonly LayoutItem[]
}

/** Headers and footers stand within this share of the page's height. */
const FURNITURE = 0.1
/** Borders of a table that goes on lie as near as this to those before. */
const SAME_BORDER = 4
/** Dots that lead to a page number: each line of a contents list is its own. */
const LEADER = /[.．·…]{5,}\s*\d*$/
/** The most rows of a header that is repeated on the next page. */
const HEADER_ROWS_MAX = 3

/** Joins pages. One page is held back: whether a line is a header shows on the next. */
export class Assembler {
  #before: PageLayout | undefined
  #held: PageLayout | undefined
  #paragraph: OpenParagraph | undefined
  #table: { table: PageTable; lastPage: number } | undefined

  /** Takes the next page and answers the blocks that are complete. */
  push(page: PageLayout): Block[] {
    const done = this.#held === undefined ? [] : this.#take(this.#held, this.#before, page)
    this.#before = this.#held
    this.#held = page
    return done
  }

  /** The blocks that are left. */
  end(): Block[] {
    const done = this.#held === undefined ? [] : this.#take(this.#held, this.#before, undefined)
    this.#held = undefined
    return [...done, ...this.#closeTable(), ...this.#closeParagraph()]
  }

  #take(page: PageLayout, before: PageLayout | undefined, after: PageLayout | undefined): Block[] {
    const outer = [page.items[0], page.items.at(-1)]
    const body = page.items.filter((item) =>
      !isFurniture(item, page, before) && !isFurniture(item, page, after) &&
      !isPageNumber(item, page, outer.includes(item))
    )
    const lines = body.filter((item): item is Line => item.kind === 'line')
    const left = Math.min(...lines.map((line) => line.box[0]))
    const right = Math.max(...lines.map((line) => line.box[2]))
    const done: Block[] = []
    for (const [i, item] of body.entries()) {
      if (item.kind === 'table') {
        done.push(...this.#closeParagraph())
        const open = this.#table
        const joined = i === 0 && open !== undefined && open.lastPage === page.page - 1
          ? joinTables(open.table, item)
          : undefined
        if (joined === undefined) done.push(...this.#closeTable())
        this.#table = { table: joined ?? item, lastPage: page.page }
      } else {
        done.push(...this.#closeTable())
        done.push(...this.#line(item, page, left, right))
      }
    }
    // A table is open only while it is the last thing on the page.
    if (body.at(-1)?.kind !== 'table') done.push(...this.#closeTable())
    return done
  }

  #line(line: Line, page: PageLayout, left: number, right: number): Block[] {
    const open = this.#paragraph
    const place: Place = { page: page.page, box: rounded(line.box) }
    const level = headingLevel(line.text)
    const indented = line.box[0] > left + 0.8 * line.size
    // A sentence that has not ended goes on however its next line is set in.
    const ended = open === undefined || /[。：；！？]$/.test(open.text)
    // By the margin, and by the first line of the paragraph where a page has little text.
    const centred = line.box[0] > Math.min(left, open?.left ?? left) + 4.5 * line.size
    const goesOn = open !== undefined && open.full && level === 0 && !(indented && ended) &&
      !centred &&
      open.level === 0 && Math.abs(open.size - line.size) < 1 && !LEADER.test(open.text)
    const full = line.box[2] > right - 2.5 * line.size && right - left > 20 * line.size
    if (goesOn) {
      const gap = /[A-Za-z,]$/.test(open.text) && /^[A-Za-z]/.test(line.text) ? ' ' : ''
      open.spans.push({ at: open.text.length + gap.length, place })
      open.text += gap + line.text
      open.full = full
      return []
    }
    const done = this.#closeParagraph()
    this.#paragraph = {
      text: line.text,
      spans: [{ at: 0, place }],
      // A heading that fills its line and ends in a stop is a numbered paragraph.
      level: full && /[。；，：]$/.test(line.text) ? 0 : level,
      size: line.size,
      left: line.box[0],
      full,
    }
    return done
  }

  #closeParagraph(): Block[] {
    const open = this.#paragraph
    this.#paragraph = undefined
    if (open === undefined) return []
    const { text, spans, level } = open
    return [{ kind: 'paragraph', text, spans, level } satisfies Paragraph]
  }

  #closeTable(): Block[] {
    const open = this.#table
    this.#table = undefined
    return open === undefined ? [] : [open.table.table]
  }
}

interface OpenParagraph {
  text: string
  spans: Span[]
  level: number
  size: number
  left: number
  /** Whether the last line reaches the right margin, so that it may go on. */
  full: boolean
}

/** @param outermost whether nothing stands before it, or nothing after it, on the page */
function isPageNumber(item: LayoutItem, page: PageLayout, outermost: boolean): boolean {
  return item.kind === 'line' && (outermost || isAtEdge(item, page)) &&
    /^(?:第?\d{1,4}页?|[-–—]\s*\d{1,4}\s*[-–—]|\d{1,4}\s*\/\s*\d{1,4}|\d+-\d+(?:-\d+)?)$/.test(
      item.text.replaceAll(' ', ''),
    )
}

function isAtEdge(item: LayoutItem, page: PageLayout): boolean {
  return item.box[3] < page.height * FURNITURE || item.box[1] > page.height * (1 - FURNITURE)
}

/** Whether a line at the edge of a page stands on a neighbouring page, too, but for its numbers. */
function isFurniture(item: LayoutItem, page: PageLayout, other: PageLayout | undefined): boolean {
  if (other === undefined || item.kind !== 'line' || !isAtEdge(item, page)) return false
  const shape = shapeOf(item.text)
  return other.items.some((there) =>
    there.kind === 'line' && Math.abs(there.box[1] - item.box[1]) < 4 &&
    shapeOf(there.text) === shape
  )
}

function shapeOf(text: string): string {
  return text.replaceAll(/\d+/g, '#').replaceAll(/\s/g, '')
}

/** One table of two when the second goes on with the borders of the first. */
export function joinTables(first: PageTable, second: PageTable): PageTable | undefined {
  if (first.table.ruled !== second.table.ruled) return undefined
  const [more, fewer] = first.xs.length >= second.xs.length
    ? [first.xs, second.xs]
    : [second.xs, first.xs]
  const indexIn = (xs: readonly number[], x: number) =>
    xs.findIndex((other) => Math.abs(other - x) <= SAME_BORDER)
  if (
    indexIn(more, fewer[0]!) !== 0 || indexIn(more, fewer.at(-1)!) !== more.length - 1 ||
    fewer.some((x) => indexIn(more, x) === -1)
  ) return undefined
  const onto = (xs: readonly number[], cell: Cell): Cell => {
    const column = indexIn(more, xs[cell.column]!)
    return { ...cell, column, columns: indexIn(more, xs[cell.column + cell.columns]!) - column }
  }
  // Tables without rulings have one border a column; there is none to end the last.
  if (!first.table.ruled && more.length !== fewer.length) return undefined
  const map = first.table.ruled ? onto : (_: readonly number[], cell: Cell) => cell
  const top = first.table.cells.map((cell) => map(first.xs, cell))
  const skipped = repeatedRows(first.table, second.table)
  const shift = first.table.rows - skipped
  const bottom = second.table.cells.filter((cell) => cell.row >= skipped)
    .map((cell) => ({ ...map(second.xs, cell), row: cell.row + shift }))
  return {
    kind: 'table',
    table: {
      kind: 'table',
      ruled: first.table.ruled,
      rows: first.table.rows + second.table.rows - skipped,
      columns: Math.max(first.table.columns, second.table.columns),
      cells: [...top, ...bottom],
    },
    xs: more,
    box: first.box,
  }
}

/** How many rows of a header the second table repeats. */
function repeatedRows(first: Table, second: Table): number {
  const rowText = (table: Table, row: number) =>
    table.cells.filter((cell) => cell.row === row).map((cell) => cell.text).join('|')
  let rows = 0
  while (
    rows < HEADER_ROWS_MAX && rows < second.rows - 1 && rows < first.rows &&
    rowText(first, rows).replaceAll('|', '') !== '' &&
    !/\d{1,3},\d{3}/.test(rowText(first, rows)) &&
    rowText(first, rows) === rowText(second, rows)
  ) rows += 1
  return rows
}
