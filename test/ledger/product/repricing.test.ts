import { Decimal as Decimals } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { must } from '../../../subgraphs/kernel/result.ts'
import { daysBetween, plusDays } from '../../../subgraphs/kernel/time.ts'
import { earnedInterest } from '../../../subgraphs/ledger/product/loan.ts'
import { afterRepricing, repricingDates } from '../../../subgraphs/ledger/product/repricing.ts'
import { afterPrepayment } from '../../../subgraphs/ledger/product/prepayment.ts'
import {
  type Instalment,
  type LoanTerms,
  makeSchedule,
  type RestOfLoan,
} from '../../../subgraphs/ledger/product/schedule.ts'

const Decimal = Decimals.clone({ precision: 60, rounding: Decimals.ROUND_HALF_UP })
const decimal = (minor: bigint) => new Decimal(minor.toString())

const terms = (change: Partial<LoanTerms> = {}): LoanTerms => ({
  method: 'EQUAL_PAYMENT',
  minor: 100_000_000n,
  rate: 360_000_000n,
  periods: 24,
  startedOn: '2026-11-10',
  ...change,
})
/** What is left of a loan after some periods, and from when the next one counts. */
const rest = (t: LoanTerms, paid: number): { loan: RestOfLoan; begin: string } => {
  const rows = must(makeSchedule(t))
  const owed = paid === 0 ? t.minor : rows[paid - 1]!.remaining
  return {
    loan: { terms: t, coming: rows.slice(paid), owed },
    begin: paid === 0 ? t.startedOn : rows[paid - 1]!.dueOn,
  }
}
const paymentOf = (row: Instalment) => row.principal + row.interest
const total = (rows: readonly Instalment[], of: (row: Instalment) => bigint) =>
  rows.reduce((sum, row) => sum + of(row), 0n)

const anyLoan = fc.record({
  method: fc.constantFrom(
    'EQUAL_PAYMENT' as const,
    'EQUAL_PRINCIPAL' as const,
    'INTEREST_FIRST' as const,
    'BULLET' as const,
  ),
  minor: fc.bigInt({ min: 1n, max: 10n ** 12n }),
  rate: fc.bigInt({ min: 1n, max: 3_600_000_000n }),
  periods: fc.integer({ min: 1, max: 60 }),
  interestOnly: fc.nat({ max: 11 }),
}).map((t): LoanTerms => ({
  ...t,
  interestOnly: Math.min(t.interestOnly, t.periods - 1),
  startedOn: '2026-01-31',
}))
const share = fc.double({ min: 0, max: 1, noNaN: true })
const anyRate = fc.bigInt({ min: 0n, max: 3_600_000_000n })

describe('the dates of a repricing', () => {
  it.each(
    [
      ['NEVER', '2026-11-23', '2026-11-23', '2029-12-31', []],
      ['NEW_YEAR', '2026-11-23', '2026-11-23', '2028-12-31', ['2027-01-01', '2028-01-01']],
      ['NEW_YEAR', '2026-11-23', '2027-01-01', '2027-12-31', []],
      ['NEW_YEAR', '2026-11-23', '2026-12-31', '2027-01-01', ['2027-01-01']],
      // A loan of 1 January has the rate of that day.
      ['NEW_YEAR', '2027-01-01', '2026-12-31', '2028-01-01', ['2028-01-01']],
      ['ANNIVERSARY', '2026-11-23', '2026-11-23', '2028-11-23', ['2027-11-23', '2028-11-23']],
      ['ANNIVERSARY', '2026-11-23', '2026-11-23', '2027-11-22', []],
      ['ANNIVERSARY', '2024-02-29', '2024-02-29', '2028-03-01', [
        '2025-02-28',
        '2026-02-28',
        '2027-02-28',
        '2028-02-29',
      ]],
    ] as const,
  )('%s of a loan of %s, after %s and by %s, are %j', (rule, startedOn, after, to, dates) => {
    expect(repricingDates(rule, startedOn, after, to)).toEqual(dates)
  })

  it('are each in one stretch of days, however the days are cut', () => {
    fc.assert(fc.property(
      fc.constantFrom('NEW_YEAR' as const, 'ANNIVERSARY' as const),
      fc.nat({ max: 1500 }),
      fc.array(fc.integer({ min: 1, max: 500 }), { minLength: 1, maxLength: 8 }),
      (rule, start, steps) => {
        const startedOn = plusDays('2023-12-31', start)
        let at = startedOn
        const found: string[] = []
        for (const days of steps) {
          const next = plusDays(at, days)
          found.push(...repricingDates(rule, startedOn, at, next))
          at = next
        }
        expect(found).toEqual(repricingDates(rule, startedOn, startedOn, at))
      },
    ))
  })
})

