/**
 * Groups of people whom evidence holds together.
 */
import { components } from '../engine/components.ts'
import { buildCsr } from '../engine/csr.ts'
import { leiden } from '../engine/leiden.ts'
import type { Projection } from './projection.ts'

/** Evidence between two people that is more than a chance meeting. */
export const LINK = 0.45
/** A group of fewer is no ring. */
export const SIZE_MIN = 3
/** Components of more are parted by communities. */
const PART_FROM = 12
const RESOLUTION = 1

/** Groups by their people, each sorted, largest evidence first within the order of nodes. */
export function groupsOf({ pairs }: Projection): number[][] {
  const linked = [...pairs.values()].filter((pair) => pair.weight >= LINK)
  const people = [...new Set(linked.flatMap(({ a, b }) => [a, b]))].toSorted((x, y) => x - y)
  const place = new Map(people.map((person, i) => [person, i]))
  const from = Uint32Array.from(linked, ({ a }) => place.get(a)!)
  const to = Uint32Array.from(linked, ({ b }) => place.get(b)!)
  const rows = buildCsr(people.length, linked.length, from, to)
  const { of, sizes } = components(rows)
  const members = Map.groupBy(people.keys(), (i) => of[i]!)
  const groups: number[][] = []
  for (const [component, inside] of members) {
    if (sizes[component]! < SIZE_MIN) continue
    if (sizes[component]! <= PART_FROM) groups.push(inside)
    else groups.push(...parted(inside))
  }
  return groups.map((group) => group.map((i) => people[i]!))

  function parted(inside: readonly number[]): number[][] {
    const local = new Map(inside.map((i, at) => [i, at]))
    const edges = linked.filter(({ a }) => local.has(place.get(a)!))
    const rows = buildCsr(
      inside.length,
      edges.length,
      Uint32Array.from(edges, ({ a }) => local.get(place.get(a)!)!),
      Uint32Array.from(edges, ({ b }) => local.get(place.get(b)!)!),
    )
    const weights = Float64Array.from(rows.edgeOf, (e) => edges[e]!.weight)
    const { of } = leiden({ ...rows, weights }, RESOLUTION)
    const parts = Map.groupBy(inside.keys(), (at) => of[at]!)
    return Array.from(parts.values(), (part) => part.map((at) => inside[at]!))
      .filter((part) => part.length >= SIZE_MIN)
  }
}
