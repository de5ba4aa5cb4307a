/**
 * What the outside world lends to the rules: time and chance.
 *
 * Rules take values; commands take these ports; only the process's entry file makes the real ones.
 */
import { type IdSource, idSource } from './ids.ts'
import { type Instant, instantOf } from './time.ts'

/** Tells the time. */
export interface Clock {
  now(): Instant
}

/** The ports that a command may use. */
export interface Ports {
  readonly clock: Clock
  readonly ids: IdSource
}

/** The machine's clock and the runtime's random source. */
export function systemPorts(): Ports {
  return {
    clock: { now: () => instantOf(Date.now()) },
    ids: idSource(Date.now, (bytes) => crypto.getRandomValues(bytes as Uint8Array<ArrayBuffer>)),
  }
}

/** A clock that stands still until it is moved, and ids that repeat for the same seed. For tests. */
export function fixedPorts(start: Instant, seed = 1): Ports & { advance(ms: number): void } {
  let nowMs = Date.parse(start)
  let state = seed
  return {
    clock: { now: () => instantOf(nowMs) },
    ids: idSource(() => nowMs, (bytes) => {
      for (let i = 0; i < bytes.length; i++) {
        state = (Math.imul(state, 1103515245) + 12345) >>> 0
        bytes[i] = state >>> 16
      }
    }),
    advance(ms) {
      nowMs += ms
    },
  }
}
