/**
 * Instants in the bank's zone, whatever zone the browser is in.
 */
import { useWords } from '../words/words.ts'

const ZONE = 'Asia/Shanghai'

const FORMAT = new Intl.DateTimeFormat('sv-SE', {
  timeZone: ZONE,
  dateStyle: 'short',
  timeStyle: 'short',
})

/** `2026-11-23T02:03:04.567Z` → `2026-11-23 10:03`. */
export function bankTime(instant: string): string {
  return FORMAT.format(new Date(instant))
}

/** `2026-11-23T10:03`, as a field for date and time has it → `2026-11-23T02:03:00.000Z`. */
export function bankInstant(local: string): string {
  // The zone has kept no summer time since 1991, before which no bank here kept its books.
  return new Date(`${local}+08:00`).toISOString()
}

/** Today in the bank's zone. */
export function bankToday(now = new Date()): string {
  return FORMAT.format(now).slice(0, 10)
}

export function Instant({ at }: { at: string }) {
  const { language } = useWords()
  return (
    <time dateTime={at} lang={language} title={at} style={{ whiteSpace: 'nowrap' }}>
      {bankTime(at)}
    </time>
  )
}
