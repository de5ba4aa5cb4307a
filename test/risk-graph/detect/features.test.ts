import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HUB_LIMITS, project } from '../../../subgraphs/risk-graph/detect/projection.ts'
import { windowChance } from '../../../subgraphs/risk-graph/detect/features.ts'
import { TYPE, worldOf } from '../../../subgraphs/risk-graph/detect/world.ts'
import { Graph } from '../../../subgraphs/risk-graph/engine/live-graph.ts'

type Type = keyof typeof TYPE

/** A small graph by names: `[from, to, kind]`; the type is the name's first part. */
function graphOf(links: readonly (readonly [string, string, number])[]) {
  const graph = new Graph()
  const places = new Map<string, number>()
  const at = (name: string) => {
    const known = places.get(name)
    if (known !== undefined) return known
    const place = graph.addNode(TYPE[name.split(' ')[0] as Type])
    places.set(name, place)
    return place
  }
  for (const [from, to, kind] of links) graph.addEdge(at(from), at(to), kind)
  return { graph, at }
}

function pairOf(
  { graph, at }: ReturnType<typeof graphOf>,
  one: string,
  other: string,
) {
  const { pairs, usual, hubs } = project(worldOf(graph), { claimsPerPerson: 1 }, HUB_LIMITS)
  const [a, b] = [at(one), at(other)].toSorted((x, y) => x - y)
  return { pair: pairs.get(a! * graph.nodes + b!), usual, hubs }
}

describe('evidence', () => {
  it('is no company’s account that claims on its cars name, though drivers file them', () => {
    const cars = Array.from({ length: 9 }, (_, i) => [`person Co`, `vehicle ${i}`, 1] as const)
    const claims = Array.from({ length: 6 }, (_, i) => [
      [`claim ${i}`, `person ${i}`, 2] as const,
      [`claim ${i}`, `vehicle ${i}`, 3] as const,
      [`claim ${i}`, `account Co`, 4] as const,
    ]).flat()
    const fleet = pairOf(graphOf([...cars, ...claims]), 'person 0', 'person 1')
    expect(fleet.pair).toBeUndefined()
    expect(fleet.hubs.size).toBe(1)
    // The same account without the company's cars is one that strangers share.
    const strangers = claims.filter(([, , kind]) => kind !== 3)
    expect(pairOf(graphOf(strangers), 'person 0', 'person 1').pair!.things).toHaveLength(1)
  })

  it('goes to the one whom nearly every claim has once, where no policy says whose it is', () => {
    // Each files two claims with an account of their own, and meets another in one.
    const links = Array.from({ length: 12 }, (_, i) => [
      [`claim ${i}a`, `person ${i}`, 7] as const,
      [`claim ${i}b`, `person ${i}`, 7] as const,
      [`claim ${i}a`, `account ${i}`, 4] as const,
      [`claim ${i}b`, `account ${i}`, 4] as const,
      [`claim ${i}a`, `person ${(i + 5) % 12}`, 8] as const,
    ]).flat()
    const { pair, usual } = pairOf(graphOf(links), 'person 0', 'person 5')
    expect(usual.principal).toBe(7)
    expect(pair).toMatchObject({ things: [], meetings: [expect.any(Number)] })
  })

  it('among those who share things of two kinds is a family’s only where no address is told', () => {
    const links = [0, 1, 2].flatMap((i) => [
      [`person ${i}`, 'vehicle V', 1] as const,
      [`person ${i}`, 'phone T', 2] as const,
      [`claim ${i}`, `person ${i}`, 3] as const,
    ])
    const untold = pairOf(graphOf(links), 'person 0', 'person 1')
    expect([untold.pair!.home, untold.usual.addressed]).toEqual([true, false])
    const homes = [0, 1, 2].map((i) => [`person ${i}`, `address ${i}`, 5] as const)
    const told = pairOf(graphOf([...links, ...homes]), 'person 0', 'person 1')
    expect([told.pair!.home, told.usual.addressed]).toEqual([false, true])
  })

  it('closes circles of up to eight people, each tie by a claim of its own', () => {
    const ring = (size: number) =>
      Array.from({ length: size }, (_, i) => [
        [`claim ${i}`, `person ${i}`, 1] as const,
        [`claim ${i}`, `person ${(i + 1) % size}`, 2] as const,
      ]).flat()
    // Others, so that ties are few.
    const others = Array.from({ length: 60 }, (_, i) => [`claim x${i}`, `person x${i}`, 1] as const)
    const circle = (size: number) =>
      pairOf(graphOf([...ring(size), ...others]), 'person 0', 'person 1').pair!.circle
    expect([3, 5, 8, 9].map(circle)).toEqual([true, true, true, false])
  })
})

describe('days that lie close together', () => {
  it('are as unlikely as the range of a uniform sample is small', () => {
    expect(windowChance(2, 0.5)).toBeCloseTo(0.75, 9)
    expect(windowChance(5, 0.1)).toBeCloseTo(5 * 0.1 ** 4 - 4 * 0.1 ** 5, 12)
    expect([windowChance(1, 0.1), windowChance(9, 1), windowChance(9, 3)]).toEqual([1, 1, 1])
  })

  it('are the less likely the more of them there are, and the smaller the window', () => {
    const part = fc.double({ min: 0.001, max: 0.999, noNaN: true })
    fc.assert(fc.property(fc.integer({ min: 2, max: 30 }), part, (days, share) => {
      expect(windowChance(days + 1, share)).toBeLessThanOrEqual(windowChance(days, share) + 1e-12)
      expect(windowChance(days, share / 2)).toBeLessThanOrEqual(windowChance(days, share) + 1e-12)
    }))
  })
})
