/**
 * Repricing (重定价): when the rate of a loan is set anew, and what that makes of its schedule.
 *
 * A loan that is priced over a base, such as LPR, keeps its spread for life; on its repricing dates it
 * takes the base as it is then.
 *
 * @see 中国人民银行公告〔2019〕第30号: the spread is fixed for the rest of the contract, the dates are
 * agreed
 */
import { divideRounded } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { daysBetween, type LocalDate, plusMonths } from '../../kernel/time.ts'
import { RATE_ONE } from '../parameter/rate.ts'
import { earnedOf } from './loan.ts'
import {
  type Instalment,
  type RestOfLoan,
  restOfSchedule,
  restTerms,
  type ScheduleCode,
} from './schedule.ts'

/**
 * - `NEVER`: the rate is fixed
 * - `NEW_YEAR`: on 1 January
 * - `ANNIVERSARY`: on the day of the year on which the loan was paid out (对月对日)
 */
export type RepricingRule = 'NEVER' | 'NEW_YEAR' | 'ANNIVERSARY'

/** The dates after a day, up to another (included), on which a loan is repriced, in order. */
export function repricingDates(
  rule: RepricingRule,
  startedOn: LocalDate,
  after: LocalDate,
  to: LocalDate,
): LocalDate[] {
  if (rule === 'NEVER') return []
  const dates: LocalDate[] = []
  const [begin, end] = [Number(after.slice(0, 4)), Number(to.slice(0, 4))]
  for (let year = begin; year <= end; year++) {
    const date = rule === 'NEW_YEAR'
      ? `${year}-01-01`
      : plusMonths(startedOn, 12 * (year - Number(startedOn.slice(0, 4))))
    if (date > after && date <= to && date > startedOn) dates.push(date)
  }
  return dates
}

/**
 * @property rate a year's, in units of 10⁻¹⁰, that counts from `on`
 * @property begin the day from which the first coming instalment's interest counts
 */
export interface RateChange {
  readonly rate: bigint
  readonly on: LocalDate
  readonly begin: LocalDate
}

/**
 * The schedule after a rate change. Due days stay. Principal is what a schedule of the rest at the new
 * rate has. Interest of the period that is under way is changed for the days from the change on only:
 * by the difference of the rates, for that part of the period, rounded once, half up.
 */
export function afterRepricing(
  loan: RestOfLoan,
  change: RateChange,
): Result<Instalment[], ScheduleCode> {
  if (change.rate < 0n) return refuse('TERMS_MALFORMED', 'A rate is not negative.', '/rate')
  // Roundings of a tiny loan may have repaid it before its last instalments, which are of nothing.
  if (loan.owed === 0n) return ok([...loan.coming])
  if (loan.terms.method === 'BULLET') return ok(bulletAfter(loan, change))
  const { coming } = loan
  const rows = restOfSchedule({ ...restTerms(loan), rate: change.rate }, coming[0]!.period - 1)
  if (!rows.ok) return rows
  return ok(rows.value.map((row, i) => {
    const { dueOn } = coming[i]!
    return i > 0 || change.on <= change.begin
      ? { ...row, dueOn }
      : { ...row, dueOn, ...splitInterest(loan, coming[0]!, change, 0) }
  }))
}

/** Everything is interest of one long period that ends with the loan. */
function bulletAfter(loan: RestOfLoan, change: RateChange): Instalment[] {
  const last = loan.coming.at(-1)!
  const { startedOn } = loan.terms
  const split = splitInterest(loan, last, change, loan.coming.length - 1, startedOn)
  return loan.coming.map((row) => row === last ? { ...row, ...split } : row)
}

/**
 * An instalment's interest once the rate has changed within its time.
 *
 * @param months full ones at the new rate, after the period that is under way
 * @param earnedFrom the day from which the instalment's interest is earned
 */
function splitInterest(
  { terms, coming, owed }: RestOfLoan,
  row: Instalment,
  { rate, on, begin }: RateChange,
  months: number,
  earnedFrom = begin,
): Pick<Instalment, 'interest' | 'split'> {
  const days = BigInt(daysBetween(begin, coming[0]!.dueOn))
  const left = BigInt(daysBetween(on > begin ? on : begin, coming[0]!.dueOn))
  const more = divideRounded(
    owed * (rate - terms.rate) * (BigInt(months) * days + left),
    RATE_ONE * 12n * days,
    'half-up',
  )
  const earned = earnedOf(row, earnedFrom, on)
  // What was earned by days stays, though months and roundings would come to less.
  const interest = row.interest + more > earned ? row.interest + more : earned
  return { interest, split: { on, earned } }
}
