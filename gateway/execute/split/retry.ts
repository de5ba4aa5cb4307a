/**
 * How often a query is asked again, and after how long.
 */

/** Answers that say that somebody between could not reach the subgraph, or that it has no room now. */
const PASSING = new Set([502, 503, 504])

/** @property retries beyond the first try */
export interface RetryLimits {
  readonly retries: number
  readonly firstMs: number
  readonly longestMs: number
}

export const RETRY: RetryLimits = { retries: 2, firstMs: 50, longestMs: 1_000 }

/** Whether an HTTP status may be gone a moment later. */
export function isPassing(status: number): boolean {
  return PASSING.has(status)
}

/**
 * Milliseconds until retry number `retry` (from 1): anything up to a limit that doubles, so that many
 * who failed together do not come back together.
 *
 * @param chance from 0 to below 1
 */
export function backoffMs(retry: number, chance: number, limits: RetryLimits): number {
  return Math.floor(chance * Math.min(limits.firstMs * 2 ** (retry - 1), limits.longestMs))
}
