/**
 * A loan in its life: what interest it has earned by a day, and what is owed of it.
 */
import { daysBetween, type LocalDate } from '../../kernel/time.ts'
import { type Due, penaltyInterest } from './overdue.ts'

/** An instalment with what was paid of it. Minor units, none negative. */
export interface InstalmentState {
  readonly period: number
  readonly dueOn: LocalDate
  readonly principal: bigint
  readonly interest: bigint
  readonly paidPrincipal: bigint
  readonly paidInterest: bigint
  /** Penalty interest up to `penaltyTo`, and what was paid of it. */
  readonly penalty: bigint
  readonly paidPenalty: bigint
  readonly penaltyTo: LocalDate
}

/**
 * Interest that is earned by the end of a day: that of instalments that are due, and of the running
 * one by the days that have passed. Rounded down, so that an instalment is never earned too early.
 */
export function earnedInterest(
  instalments: readonly Pick<InstalmentState, 'dueOn' | 'interest'>[],
  startedOn: LocalDate,
  by: LocalDate,
): bigint {
  let earned = 0n
  let begin = startedOn
  for (const { dueOn, interest } of instalments) {
    // A loan that pays at its end earns over all of its time, not over the last month.
    if (interest === 0n) continue
    if (dueOn <= by) {
      earned += interest
      begin = dueOn
      continue
    }
    const days = daysBetween(begin, by)
    if (days > 0) earned += interest * BigInt(days) / BigInt(daysBetween(begin, dueOn))
    break
  }
  return earned
}

/** What is owed of instalments that are due by a day, penalty up to that day included. */
export function duesOf(
  instalments: readonly InstalmentState[],
  by: LocalDate,
  rate: bigint,
  raise: bigint,
): Due[] {
  return instalments.flatMap((one) => {
    if (one.dueOn > by) return []
    const principal = one.principal - one.paidPrincipal
    const interest = one.interest - one.paidInterest
    const penalty = penaltyBy(one, by, rate, raise) - one.paidPenalty
    if (principal + interest + penalty === 0n) return []
    return [{ period: one.period, dueOn: one.dueOn, fee: 0n, penalty, interest, principal }]
  })
}

/** All the penalty of an instalment by a day. */
export function penaltyBy(
  one: InstalmentState,
  by: LocalDate,
  rate: bigint,
  raise: bigint,
): bigint {
  const owed = {
    principal: one.principal - one.paidPrincipal,
    interest: one.interest - one.paidInterest,
  }
  return one.penalty + penaltyInterest(owed, rate, raise, one.penaltyTo, by)
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
