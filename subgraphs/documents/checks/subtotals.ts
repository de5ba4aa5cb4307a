/**
 * Check `subtotal`: totals of any table, proved by a sibling column or row.
 */
import { type Decimal, printDecimal } from '../amount.ts'
import { isTotalLabel } from '../facts/label.ts'
import type { PlacedTable } from '../facts/outline.ts'
import { isRateHeader, type Slot } from '../facts/table-view.ts'
import { ROLL_FORWARDS, type SumRule } from '../rules/sum-rules.ts'
import { Collector, equationOf, type Severity } from './finding.ts'
import { candidatesFor, mine, type Mined, type Position, type Relation } from './relations.ts'

/** Lines that must prove a way to add up along rows, where a chance fit is likelier. */
const ROW_SIBLINGS_MIN = 2

/** Checks one table. */
export function checkSubtotals(table: PlacedTable, collector: Collector): void {
  const { view } = table
  if (view.rows.length < 2 || view.columns.length === 0) return
  const first = view.rows[0]!.index
  const columns = view.columns.filter((column) => !isRateHeader(view.header(first + 1, column)))
  downColumns(table, columns, collector)
  alongRows(table, columns, collector)
}

function downColumns(table: PlacedTable, columns: readonly number[], collector: Collector): void {
  const { view } = table
  const rows = view.rows
  const positions = rows.map(({ label, text }): Position => ({
    item: label.item,
    sign: label.sign,
    ofWhich: label.ofWhich,
    total: isTotalLabel(label.item) || isTotalLabel(text.replaceAll(/\s/g, '')),
  }))
  const lines = columns.map((column) => rows.map((row) => row.slots[column]!))
  const report = (mined: Mined | undefined) => {
    if (mined === undefined) return
    const total = mined.relation.total
    for (const line of mined.holds) {
      collector.verify(
        ...[total, ...mined.relation.parts.map(({ index }) => index)].flatMap((index) =>
          typeof lines[line]![index] === 'object'
            ? [view.cell(rows[index]!.index, columns[line]!)!.place]
            : []
        ),
      )
    }
    // Where more columns miss than add up, the way to add up is in doubt and not they.
    if (mined.breaks.length > mined.holds.length) return
    for (const { line, computed } of mined.breaks) {
      reportBreak(table, collector, {
        row: rows[total]!.index,
        column: columns[line]!,
        what: rows[total]!.text,
        header: view.header(rows[total]!.index, columns[line]!),
        printed: lines[line]![total]!,
        computed,
        parts: mined.relation.parts.map(({ weight, index }) => ({
          weight,
          row: rows[index]!.index,
          column: columns[line]!,
          slot: lines[line]![index]!,
        })),
        proved: mined.holds.length,
      })
    }
  }
  for (const [i, position] of positions.entries()) {
    if (!position.total || i === 0) continue
    report(mine(candidatesFor(i, positions), lines, 1))
  }
  for (const relation of ruleRelations(ROLL_FORWARDS, positions)) report(mine([relation], lines, 1))
}

function alongRows(table: PlacedTable, columns: readonly number[], collector: Collector): void {
  const { view } = table
  const first = view.rows[0]!.index
  const headers = columns.map((column) =>
    view.header(first + 1, column) || view.header(first, column)
  )
  const positions = headers.map((header): Position => ({
    item: header.replaceAll(/\s/g, ''),
    sign: /^减|：减|减[:：]/.test(header) ? -1 : 1,
    ofWhich: /其中/.test(header),
    total: /(?:^|[^\u4e00-\u9fff])?(?:合计|小计|总计)$/.test(header.replaceAll(/\s/g, '')),
  }))
  const lines = view.rows.map((row) => columns.map((column) => row.slots[column]!))
  const relations: (readonly Relation[])[] = ruleRelations(ROLL_FORWARDS, positions).map((r) => [r])
  for (const [i, position] of positions.entries()) {
    if (position.total && i >= 2) relations.push(candidatesFor(i, positions))
  }
  for (const candidates of relations) {
    const mined = mine(candidates, lines, ROW_SIBLINGS_MIN)
    if (mined === undefined) continue
    // Rows of another kind do not follow the way that most do.
    if (mined.breaks.length * 3 > mined.holds.length) continue
    const total = mined.relation.total
    for (const line of mined.holds) {
      collector.verify(
        ...[total, ...mined.relation.parts.map(({ index }) => index)].flatMap((index) =>
          typeof lines[line]![index] === 'object'
            ? [view.cell(view.rows[line]!.index, columns[index]!)!.place]
            : []
        ),
      )
    }
    for (const { line, computed } of mined.breaks) {
      const row = view.rows[line]!
      reportBreak(table, collector, {
        row: row.index,
        column: columns[total]!,
        what: row.text,
        header: headers[total]!,
        printed: lines[line]![total]!,
        computed,
        parts: mined.relation.parts.map(({ weight, index }) => ({
          weight,
          row: row.index,
          column: columns[index]!,
          slot: lines[line]![index]!,
        })),
        proved: mined.holds.length,
      })
    }
  }
}

