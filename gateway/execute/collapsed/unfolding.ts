/**
 * Works out what depends on itself.
 *
 * A key may be read through an entity whose own key is read through the first; a requirement may need
 * a field that needs the requirement. Whoever comes back to what is under way is told that there is
 * nothing there, and what was found on such an assumption is not kept.
 */
export class Unfolding {
  readonly #underWay = new Map<object, number>()
  /** Depth of the outermost work that somebody came back to; infinite when nobody did. */
  #assumed = Infinity

  /**
   * Does some work unless it is under way already.
   *
   * @param key what the work is told apart by
   * @param keep called with a result that rests on no assumption
   * @param nothing what is answered to who comes back
   */
  of<T>(key: object, work: () => T, keep: (result: T) => void, nothing: T): T {
    const open = this.#underWay.get(key)
    if (open !== undefined) {
      this.#assumed = Math.min(this.#assumed, open)
      return nothing
    }
    const depth = this.#underWay.size
    this.#underWay.set(key, depth)
    try {
      return this.#watch(work, keep, depth)
    } finally {
      this.#underWay.delete(key)
    }
  }

  /** Keeps the result of work that nobody comes back to, unless it rests on an assumption. */
  once<T>(work: () => T, keep: (result: T) => void): T {
    return this.#watch(work, keep, Infinity)
  }

  #watch<T>(work: () => T, keep: (result: T) => void, depth: number): T {
    const before = this.#assumed
    this.#assumed = Infinity
    try {
      const result = work()
      // What was assumed of this work itself is true of it: no way leads through itself.
      if (this.#assumed >= depth) keep(result)
      return result
    } finally {
      this.#assumed = Math.min(before, this.#assumed >= depth ? Infinity : this.#assumed)
    }
  }
}
