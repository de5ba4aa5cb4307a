/**
 * Chance that repeats for the same seed.
 */

/** Draws by one seed, in the order in which they are asked for. */
export class Draw {
  #state: number

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 2654435761) + 0x9e3779b9) >>> 0
  }

  /** A number in [0, 1). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let t = this.#state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }

  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1))
  }

  chance(share: number): boolean {
    return this.next() < share
  }

  of<T>(list: readonly T[]): T {
    return list[Math.floor(this.next() * list.length)]!
  }

  /** As `of`, the first far more often than the last. */
  skewed<T>(list: readonly T[], power = 3): T {
    return list[Math.floor(this.next() ** power * list.length)]!
  }

  /** Different members of a list. */
  some<T>(list: readonly T[], count: number): T[] {
    const left = [...list]
    return Array.from({ length: Math.min(count, list.length) }, () => {
      const at = Math.floor(this.next() * left.length)
      return left.splice(at, 1)[0]!
    })
  }

  /** How many events of a mean rate happen. */
  poisson(mean: number): number {
    const limit = Math.exp(-mean)
    let count = 0
    for (let p = this.next(); p > limit; p *= this.next()) count += 1
    return count
  }
}
