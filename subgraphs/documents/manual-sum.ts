/**
 * Sums that a reviewer says should hold (“these should add up”), kept by facts and not by pages.
 */
import { add, compare, type Decimal, printDecimal, scaled } from './amount.ts'
import { equationOf, type Finding } from './checks/finding.ts'
import type { Place } from './read/model.ts'

/** The part of a fact that a sum is about. */
export interface SumFact {
  readonly scope: string
  readonly section: string
  readonly item: string
  readonly header: string
  readonly power: number | null
  readonly digits: bigint
  readonly decimals: number
  readonly place: Place
}

/** A fact by what it says. */
export function factKey({ scope, section, item, header }: SumFact): string {
  return [scope, section, item, header].join('|')
}

export interface SumPart {
  readonly key: string
  readonly weight: 1 | -1
}

/** Whether a sum holds, with the equation. @param parts figures in the unit of the total */
export function evaluateSum(
  total: SumFact,
  parts: readonly { readonly fact: SumFact; readonly weight: 1 | -1 }[],
) {
  const valueOf = (fact: SumFact): Decimal => scaled(fact, fact.power ?? 0)
  let computed: Decimal = { digits: 0n, decimals: valueOf(total).decimals }
  for (const { fact, weight } of parts) {
    const value = valueOf(fact)
    computed = add(computed, { ...value, digits: BigInt(weight) * value.digits })
  }
  const terms = parts.map(({ fact, weight }) =>
    `${weight === 1 ? '+' : '-'}${printDecimal(valueOf(fact))}`
  )
  return {
    holds: compare(valueOf(total), computed) === 0,
    equation: equationOf(valueOf(total), computed, terms),
  }
}

/** A finding for a sum that does not hold any more; undefined when it does or its facts are gone. */
export function checkManualSum(
  document: number,
  sum: { readonly id: string; readonly total: string; readonly parts: readonly SumPart[] },
  facts: ReadonlyMap<string, SumFact>,
): Finding | undefined {
  const total = facts.get(sum.total)
  const parts = sum.parts.map(({ key, weight }) => ({ fact: facts.get(key), weight }))
  if (total === undefined || parts.some(({ fact }) => fact === undefined)) return undefined
  const found = parts as { fact: SumFact; weight: 1 | -1 }[]
  const { holds, equation } = evaluateSum(total, found)
  if (holds) return undefined
  return {
    check: 'subtotal',
    code: 'MANUAL_SUM_BROKEN',
    severity: 'error',
    message: `复核人指定的合计不成立：${total.item} ${total.header} 打印 ${equation.printed}，` +
      `逐项相加 ${equation.computed}，相差 ${equation.difference}`,
    at: [
      { document, place: total.place, text: equation.printed },
      ...found.map(({ fact }) => ({ document, place: fact.place, text: printDecimal(fact) })),
    ],
    equation,
    key: `manual|${sum.id}`,
  }
}
