/**
 * Check `note`: the same fact has the same figure in the statements, their notes and the summaries.
 *
 * What compares is decided by agreement: a table speaks of a statement's items when several of its
 * figures are the statement's to the last printed digit. A note's total is compared when its other
 * period agrees.
 */
import { absolute, agree, compare, type Decimal, printDecimal, scaled } from '../amount.ts'
import { isTotalLabel, readLabel } from '../facts/label.ts'
import type { PlacedTable } from '../facts/outline.ts'
import { periodOf } from '../facts/period.ts'
import type { Statement, StatementFigure, StatementItem } from '../facts/statement.ts'
import { figure, isRateHeader } from '../facts/table-view.ts'
import { unitOfHeader } from '../facts/unit.ts'
import { Collector, equationOf } from './finding.ts'

/** Figures of a table that must agree before another is said to differ. */
const AGREEING_MIN = 3
/** And how many for each that differs. */
const AGREEING_RATIO = 3

/** Checks notes and summaries of a document. @param units collects figures that differ by a unit */
export function checkNotes(
  tables: readonly PlacedTable[],
  statements: readonly Statement[],
  year: number | undefined,
  collector: Collector,
  units: Collector,
): void {
  const own = new Set(statements.map((statement) => statement.table.index))
  for (const statement of statements) {
    for (const item of statement.items) {
      checkNote(tables.filter((table) => !own.has(table.index)), statement, item, year, collector)
    }
  }
  for (const table of tables) {
    if (!own.has(table.index)) checkSummary(table, statements, year, collector, units)
  }
}

/** A figure of a note with the period that its header names. */
interface Candidate {
  readonly shape: string
  readonly row: number
  readonly label: string
  readonly total: boolean
  readonly value: Decimal
  readonly printed: Decimal
  readonly column: number
  readonly period: string
}

function checkNote(
  tables: readonly PlacedTable[],
  statement: Statement,
  item: StatementItem,
  year: number | undefined,
  collector: Collector,
): void {
  const [current, prior] = statement.columns.map(({ period }) => period.key)
  if (current === undefined || prior === undefined) return
  const now = item.figures.get(current)
  const before = item.figures.get(prior)
  if (now === undefined || before === undefined) return
  if (now.value.digits === 0n || before.value.digits === 0n) return
  const own = tables.filter((table) =>
    table.index > statement.table.index && table.scope === statement.scope &&
      readLabel(table.headings.at(-1) ?? '').item === item.item ||
    table.index > statement.table.index && table.scope === statement.scope &&
      readLabel(table.headings.at(-2) ?? '').item === item.item
  )
  let differing: { table: PlacedTable; wrong: Candidate; right: StatementFigure } | undefined
  for (const table of own) {
    const candidates = candidatesOf(table, year)
    for (const a of candidates) {
      if (a.period !== current) continue
      const b = candidates.find((other) =>
        other.period === prior && other.row === a.row && other.shape === a.shape
      )
      if (b === undefined) continue
      const nowAgrees = compare(a.value, now.value) === 0
      const beforeAgrees = compare(b.value, before.value) === 0
      if (nowAgrees && beforeAgrees) {
        const { view } = table
        collector.verify(
          view.cell(a.row, a.column)!.place,
          view.cell(b.row, b.column)!.place,
          now.place,
          before.place,
        )
        return
      }
      // One period that agrees to the last digit shows that the two are the same fact.
      if (nowAgrees !== beforeAgrees && a.total) {
        differing ??= nowAgrees
          ? { table, wrong: b, right: before }
          : { table, wrong: a, right: now }
      }
    }
  }
  if (differing === undefined) return
  const { table, wrong, right } = differing
  const equation = equationOf(wrong.value, right.value)
  collector.find({
    code: 'NOTE_DIFFERS',
    // Openings are restated when a standard changes, in the notes before the statements.
    severity: wrong.period === prior && statement.kind === 'balance' ? 'warning' : 'error',
    message: `附注 ${item.item} ${wrong.label} ${wrong.period}: ${equation.printed}，报表列示 ` +
      `${equation.computed}，相差 ${equation.difference}`,
    at: [
      collector.at(table.view.cell(wrong.row, wrong.column)!.place, printDecimal(wrong.printed)),
      collector.at(right.place, printDecimal(right.printed)),
    ],
    equation,
    key: `note|${statement.scope}|${item.item}|${wrong.period}`,
  })
}

