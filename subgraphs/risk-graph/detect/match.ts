/**
 * Which ring is which, from one detection to the next: numbers of groups mean nothing.
 */

/** Two rings of which this part of all members are in both are one. */
const SAME_FROM = 0.5

/** Members in both, as a part of members in either. */
export function overlap(a: ReadonlySet<number>, b: ReadonlySet<number>): number {
  let both = 0
  for (const member of a) if (b.has(member)) both += 1
  const either = a.size + b.size - both
  return either === 0 ? 0 : both / either
}

/**
 * For each new ring the known one that it is, each known at most once, closest first.
 *
 * @param known members by id
 */
export function matchRings(
  rings: readonly ReadonlySet<number>[],
  known: ReadonlyMap<string, ReadonlySet<number>>,
): (string | undefined)[] {
  const candidates: { ring: number; id: string; score: number }[] = []
  const byMember = new Map<number, string[]>()
  for (const [id, members] of known) {
    for (const member of members) {
      const list = byMember.get(member)
      if (list === undefined) byMember.set(member, [id])
      else list.push(id)
    }
  }
  for (const [ring, members] of rings.entries()) {
    const near = new Set(Array.from(members).flatMap((member) => byMember.get(member) ?? []))
    for (const id of near) {
      const score = overlap(members, known.get(id)!)
      if (score >= SAME_FROM) candidates.push({ ring, id, score })
    }
  }
  candidates.sort((a, b) => b.score - a.score || a.ring - b.ring || (a.id < b.id ? -1 : 1))
  const result: (string | undefined)[] = rings.map(() => undefined)
  const taken = new Set<string>()
  for (const { ring, id } of candidates) {
    if (result[ring] !== undefined || taken.has(id)) continue
    result[ring] = id
    taken.add(id)
  }
  return result
}
