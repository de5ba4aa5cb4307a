import { Decimal as Decimals } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { must } from '../../../subgraphs/kernel/result.ts'
import { dueDay } from '../../../subgraphs/ledger/parameter/due-day.ts'
import { makeSchedule } from '../../../subgraphs/ledger/product/schedule.ts'
import { anyTerms, paymentOf, sum, terms } from '../../support/loan-terms.ts'

/** Enough digits for 600 periods; rounds as people do. */
const Decimal = Decimals.clone({ precision: 60, rounding: Decimals.ROUND_HALF_UP })
const fen = (yuan: string) => BigInt(yuan.replaceAll(/[,.]/g, ''))

describe('a schedule', () => {
  // A month's rate is a twelfth of the year's; half up each period; the last takes the rest.
  it.each([
    ['100,000.00', '0.0435', 12, '8,530.99', '8,531.01', '2,371.90', '362.50', '8,168.49'],
    ['100,000.00', '0.0360', 36, '2,934.64', '2,934.55', '5,646.95', '300.00', '2,634.64'],
    ['1,000,000.00', '0.0310', 360, '4,270.16', '4,272.59', '537,260.03', '2,583.33', '1,686.83'],
  ])(
    'of equal payments of %s at %s over %i months comes to the fen',
    (amount, rate, periods, payment, last, interest, firstInterest, firstPrincipal) => {
      const rows = must(makeSchedule(terms({
        minor: fen(amount),
        rate: BigInt(new Decimal(rate).mul(1e10).toFixed()),
        periods,
      })))
      expect(rows).toHaveLength(periods)
      expect(new Set(rows.slice(0, -1).map(paymentOf))).toEqual(new Set([fen(payment)]))
      expect(paymentOf(rows.at(-1)!)).toBe(fen(last))
      expect(sum(rows, (row) => row.interest)).toBe(fen(interest))
      expect(rows[0]).toMatchObject({
        interest: fen(firstInterest),
        principal: fen(firstPrincipal),
      })
    },
  )

  it.each([
    ['100,000.00', '0.0435', 12, '8,695.83', '8,363.58', '2,356.26'],
    ['100,000.00', '0.0360', 36, '3,077.77', '2,786.38', '5,550.00'],
    ['1,000,000.00', '0.0310', 360, '5,361.10', '2,787.75', '466,292.95'],
  ])('of equal principal of %s at %s over %i months comes to the fen', (
    amount,
    rate,
    periods,
    first,
    last,
    interest,
  ) => {
    const rows = must(makeSchedule(terms({
      method: 'EQUAL_PRINCIPAL',
      minor: fen(amount),
      rate: BigInt(new Decimal(rate).mul(1e10).toFixed()),
      periods,
    })))
    expect(paymentOf(rows[0]!)).toBe(fen(first))
    expect(paymentOf(rows.at(-1)!)).toBe(fen(last))
    expect(sum(rows, (row) => row.interest)).toBe(fen(interest))
  })

  it('repays exactly the loan, never less than nothing, whatever the terms', () => {
    fc.assert(fc.property(anyTerms, (t) => {
      const rows = must(makeSchedule(t))
      expect(sum(rows, (row) => row.principal)).toBe(t.minor)
      expect(rows.at(-1)!.remaining).toBe(0n)
      let owed = t.minor
      for (const row of rows) {
        expect(row.principal >= 0n && row.interest >= 0n).toBe(true)
        owed -= row.principal
        expect(row.remaining).toBe(owed)
      }
      expect(rows.slice(0, t.interestOnly).every((row) => row.principal === 0n)).toBe(true)
    }))
  })

  it('of equal payments differs in the last one by no more than the roundings add up to', () => {
    const some = fc.tuple(
      fc.bigInt({ min: 1_000_000n, max: 10n ** 11n }),
      fc.bigInt({ min: 0n, max: 1_000_000_000n }),
      fc.integer({ min: 2, max: 120 }),
    )
    fc.assert(fc.property(some, ([minor, rate, periods]) => {
      const rows = must(makeSchedule(terms({ minor, rate, periods })))
      const payment = paymentOf(rows[0]!)
      const off = paymentOf(rows.at(-1)!) - payment
      // Half a fen a period for payment and interest, and interest on those.
      const grown = new Decimal(1).plus(new Decimal(rate.toString()).div(12e10)).pow(periods)
      const bound = new Decimal(periods).mul(grown).plus(1)
      expect(bound.gte(new Decimal(off.toString()).abs())).toBe(true)
    }))
  })

  it('agrees period by period with decimal arithmetic done independently', () => {
    fc.assert(
      fc.property(anyTerms, (t) => {
        const i = new Decimal(t.rate.toString()).div(1e10).div(12)
        const n = t.periods - (t.interestOnly ?? 0)
        const P = new Decimal(t.minor.toString())
        const grown = i.plus(1).pow(n)
        const payment = i.isZero()
          ? P.div(n).round()
          : P.mul(i).mul(grown).div(grown.minus(1)).round()
        let owed = P
        for (const row of must(makeSchedule(t))) {
          const last = row.period === t.periods
          const interest = t.method === 'BULLET'
            ? last ? P.mul(i).mul(t.periods).round() : new Decimal(0)
            : owed.mul(i).round()
          const planned = t.method === 'EQUAL_PAYMENT'
            ? Decimal.max(0, Decimal.min(owed, payment.minus(interest)))
            : t.method === 'EQUAL_PRINCIPAL'
            ? P.div(n).floor()
            : new Decimal(0)
          const principal = last
            ? owed
            : row.period <= (t.interestOnly ?? 0)
            ? new Decimal(0)
            : planned
          expect([row.interest, row.principal]).toEqual([
            BigInt(interest.toFixed()),
            BigInt(principal.toFixed()),
          ])
          owed = owed.minus(principal)
        }
      }),
      { numRuns: 60 },
    )
  })

  it('keeps its day of the month, and moves what falls on a holiday to the next open day', () => {
    const rows = must(
      makeSchedule(
        terms({ startedOn: '2026-01-31', periods: 4 }),
        (date) => dueDay(date, 'FOLLOWING', (day) => !['2026-03-31', '2026-04-01'].includes(day)),
      ),
    )
    expect(rows.map((row) => row.dueOn)).toEqual([
      '2026-02-28',
      '2026-04-02',
      '2026-04-30',
      '2026-05-31',
    ])
  })

  it('of a loan without interest is its parts', () => {
    const rows = must(makeSchedule(terms({ rate: 0n, minor: 100n, periods: 3 })))
    expect(rows.map((row) => row.principal)).toEqual([33n, 33n, 34n])
  })

  it.each([
    ['/principal', { minor: 0n }],
    ['/principal', { minor: -1n }],
    ['/rate', { rate: -1n }],
    ['/periods', { periods: 0 }],
    ['/periods', { periods: 601 }],
    ['/periods', { periods: NaN }],
    ['/interestOnly', { interestOnly: 12 }],
    ['/interestOnly', { interestOnly: -1 }],
  ])('is not made of terms that are wrong at %s (%#)', (place, change) => {
    expect(makeSchedule(terms(change))).toMatchObject({ code: 'TERMS_MALFORMED', place })
  })
})
