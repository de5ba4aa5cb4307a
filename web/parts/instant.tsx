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
