/**
 * Check `statement`: the identities of a statement, period by period.
 *
 * A rule that holds in no period of any statement of its kind is taken for a format that it does not
 * know, and stays silent.
 */
import { add, type Decimal, digitsAt, printDecimal } from '../amount.ts'
import {
  findItem,
  type Statement,
  type StatementFigure,
  type StatementItem,
} from '../facts/statement.ts'
import type { RuleSet } from '../rules/rule-set.ts'
import { Collector, equationOf } from './finding.ts'

/** A rule brought to one statement. */
interface Applied {
  readonly name: string
  readonly statement: Statement
  readonly total: StatementItem
  readonly parts: readonly { readonly weight: 1 | -1; readonly item: StatementItem }[]
  readonly tolerance: number
}

interface Outcome {
  readonly applied: Applied
  readonly period: string
  readonly total: StatementFigure
  readonly computed: Decimal
  readonly parts: readonly { readonly weight: 1 | -1; readonly figure: StatementFigure }[]
  readonly holds: boolean
}

/** Checks all statements of a document. */
export function checkStatements(
  statements: readonly Statement[],
  rules: RuleSet,
  collector: Collector,
): void {
  const outcomes = statements.flatMap((statement) =>
    [...identities(statement, rules), ...sections(statement, rules)].flatMap(evaluate)
  )
  for (const outcome of outcomes) {
    const { applied, period } = outcome
    const places = [outcome.total, ...outcome.parts.map(({ figure }) => figure)]
      .map(({ place }) => place)
    if (outcome.holds) {
      collector.verify(...places)
      continue
    }
    // The same statement must prove it in another period, or its twin of the other scope.
    const proved = outcomes.some((other) =>
      other.holds && other.parts.length >= Math.min(2, applied.parts.length) &&
      other.applied.name === applied.name && other !== outcome
    )
    if (!proved) continue
    const { statement } = applied
    // Where no period of this statement holds, it may be built otherwise than its twin.
    const here = outcomes.some((other) =>
      other.holds && other.applied.statement === statement && other.applied.name === applied.name
    )
    const equation = equationOf(
      outcome.total.value,
      outcome.computed,
      outcome.parts.map(({ weight, figure }) =>
        `${weight === 1 ? '+' : '-'}${printDecimal(figure.value)}`
      ),
    )
    const scope = statement.scope === 'group' ? '合并' : '母公司'
    collector.find({
      code: 'IDENTITY_BROKEN',
      severity: here ? 'error' : 'warning',
      message: `${scope} ${period} ${applied.name}: 打印 ${equation.printed}，计算 ` +
        `${equation.computed}，相差 ${equation.difference}`,
      at: [
        collector.at(outcome.total.place, printDecimal(outcome.total.printed)),
        ...outcome.parts.slice(0, 40).map(({ figure }) =>
          collector.at(figure.place, printDecimal(figure.printed))
        ),
      ],
      equation,
      key: `statement|${statement.scope}|${applied.name}|${period}`,
    })
  }
}

function identities(statement: Statement, rules: RuleSet): Applied[] {
  return rules.statements.flatMap((rule): Applied[] => {
    if (rule.scope !== statement.kind) return []
    const total = findItem(statement, rule.total)
    if (total === undefined) return []
    const parts: { weight: 1 | -1; item: StatementItem }[] = []
    for (const { weight, item, required } of rule.parts) {
      const found = findItem(statement, item)
      if (found !== undefined && found !== total) parts.push({ weight, item: found })
      else if (required) return []
    }
    // A group statement has its own totals of income and cost; without them the parent's rule holds.
    if (
      rule.total === '营业利润' && rule.parts[0]!.item === '营业收入' &&
      findItem(statement, '营业总收入') !== undefined &&
      findItem(statement, '营业总收入')!.figures.size > 0 && statement.scope === 'group'
    ) return []
    return [{ name: rule.name, statement, total, parts, tolerance: rule.tolerance }]
  })
}

function sections(statement: Statement, rules: RuleSet): Applied[] {
  return rules.sections.flatMap((rule): Applied[] => {
    if (rule.scope !== statement.kind) return []
    const { items } = statement
    const from = items.findIndex(({ item }) => item === rule.heading)
    const to = items.findIndex(({ item }) => item === rule.total)
    if (from === -1 || to <= from) return []
    const between = items.slice(from + 1, to)
    // A total inside means that this one adds up otherwise.
    if (between.some(({ item }) => /(?:合计|小计|总计)$/.test(item))) return []
    const parts = between.filter(({ item, ofWhich }) => !ofWhich && !rule.ofWhich.includes(item))
      .map((item) => ({ weight: item.sign, item }))
    return [{ name: rule.name, statement, total: items[to]!, parts, tolerance: rule.tolerance }]
  })
}

function evaluate(applied: Applied): Outcome[] {
  return applied.statement.columns.flatMap(({ period }): Outcome[] => {
    const total = applied.total.figures.get(period.key)
    if (total === undefined) return []
    const parts = applied.parts.flatMap(({ weight, item }) => {
      const figure = item.figures.get(period.key)
      return figure === undefined ? [] : [{ weight, figure }]
    })
    if (parts.length === 0) return []
    let computed: Decimal = { digits: 0n, decimals: total.value.decimals }
    for (const { weight, figure } of parts) {
      computed = add(computed, { ...figure.value, digits: BigInt(weight) * figure.value.digits })
    }
    const decimals = Math.max(total.value.decimals, computed.decimals)
    const difference = digitsAt(total.value, decimals) - digitsAt(computed, decimals)
    // Statements in 万元 were rounded item by item.
    const unit = 10n ** BigInt(decimals - total.value.decimals)
    const slack = BigInt(applied.tolerance + (total.value.decimals < 2 ? parts.length : 0)) * unit
    const holds = (difference < 0n ? -difference : difference) <= slack
    return [{ applied, period: period.key, total, computed, parts, holds }]
  })
}
