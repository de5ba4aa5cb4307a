/**
 * Due days of stored loans, by the rule that each carries and the calendar that is in force.
 */
import { type LocalDate, plusMonths } from '../../kernel/time.ts'
import { calendarDay } from '../parameter/calendar.ts'
import type { Parameters } from '../parameter/in-force.ts'
import type { Dimensions } from '../parameter/table.ts'
import type { ContractRow, InstalmentRow } from '../store/contract.ts'
import { dueDay, type DueDayRule, type MoveDue } from '../parameter/due-day.ts'

const DUE_DAY_KEY = 'due-day.loan'

/** The rule of a product on a day; due days stay where no row applies. */
export function dueDayRule(
  parameters: Parameters,
  dimensions: Dimensions,
  on: LocalDate,
): DueDayRule {
  const priced = parameters.price(DUE_DAY_KEY, { dimensions, on })
  return priced.ok && priced.value.kind === 'DUE_DAY' ? priced.value.word as DueDayRule : 'NONE'
}

/** How due days move by a rule and a calendar. */
export function mover(parameters: Parameters, rule: DueDayRule, dimensions: Dimensions): MoveDue {
  return (date) => dueDay(date, rule, (day) => calendarDay(parameters, day, dimensions).working)
}

/** As {@link mover}, of a loan. */
export function moverOf(contract: ContractRow, parameters: Parameters): MoveDue {
  const { product, institution, currency } = contract
  const rule = contract.due_day as DueDayRule ?? 'NONE'
  return mover(parameters, rule, { product, institution, currency })
}

/**
 * The next instalment of a loan whose due day is another by the calendar, with that day; nothing when
 * it stays. A day is moved only while it has not come, and only to one that has not.
 */
export function movedInstalment(
  contract: ContractRow,
  instalments: readonly InstalmentRow[],
  on: LocalDate,
  move: MoveDue,
): { instalment: InstalmentRow; dueOn: LocalDate } | undefined {
  const next = instalments.find((row) =>
    row.due_on > on && row.paid_principal + row.paid_interest === 0n
  )
  if (next === undefined) return undefined
  const dueOn = move(plusMonths(contract.started_on, Number(next.period)))
  return dueOn === next.due_on || dueOn <= on ? undefined : { instalment: next, dueOn }
}
