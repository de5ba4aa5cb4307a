/**
 * Instants and calendar dates as text.
 *
 * Both sort as text in time order, read the same from SQLite and PostgreSQL, and hash the same.
 */
import { ok, refuse, type Result } from './result.ts'

/** UTC with milliseconds: `2026-11-23T02:03:04.567Z`. */
export type Instant = string & { readonly __instant?: never }

/** A calendar date in the bank's zone: `2026-11-23`. */
export type LocalDate = string & { readonly __date?: never }

/** The zone that calendar dates are read in. */
export const BANK_ZONE = 'Asia/Shanghai'

const zoneDate = new Intl.DateTimeFormat('en-CA', {
  timeZone: BANK_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
})

/** The instant of a count of milliseconds since 1970-01-01T00:00:00Z. */
export function instantOf(epochMs: number): Instant {
  return new Date(epochMs).toISOString()
}

/** The instant that lies `ms` milliseconds after another. */
export function plusMs(at: Instant, ms: number): Instant {
  return instantOf(Date.parse(at) + ms)
}

let lastSecond: string | undefined
let lastDate: LocalDate = ''

/** The calendar date of an instant in the bank's zone. */
export function dateOf(at: Instant): LocalDate {
  // Asked thousands of times a second for the second that it is.
  const second = at.endsWith('Z') ? at.slice(0, 19) : at
  if (second !== lastSecond) {
    lastDate = zoneDate.format(new Date(at))
    lastSecond = second
  }
  return lastDate
}

/** Reads `YYYY-MM-DD`; refuses dates that do not exist, such as 2026-02-29. */
export function parseDate(text: unknown, place = '/date'): Result<LocalDate, 'DATE_MALFORMED'> {
  if (typeof text === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(text)) {
    const at = new Date(`${text}T00:00:00Z`)
    if (!Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)) return ok(text)
  }
  return refuse('DATE_MALFORMED', 'A date looks like 2026-11-23 and exists.', place)
}

const INSTANT =
  /^(\d{4}-\d{2}-\d{2})T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/

/** Reads an instant with its offset (RFC 3339) and answers it in UTC; digits past milliseconds fall. */
export function parseInstant(
  text: unknown,
  place = '/at',
): Result<Instant, 'INSTANT_MALFORMED'> {
  const match = typeof text === 'string' ? INSTANT.exec(text) : null
  if (match !== null && parseDate(match[1]).ok) {
    const at = new Date(match[0]).toISOString()
    // An offset can lead out of the four-digit years, where instants stop sorting as text.
    if (/^\d{4}-/.test(at)) return ok(at)
  }
  return refuse('INSTANT_MALFORMED', 'An instant looks like 2026-11-23T02:03:04.567Z.', place)
}

/** The accounting period (会计期间) of a date: its month, `2026-11`. */
export function periodOf(date: LocalDate): string {
  return date.slice(0, 7)
}

const DAY_MS = 86_400_000

/** Days from one date to another: 1 from a day to the next, negative backwards. */
export function daysBetween(from: LocalDate, to: LocalDate): number {
  return (Date.parse(to) - Date.parse(from)) / DAY_MS
}

/** The date that lies `days` days after another. */
export function plusDays(date: LocalDate, days: number): LocalDate {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

/**
 * The date that lies `months` months after another. A day that the month does not have is its last
 * one; count from the first date, not from the one before, or the 31st becomes the 28th for good.
 */
export function plusMonths(date: LocalDate, months: number): LocalDate {
  const [year = 0, month = 1, day = 1] = date.split('-').map(Number)
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(day, last))
  return first.toISOString().slice(0, 10)
}
