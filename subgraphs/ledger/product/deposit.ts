/**
 * Deposits (存款): when interest is settled, and what a term deposit earns.
 *
 * @see 《人民币单位存款管理办法》, 《储蓄管理条例》第二十四条至第二十八条: early withdrawal and time
 * after maturity earn the demand rate of the day of withdrawal
 * @see 银发〔2005〕129号, annex: by the piece, full years and months by the year's and month's rate,
 * odd days by a 360th of the year's
 */
import { divideRounded } from '../../kernel/money.ts'
import { daysBetween, type LocalDate, plusMonths } from '../../kernel/time.ts'
import { RATE_ONE } from '../parameter/rate.ts'

/** The day of the quarter's last month on which demand deposits are settled; paid on the next. */
const SETTLEMENT_DAY = '20'
const QUARTER_ENDS = ['03', '06', '09', '12']

/** Whether demand deposits are settled at the end of this day (结息日). */
export function isSettlementDay(date: LocalDate): boolean {
  return date.slice(8) === SETTLEMENT_DAY && QUARTER_ENDS.includes(date.slice(5, 7))
}

/** A term in months: 3M, 6M, 1Y, 2Y, 3Y. */
export function termMonths(term: string): number | undefined {
  const match = /^([1-9]\d?)([MY])$/.exec(term)
  return match === null ? undefined : Number(match[1]) * (match[2] === 'Y' ? 12 : 1)
}

/** Full months from a date to another, and the days that are left over. */
export function monthsAndDays(from: LocalDate, to: LocalDate): { months: number; days: number } {
  let months = (Number(to.slice(0, 4)) - Number(from.slice(0, 4))) * 12 +
    Number(to.slice(5, 7)) - Number(from.slice(5, 7))
  if (plusMonths(from, months) > to) months -= 1
  return { months, days: daysBetween(plusMonths(from, months), to) }
}

/**
 * Interest by the piece (逐笔计息): full months by a twelfth of the year's rate, odd days by a 360th.
 * Rounded once, half up.
 */
export function pieceInterest(
  minor: bigint,
  rate: bigint,
  from: LocalDate,
  to: LocalDate,
): bigint {
  const { months, days } = monthsAndDays(from, to)
  return divideRounded(minor * rate * BigInt(months * 30 + days), RATE_ONE * 360n, 'half-up')
}

/** A term deposit. @property rate of its term, fixed when it was made */
export interface TermDeposit {
  readonly minor: bigint
  readonly rate: bigint
  readonly startedOn: LocalDate
  readonly maturesOn: LocalDate
}

/**
 * What a withdrawal of a part, or all, earns.
 *
 * - before maturity: the demand rate for the days it lay there
 * - at maturity: the term's rate
 * - after: the term's rate to maturity, then the demand rate on the principal
 *
 * @param demandRate of the day of the withdrawal
 */
export function withdrawalInterest(
  deposit: TermDeposit,
  minor: bigint,
  on: LocalDate,
  demandRate: bigint,
): bigint {
  const { rate, startedOn, maturesOn } = deposit
  const byDays = (from: LocalDate, to: LocalDate) =>
    divideRounded(minor * demandRate * BigInt(daysBetween(from, to)), RATE_ONE * 360n, 'half-up')
  if (on < maturesOn) return byDays(startedOn, on)
  return pieceInterest(minor, rate, startedOn, maturesOn) + byDays(maturesOn, on)
}
