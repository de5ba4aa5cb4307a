/**
 * Accrued interest (计提): added up exactly, rounded once when it is posted, the rest carried on.
 *
 * Interest of days is a fraction with one denominator per day count, so that day by day and all at
 * once come to the same, to the last unit.
 */
import { divideRounded } from '../../kernel/money.ts'
import { type LocalDate, plusDays } from '../../kernel/time.ts'
import { type DayCount, interestUnit, interestUnits } from './day-count.ts'

/**
 * Interest to a fraction of a minor unit. Both parts fit 64 bits whatever the balance.
 *
 * @property minor whole minor units, rounded down
 * @property rest of the next one, from 0 to below the day count's `interestUnit`
 */
export interface Accrued {
  readonly minor: bigint
  readonly rest: bigint
}

export const NOTHING_ACCRUED: Accrued = { minor: 0n, rest: 0n }

/** Adds units as `interestUnits` answers them; they may be negative. */
export function addAccrued(accrued: Accrued, units: bigint, dayCount: DayCount): Accrued {
  const unit = interestUnit(dayCount)
  const all = accrued.minor * unit + accrued.rest + units
  const minor = floorDivide(all, unit)
  return { minor, rest: all - minor * unit }
}

/** Accrued interest in whole minor units, half away from zero. */
export function roundAccrued(accrued: Accrued, dayCount: DayCount): bigint {
  const unit = interestUnit(dayCount)
  return divideRounded(accrued.minor * unit + accrued.rest, unit, 'half-up')
}

/** A rate from a day on, until the next step. In order of days. */
export interface RateStep {
  readonly from: LocalDate
  readonly rate: bigint
}

/** An amount that counts from a day on; positive raises what interest is paid on. */
export interface ValueChange {
  readonly valueOn: LocalDate
  readonly minor: bigint
}

/**
 * Units of interest that one day adds, when it is closed.
 *
 * A change that was booked on the day but counts from an earlier one brings the interest of all days
 * since: what was posted before stays, and the difference is part of today.
 *
 * @param balance what counts by the end of the day, changes of the day included
 * @param backdated changes booked on the day that count from an earlier day
 */
export function dayUnits(
  day: LocalDate,
  balance: bigint,
  backdated: readonly ValueChange[],
  rates: readonly RateStep[],
  dayCount: DayCount,
): bigint {
  let units = stretchUnits(balance, day, plusDays(day, 1), rates, dayCount)
  for (const { valueOn, minor } of backdated) {
    units += stretchUnits(minor, valueOn, day, rates, dayCount)
  }
  return units
}

/** Units of a balance that stays the same from a day (included) to another (excluded). */
export function stretchUnits(
  minor: bigint,
  from: LocalDate,
  to: LocalDate,
  rates: readonly RateStep[],
  dayCount: DayCount,
): bigint {
  let units = 0n
  for (const [i, step] of rates.entries()) {
    const begin = step.from > from ? step.from : from
    const next = rates[i + 1]?.from
    const end = next !== undefined && next < to ? next : to
    if (begin < end) units += interestUnits(minor, step.rate, dayCount, begin, end)
  }
  return units
}

function floorDivide(a: bigint, b: bigint): bigint {
  const quotient = a / b
  return a % b < 0n ? quotient - 1n : quotient
}
