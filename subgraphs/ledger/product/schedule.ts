/**
 * Repayment schedules (还款计划) of loans.
 *
 * A period's interest is a twelfth of the year's rate on what is owed, rounded half up to a minor
 * unit; the last period takes what is left, so that principal comes to the loan exactly.
 */
import { divideRounded } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type LocalDate, plusMonths } from '../../kernel/time.ts'
import { RATE_ONE } from '../parameter/rate.ts'
import type { MoveDue } from '../parameter/due-day.ts'

/**
 * - `EQUAL_PAYMENT` 等额本息: every period pays the same
 * - `EQUAL_PRINCIPAL` 等额本金: every period pays the same principal
 * - `INTEREST_FIRST` 先息后本: interest every period, principal at the end
 * - `BULLET` 到期还本付息: everything at the end, interest without interest on it
 */
export type RepaymentMethod = 'EQUAL_PAYMENT' | 'EQUAL_PRINCIPAL' | 'INTEREST_FIRST' | 'BULLET'

/** The most periods: fifty years of months. */
export const PERIODS_MAX = 600

/** What a schedule is made of. @property rate a year's, in units of 10⁻¹⁰ */
export interface LoanTerms {
  readonly method: RepaymentMethod
  readonly minor: bigint
  readonly rate: bigint
  readonly periods: number
  readonly startedOn: LocalDate
  /** Periods at the beginning that pay interest only (宽限期). */
  readonly interestOnly?: number
}

/**
 * One period.
 *
 * @property remaining principal that is owed after it
 * @property split what of the interest is earned by the day on which the rate changed within it
 */
export interface Instalment {
  readonly period: number
  readonly dueOn: LocalDate
  readonly principal: bigint
  readonly interest: bigint
  readonly remaining: bigint
  readonly split?: { readonly on: LocalDate; readonly earned: bigint }
}

export type ScheduleCode = 'TERMS_MALFORMED'

const STAYS: MoveDue = (date) => date

/** The schedule of a loan. @param move where a due day goes; an instalment's interest does not change */
export function makeSchedule(
  terms: LoanTerms,
  move: MoveDue = STAYS,
): Result<Instalment[], ScheduleCode> {
  const { minor, rate, periods, interestOnly = 0 } = terms
  if (minor <= 0n) return refuse('TERMS_MALFORMED', 'A loan is of a positive amount.', '/principal')
  if (rate < 0n) return refuse('TERMS_MALFORMED', 'A rate is not negative.', '/rate')
  if (!Number.isInteger(periods) || periods < 1 || periods > PERIODS_MAX) {
    return refuse('TERMS_MALFORMED', `A loan has 1 to ${PERIODS_MAX} periods.`, '/periods')
  }
  if (!Number.isInteger(interestOnly) || interestOnly < 0 || interestOnly >= periods) {
    return refuse('TERMS_MALFORMED', 'The last period pays principal.', '/interestOnly')
  }
  const amortised = periods - interestOnly
  const payment = terms.method === 'EQUAL_PAYMENT' ? equalPayment(minor, rate, amortised) : 0n
  const share = minor / BigInt(amortised)
  const rows: Instalment[] = []
  let remaining = minor
  for (let period = 1; period <= periods; period++) {
    const last = period === periods
    const interest = terms.method === 'BULLET'
      ? last ? periodInterest(minor, rate, periods) : 0n
      : periodInterest(remaining, rate, 1)
    const principal = last
      ? remaining
      : period <= interestOnly
      ? 0n
      : principalOf(terms.method, remaining, payment - interest, share)
    remaining -= principal
    const dueOn = move(plusMonths(terms.startedOn, period))
    rows.push({ period, dueOn, principal, interest, remaining })
  }
  return ok(rows)
}

function principalOf(
  method: RepaymentMethod,
  remaining: bigint,
  ofPayment: bigint,
  share: bigint,
): bigint {
  switch (method) {
    case 'EQUAL_PAYMENT':
      // A tiny loan over a long time may round to more than is owed, or to less than its interest.
      return ofPayment < 0n ? 0n : ofPayment > remaining ? remaining : ofPayment
    case 'EQUAL_PRINCIPAL':
      return share
    default:
      return 0n
  }
}

/** Interest of months on an amount, rounded half up. */
export function periodInterest(minor: bigint, rate: bigint, months: number): bigint {
  return divideRounded(minor * rate * BigInt(months), RATE_ONE * 12n, 'half-up')
}

/**
 * The payment of every period: `P·i·(1+i)ⁿ / ((1+i)ⁿ − 1)`, `i` a twelfth of the year's rate. Exact
 * until it is rounded, half up, once.
 */
export function equalPayment(minor: bigint, rate: bigint, periods: number): bigint {
  const n = BigInt(periods)
  if (rate === 0n) return divideRounded(minor, n, 'half-up')
  const one = RATE_ONE * 12n
  const grown = (one + rate) ** n
  return divideRounded(minor * rate * grown, one * (grown - one ** n), 'half-up')
}

/** What is left of a loan on a due day, once the instalment of that day is paid. */
export interface RestOfLoan {
  /** The loan's own terms, as it began. */
  readonly terms: LoanTerms
  /** Instalments that are not due yet, at least one. */
  readonly coming: readonly Instalment[]
  /** Principal that is owed. */
  readonly owed: bigint
}

/** The terms of a loan that begins with what is left of one. */
export function restTerms({ terms, coming, owed }: RestOfLoan): LoanTerms {
  const passed = coming[0]!.period - 1
  const interestOnly = Math.max(0, (terms.interestOnly ?? 0) - passed)
  return { ...terms, minor: owed, periods: coming.length, interestOnly }
}

/** A schedule that goes on where another was left: numbers and due days count from the beginning. */
export function restOfSchedule(
  terms: LoanTerms,
  paid: number,
  move: MoveDue = STAYS,
): Result<Instalment[], ScheduleCode> {
  const rows = makeSchedule(terms)
  if (!rows.ok) return rows
  return ok(rows.value.map((row) => ({
    ...row,
    period: row.period + paid,
    // From the loan's own first day, or the 31st would become the 28th.
    dueOn: move(plusMonths(terms.startedOn, row.period + paid)),
  })))
}
