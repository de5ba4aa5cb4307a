/**
 * Which day an instalment falls due on when banks are shut on the day that is agreed (节假日顺延).
 *
 * @see ISDA 2006 Definitions, section 4.12: following, modified following, and no adjustment
 */
import { type LocalDate, plusDays } from '../../kernel/time.ts'

/**
 * - `NONE`: due days stay
 * - `FOLLOWING`: the next working day
 * - `MODIFIED_FOLLOWING`: the next working day, but the one before when that is in another month
 */
export type DueDayRule = 'NONE' | 'FOLLOWING' | 'MODIFIED_FOLLOWING'

export const DUE_DAY_RULES: readonly DueDayRule[] = ['NONE', 'FOLLOWING', 'MODIFIED_FOLLOWING']

/** Moves an agreed day to the day on which something is due. */
export type MoveDue = (date: LocalDate) => LocalDate

/** The furthest that a day is moved: no holiday is as long. */
const DAYS_MAX = 31

/** The day that an agreed day is moved to; itself when no working day is near. */
export function dueDay(
  date: LocalDate,
  rule: DueDayRule,
  isWorking: (date: LocalDate) => boolean,
): LocalDate {
  if (rule === 'NONE') return date
  const next = nearest(date, 1, isWorking)
  const stays = next.slice(0, 7) === date.slice(0, 7) || rule === 'FOLLOWING'
  return stays ? next : nearest(date, -1, isWorking)
}

function nearest(
  date: LocalDate,
  step: 1 | -1,
  isWorking: (date: LocalDate) => boolean,
): LocalDate {
  for (let days = 0; days <= DAYS_MAX; days++) {
    const at = plusDays(date, days * step)
    if (isWorking(at)) return at
  }
  return date
}
