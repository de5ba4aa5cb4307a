import { Decimal as Decimals } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { plusDays } from '../../../subgraphs/kernel/time.ts'
import {
  type Accrued,
  addAccrued,
  dayUnits,
  NOTHING_ACCRUED,
  type RateStep,
  roundAccrued,
  stretchUnits,
  type ValueChange,
} from '../../../subgraphs/ledger/product/accrual.ts'
import {
  DAY_COUNTS,
  type DayCount,
  interestUnit,
  interestUnits,
  unitsOfYear,
  yearUnits,
} from '../../../subgraphs/ledger/product/day-count.ts'
import {
  isSettlementDay,
  monthsAndDays,
  pieceInterest,
  termMonths,
  withdrawalInterest,
} from '../../../subgraphs/ledger/product/deposit.ts'
import {
  accruePenalty,
  duesOf,
  type InstalmentState,
  penaltyOf,
} from '../../../subgraphs/ledger/product/loan.ts'
import { revaluation, worthOf } from '../../../subgraphs/ledger/product/fx.ts'
import {
  type Due,
  gradeOf,
  isNonAccrual,
  penaltyRate,
  provisionOf,
  settleDues,
} from '../../../subgraphs/ledger/product/overdue.ts'

const Decimal = Decimals.clone({ precision: 60 })
const date = fc.integer({ min: 0, max: 8000 }).map((n) => plusDays('2010-01-01', n))
const dayCount = fc.constantFrom(...DAY_COUNTS)
const BP = 1_000_000n

describe('a day count', () => {
  it.each<[DayCount, string, string]>([
    // 100,000.00 at 4.35% for 90 days.
    ['ACT/360', '2026-01-01', '108750'],
    ['ACT/365', '2026-01-01', '107260'],
  ])('%s of 90 days gives the interest that is known', (count, from, minor) => {
    const units = interestUnits(10_000_000n, 435_000_000n, count, from, plusDays(from, 90))
    const exact = new Decimal(units.toString()).div(interestUnit(count).toString())
    expect(exact.toFixed(0, Decimal.ROUND_HALF_UP)).toBe(minor)
  })

  it('ACT/ACT takes leap years by 366ths and others by 365ths', () => {
    const year = unitsOfYear('ACT/ACT')
    expect(yearUnits('ACT/ACT', '2024-01-01', '2025-01-01')).toBe(year)
    expect(yearUnits('ACT/ACT', '2025-01-01', '2026-01-01')).toBe(year)
    // 1 November 2003 to 1 May 2004: 61/365 + 121/366, the example of ISDA's memorandum of 1998.
    expect(yearUnits('ACT/ACT', '2003-11-01', '2004-05-01')).toBe(61n * 366n + 121n * 365n)
  })

  it.each([
    ['2026-01-31', '2026-02-28', 28n],
    ['2026-01-30', '2026-03-31', 60n],
    ['2026-01-15', '2026-07-15', 180n],
    ['2026-02-28', '2026-03-31', 33n],
    ['2025-12-31', '2026-12-31', 360n],
  ])('30/360 from %s to %s is %s days', (from, to, days) => {
    expect(yearUnits('30/360', from, to)).toBe(days)
  })

  it('of days one after another is that of all together, but for 30/360', () => {
    fc.assert(
      fc.property(
        date,
        fc.nat({ max: 900 }),
        fc.nat({ max: 900 }),
        dayCount,
        (from, a, b, count) => {
          fc.pre(count !== '30/360')
          const [mid, to] = [plusDays(from, a), plusDays(from, a + b)]
          expect(yearUnits(count, from, mid) + yearUnits(count, mid, to))
            .toBe(yearUnits(count, from, to))
        },
      ),
    )
  })
})