describe('a repricing', () => {
  it('within a period is what one computes by hand', () => {
    // 1,000,000.00 at 3.60% in 24 equal payments from 10 November 2026, at 3.00% from 1 January 2027.
    // A payment is 43,247.11. The first is interest 3,000.00 and principal 40,247.11: 959,752.89 are
    // owed, whose interest of a month is 959,752.89 × 3.60% / 12 = 2,879.26.
    const { loan, begin } = rest(terms(), 1)
    expect([begin, loan.owed, loan.coming[0]!.interest]).toEqual([
      '2026-12-10',
      95_975_289n,
      287_926n,
    ])
    const rows = must(afterRepricing(loan, { rate: 300_000_000n, on: '2027-01-01', begin }))
    // The new payment of 23 is 959,752.89 × i × (1 + i)²³ / ((1 + i)²³ − 1) with i = 3.00% / 12:
    // 42,991.70, of which 2,399.38 are a month's interest and 40,592.32 principal.
    // From 10 December to 10 January are 31 days, 22 of them before the change and 9 after it:
    // 959,752.89 × (3.00% − 3.60%) / 12 × 9 / 31 = −139.32, so that interest is 2,739.94.
    // By 1 January 2,879.26 × 22 / 31 = 2,043.34 of it are earned.
    expect(rows[0]).toEqual({
      period: 2,
      dueOn: '2027-01-10',
      principal: 4_059_232n,
      interest: 273_994n,
      remaining: 91_916_057n,
      split: { on: '2027-01-01', earned: 204_334n },
    })
    // 919,160.57 × 3.00% / 12 = 2,297.90; and so on with 42,991.70 each, the last one takes the rest.
    expect(rows[1]).toEqual({
      period: 3,
      dueOn: '2027-02-10',
      principal: 4_069_380n,
      interest: 229_790n,
      remaining: 87_846_677n,
    })
    expect(new Set(rows.slice(1, -1).map(paymentOf))).toEqual(new Set([4_299_170n]))
    expect(rows.at(-1)).toMatchObject({ period: 24, principal: 4_288_444n, interest: 10_721n })
  })

  it('of a loan that pays at its end changes the interest of the time that is left', () => {
    // 120,000.00 at 3.60% for a year: 4,320.00. Of the second period 9 of 31 days are left, and ten
    // more months: 120,000.00 × (3.40% − 3.60%) / 12 × (10 + 9 / 31) = −205.81.
    const { loan, begin } = rest(terms({ method: 'BULLET', minor: 12_000_000n, periods: 12 }), 1)
    const rows = must(afterRepricing(loan, { rate: 340_000_000n, on: '2027-01-01', begin }))
    expect(rows.slice(0, -1).every((row) => row.interest === 0n && row.split === undefined)).toBe(
      true,
    )
    // 4,320.00 × 52 / 365 are earned in the days from 10 November to 1 January.
    expect(rows.at(-1)).toMatchObject({
      interest: 411_419n,
      principal: 12_000_000n,
      split: { on: '2027-01-01', earned: 61_545n },
    })
  })

  it('on a due day begins with the next period, and divides none', () => {
    const { loan, begin } = rest(terms(), 12)
    const rows = must(afterRepricing(loan, { rate: 300_000_000n, on: begin, begin }))
    expect(rows.some((row) => row.split !== undefined)).toBe(false)
    expect(new Set(rows.slice(0, -1).map(paymentOf)).size).toBe(1)
  })

  it('leaves due days, repays exactly the rest, and divides interest by days, whatever the terms', () => {
    fc.assert(fc.property(anyLoan, share, share, anyRate, (t, where, when, rate) => {
      const paid = Math.floor(where * (t.periods - 1))
      const { loan, begin } = rest(t, paid)
      const [first] = loan.coming
      const days = daysBetween(begin, first!.dueOn)
      const on = plusDays(begin, Math.floor(when * (days - 1)))
      const rows = must(afterRepricing(loan, { rate, on, begin }))
      expect(rows.map((row) => [row.period, row.dueOn]))
        .toEqual(loan.coming.map((row) => [row.period, row.dueOn]))
      expect(total(rows, (row) => row.principal)).toBe(loan.owed)
      expect(rows.every((row) => row.principal >= 0n && row.interest >= 0n)).toBe(true)
      expect(rows.at(-1)!.remaining).toBe(0n)
      if (t.method === 'BULLET') {
        const months = decimal(rate).mul(daysBetween(on, first!.dueOn)).div(days)
          .plus(decimal(rate).mul(rows.length - 1))
        const before = decimal(t.rate).mul(daysBetween(begin, on)).div(days)
          .plus(decimal(t.rate).mul(paid))
        const exact = months.plus(before).mul(decimal(loan.owed)).div(12e10)
        const { interest, split } = rows.at(-1)!
        // Days may have earned more than as many months: that stays.
        const more = interest === split?.earned && decimal(interest).gt(exact)
        expect(more || exact.minus(decimal(interest)).abs().lte(1)).toBe(true)
        return
      }
      const blended = decimal(t.rate).mul(daysBetween(begin, on))
        .plus(decimal(rate).mul(daysBetween(on, first!.dueOn)))
      const exact = blended.mul(decimal(loan.owed)).div(days).div(12e10)
      expect(exact.minus(decimal(rows[0]!.interest)).abs().lte(1)).toBe(true)
      for (const [i, row] of rows.entries()) {
        if (i === 0) continue
        const interest = decimal(rows[i - 1]!.remaining).mul(decimal(rate)).div(12e10)
        expect(decimal(row.interest).toFixed()).toBe(interest.toFixed(0))
      }
    }))
  })

  it('takes back nothing of what was earned before, and all of the interest is earned by its due day', () => {
    fc.assert(fc.property(anyLoan, share, share, anyRate, (t, where, when, rate) => {
      const paid = Math.floor(where * (t.periods - 1))
      const { loan, begin } = rest(t, paid)
      const on = plusDays(begin, Math.floor(when * (daysBetween(begin, loan.coming[0]!.dueOn) - 1)))
      const rows = must(afterRepricing(loan, { rate, on, begin }))
      const from = t.method === 'BULLET' ? t.startedOn : begin
      const [before, after] = [loan.coming, rows].map((some) => earnedInterest(some, from, on))
      expect(after).toBe(before)
      let earned = 0n
      for (let day = on; day <= rows[0]!.dueOn; day = plusDays(day, 1)) {
        const now = earnedInterest(rows, from, day)
        expect(now >= earned).toBe(true)
        earned = now
      }
      const end = rows.at(-1)!.dueOn
      expect(earnedInterest(rows, from, end)).toBe(total(rows, (row) => row.interest))
    }))
  })

  it('of a loan that roundings have repaid leaves the instalments of nothing that are left', () => {
    const { loan, begin } = rest(terms({ minor: 3n, rate: 1n, periods: 5 }), 3)
    expect(loan.owed).toBe(0n)
    expect(must(afterRepricing(loan, { rate: 300_000_000n, on: begin, begin }))).toEqual(
      loan.coming,
    )
  })

  it('of a bullet loan to a rate of nothing leaves what days have earned, though months come to less', () => {
    const loan = terms({ method: 'BULLET', minor: 15_777n, rate: 1_239_664_184n, periods: 20 })
    const { loan: left, begin } = rest({ ...loan, startedOn: '2026-01-31' }, 18)
    const on = plusDays(begin, 29)
    const rows = must(afterRepricing(left, { rate: 0n, on, begin }))
    const earned = earnedInterest(left.coming, '2026-01-31', on)
    expect(rows.at(-1)!.interest).toBe(earned)
    expect(earnedInterest(rows, '2026-01-31', on)).toBe(earned)
  })

  it('twice within one period counts each rate for its own days', () => {
    const { loan, begin } = rest(terms({ method: 'INTEREST_FIRST' }), 1)
    const first = must(afterRepricing(loan, { rate: 300_000_000n, on: '2026-12-20', begin }))
    const then = { ...loan, terms: { ...loan.terms, rate: 300_000_000n }, coming: first }
    const second = must(afterRepricing(then, { rate: 480_000_000n, on: '2027-01-01', begin }))
    // 1,000,000.00 for 10, 12 and 9 of 31 days at 3,000.00, 2,500.00 and 4,000.00 a month.
    expect(second[0]!.interest).toBe(309_677n)
    expect(second[1]!.interest).toBe(400_000n)
  })

  it('before a prepayment leaves the rest its share of both rates', () => {
    const { loan, begin } = rest(terms({ method: 'INTEREST_FIRST' }), 1)
    const rows = must(afterRepricing(loan, { rate: 300_000_000n, on: '2027-01-01', begin }))
    // 3,000.00 × 22 / 31 + 2,500.00 × 9 / 31 = 2,854.84; three quarters of it are 2,141.13.
    expect(rows[0]!.interest).toBe(285_484n)
    const then = { ...loan, terms: { ...loan.terms, rate: 300_000_000n }, coming: rows }
    const [first, next] = must(afterPrepayment(then, 25_000_000n, 'LOWER'))
    expect(first).toMatchObject({ interest: 214_113n, split: { earned: 159_677n } })
    expect(next).toMatchObject({ interest: 187_500n })
  })

  it('to less than nothing is refused', () => {
    for (const method of ['EQUAL_PAYMENT', 'BULLET'] as const) {
      const { loan, begin } = rest(terms({ method }), 1)
      expect(afterRepricing(loan, { rate: -1n, on: '2027-01-01', begin }))
        .toMatchObject({ code: 'TERMS_MALFORMED', place: '/rate' })
    }
  })
})
