/**
 * The fact graph: every figure of a document with what it says and where.
 */
import type { Place } from '../read/model.ts'
import type { Outline, Scope } from './outline.ts'
import { periodOf } from './period.ts'
import { figure, isRateHeader } from './table-view.ts'
import { unitOfHeader } from './unit.ts'

/**
 * One figure.
 *
 * @property entity the company that the document is about
 * @property power of ten to 元; null for what is no money, rates included
 * @property digits, decimals the figure as printed: `digits × 10^-decimals`
 */
export interface Fact {
  readonly entity: string | null
  readonly scope: Scope
  readonly section: string
  readonly item: string
  readonly header: string
  readonly period: string | null
  readonly power: number | null
  readonly digits: bigint
  readonly decimals: number
  readonly percent: boolean
  readonly place: Place
}

/** All figures in the tables of a document. */
export function factsOf(outline: Outline): Fact[] {
  return outline.tables.flatMap(({ view, scope, unit, title, headings }) =>
    view.rows.flatMap((row) =>
      view.columns.flatMap((column): Fact[] => {
        const printed = figure(row.slots[column])
        if (printed === undefined) return []
        const header = view.header(row.index, column)
        const rate = printed.percent || isRateHeader(header)
        return [{
          entity: outline.company ?? null,
          scope,
          section: title === '' ? headings.at(-1) ?? '' : title,
          item: row.label.item,
          header,
          period: periodOf(header, outline.year)?.key ?? null,
          power: rate || unit === null ? null : unitOfHeader(header)?.power ?? unit?.power ?? null,
          digits: printed.digits,
          decimals: printed.decimals,
          percent: rate,
          place: view.cell(row.index, column)!.place,
        }]
      })
    )
  )
}
