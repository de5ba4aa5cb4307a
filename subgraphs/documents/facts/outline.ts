/**
 * What surrounds each table and paragraph: the headings above it, the unit that holds, whether it is
 * about the group or the parent company alone.
 */
import type { Block, Paragraph, ReadDocument, Table } from '../read/model.ts'
import { itemName } from './label.ts'
import { type TableView, viewTable } from './table-view.ts'
import { type Unit, unitOfLine } from './unit.ts'

/** 合并 (the group) or 母公司 (the parent company alone). */
export type Scope = 'group' | 'parent'

/** A table with what surrounds it. @property title the nearest line above that names it */
export interface PlacedTable {
  readonly kind: 'table'
  readonly index: number
  readonly view: TableView
  readonly headings: readonly string[]
  readonly title: string
  /** Null where the unit is no money, undefined where none is given. */
  readonly unit: Unit | null | undefined
  readonly unitLine: Paragraph | undefined
  readonly scope: Scope
}

/** A paragraph with what surrounds it. */
export interface PlacedParagraph {
  readonly kind: 'paragraph'
  readonly index: number
  readonly paragraph: Paragraph
  readonly headings: readonly string[]
  readonly scope: Scope
}

/** A document in sections. @property year that the report is about @property date as an ISO day */
export interface Outline {
  readonly tables: readonly PlacedTable[]
  readonly paragraphs: readonly PlacedParagraph[]
  readonly year: number | undefined
  readonly company: string | undefined
  readonly date: string | undefined
}

/** How far above a table its title and unit may stand, in blocks. */
const ABOVE_MAX = 6

/** Reads the outline of a document. */
export function outlineOf(document: ReadDocument): Outline {
  const walker = new OutlineWalker()
  const blocks = document.blocks.map((block) => walker.take(block))
  const tables = blocks.filter((block) => block.kind === 'table')
  const paragraphs = blocks.filter((block) => block.kind === 'paragraph')
  const year = reportYear(paragraphs, tables)
  return {
    tables,
    paragraphs,
    year,
    company: companyOf(paragraphs, tables),
    date: dateOf(paragraphs, year),
  }
}

/** Places blocks one by one, as they are read. */
export class OutlineWalker {
  #headings: string[] = []
  #above: Paragraph[] = []
  #scope: Scope = 'group'
  /** Set by a section for all that it holds; a statement's own title goes before. */
  #sectionScope: Scope = 'group'
  #index = -1
  #lastUnit: { unit: Unit | null; line: Paragraph } | undefined

  take(block: Block): PlacedTable | PlacedParagraph {
    this.#index += 1
    return block.kind === 'table' ? this.#table(block) : this.#paragraph(block)
  }

  #paragraph(paragraph: Paragraph): PlacedParagraph {
    const { text, level } = paragraph
    const bare = itemName(text)
    if (level > 0) {
      this.#headings = [...this.#headings.slice(0, level - 1)]
      while (this.#headings.length < level - 1) this.#headings.push('')
      this.#headings.push(text)
      if (level <= 2) {
        this.#sectionScope = /母公司财务报表|公司财务报表主要项目/.test(text) ? 'parent' : 'group'
        this.#scope = this.#sectionScope
      }
    }
    if (
      /^(?:\d+[、.．])?母公司(?:资产负债表|利润表|现金流量表|所有者权益变动表|股东权益变动表)/.test(
        bare,
      )
    ) {
      this.#scope = 'parent'
    } else if (
      /^(?:\d+[、.．])?合并(?:资产负债表|利润表|现金流量表|所有者权益变动表|股东权益变动表)/.test(
        bare,
      )
    ) {
      this.#scope = 'group'
    } else if (level > 0) this.#scope = this.#sectionScope
    this.#above.push(paragraph)
    if (this.#above.length > ABOVE_MAX) this.#above.shift()
    const unit = unitOfLine(text)
    if (unit !== undefined && text.length < 60) this.#lastUnit = { unit, line: paragraph }
    return {
      kind: 'paragraph',
      index: this.#index,
      paragraph,
      headings: this.#headings,
      scope: this.#scope,
    }
  }

  #table(table: Table): PlacedTable {
    const above = this.#above
    // The unit of a table above holds only where nothing but its own lines stands between.
    const near = this.#lastUnit !== undefined && above.includes(this.#lastUnit.line)
      ? this.#lastUnit
      : undefined
    const inside = table.cells.filter((cell) => cell.row <= 1).map((cell) => unitOfLine(cell.text))
      .find((unit) => unit !== undefined)
    const title =
      above.toReversed().find(({ text, level }) =>
        level > 0 || (text.length <= 40 && !/单位[:：]|币种|适用|编制|[。；]$/.test(text))
      )?.text ?? ''
    const placed: PlacedTable = {
      kind: 'table',
      index: this.#index,
      view: viewTable(table),
      headings: this.#headings,
      title,
      unit: inside === undefined ? near?.unit : inside,
      unitLine: near?.line,
      scope: this.#scope,
    }
    this.#above = []
    return placed
  }
}