describe('accrued interest', () => {
  const rates = fc.array(fc.tuple(fc.nat({ max: 60 }), fc.nat({ max: 1000 })), {
    minLength: 1,
    maxLength: 4,
  }).map((steps): RateStep[] => {
    const days = [...new Set([0, ...steps.map(([day]) => day)])].toSorted((a, b) => a - b)
    return days.map((day, i) => ({
      from: plusDays('2026-01-01', day),
      rate: BigInt(steps[i % steps.length]![1]) * BP,
    }))
  })
  const actual = fc.constantFrom<DayCount>('ACT/360', 'ACT/365', 'ACT/ACT')
  /** Booked on a day, counting from that day or one before. */
  const changes = fc.array(
    fc.tuple(
      fc.nat({ max: 59 }),
      fc.nat({ max: 30 }),
      fc.bigInt({ min: -(10n ** 9n), max: 10n ** 9n }),
    ),
    { maxLength: 12 },
  )

  it('day by day is the same as at once, to the last unit, backdated changes included', () => {
    fc.assert(
      fc.property(changes, rates, actual, (some, steps, count) => {
        const first = '2026-01-01'
        const booked = some.map(([day, back, minor]) => ({
          bookedOn: plusDays(first, day),
          valueOn: plusDays(first, Math.max(0, day - back)),
          minor,
        }))
        let accrued: Accrued = NOTHING_ACCRUED
        for (let day = first; day < '2026-03-02'; day = plusDays(day, 1)) {
          const balance = booked.filter((c) => c.bookedOn <= day && c.valueOn <= day)
            .reduce((sum, c) => sum + c.minor, 0n)
          const backdated: ValueChange[] = booked.filter((c) =>
            c.bookedOn === day && c.valueOn < day
          )
          accrued = addAccrued(accrued, dayUnits(day, balance, backdated, steps, count), count)
          expect(accrued.rest >= 0n && accrued.rest < interestUnit(count)).toBe(true)
        }
        const atOnce = booked.reduce(
          (sum, c) => sum + stretchUnits(c.minor, c.valueOn, '2026-03-02', steps, count),
          0n,
        )
        expect(addAccrued(NOTHING_ACCRUED, atOnce, count)).toEqual(accrued)
      }),
      { numRuns: 60 },
    )
  })

  it('is rounded once, and what was rounded away comes back later', () => {
    // 1.00 at 1.8% ACT/360 is half a hundredth of a fen a day.
    let accrued: Accrued = NOTHING_ACCRUED
    let posted = 0n
    for (let day = 0; day < 400; day++) {
      accrued = addAccrued(
        accrued,
        interestUnits(100n, 180n * BP, 'ACT/360', '2026-01-01', '2026-01-02'),
        'ACT/360',
      )
      posted += roundAccrued(accrued, 'ACT/360') - posted
    }
    expect(posted).toBe(2n)
    expect(accrued).toEqual({ minor: 2n, rest: 0n })
  })

  it('fits 64 bits for the largest balances there are', () => {
    const units = interestUnits(
      9_000_000_000_000_000n,
      3_600_000_000n,
      'ACT/ACT',
      '2026-01-01',
      '2126-01-01',
    )
    const accrued = addAccrued(NOTHING_ACCRUED, units, 'ACT/ACT')
    expect(accrued.minor < 2n ** 63n && accrued.rest < 2n ** 63n).toBe(true)
  })
})

describe('deposits', () => {
  it('on demand are settled on the 20th of a quarter’s last month', () => {
    const days: string[] = []
    for (let day = '2026-01-01'; day < '2027-01-01'; day = plusDays(day, 1)) {
      if (isSettlementDay(day)) days.push(day)
    }
    expect(days).toEqual(['2026-03-20', '2026-06-20', '2026-09-20', '2026-12-20'])
  })

  it.each([['3M', 3], ['1Y', 12], ['3Y', 36], ['0M', undefined], ['1D', undefined], [
    '',
    undefined,
  ]])(
    'of a term %j last %j months',
    (term, months) => {
      expect(termMonths(term)).toBe(months)
    },
  )

  it('count full months and the days that are left', () => {
    expect(monthsAndDays('2026-01-31', '2026-02-28')).toEqual({ months: 1, days: 0 })
    expect(monthsAndDays('2026-01-15', '2026-04-20')).toEqual({ months: 3, days: 5 })
    expect(monthsAndDays('2026-01-15', '2026-01-14')).toEqual({ months: -1, days: 30 })
    fc.assert(fc.property(date, fc.nat({ max: 2000 }), (from, days) => {
      const to = plusDays(from, days)
      const split = monthsAndDays(from, to)
      expect(split.days >= 0 && split.days < 31 && split.months >= 0).toBe(true)
    }))
  })

  const deposit = {
    minor: 10_000_000n,
    rate: 150n * BP,
    startedOn: '2025-11-23',
    maturesOn: '2026-11-23',
  }
  it('of a term earn it at maturity, the demand rate before, and both after', () => {
    // 100,000.00 at 1.50% for a year; demand at 0.35%.
    expect(withdrawalInterest(deposit, 10_000_000n, '2026-11-23', 35n * BP)).toBe(150_000n)
    // 100 days at a 360th: 100,000.00 × 0.35% × 100 / 360 = 97.22.
    expect(withdrawalInterest(deposit, 10_000_000n, plusDays('2025-11-23', 100), 35n * BP)).toBe(
      9_722n,
    )
    // A part of it.
    expect(withdrawalInterest(deposit, 4_000_000n, plusDays('2025-11-23', 100), 35n * BP)).toBe(
      3_889n,
    )
    // Ten days after: 1,500.00 + 9.72.
    expect(withdrawalInterest(deposit, 10_000_000n, '2026-12-03', 35n * BP)).toBe(150_972n)
  })

  it('by the piece earn months by a twelfth and odd days by a 360th', () => {
    expect(pieceInterest(10_000_000n, 120n * BP, '2026-01-15', '2026-04-20')).toBe(31_667n)
  })
})

