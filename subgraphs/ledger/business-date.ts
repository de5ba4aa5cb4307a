/**
 * The day that is booked on.
 */
import { dateOf, type Instant, type LocalDate } from '../kernel/time.ts'
import { openDay } from './store/business-day.ts'
import type { LedgerReader } from './store/handle.ts'

/** The business date: the open day, or the calendar's where days are not kept. */
export async function businessDate(
  db: LedgerReader,
  tenant: string,
  at: Instant,
): Promise<LocalDate> {
  const [open] = await openDay(db, { tenant })
  return open?.on_date ?? dateOf(at)
}
