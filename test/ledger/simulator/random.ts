/**
 * Chance that repeats: the same seed gives the same choices.
 */

/** One seed's choices, in order. */
export interface Chance {
  /** An integer from 0 to below `limit`. */
  below(limit: number): number
  /** True one time in `n`. */
  oneIn(n: number): boolean
  pick<T>(choices: readonly T[]): T
}

/** mulberry32: 32 bits of state, every seed a sequence of its own. */
export function chance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (limit: number) => Math.floor(next() * limit)
  return {
    below,
    oneIn: (n) => below(n) === 0,
    pick: (choices) => choices[below(choices.length)]!,
  }
}
