/**
 * The calendar (节假日): working days are Monday to Friday, but for what a bank has entered — holidays,
 * and days off that are worked instead (调休).
 */
import { daysBetween, type LocalDate } from '../../kernel/time.ts'
import type { Parameters } from './in-force.ts'
import type { Dimensions } from './table.ts'

/** The parameter of holidays and working days. */
const CALENDAR_KEY = 'calendar'

/** A day of the calendar. @property name of the holiday, as it was entered */
export interface CalendarDay {
  readonly on: LocalDate
  readonly working: boolean
  readonly name?: string
}

/** What a day is, to whatever the dimensions say. */
export function calendarDay(
  parameters: Pick<Parameters, 'price'>,
  on: LocalDate,
  dimensions: Dimensions = {},
): CalendarDay {
  const entered = parameters.price(CALENDAR_KEY, { dimensions, on })
  if (!entered.ok || entered.value.kind !== 'CALENDAR') return { on, working: !isWeekend(on) }
  const { word, name } = entered.value
  return { on, working: word === 'WORKING', ...(name === undefined ? {} : { name }) }
}

/** Whether a date is a Saturday or a Sunday. */
export function isWeekend(date: LocalDate): boolean {
  // 5 January 1970 was a Monday.
  const weekday = daysBetween('1970-01-05', date) % 7
  return (weekday + 7) % 7 >= 5
}
