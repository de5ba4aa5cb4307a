/**
 * Small circles of people, each tied to the next for another reason.
 */
import type { Pair } from './projection.ts'

/** People with more ties close circles with everybody. */
const TIES_MAX = 40
const CIRCLE_WEIGHT = 0.3
/** Longer circles are not looked for. */
const CIRCLE_MAX = 8
/** Ties looked at for one tie's circles. */
const CIRCLE_EFFORT = 3_000
/** Circles say something where the whole book has fewer of them by chance. */
const CHANCE_MAX = 2

/** Ties that can close a circle: pairs with the reasons for which they have to do with one another. */
export interface Ties {
  readonly tied: readonly { readonly pair: Pair; readonly reasons: readonly number[] }[]
  readonly of: ReadonlyMap<number, ReadonlyMap<number, readonly number[]>>
}

/** @param counts whether a thing is seldom shared among strangers */
export function tiesOf(
  pairs: ReadonlyMap<number, Pair>,
  counts: (thing: number) => boolean,
): Ties {
  const of = new Map<number, Map<number, readonly number[]>>()
  const tie = (a: number, b: number, reasons: readonly number[]) => {
    const known = of.get(a)
    if (known === undefined) of.set(a, new Map([[b, reasons]]))
    else known.set(b, reasons)
  }
  const tied: { pair: Pair; reasons: readonly number[] }[] = []
  for (const pair of pairs.values()) {
    if (pair.home) continue
    const reasons = [...pair.meetings, ...pair.things.filter(counts)]
    if (reasons.length === 0) continue
    pair.tied = true
    tied.push({ pair, reasons })
    tie(pair.a, pair.b, reasons)
    tie(pair.b, pair.a, reasons)
  }
  return { tied, of }
}

/**
 * How long circles may be to say something, and how many of such the whole book has by chance.
 *
 * Strangers who meet at random, each `mean` others, close `mean^n / 2n` circles of n people, however
 * many they are. The mean is over everybody, which a few rings hardly move.
 */
export function circlesByChance(
  { tied }: Ties,
  people: number,
): { longest: number; expected: number } {
  const met = tied.filter(({ pair }) => pair.meetings.length > 0).length
  const mean = people === 0 ? 0 : (2 * met) / people
  let longest = 0
  let expected = 0
  for (let length = 3; length <= CIRCLE_MAX; length++) {
    const more = mean ** length / (2 * length)
    if (expected + more > CHANCE_MAX) break
    expected += more
    longest = length
  }
  return { longest, expected }
}

/**
 * Finds ties that lie on small circles of people, each tie for another reason.
 *
 * Strangers who collide make a tree: however large the book, a small circle hardly ever closes by
 * chance, as long as people have few ties. Rings whose people never meet twice close many.
 */
export function closeCircles({ tied, of }: Ties, longest: number): void {
  if (longest === 0) return
  for (const { pair, reasons } of tied) {
    if (!isOnCircle(pair, reasons, of, longest)) continue
    pair.circle = true
    pair.weight += CIRCLE_WEIGHT
  }
}

/** Whether other ties lead from one of a pair to the other. */
function isOnCircle(
  { a, b }: Pair,
  reasons: readonly number[],
  ties: Ties['of'],
  longest: number,
): boolean {
  let effort = CIRCLE_EFFORT
  const on = new Set([a])
  const path: (readonly number[])[] = [reasons]
  // Shorter circles first: a long search is only made where there is no short one.
  const search = (node: number, left: number): boolean => {
    const next = ties.get(node)!
    if (next.size > TIES_MAX) return false
    if (left === 1) {
      const last = next.get(b)
      return last !== undefined && areDistinct([...path, last])
    }
    for (const [other, why] of next) {
      if (other === b || on.has(other)) continue
      effort -= 1
      if (effort < 0) return false
      on.add(other)
      path.push(why)
      const found = search(other, left - 1)
      path.pop()
      on.delete(other)
      if (found) return true
    }
    return false
  }
  for (let length = 3; length <= longest; length++) if (search(a, length - 1)) return true
  return false
}

/** Whether each tie can have a reason of its own: a claim with three people is one reason, not three. */
function areDistinct(ties: readonly (readonly number[])[], taken: readonly number[] = []): boolean {
  const [first, ...rest] = ties
  if (first === undefined) return true
  return first.some((reason) => !taken.includes(reason) && areDistinct(rest, [...taken, reason]))
}