function candidatesOf(table: PlacedTable, year: number | undefined): Candidate[] {
  const { view, unit } = table
  if (unit === null) return []
  return view.rows.flatMap((row) =>
    view.columns.flatMap((column): Candidate[] => {
      const printed = figure(row.slots[column])
      if (printed === undefined) return []
      const header = view.header(row.index, column)
      const period = periodOf(header, year)
      if (period === undefined || isRateHeader(header)) return []
      const power = unitOfHeader(header)?.power ?? unit?.power ?? 0
      return [{
        shape: header.replaceAll(
          /[\s\d年月日]|期末|期初|上期期末|上年年末|年初|年末|本期|上期|上年|本年/g,
          '',
        ),
        row: row.index,
        label: row.text,
        total: isTotalLabel(row.label.item),
        value: scaled(printed, power),
        printed,
        column,
        period: period.key,
      }]
    })
  )
}

/** A figure of a table beside the statement's for the same item and period. */
interface Pair {
  readonly row: number
  readonly column: number
  readonly label: string
  readonly period: string
  readonly value: Decimal
  readonly printed: Decimal
  readonly right: StatementFigure
}

function checkSummary(
  table: PlacedTable,
  statements: readonly Statement[],
  year: number | undefined,
  collector: Collector,
  units: Collector,
): void {
  if (table.unit === null) return
  let best: { agreeing: Pair[]; differing: Pair[]; scope: string } | undefined
  for (const scope of ['group', 'parent'] as const) {
    const pairs = pairsOf(table, statements.filter((one) => one.scope === scope), year)
      // Losses are negative in some tables and not in others.
      .filter(({ value, right }) =>
        agree(value, right.value) || !agree(absolute(value), absolute(right.value))
      )
    const agreeing = pairs.filter((pair) => agree(pair.value, pair.right.value))
    const differing = pairs.filter((pair) => !agree(pair.value, pair.right.value))
    if (best === undefined || agreeing.length > best.agreeing.length) {
      best = { agreeing, differing, scope }
    }
  }
  if (best === undefined) return
  const { agreeing, differing, scope } = best
  const { view } = table
  checkUnit(table, differing, scope, units)
  if (agreeing.length < AGREEING_MIN) return
  for (const { row, column, right } of agreeing) {
    collector.verify(view.cell(row, column)!.place, right.place)
  }
  if (differing.length * AGREEING_RATIO > agreeing.length) return
  for (const pair of differing) {
    // The same column must agree elsewhere: a column may be another period than its header says.
    if (!agreeing.some(({ column }) => column === pair.column)) continue
    // The row has the figure in another column of the period: this one is something else.
    if (agreeing.some(({ row, period }) => row === pair.row && period === pair.period)) continue
    // Another row of the column has it: this one is a part under the same name.
    const power = pair.printed.decimals - pair.value.decimals
    const elsewhere = view.rows.some((row) => {
      const other = figure(row.slots[pair.column])
      return other !== undefined && agree(scaled(other, power), pair.right.value)
    })
    if (elsewhere) continue
    const equation = equationOf(pair.value, pair.right.value)
    collector.find({
      code: 'FIGURE_DIFFERS',
      severity: isOpening(pair.period, year) ? 'warning' : 'error',
      message:
        `${pair.label} ${pair.period}: ${equation.printed}，报表列示 ${equation.computed}，` +
        `相差 ${equation.difference}`,
      at: [
        collector.at(view.cell(pair.row, pair.column)!.place, printDecimal(pair.printed)),
        collector.at(pair.right.place, printDecimal(pair.right.printed)),
      ],
      equation,
      key: `note|${scope}|${table.title}|${pair.label}|${pair.period}`,
    })
  }
}

