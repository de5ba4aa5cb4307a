/**
 * Day counts (计息基础): how much of a year lies between two dates.
 *
 * @see ISDA 2006 Definitions, section 4.16 (b), (d), (e), (f): ACT/ACT, ACT/365, ACT/360, 30/360
 */
import { daysBetween, type LocalDate } from '../../kernel/time.ts'
import { RATE_ONE } from '../parameter/rate.ts'

export type DayCount = 'ACT/360' | 'ACT/365' | 'ACT/ACT' | '30/360'

export const DAY_COUNTS: readonly DayCount[] = ['ACT/360', 'ACT/365', 'ACT/ACT', '30/360']

/**
 * What a year is in the units that {@link yearUnits} answers. One number per day count, so that the
 * interest of days can be added up without rounding.
 */
export function unitsOfYear(dayCount: DayCount): bigint {
  switch (dayCount) {
    case 'ACT/360':
    case '30/360':
      return 360n
    case 'ACT/365':
      return 365n
    case 'ACT/ACT':
      // A day of a leap year is 1/366, of another year 1/365.
      return 365n * 366n
  }
}

/** The part of a year from a date (included) to another (excluded), in {@link unitsOfYear} units. */
export function yearUnits(dayCount: DayCount, from: LocalDate, to: LocalDate): bigint {
  if (dayCount === '30/360') return thirties(from, to)
  if (dayCount !== 'ACT/ACT') return BigInt(daysBetween(from, to))
  let units = 0n
  for (let at = from; at < to;) {
    const year = Number(at.slice(0, 4))
    const next = `${(year + 1).toString().padStart(4, '0')}-01-01`
    const end = next < to ? next : to
    units += BigInt(daysBetween(at, end)) * (isLeap(year) ? 365n : 366n)
    at = end
  }
  return units
}

/**
 * Interest as an exact fraction of minor units: numerator over {@link interestUnit}.
 *
 * @param rate a year's, in units of 10⁻¹⁰
 */
export function interestUnits(
  minor: bigint,
  rate: bigint,
  dayCount: DayCount,
  from: LocalDate,
  to: LocalDate,
): bigint {
  return minor * rate * yearUnits(dayCount, from, to)
}

/** How many of the units of {@link interestUnits} are one minor unit. */
export function interestUnit(dayCount: DayCount): bigint {
  return RATE_ONE * unitsOfYear(dayCount)
}

/** 30/360, bond basis: every month has 30 days. */
function thirties(from: LocalDate, to: LocalDate): bigint {
  const [y1 = 0, m1 = 0, d1 = 0] = from.split('-').map(Number)
  const [y2 = 0, m2 = 0, d2 = 0] = to.split('-').map(Number)
  const first = Math.min(d1, 30)
  const second = d2 === 31 && first === 30 ? 30 : d2
  return BigInt(360 * (y2 - y1) + 30 * (m2 - m1) + (second - first))
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}
