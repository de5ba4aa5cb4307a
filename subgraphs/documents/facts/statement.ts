/**
 * Statements: the balance sheet, income and cash flow statements of the group and the parent, item by
 * item and period by period.
 */
import { type Decimal, scaled } from '../amount.ts'
import type { Place } from '../read/model.ts'
import type { PlacedTable, Scope } from './outline.ts'
import { type Period, periodOf } from './period.ts'
import { figure, isRateHeader } from './table-view.ts'

export type StatementKind = 'balance' | 'income' | 'cash'

/** A figure of a statement in 元. @property printed as it stands @property row of its table */
export interface StatementFigure {
  readonly value: Decimal
  readonly printed: Decimal
  readonly place: Place
  readonly row: number
  readonly column: number
}

/** One item in all periods. @property number of its note, as printed */
export interface StatementItem {
  readonly item: string
  readonly text: string
  readonly sign: 1 | -1
  readonly ofWhich: boolean
  readonly row: number
  readonly note: string
  readonly figures: ReadonlyMap<string, StatementFigure>
}

/** One statement. @property columns periods in the order in which they are printed */
export interface Statement {
  readonly kind: StatementKind
  readonly scope: Scope
  readonly table: PlacedTable
  readonly columns: readonly { readonly column: number; readonly period: Period }[]
  readonly items: readonly StatementItem[]
}

/** Items that only the one statement has. */
const SIGNATURES: Readonly<Record<StatementKind, readonly string[]>> = {
  balance: ['资产总计', '负债合计', '负债和所有者权益总计'],
  income: ['营业利润', '利润总额', '净利润'],
  cash: ['经营活动现金流量净额', '投资活动现金流量净额', '现金及现金等价物净增加额'],
}

/** All statements of a document. A table that restates one because of a change of rules is none. */
export function statementsOf(
  tables: readonly PlacedTable[],
  year: number | undefined,
): Statement[] {
  const statements: Statement[] = []
  for (const table of tables) {
    const statement = statementOf(table, year)
    if (statement === undefined) continue
    const twin = statements.some((other) =>
      other.kind === statement.kind && other.scope === statement.scope
    )
    if (!twin) statements.push(statement)
  }
  return statements
}

function statementOf(table: PlacedTable, year: number | undefined): Statement | undefined {
  const { view, unit } = table
  if (view.rows.length < 10 || unit === null) return undefined
  const names = new Set(view.rows.map((row) => row.label.item))
  const kind = (Object.keys(SIGNATURES) as StatementKind[]).find((kind) =>
    SIGNATURES[kind].every((item) => names.has(item))
  )
  if (kind === undefined) return undefined
  const first = view.rows[0]!.index
  const columns = view.columns.flatMap((column) => {
    const header = view.header(first + 1, column) || view.header(first, column)
    const period = isRateHeader(header) ? undefined : periodOf(header, year)
    return period === undefined || /附注|注释/.test(header) ? [] : [{ column, period }]
  })
  if (columns.length === 0) return undefined
  if (new Set(columns.map(({ period }) => period.key)).size < columns.length) return undefined
  const noteColumn = Array.from({ length: view.table.columns }, (_, c) => c)
    .find((c) => /附注|注释/.test(view.header(first, c)))
  const power = unit?.power ?? 0
  const items = view.rows.map((row): StatementItem => {
    const figures = new Map<string, StatementFigure>()
    for (const { column, period } of columns) {
      const printed = figure(row.slots[column])
      if (printed === undefined) continue
      figures.set(period.key, {
        value: scaled(printed, power),
        printed,
        place: view.cell(row.index, column)!.place,
        row: row.index,
        column,
      })
    }
    return {
      item: row.label.item,
      text: row.text,
      sign: row.label.sign,
      ofWhich: row.label.ofWhich,
      row: row.index,
      note: noteColumn === undefined ? '' : view.cell(row.index, noteColumn)?.text.trim() ?? '',
      figures,
    }
  })
  return { kind, scope: table.scope, table, columns, items }
}

/** The first row of an item. */
export function findItem(statement: Statement, item: string): StatementItem | undefined {
  return statement.items.find((candidate) => candidate.item === item)
}
