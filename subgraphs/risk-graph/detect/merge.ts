/**
 * Rings of one detection that are the same ring told twice.
 */

/** Of the smaller ring's members, the part that must be in the other. */
const NEAR_FROM = 0.6
/** One person in common is an acquaintance. */
const COMMON_MIN = 2

/** Whether two rings are so near that nobody would look into both. */
export function areNear(a: ReadonlySet<number>, b: ReadonlySet<number>): boolean {
  const [small, large] = a.size <= b.size ? [a, b] : [b, a]
  let common = 0
  for (const member of small) if (large.has(member)) common += 1
  return common >= COMMON_MIN && common >= NEAR_FROM * small.size
}

/**
 * Rings that are one, by their places in the list: each place is in one group. What is near to the same
 * ring is one with it, so that the order of the list does not matter.
 */
export function nearDuplicates(rings: readonly ReadonlySet<number>[]): number[][] {
  const group = Array.from(rings.keys())
  const find = (place: number): number => {
    while (group[place] !== place) place = group[place] = group[group[place]!]!
    return place
  }
  const byMember = new Map<number, number[]>()
  for (const [place, members] of rings.entries()) {
    const met = new Set<number>()
    for (const member of members) {
      const others = byMember.get(member)
      if (others === undefined) byMember.set(member, [place])
      else {
        for (const other of others) met.add(other)
        others.push(place)
      }
    }
    for (const other of met) {
      if (!areNear(members, rings[other]!)) continue
      const [x, y] = [find(place), find(other)]
      group[Math.max(x, y)] = Math.min(x, y)
    }
  }
  return [...Map.groupBy(group.keys(), find).values()]
}

interface Told {
  readonly members: readonly { readonly node: number; readonly score: number }[]
  readonly evidence: readonly number[]
}

/**
 * What is told of some rings as one: everybody who is in any of them, with the most that they have to do
 * with the rest, and every link.
 */
export function union(told: readonly Told[]): Told {
  const members = new Map<number, number>()
  for (const { node, score } of told.flatMap((ring) => ring.members)) {
    members.set(node, Math.max(score, members.get(node) ?? 0))
  }
  return {
    members: Array.from(members, ([node, score]) => ({ node, score }))
      .sort((a, b) => b.score - a.score || a.node - b.node),
    evidence: [...new Set(told.flatMap(({ evidence }) => evidence))].sort((a, b) => a - b),
  }
}
