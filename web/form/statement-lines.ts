/**
 * Which subjects of a trial balance make up each part of the statements, as the server counts them.
 */
import { isNegative, type MoneyText, negated, sumsOf } from '../parts/amount.tsx'

export type StatementPart = 'assets' | 'liabilities' | 'equity' | 'income' | 'expense'

interface Subject {
  readonly code: string
  readonly nameZh: string
  readonly nameEn: string
  readonly class: string
}

/** @property opening @property closing debit-positive */
export interface SubjectRow {
  readonly subject: Subject
  readonly opening: MoneyText
  readonly closing: MoneyText
}

/** @property amount positive on the side where the part is usual */
export interface StatementLine {
  readonly subject: Subject
  readonly amount: MoneyText
}

/**
 * The lines of one currency. Subjects of both kinds (往来) are assets with a debit balance and liabilities
 * with a credit one; profit and loss is what moved in the period, income where it is credit.
 */
export function linesOf(
  rows: readonly SubjectRow[],
  currency: string,
): Record<StatementPart, StatementLine[]> {
  const lines: Record<StatementPart, StatementLine[]> = {
    assets: [],
    liabilities: [],
    equity: [],
    income: [],
    expense: [],
  }
  for (const { subject, opening, closing } of rows) {
    if (closing.currency !== currency) continue
    const moved = sumsOf([closing, negated(opening)])[0]!
    const put = (part: StatementPart, debit: MoneyText, usual: 'DEBIT' | 'CREDIT') => {
      if (/^-?[0.]+$/.test(debit.amount)) return
      lines[part].push({ subject, amount: usual === 'DEBIT' ? debit : negated(debit) })
    }
    if (subject.class === 'ASSET') put('assets', closing, 'DEBIT')
    if (subject.class === 'LIABILITY') put('liabilities', closing, 'CREDIT')
    if (subject.class === 'EQUITY') put('equity', closing, 'CREDIT')
    if (subject.class === 'COMMON') {
      if (isNegative(closing)) put('liabilities', closing, 'CREDIT')
      else put('assets', closing, 'DEBIT')
    }
    if (subject.class === 'PROFIT_LOSS') {
      if (isNegative(moved)) put('income', moved, 'CREDIT')
      else put('expense', moved, 'DEBIT')
    }
  }
  return lines
}
