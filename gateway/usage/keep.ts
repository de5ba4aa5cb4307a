/**
 * Writes what was counted down, every minute and at the end.
 */
import type { Clock } from '../../subgraphs/kernel/ports.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { dateOf, plusMs } from '../../subgraphs/kernel/time.ts'
import type { Usage } from '../observe/usage.ts'
import { addUses, type DayUse, forgetUses, keyOf } from './store.ts'
import type { UsageTables } from './tables.ts'

const EVERY_MS = 60_000
/** Days that are kept: longer than a year, for what is done once a year. */
export const KEEP_DAYS = 400
/** Rows of one unit of work, so that nobody else waits long for the writer. */
const UNIT_ROWS = 1_000
/** Rows that wait for a store that fails; what comes after is lost, and that is reported. */
const WAITING_ROWS = 100_000
const DAY_MS = 86_400_000

/** @property everyMs between two writes */
export interface KeepOptions {
  readonly clock: Clock
  readonly report: (error: unknown) => void
  readonly everyMs?: number
  readonly waitingRows?: number
}

/** Counts on their way to the store. */
export interface KeptUsage {
  /** Writes what was counted so far; what cannot be written waits for the next time. Never throws. */
  flush(): Promise<void>
  /** Writes for the last time. The store stays open. */
  close(): Promise<void>
}

/**
 * Keeps counting in the store, by day in the bank's zone. A day's last minute may count as the next.
 *
 * A store that fails is reported once, until it works again. A commit whose answer is lost is counted
 * twice: what counts is whether a field was used, and when.
 */
export function keepUsage(
  usage: Pick<Usage, 'take'>,
  store: Store<UsageTables>,
  { clock, report, everyMs = EVERY_MS, waitingRows = WAITING_ROWS }: KeepOptions,
): KeptUsage {
  const waiting = new Map<string, DayUse>()
  let failing = false
  let full = false
  let last = Promise.resolve()

  const collect = () => {
    const usedOn = dateOf(clock.now())
    for (const use of usage.take()) {
      // What introspection reads is nobody's to retire.
      if (/(^|\.)__/.test(use.coordinate)) continue
      const day = { ...use, usedOn }
      const key = keyOf(day)
      const before = waiting.get(key)
      if (before === undefined && waiting.size >= waitingRows) {
        if (!full) report(new Error(`usage: more than ${waitingRows} counts wait; others are lost`))
        full = true
        continue
      }
      waiting.set(key, { ...day, count: day.count + (before?.count ?? 0n) })
    }
  }

  const write = async () => {
    collect()
    try {
      const rows = [...waiting]
      for (let at = 0; at < rows.length; at += UNIT_ROWS) {
        const unit = rows.slice(at, at + UNIT_ROWS)
        await addUses(store, unit.map(([, use]) => use))
        for (const [key] of unit) waiting.delete(key)
      }
      if (rows.length > 0) {
        await forgetUses(store, dateOf(plusMs(clock.now(), -KEEP_DAYS * DAY_MS)))
      }
      failing = full = false
    } catch (error) {
      if (!failing) report(error)
      failing = true
    }
  }

  // One after another: nothing is counted while it is written, and nothing is written twice.
  const flush = () => last = last.then(write)
  const timer = setInterval(flush, everyMs)
  timer.unref?.()
  return {
    flush,
    async close() {
      clearInterval(timer)
      await flush()
      if (waiting.size > 0) report(new Error(`usage: ${waiting.size} counts could not be kept`))
    },
  }
}
