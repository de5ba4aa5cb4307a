/**
 * Which elements of one sequence are which of another, in order.
 *
 * Elements that stand once on both sides are anchors; between anchors, and where there are none, the
 * shortest edit decides, up to a limit beyond which what lies in between counts as replaced.
 */

/** Pairs of indices, rising on both sides. */
export type Alignment = readonly (readonly [before: number, after: number])[]

/** The most edits between two anchors that are searched for. */
const EDITS_MAX = 400

/** Aligns two sequences by equality of their keys. */
export function align(before: readonly string[], after: readonly string[]): Alignment {
  const pairs: [number, number][] = []
  const anchors = [...anchorsOf(before, after), [before.length, after.length] as const]
  let b = 0
  let a = 0
  for (const [toB, toA] of anchors) {
    alignRange(before, after, [b, toB], [a, toA], pairs)
    if (toB < before.length && toA < after.length) pairs.push([toB, toA])
    b = toB + 1
    a = toA + 1
  }
  return pairs
}

/** Keys that stand once on each side, those of them that keep their order: the longest such list. */
function anchorsOf(before: readonly string[], after: readonly string[]): [number, number][] {
  const once = (keys: readonly string[]) => {
    const at = new Map<string, number>()
    for (const [i, key] of keys.entries()) at.set(key, at.has(key) ? -1 : i)
    return at
  }
  const inAfter = once(after)
  const common = Array.from(once(before)).flatMap(([key, b]): [number, number][] => {
    const a = inAfter.get(key) ?? -1
    return b === -1 || a === -1 ? [] : [[b, a]]
  })
  // The longest rising list by patience: each pile remembers the top of the pile to its left.
  const tops: number[] = []
  const left = new Array<number>(common.length).fill(-1)
  for (const [i, [, a]] of common.entries()) {
    let low = 0
    let high = tops.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (common[tops[middle]!]![1] < a) low = middle + 1
      else high = middle
    }
    if (low > 0) left[i] = tops[low - 1]!
    tops[low] = i
  }
  const chosen: [number, number][] = []
  for (let i = tops.at(-1) ?? -1; i !== -1; i = left[i]!) chosen.push(common[i]!)
  return chosen.reverse()
}

type Range = readonly [from: number, to: number]

function alignRange(
  before: readonly string[],
  after: readonly string[],
  [fromB, toB]: Range,
  [fromA, toA]: Range,
  pairs: [number, number][],
): void {
  let b = fromB
  let a = fromA
  while (b < toB && a < toA && before[b] === after[a]) pairs.push([b++, a++])
  let endB = toB
  let endA = toA
  while (endB > b && endA > a && before[endB - 1] === after[endA - 1]) {
    endB -= 1
    endA -= 1
  }
  if (b < endB && a < endA) {
    const middle = shortestEdit(before.slice(b, endB), after.slice(a, endA))
    for (const [x, y] of middle) pairs.push([b + x, a + y])
  }
  for (let i = 0; i < toB - endB; i++) pairs.push([endB + i, endA + i])
}

/**
 * The elements that the shortest edit keeps.
 *
 * @see Myers, An O(ND) Difference Algorithm and Its Variations, 1986
 */
function shortestEdit(before: readonly string[], after: readonly string[]): [number, number][] {
  const n = before.length
  const m = after.length
  const limit = Math.min(n + m, EDITS_MAX)
  /** Per count of edits, how far each diagonal reaches; diagonal k lies at k + limit + 1. */
  const steps: Int32Array[] = []
  const reach = new Int32Array(2 * limit + 3)
  const middle = limit + 1
  for (let edits = 0; edits <= limit; edits++) {
    steps.push(reach.slice())
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && reach[middle + k - 1]! < reach[middle + k + 1]!)
      let x = down ? reach[middle + k + 1]! : reach[middle + k - 1]! + 1
      let y = x - k
      while (x < n && y < m && before[x] === after[y]) {
        x += 1
        y += 1
      }
      reach[middle + k] = x
      if (x >= n && y >= m) return walkBack(steps, middle, n, m)
    }
  }
  return []
}

function walkBack(
  steps: readonly Int32Array[],
  middle: number,
  n: number,
  m: number,
): [number, number][] {
  const kept: [number, number][] = []
  let x = n
  let y = m
  for (let edits = steps.length - 1; edits >= 0; edits--) {
    const reach = steps[edits]!
    const k = x - y
    const down = k === -edits || (k !== edits && reach[middle + k - 1]! < reach[middle + k + 1]!)
    const fromK = down ? k + 1 : k - 1
    const fromX = edits === 0 ? 0 : reach[middle + fromK]!
    const fromY = edits === 0 ? 0 : fromX - fromK
    while (x > fromX && y > fromY) kept.push([--x, --y])
    x = fromX
    y = fromY
  }
  return kept.reverse()
}
