/**
 * Check `cross`: the same fact has the same figure in all filings of a project.
 *
 * A single item that differs while the statement around it agrees cannot be a reclassification,
 * which moves an amount between two; several that differ are left to a person.
 */
import { agree, printDecimal } from '../amount.ts'
import type { Outline, Scope } from '../facts/outline.ts'
import type { Statement, StatementFigure, StatementKind } from '../facts/statement.ts'
import { equationOf, type Finding, type Verified } from './finding.ts'

/** A document of the project with its statements. */
export interface Filed {
  readonly document: number
  readonly outline: Outline
  readonly statements: readonly Statement[]
}

interface Fact {
  readonly item: string
  readonly figure: StatementFigure
}

/** Facts that must agree around one that does not. */
const AGREEING_MIN = 8
/** Items that a statement has more than once. */
const REPEATED = /^(?:其他|小计|合计)$/

/** Compares all pairs of documents of one company. */
export function checkCross(
  filings: readonly Filed[],
): { findings: Finding[]; verified: Verified[] } {
  const findings: Finding[] = []
  const verified: Verified[] = []
  for (const [i, a] of filings.entries()) {
    for (const b of filings.slice(i + 1)) {
      if (!isSameCompany(a.outline.company, b.outline.company)) continue
      const [older, newer] = (a.outline.year ?? 0) <= (b.outline.year ?? 0) ? [a, b] : [b, a]
      compareFilings(older, newer, findings, verified)
    }
  }
  return { findings, verified }
}

function isSameCompany(a: string | undefined, b: string | undefined): boolean {
  const bare = (name: string) => name.replaceAll(/[（）()\s]/g, '')
  return a !== undefined && b !== undefined && bare(a) === bare(b)
}

function compareFilings(
  older: Filed,
  newer: Filed,
  findings: Finding[],
  verified: Verified[],
): void {
  for (const kind of ['balance', 'income', 'cash'] as const) {
    for (const scope of ['group', 'parent'] as const) {
      for (const [period, facts] of factsOf(older, kind, scope)) {
        const others = factsOf(newer, kind, scope).get(period)
        if (others === undefined) continue
        const agreeing: [Fact, Fact][] = []
        const differing: [Fact, Fact][] = []
        for (const [item, fact] of facts) {
          const other = others.get(item)
          if (other === undefined) continue
          const pair: [Fact, Fact] = [fact, other]
          ;(agree(fact.figure.value, other.figure.value) ? agreeing : differing).push(pair)
        }
        for (const [fact, other] of agreeing) {
          verified.push(
            { document: older.document, place: fact.figure.place },
            { document: newer.document, place: other.figure.place },
          )
        }
        if (agreeing.length < AGREEING_MIN) continue
        for (const [fact, other] of differing) {
          const equation = equationOf(other.figure.value, fact.figure.value)
          findings.push({
            check: 'cross',
            code: 'FILINGS_DIFFER',
            // Earnings a share are counted anew when shares are split.
            severity: differing.length === 1 && !/每股/.test(fact.item) ? 'error' : 'warning',
            message: `${fact.item} ${period}: 一份为 ${equation.computed}，另一份为 ` +
              `${equation.printed}，相差 ${equation.difference}`,
            at: [
              {
                document: newer.document,
                place: other.figure.place,
                text: printDecimal(other.figure.printed),
              },
              {
                document: older.document,
                place: fact.figure.place,
                text: printDecimal(fact.figure.printed),
              },
            ],
            equation,
            key: `cross|${kind}|${scope}|${fact.item}|${period}`,
          })
        }
      }
    }
  }
}

/** Period → item → fact. */
function factsOf(
  filing: Filed,
  kind: StatementKind,
  scope: Scope,
): Map<string, Map<string, Fact>> {
  const periods = new Map<string, Map<string, Fact>>()
  for (const statement of filing.statements) {
    if (statement.kind !== kind || statement.scope !== scope) continue
    const seen = new Map<string, number>()
    for (const { item } of statement.items) seen.set(item, (seen.get(item) ?? 0) + 1)
    for (const { item, figures } of statement.items) {
      if (item === '' || REPEATED.test(item) || seen.get(item)! > 1) continue
      for (const [period, figure] of figures) {
        let facts = periods.get(period)
        if (facts === undefined) periods.set(period, facts = new Map())
        facts.set(item, { item, figure })
      }
    }
  }
  return periods
}
