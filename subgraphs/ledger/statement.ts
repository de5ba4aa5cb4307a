/**
 * Balance sheet (资产负债表) and income statement (利润表), from the sums of subjects.
 */
import type { SubjectClass } from './chart.ts'

/** What a subject comes to. @property minor debit-positive */
export interface SubjectSum {
  readonly subject: string
  readonly class: SubjectClass
  readonly currency: string
  readonly minor: bigint
}

/** A line of a statement. @property minor positive on the side where it is usual */
export interface StatementLine {
  readonly subject: string
  readonly currency: string
  readonly minor: bigint
}

/** One currency's balance sheet. Assets equal liabilities and equity together. */
export interface BalanceSheet {
  readonly currency: string
  readonly assets: bigint
  readonly liabilities: bigint
  readonly equity: bigint
  /** Profit that was not yet moved to equity, or loss when negative. */
  readonly profit: bigint
}

/** One currency's income statement. */
export interface IncomeStatement {
  readonly currency: string
  readonly income: bigint
  readonly expense: bigint
}

/**
 * Balance sheets by currency. Subjects of both kinds (往来) count where their balance is: as assets
 * when it is debit, as liabilities when it is credit. Off-balance subjects count nowhere.
 */
export function balanceSheets(sums: readonly SubjectSum[]): BalanceSheet[] {
  return byCurrency(sums, (currency, own) => {
    const sumOf = (wanted: (sum: SubjectSum) => boolean) =>
      own.filter(wanted).reduce((all, sum) => all + sum.minor, 0n)
    return {
      currency,
      assets: sumOf((s) => s.class === 'ASSET' || (s.class === 'COMMON' && s.minor > 0n)),
      liabilities: -sumOf((s) => s.class === 'LIABILITY' || (s.class === 'COMMON' && s.minor < 0n)),
      equity: -sumOf((s) => s.class === 'EQUITY'),
      profit: -sumOf((s) => s.class === 'PROFIT_LOSS'),
    }
  })
}

/** Income statements by currency: credit sums of profit and loss are income, debit ones expense. */
export function incomeStatements(sums: readonly SubjectSum[]): IncomeStatement[] {
  return byCurrency(sums.filter((sum) => sum.class === 'PROFIT_LOSS'), (currency, own) => ({
    currency,
    income: -own.filter((s) => s.minor < 0n).reduce((all, s) => all + s.minor, 0n),
    expense: own.filter((s) => s.minor > 0n).reduce((all, s) => all + s.minor, 0n),
  }))
}

function byCurrency<T>(
  sums: readonly SubjectSum[],
  make: (currency: string, own: readonly SubjectSum[]) => T,
): T[] {
  const groups = Map.groupBy(sums, (sum) => sum.currency)
  return [...groups].toSorted(([a], [b]) => a < b ? -1 : 1).map(([c, own]) => make(c, own))
}