/** The year of the report: on its first pages, or else the latest that its statements head. */
function reportYear(
  paragraphs: readonly PlacedParagraph[],
  tables: readonly PlacedTable[],
): number | undefined {
  for (const { paragraph } of paragraphs.slice(0, 60)) {
    const found = /(20\d\d)\s*年\s*(?:年度报告|度报告|度财务报表|度审计报告|半年度报告|年度审计)/
      .exec(
        paragraph.text,
      )
    if (found !== null) return Number(found[1])
  }
  const years = tables.flatMap(({ view }) =>
    view.columns.flatMap((c) => {
      const found = /(20\d\d)年(?:12月31日|度|末)/.exec(view.header(view.rows[0]?.index ?? 0, c))
      return found === null ? [] : [Number(found[1])]
    })
  )
  return years.length === 0 ? undefined : Math.max(...years)
}

function companyOf(
  paragraphs: readonly PlacedParagraph[],
  tables: readonly PlacedTable[],
): string | undefined {
  for (const { view } of tables.slice(0, 12)) {
    for (const row of view.rows) {
      if (!/公司的?中文名称/.test(row.text)) continue
      const name = view.table.cells.find((cell) => cell.row === row.index && cell.column > 0)?.text
      if (name !== undefined) return name.trim()
    }
  }
  for (const { paragraph } of paragraphs.slice(0, 40)) {
    const found = /^([\u4e00-\u9fff（）()]{4,30}(?:股份有限公司|有限责任公司|有限公司))/.exec(
      paragraph.text.trim(),
    )
    if (found !== null) return found[1]
  }
  return undefined
}

/** The latest day within a year and a half of the period's end that the text names. */
function dateOf(
  paragraphs: readonly PlacedParagraph[],
  year: number | undefined,
): string | undefined {
  if (year === undefined) return undefined
  const earliest = `${year}-12-31`
  const latest = `${year + 1}-12-31`
  let found: string | undefined
  for (const { paragraph } of paragraphs) {
    for (
      const [, y, m, d] of paragraph.text.replaceAll(' ', '').matchAll(
        /(20\d\d)[年-](\d{1,2})[月-](\d{1,2})日?/g,
      )
    ) {
      const day = `${y}-${m!.padStart(2, '0')}-${d!.padStart(2, '0')}`
      if (day > earliest && day <= latest && (found === undefined || day > found)) found = day
    }
  }
  // A signature's day says it best.
  for (const { paragraph } of paragraphs.toReversed()) {
    const signed =
      /^(?:董事会批准报送日期|批准报送日期|报出日期|日期)[:：]?(20\d\d)[年-](\d{1,2})[月-](\d{1,2})/
        .exec(paragraph.text.replaceAll(' ', ''))
    if (signed !== null) {
      return `${signed[1]}-${signed[2]!.padStart(2, '0')}-${signed[3]!.padStart(2, '0')}`
    }
  }
  return found
}
