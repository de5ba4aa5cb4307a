/**
 * Calendar dates as numbers: days since 1970-01-01.
 */

const MS_PER_DAY = 86_400_000

/** The day of what has no date. */
export const NO_DAY = -0x8000_0000

/** The number of a date such as 2026-11-23, which must be one. */
export function dayOf(date: string): number {
  return Math.round(Date.parse(`${date}T00:00:00Z`) / MS_PER_DAY)
}
