/**
 * Prepayment (提前还款): what it makes of a schedule, and the interest that is paid with it.
 */
import { divideRounded } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { daysBetween, type LocalDate } from '../../kernel/time.ts'
import type { MoveDue } from '../parameter/due-day.ts'
import { RATE_ONE } from '../parameter/rate.ts'
import { earnedOf } from './loan.ts'
import {
  equalPayment,
  type Instalment,
  type LoanTerms,
  type RestOfLoan,
  restOfSchedule,
  restTerms,
  type ScheduleCode,
} from './schedule.ts'

/**
 * - `SHORTER` (缩短期限): the payment stays, the end comes earlier
 * - `LOWER` (减少还款额): the end stays, the payment falls
 */
export type Prepayment = 'SHORTER' | 'LOWER'

/**
 * The schedule after a prepayment (提前还款).
 *
 * @param minor what is paid of the principal before it is due; less than is owed
 */
export function afterPrepayment(
  { terms, coming, owed }: RestOfLoan,
  minor: bigint,
  how: Prepayment,
  move?: MoveDue,
): Result<Instalment[], ScheduleCode> {
  if (minor <= 0n || minor >= owed) {
    return refuse('TERMS_MALFORMED', 'A prepayment is of a part of what is owed.', '/amount')
  }
  const left = owed - minor
  // All its interest is of one long period: what stays owed has earned its share of it.
  if (terms.method === 'BULLET') return ok(coming.map((row) => shareOfBullet(row, left, owed)))
  const rest = restTerms({ terms, coming, owed: left })
  const periods = how === 'LOWER' ? rest.periods : shorterPeriods(rest, coming)
  const rows = restOfSchedule({ ...rest, periods }, coming[0]!.period - 1, move)
  if (!rows.ok || coming[0]!.split === undefined) return rows
  const [first, ...others] = rows.value
  return ok([{ ...first!, ...shareOfInterest(coming[0]!, left, owed) }, ...others])
}

function shareOfBullet(row: Instalment, left: bigint, owed: bigint): Instalment {
  const principal = row.principal === 0n ? 0n : left
  return { ...row, principal, remaining: left - principal, ...shareOfInterest(row, left, owed) }
}

/** The interest that a part of what was owed has of an instalment. */
function shareOfInterest(
  { interest, split }: Instalment,
  left: bigint,
  owed: bigint,
): Pick<Instalment, 'interest' | 'split'> {
  const share = (minor: bigint) => divideRounded(minor * left, owed, 'half-up')
  return {
    interest: share(interest),
    ...(split === undefined ? {} : { split: { on: split.on, earned: share(split.earned) } }),
  }
}

/** Interest on what is prepaid, up to a day. @param since the day from which the running period counts */
export function prepaidInterest(
  { terms, coming, owed }: RestOfLoan,
  minor: bigint,
  since: LocalDate,
  today: LocalDate,
): bigint {
  const bullet = terms.method === 'BULLET'
  const running = bullet ? coming.at(-1)! : coming[0]!
  // With more than one rate in it, or all time since the beginning: its share of what was earned.
  if (bullet || running.split !== undefined) {
    const earned = earnedOf(running, bullet ? terms.startedOn : since, today)
    return divideRounded(earned * minor, owed, 'half-up')
  }
  const days = BigInt(Math.max(0, daysBetween(since, today)))
  return divideRounded(minor * terms.rate * days, RATE_ONE * 360n, 'half-up')
}

/** The fewest periods whose payment is not above what was paid before. */
function shorterPeriods(rest: LoanTerms, before: readonly Instalment[]): number {
  const firstPaying = before[rest.interestOnly ?? 0]!
  const target = rest.method === 'EQUAL_PRINCIPAL'
    ? firstPaying.principal
    : firstPaying.principal + firstPaying.interest
  const fits = (periods: number) => {
    const amortised = periods - (rest.interestOnly ?? 0)
    if (amortised < 1) return false
    if (rest.method === 'EQUAL_PRINCIPAL') return rest.minor / BigInt(amortised) <= target
    return equalPayment(rest.minor, rest.rate, amortised) <= target
  }
  // Interest-only and bullet loans have nothing to shorten by: their end is their principal.
  if (rest.method === 'INTEREST_FIRST' || rest.method === 'BULLET') return rest.periods
  for (let periods = 1; periods < rest.periods; periods++) if (fits(periods)) return periods
  return rest.periods
}
