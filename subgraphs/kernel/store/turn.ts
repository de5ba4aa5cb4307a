/**
 * Turns of the event loop, captured when the module loads: under fake timers a store that looked
 * them up later would hang.
 */
import { clearImmediate as clear, setImmediate as set, setTimeout as setTimer } from 'node:timers'

export const afterTurn: typeof set = set
export const cancelTurn: typeof clear = clear
const afterMs: typeof setTimer = setTimer

/** Settles after one turn of the event loop. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => afterTurn(resolve))
}

/** Settles after `ms` milliseconds. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void afterMs(resolve, ms))
}
