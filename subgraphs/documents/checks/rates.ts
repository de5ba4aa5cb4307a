/**
 * Checks `percentage` and `growth`: rates recomputed from the figures beside them.
 *
 * Which columns a rate is about is told by headers and proved by the other rows: a binding counts
 * when most rows hold in it, as each figure was rounded.
 */
import {
  absolute,
  type Amount,
  canBePercentage,
  intervalOf,
  multiply,
  percentageOf,
  printDecimal,
  subtract,
} from '../amount.ts'
import type { PlacedTable } from '../facts/outline.ts'
import { periodOf } from '../facts/period.ts'
import { isTotalLabel } from '../facts/label.ts'
import { figure, isRateHeader, type Row } from '../facts/table-view.ts'
import { type CheckRules, isHeaderOf, SHIPPED_CHECKS } from '../rules/check-rules.ts'
import { Collector, equationOf } from './finding.ts'

/** One row of a rate with its two figures. */
interface Case {
  readonly row: Row
  readonly rate: Amount
  readonly numerator: Amount
  readonly denominator: Amount
}

/** Checks shares of a total (占比). */
export function checkPercentages(
  table: PlacedTable,
  collector: Collector,
  rules: CheckRules['rates'] = SHIPPED_CHECKS.rates,
): void {
  const { view } = table
  const first = view.rows[0]?.index ?? 0
  const rates = view.columns.filter((column) =>
    isHeaderOf(rules.shares, view.header(first + 1, column))
  )
  const amounts = view.columns.filter((column) => !isRateHeader(view.header(first + 1, column)))
  for (const rate of rates) {
    let best: { holds: Case[]; breaks: Case[]; column: number } | undefined
    for (const column of amounts) {
      // A share stands to the right of what it is a share of.
      if (column > rate) continue
      for (const total of view.rows.filter((row) => isTotalLabel(row.label.item))) {
        const denominator = figure(total.slots[column])
        if (denominator === undefined || denominator.digits <= 0n) continue
        const cases = view.rows.flatMap((row): Case[] => {
          const numerator = figure(row.slots[column])
          const printed = figure(row.slots[rate])
          return numerator === undefined || printed === undefined || row === total ||
              row.index > total.index
            ? []
            : [{ row, rate: printed, numerator, denominator }]
        })
        const { holds, breaks } = split(cases, shareHolds)
        if (best === undefined || holds.length > best.holds.length) best = { holds, breaks, column }
      }
    }
    if (best === undefined) continue
    report(
      table,
      rate,
      best,
      rules,
      collector,
      '占比',
      (c) => percentageOf(c.numerator, c.denominator, c.rate.decimals),
      shareHolds,
    )
  }
}

function shareHolds({ rate, numerator, denominator }: Case, slack: bigint): boolean | undefined {
  return canBePercentage(rate, intervalOf(numerator), intervalOf(denominator), slack)
}

/** Checks growth over the period before (增减幅). */
export function checkGrowth(
  table: PlacedTable,
  year: number | undefined,
  collector: Collector,
  rules: CheckRules['rates'] = SHIPPED_CHECKS.rates,
): void {
  const { view } = table
  const first = view.rows[0]?.index ?? 0
  const headerOf = (column: number) => view.header(first + 1, column)
  const rates = view.columns.filter((column) => isHeaderOf(rules.growth, headerOf(column)))
  for (const rate of rates) {
    let best: { holds: Case[]; breaks: Case[]; column: number } | undefined
    for (const now of view.columns) {
      for (const before of view.columns) {
        if (now === before || isRateHeader(headerOf(now)) || isRateHeader(headerOf(before))) {
          continue
        }
        const a = periodOf(headerOf(now), year)
        const b = periodOf(headerOf(before), year)
        if (a === undefined || b === undefined || a.year !== b.year + 1) continue
        const cases = view.rows.flatMap((row): Case[] => {
          const numerator = figure(row.slots[now])
          const denominator = figure(row.slots[before])
          const printed = figure(row.slots[rate])
          return numerator === undefined || denominator === undefined || printed === undefined
            ? []
            : [{ row, rate: printed, numerator, denominator }]
        })
        const { holds, breaks } = split(cases, growthHolds)
        if (best === undefined || holds.length > best.holds.length) {
          best = { holds, breaks, column: now }
        }
      }
    }
    if (best === undefined) continue
    report(
      table,
      rate,
      best,
      rules,
      collector,
      '增减幅',
      (c) =>
        percentageOf(
          subtract(c.numerator, c.denominator),
          absolute(c.denominator),
          c.rate.decimals,
        ),
      growthHolds,
    )
  }
}

function growthHolds({ rate, numerator, denominator }: Case, slack: bigint): boolean | undefined {
  const now = intervalOf(numerator)
  const before = intervalOf(denominator)
  const difference = { low: subtract(now.low, before.high), high: subtract(now.high, before.low) }
  const base = denominator.digits < 0n
    ? { low: multiply(before.high, -1n), high: multiply(before.low, -1n) }
    : before
  const up = canBePercentage(rate, difference, base, slack)
  if (up !== false || denominator.digits > 0n) return up
  // On a negative base some divide by it as it is.
  return canBePercentage(multiply(rate, -1n), difference, base, slack)
}

function split(
  cases: readonly Case[],
  test: (c: Case, slack: bigint) => boolean | undefined,
): { holds: Case[]; breaks: Case[] } {
  const holds: Case[] = []
  const breaks: Case[] = []
  for (const c of cases) {
    const held = test(c, 0n)
    if (held === true) holds.push(c)
    else if (held === false) breaks.push(c)
  }
  return { holds, breaks }
}

function report(
  table: PlacedTable,
  rateColumn: number,
  best: { holds: readonly Case[]; breaks: readonly Case[]; column: number },
  rules: CheckRules['rates'],
  collector: Collector,
  what: string,
  recompute: (c: Case) => { digits: bigint; decimals: number },
  test: (c: Case, slack: bigint) => boolean | undefined,
): void {
  const { holds, breaks } = best
  const { view } = table
  if (holds.length < rules.provedBy || breaks.length * rules.provedTimes > holds.length) return
  for (const { row } of holds) {
    collector.verify(
      view.cell(row.index, rateColumn)!.place,
      view.cell(row.index, best.column)!.place,
    )
  }
  for (const c of breaks) {
    // A unit of the last digit comes of cutting off instead of rounding.
    const close = test(c, 1n) === true
    const computed = recompute(c)
    const equation = equationOf(c.rate, computed)
    collector.find({
      code: 'RATE_DIFFERS',
      severity: close ? 'notice' : breaks.length === 1 ? 'error' : 'warning',
      message:
        `${c.row.text} ${view.header(c.row.index, rateColumn)}: 打印 ${equation.printed}%，` +
        `重算 ${equation.computed}%`,
      at: [
        collector.at(view.cell(c.row.index, rateColumn)!.place, `${equation.printed}%`),
        collector.at(view.cell(c.row.index, best.column)!.place, printDecimal(c.numerator)),
      ],
      equation,
      key: `${collector.check}|${table.title}|${c.row.text}|${what}`,
    })
  }
}