describe('overdue loans', () => {
  const part = fc.bigInt({ min: 0n, max: 1000n })
  const due = fc.record({ fee: part, penalty: part, interest: part, principal: part })

  it('are settled oldest first, fee before penalty before interest before principal', () => {
    fc.assert(
      fc.property(
        fc.array(due, { maxLength: 5 }),
        fc.bigInt({ min: 0n, max: 9000n }),
        (some, paid) => {
          const dues: Due[] = some.map((d, i) => ({
            ...d,
            period: i + 1,
            dueOn: plusDays('2026-01-15', 30 * i),
          }))
          const { settled, left } = settleDues(dues.toReversed(), paid)
          const parts = ['fee', 'penalty', 'interest', 'principal'] as const
          const taken = dues.flatMap((d) =>
            parts.map((name) => settled.find((s) => s.period === d.period)?.[name] ?? 0n)
          )
          const owed = dues.flatMap((d) => parts.map((name) => d[name]))
          expect(taken.reduce((a, b) => a + b, 0n) + left).toBe(paid)
          // Nothing is begun before all before it is settled.
          let rest = paid
          for (const [i, minor] of owed.entries()) {
            expect(taken[i]).toBe(minor < rest ? minor : rest)
            rest -= taken[i]!
          }
        },
      ),
    )
  })

  const overdue: InstalmentState = {
    period: 1,
    dueOn: '2026-01-15',
    principal: 1_000_000n,
    interest: 10_000n,
    paidPrincipal: 0n,
    paidInterest: 0n,
    penalty: NOTHING_ACCRUED,
    paidPenalty: 0n,
    penaltyTo: '2026-01-15',
  }
  const HALF = 5_000_000_000n

  it('pay penalty on principal and interest that are overdue, at the raised rate', () => {
    expect(penaltyRate(435n * BP, HALF)).toBe(652_500_000n)
    expect(penaltyRate(435n * BP, -2n * 10_000_000_000n)).toBe(0n)
    const by = (to: string) => penaltyOf(accruePenalty(overdue, to, 435n * BP, () => HALF))
    // 10,100.00 × 4.35% × 1.5 × 30 / 360 = 54.92.
    expect(by('2026-02-14')).toBe(5_492n)
    expect([by('2026-01-15'), by('2026-01-01')]).toEqual([0n, 0n])
  })

  it('pay each day by what the raise was on it', () => {
    const raiseOn = (day: string) => day < '2026-01-25' ? 3_000_000_000n : HALF
    const { penalty } = accruePenalty(overdue, '2026-02-04', 435n * BP, raiseOn)
    // 10,100.00 × (4.35% × 1.3 × 10 + 4.35% × 1.5 × 10) / 360 = 34.1716….
    expect(penalty.minor).toBe(3_417n)
    const exact = new Decimal('1010000').mul('0.0435').mul('28').div(360)
    expect(new Decimal(penalty.rest.toString()).div(interestUnit('ACT/360').toString()).toFixed(9))
      .toBe(exact.minus(3_417).toFixed(9))
  })

  it('owe the same whether it was accrued day by day or at once, payments in between included', () => {
    const payment = fc.tuple(fc.nat({ max: 89 }), part, part)
    fc.assert(
      fc.property(
        fc.array(payment, { maxLength: 4 }),
        fc.bigInt({ min: 1n, max: 10n ** 12n }),
        fc.array(fc.nat({ max: 10_000 }), { minLength: 3, maxLength: 3 }),
        fc.nat({ max: 2_400 }),
        (payments, principal, raises, rateBp) => {
          const one = { ...overdue, principal: principal + 4_000n, interest: 4_000n }
          const rate = BigInt(rateBp) * BP
          const raiseOn = (day: string) => BigInt(raises[Number(day.slice(5, 7)) % 3]!) * BP
          const run = (days: readonly string[]) => {
            let state: InstalmentState = one
            for (const day of days) {
              state = accruePenalty(state, day, rate, raiseOn)
              for (const [on, ofPrincipal, ofInterest] of payments) {
                if (plusDays(one.dueOn, on) !== day) continue
                state = {
                  ...state,
                  paidPrincipal: state.paidPrincipal + ofPrincipal,
                  paidInterest: state.paidInterest + ofInterest,
                }
              }
            }
            return state
          }
          const every = Array.from({ length: 91 }, (_, n) => plusDays(one.dueOn, n))
          const paid = new Set(payments.map(([on]) => plusDays(one.dueOn, on)))
          const daily = run(every)
          const rare = run(every.filter((day, n) => n === 90 || paid.has(day)))
          expect(daily.penalty).toEqual(rare.penalty)
          // The whole of it, by decimals.
          let exact = new Decimal(0)
          for (const [n, day] of every.slice(0, 90).entries()) {
            const state = run(every.slice(0, n + 1))
            const owed = state.principal - state.paidPrincipal + state.interest - state.paidInterest
            const raised = new Decimal(penaltyRate(rate, raiseOn(day)).toString()).div(1e10)
            exact = exact.plus(raised.mul(owed.toString()).div(360))
          }
          expect(penaltyOf(daily).toString()).toBe(exact.toFixed(0, Decimal.ROUND_HALF_UP))
        },
      ),
      { numRuns: 20 },
    )
  })

  it('that are paid but for their penalty still owe it, and no more of it', () => {
    const state = accruePenalty(overdue, '2026-02-14', 435n * BP, () => HALF)
    const paid = { ...state, paidPrincipal: 1_000_000n, paidInterest: 10_000n }
    const later = accruePenalty(paid, '2026-12-31', 435n * BP, () => HALF)
    expect(duesOf([later], '2026-12-31')).toEqual([
      { period: 1, dueOn: '2026-01-15', fee: 0n, penalty: 5_492n, interest: 0n, principal: 0n },
    ])
    expect(duesOf([{ ...later, paidPenalty: 5_492n }], '2026-12-31')).toEqual([])
  })

  it.each(
    [
      [0, 'PASS', 1_000n],
      [1, 'SPECIAL_MENTION', 2_000n],
      [90, 'SPECIAL_MENTION', 2_000n],
      [91, 'SUBSTANDARD', 25_000n],
      [270, 'SUBSTANDARD', 25_000n],
      [271, 'DOUBTFUL', 50_000n],
      [361, 'LOSS', 100_000n],
    ] as const,
  )('%i days past due are %s, with %s set aside of 1,000.00', (days, grade, minor) => {
    expect(gradeOf(days)).toBe(grade)
    expect(provisionOf(100_000n, grade)).toBe(minor)
    expect(isNonAccrual(grade)).toBe(days > 90)
  })
})

describe('a foreign exchange position', () => {
  it('gains and loses against what it cost, and nothing once it was carried over', () => {
    const position = { currency: 'USD' as const, foreign: 10_000n, base: 71_000n }
    const mid = 71_234_000_000n
    expect(revaluation(position, 'CNY', mid)).toBe(234n)
    const after = { ...position, base: position.base + 234n }
    expect(revaluation(after, 'CNY', mid)).toBe(0n)
    expect(revaluation({ ...position, foreign: -10_000n, base: -71_000n }, 'CNY', mid)).toBe(-234n)
    expect(worthOf({ currency: 'JPY', foreign: 1_000n }, 'CNY', 472_000_000n)).toBe(4_720n)
  })
})
