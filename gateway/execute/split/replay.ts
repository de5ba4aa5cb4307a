/**
 * Which nonces were here, in bounded memory.
 */
import { SKEW_MS } from './signature.ts'

/** - `forgotten`: from a time of which not everything is remembered any more */
export type Seen = 'new' | 'seen' | 'forgotten'

/** Remembers what was used. */
export interface ReplayMemory {
  /** Uses a nonce up. */
  take(nonce: string, timestampMs: number, nowMs: number): Seen
}

/** At 100 bytes each some 6 MB; a thousand requests a second for a minute. */
const NONCES_MAX = 65_536

/**
 * A memory of nonces for as long as their signatures are good for.
 *
 * When it is full the oldest give way, and everything as old as they are is refused from then on:
 * under a flood good requests may have to be signed again, but none is let in twice. The same line
 * begins at `startMs`, since what an earlier process saw is not known.
 */
export function replayMemory(startMs: number, nonces = NONCES_MAX): ReplayMemory {
  const times = new Map<string, number>()
  let floorMs = startMs
  return {
    take(nonce, timestampMs, nowMs) {
      // In order of arrival, so the first that is still good ends the search.
      for (const [old, timeMs] of times) {
        if (timeMs >= nowMs - SKEW_MS) break
        times.delete(old)
      }
      if (times.has(nonce)) return 'seen'
      if (timestampMs < floorMs) return 'forgotten'
      if (times.size >= nonces) {
        const [oldest, timeMs] = times.entries().next().value!
        times.delete(oldest)
        floorMs = Math.max(floorMs, timeMs + 1)
        if (timestampMs < floorMs) return 'forgotten'
      }
      times.set(nonce, timestampMs)
      return 'new'
    },
  }
}