/** Relations of rules whose items stand among the positions, in their order and each found once. */
function ruleRelations(rules: readonly SumRule[], positions: readonly Position[]): Relation[] {
  const relations: Relation[] = []
  for (const rule of rules) {
    for (const [total, position] of positions.entries()) {
      if (!rule.total.test(position.item)) continue
      // Each total closes what stands since the one before it of the same rule.
      let start = 0
      for (let i = total - 1; i >= 0; i--) {
        if (rule.total.test(positions[i]!.item)) {
          start = i + 1
          break
        }
      }
      const parts = rule.parts.map(({ weight, item, optional }) => {
        const found = positions.flatMap((candidate, i) =>
          i >= start && i < total && item.test(candidate.item) ? [i] : []
        )
        return { weight, found, optional }
      })
      if (
        parts.some(({ found, optional }) => found.length > 1 || (found.length === 0 && !optional))
      ) {
        continue
      }
      const indices = parts.flatMap(({ weight, found }) =>
        found.map((index) => ({ weight, index }))
      )
      if (indices.length >= 2) relations.push({ total, parts: indices })
    }
  }
  return relations
}

/** The most places that one finding names. */
const PARTS_MAX = 60

interface Break {
  readonly row: number
  readonly column: number
  readonly what: string
  readonly header: string
  readonly printed: Slot
  readonly computed: Decimal
  readonly parts: readonly { weight: 1 | -1; row: number; column: number; slot: Slot }[]
  readonly proved: number
}

function reportBreak(table: PlacedTable, collector: Collector, found: Break): void {
  const { view } = table
  const printed = found.printed as Decimal
  const equation = equationOf(
    printed,
    found.computed,
    found.parts.flatMap(({ weight, slot }) =>
      typeof slot === 'object' ? [`${weight === 1 ? '+' : '-'}${printDecimal(slot)}`] : []
    ),
  )
  // Figures that were rounded before they were added miss by a few units of the last digit.
  const decimals = Math.max(printed.decimals, found.computed.decimals)
  const unit = 10n ** BigInt(decimals - printed.decimals)
  const difference = printed.digits * unit -
    found.computed.digits * 10n ** BigInt(decimals - found.computed.decimals)
  const small = (difference < 0n ? -difference : difference) <= BigInt(found.parts.length) * unit
  // Without a header it may be the rest of a table whose first rows stand elsewhere.
  const partial = view.rows[0]!.index === 0
  // Amounts in 元 to the 分 are seldom rounded before they are added.
  const exact = (table.unit?.power ?? 0) === 0 && printed.decimals >= 2
  const severity: Severity = small ? (exact ? 'warning' : 'notice') : partial ? 'warning' : 'error'
  const place = view.cell(found.row, found.column)!.place
  const parts = found.parts.filter(({ slot }) => typeof slot === 'object').slice(-PARTS_MAX)
  collector.find({
    code: small ? 'ROUNDED_APART' : 'DOES_NOT_FOOT',
    severity,
    message:
      `${found.what} ${found.header}: 打印 ${equation.printed}，逐项相加 ${equation.computed}，` +
      `相差 ${equation.difference}`,
    at: [
      collector.at(place, equation.printed),
      ...parts.toReversed().map((part) =>
        collector.at(view.cell(part.row, part.column)!.place, printDecimal(part.slot as Decimal))
      ),
    ],
    equation,
    key: `subtotal|${table.headings.at(-1) ?? ''}|${table.title}|${found.what}|${found.header}`,
  })
}
