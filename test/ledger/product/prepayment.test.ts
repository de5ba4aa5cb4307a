import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { must } from '../../../subgraphs/kernel/result.ts'
import { afterPrepayment } from '../../../subgraphs/ledger/product/prepayment.ts'
import {
  equalPayment,
  type Instalment,
  type LoanTerms,
  makeSchedule,
} from '../../../subgraphs/ledger/product/schedule.ts'
import { anyTerms, paymentOf, rest, sum, terms } from '../../support/loan-terms.ts'

describe('a prepayment', () => {
  const prepay = (t: LoanTerms, paid: number, minor: bigint, how: 'SHORTER' | 'LOWER') =>
    must(afterPrepayment(rest(t, paid), minor, how))

  it('leaves exactly the rest to be repaid, sooner or by less', () => {
    fc.assert(fc.property(anyTerms, fc.double({ min: 0, max: 1, noNaN: true }), (t, where) => {
      const rows = must(makeSchedule(t))
      const paid = Math.floor(where * (t.periods - 1))
      const owed = paid === 0 ? t.minor : rows[paid - 1]!.remaining
      fc.pre(owed > 1n)
      const minor = owed / 2n
      for (const how of ['SHORTER', 'LOWER'] as const) {
        const after = prepay(t, paid, minor, how)
        expect(sum(after, (row) => row.principal)).toBe(owed - minor)
        expect(after.every((row) => row.principal >= 0n && row.interest >= 0n)).toBe(true)
        expect(after[0]!.period).toBe(paid + 1)
        expect(after.length).toBeLessThanOrEqual(t.periods - paid)
        if (how === 'LOWER') expect(after.at(-1)!.dueOn).toBe(rows.at(-1)!.dueOn)
      }
    }))
  })

  it('keeps the payment when the end comes earlier, and the end when the payment falls', () => {
    const t = terms({ periods: 36, rate: 360_000_000n })
    const shorter = prepay(t, 12, 3_000_000n, 'SHORTER')
    const lower = prepay(t, 12, 3_000_000n, 'LOWER')
    expect(shorter.length).toBeLessThan(24)
    expect(paymentOf(shorter[0]!)).toBeLessThanOrEqual(293_464n)
    expect(lower).toHaveLength(24)
    const owed = must(makeSchedule(t))[11]!.remaining - 3_000_000n
    expect(paymentOf(lower[0]!)).toBe(equalPayment(owed, 360_000_000n, 24))
    const interest = (rows: readonly Instalment[]) => sum(rows, (row) => row.interest)
    expect(interest(shorter) < interest(lower)).toBe(true)
  })

  it('twice in one period is as good as once by both together', () => {
    const t = terms({ periods: 36, rate: 360_000_000n })
    const loan = rest(t, 12)
    const once = must(afterPrepayment(loan, 3_000_000n, 'LOWER'))
    const first = must(afterPrepayment(loan, 1_000_000n, 'LOWER'))
    const second = { terms: t, coming: first, owed: loan.owed - 1_000_000n }
    expect(must(afterPrepayment(second, 2_000_000n, 'LOWER'))).toEqual(once)
  })

  it('of a loan that pays at its end leaves the rest with all the interest it has earned', () => {
    // 100,000.00 at 4.35% for 12 months: 4,350.00 at the end; half of the loan, half of that.
    const after = prepay(terms({ method: 'BULLET' }), 6, 5_000_000n, 'LOWER')
    expect(after.map((row) => row.interest)).toEqual([0n, 0n, 0n, 0n, 0n, 217_500n])
    expect(after.map((row) => row.principal)).toEqual([0n, 0n, 0n, 0n, 0n, 5_000_000n])
    expect(after[0]!.remaining).toBe(5_000_000n)
  })

  it('is of a part: all of it, and nothing, are something else', () => {
    const t = terms()
    for (const minor of [0n, -1n, 10_000_000n, 10_000_001n]) {
      expect(afterPrepayment(rest(t, 0), minor, 'LOWER'))
        .toMatchObject({ code: 'TERMS_MALFORMED', place: '/amount' })
    }
  })
})
