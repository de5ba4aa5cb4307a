/**
 * Months as they are written, `2026-11`.
 */

/** The month before that of a date: `2026-01-31` → `2025-12`. */
export function monthBefore(on: string): string {
  const [year, month] = on.split('-').map(Number)
  return new Date(Date.UTC(year!, month! - 2)).toISOString().slice(0, 7)
}
