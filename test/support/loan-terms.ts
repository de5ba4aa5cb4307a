/**
 * Terms of loans and what is left of one, for tests of schedules.
 */
import fc from 'fast-check'
import { must } from '../../subgraphs/kernel/result.ts'
import {
  type Instalment,
  type LoanTerms,
  makeSchedule,
  type RepaymentMethod,
  type RestOfLoan,
} from '../../subgraphs/ledger/product/schedule.ts'

const METHODS: readonly RepaymentMethod[] = [
  'EQUAL_PAYMENT',
  'EQUAL_PRINCIPAL',
  'INTEREST_FIRST',
  'BULLET',
]

export const terms = (change: Partial<LoanTerms> = {}): LoanTerms => ({
  method: 'EQUAL_PAYMENT',
  minor: 10_000_000n,
  rate: 435_000_000n,
  periods: 12,
  startedOn: '2026-01-15',
  ...change,
})
export const paymentOf = (row: Instalment) => row.principal + row.interest
export const sum = (rows: readonly Instalment[], of: (row: Instalment) => bigint) =>
  rows.reduce((total, row) => total + of(row), 0n)

/** What is left of a loan after some periods that were paid. */
export const rest = (t: LoanTerms, paid: number): RestOfLoan => {
  const rows = must(makeSchedule(t))
  const owed = paid === 0 ? t.minor : rows[paid - 1]!.remaining
  return { terms: t, coming: rows.slice(paid), owed }
}

export const anyTerms: fc.Arbitrary<LoanTerms> = fc.record({
  method: fc.constantFrom(...METHODS),
  minor: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  rate: fc.bigInt({ min: 0n, max: 3_600_000_000n }),
  periods: fc.integer({ min: 1, max: 60 }),
  interestOnly: fc.nat({ max: 11 }),
}).map((t) => ({
  ...t,
  interestOnly: Math.min(t.interestOnly, t.periods - 1),
  startedOn: '2026-01-31',
}))
