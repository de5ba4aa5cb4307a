/**
 * A loan in its life: what interest it has earned by a day, and what is owed of it.
 */
import { daysBetween, type LocalDate } from '../../kernel/time.ts'
import { type Accrued, addAccrued, roundAccrued, stretchUnits } from './accrual.ts'
import { type Due, PENALTY_DAY_COUNT, penaltySteps } from './overdue.ts'

/** An instalment with what was paid of it. Minor units, none negative. */
export interface InstalmentState {
  readonly period: number
  readonly dueOn: LocalDate
  readonly principal: bigint
  readonly interest: bigint
  /** What of the interest is earned by the day on which the rate changed within the period. */
  readonly split?: { readonly on: LocalDate; readonly earned: bigint }
  readonly paidPrincipal: bigint
  readonly paidInterest: bigint
  /** Penalty and compound interest up to `penaltyTo`, exact, and what was paid of it. */
  readonly penalty: Accrued
  readonly paidPenalty: bigint
  readonly penaltyTo: LocalDate
}

type Earning = Pick<InstalmentState, 'dueOn' | 'interest' | 'split'>

/**
 * Interest that is earned by the end of a day: that of instalments that are due, and of the running
 * one by the days that have passed. Rounded down, so that an instalment is never earned too early.
 */
export function earnedInterest(
  instalments: readonly Earning[],
  startedOn: LocalDate,
  by: LocalDate,
): bigint {
  let earned = 0n
  let begin = startedOn
  for (const one of instalments) {
    const { dueOn, interest } = one
    // A loan that pays at its end earns over all of its time, not over the last month.
    if (interest === 0n) continue
    if (dueOn <= by) {
      earned += interest
      begin = dueOn
      continue
    }
    earned += earnedOf(one, begin, by)
    break
  }
  return earned
}

/** What an instalment that is not due has earned by a day, from the day on which it began to. */
export function earnedOf(
  { dueOn, interest, split }: Earning,
  from: LocalDate,
  by: LocalDate,
): bigint {
  if (split === undefined) return partByDays(interest, from, by, dueOn)
  return by <= split.on
    ? partByDays(split.earned, from, by, split.on)
    : split.earned + partByDays(interest - split.earned, split.on, by, dueOn)
}

function partByDays(minor: bigint, from: LocalDate, by: LocalDate, to: LocalDate): bigint {
  const days = daysBetween(from, by)
  return days > 0 ? minor * BigInt(days) / BigInt(daysBetween(from, to)) : 0n
}

/** What is owed of instalments that are due by a day, with the penalty that was accrued of them. */
export function duesOf(instalments: readonly InstalmentState[], by: LocalDate): Due[] {
  return instalments.flatMap((one) => {
    if (one.dueOn > by) return []
    const principal = one.principal - one.paidPrincipal
    const interest = one.interest - one.paidInterest
    const penalty = penaltyOf(one) - one.paidPenalty
    if (principal + interest + penalty === 0n) return []
    return [{ period: one.period, dueOn: one.dueOn, fee: 0n, penalty, interest, principal }]
  })
}

/**
 * An instalment with its penalty accrued to a day: on what was owed of it since it was accrued last.
 * Day by day comes to the same as at once. Answers the very instalment when nothing is to accrue.
 *
 * @param rate the loan's; @param raiseOn by how much of itself it is raised on a day
 */
export function accruePenalty(
  one: InstalmentState,
  to: LocalDate,
  rate: bigint,
  raiseOn: (day: LocalDate) => bigint,
): InstalmentState {
  const owed = one.principal - one.paidPrincipal + one.interest - one.paidInterest
  if (owed === 0n || to <= one.penaltyTo) return one
  const steps = penaltySteps(rate, one.penaltyTo, to, raiseOn)
  const units = stretchUnits(owed, one.penaltyTo, to, steps, PENALTY_DAY_COUNT)
  return { ...one, penalty: addAccrued(one.penalty, units, PENALTY_DAY_COUNT), penaltyTo: to }
}

/** All the penalty of an instalment so far, paid or not, in minor units. */
export function penaltyOf(one: Pick<InstalmentState, 'penalty'>): bigint {
  return roundAccrued(one.penalty, PENALTY_DAY_COUNT)
}

/** The penalty of a loan that is owed so far. */
export function penaltyOwed(instalments: readonly InstalmentState[]): bigint {
  return instalments.reduce((sum, one) => sum + penaltyOf(one) - one.paidPenalty, 0n)
}

/** Days since the oldest instalment that is not paid was due; 0 when all are. */
export function daysPastDue(instalments: readonly InstalmentState[], by: LocalDate): number {
  const oldest = instalments.find((one) =>
    one.dueOn < by && one.paidPrincipal + one.paidInterest < one.principal + one.interest
  )
  return oldest === undefined ? 0 : daysBetween(oldest.dueOn, by)
}

/** Principal that is owed, due or not. */
export function outstandingOf(principal: bigint, instalments: readonly InstalmentState[]): bigint {
  return instalments.reduce((left, one) => left - one.paidPrincipal, principal)
}