/** Whether a period is the end of the year before the report's. */
function isOpening(period: string, year: number | undefined): boolean {
  return year !== undefined && period === `${year - 1}-12-31`
}

/** Significant digits that make the same digits no accident. */
const SIGNIFICANT_MIN = 6

/** Figures that are the statement's but for a power of ten: the unit is another than it says. */
function checkUnit(
  table: PlacedTable,
  differing: readonly Pair[],
  scope: string,
  units: Collector,
): void {
  const shifted = differing.filter(({ value, right }) => {
    const digits = significant(value)
    return digits.length >= SIGNIFICANT_MIN &&
      [3, 4, 6, 8, -3, -4, -6, -8].some((power) => {
        const moved = scaled(value, power)
        return agree({ ...moved }, right.value)
      })
  })
  const [first] = shifted
  if (first === undefined || shifted.length < 2) return
  units.find({
    code: 'UNIT_DIFFERS',
    severity: 'error',
    message:
      `${table.title}: 单位与报表不符，${first.label} ${printDecimal(first.printed)}，报表列示 ` +
      `${printDecimal(first.right.printed)}`,
    at: [
      units.at(
        table.unitLine?.spans.at(-1)?.place ?? table.view.cell(first.row, first.column)!.place,
        table.unitLine?.text ?? printDecimal(first.printed),
      ),
      units.at(table.view.cell(first.row, first.column)!.place, printDecimal(first.printed)),
      units.at(first.right.place, printDecimal(first.right.printed)),
    ],
    key: `unit|${scope}|${table.title}`,
  })
}

function significant(value: Decimal): string {
  return value.digits.toString().replace('-', '').replace(/0+$/, '')
}

/** Items whose names say too little outside their statement. */
const AMBIGUOUS = /^(?:其他|合计|小计|利息收入|利息支出|利息费用|其他综合收益|股本|净利润差额)$/

function pairsOf(
  table: PlacedTable,
  statements: readonly Statement[],
  year: number | undefined,
): Pair[] {
  const { view, unit } = table
  const pairs: Pair[] = []
  // 现金流量表补充资料 names parts of items, those without cash, by the items' names.
  const adjusts = view.rows.some(({ label }) => /^将净利润调节为|^固定资产折旧/.test(label.item))
  for (const row of view.rows) {
    if (row.label.item === '' || row.label.ofWhich || AMBIGUOUS.test(row.label.item)) continue
    if (adjusts && !/^净利润$|现金/.test(row.label.item)) continue
    const items = statements.flatMap((statement) =>
      statement.items.filter(({ item }) => item === row.label.item)
    )
    const [only] = items
    if (only === undefined || items.length > 1) continue
    for (const column of view.columns) {
      const printed = figure(row.slots[column])
      const header = view.header(row.index, column)
      if (printed === undefined || printed.percent || isRateHeader(header)) continue
      const period = periodOf(header, year)
      if (period === undefined) continue
      // 本期 and 期末 in one header row say a year's sum or its end by the item alone.
      const right = items[0]!.figures.get(period.key) ??
        items[0]!.figures.get(period.at ? `${period.year}` : `${period.year}-12-31`)
      if (right === undefined || right.value.digits === 0n) continue
      const power = unitOfHeader(header)?.power ?? unitOfHeader(row.text)?.power ?? unit?.power ?? 0
      pairs.push({
        row: row.index,
        column,
        label: row.label.item,
        period: period.key,
        value: scaled(printed, power),
        printed,
        right,
      })
    }
  }
  return pairs
}
