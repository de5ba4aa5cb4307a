import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areNear, nearDuplicates, union } from '../../../subgraphs/risk-graph/detect/merge.ts'

const set = (...members: number[]) => new Set(members)
const ring = fc.uniqueArray(fc.nat(14), { minLength: 3, maxLength: 8 })
const rings = fc.array(ring, { maxLength: 12 })

describe('rings of one detection', () => {
  it('are near by three fifths of the smaller one, and by two people at least', () => {
    expect(areNear(set(1, 2, 3, 4, 5), set(1, 2, 3, 8, 9))).toBe(true)
    expect(areNear(set(1, 2, 3, 4, 5), set(1, 2, 7, 8, 9))).toBe(false)
    expect(areNear(set(1, 2, 3), set(1, 2, 3, 4, 5, 6, 7, 8, 9))).toBe(true)
    expect(areNear(set(1), set(1, 2, 3))).toBe(false)
    expect(areNear(set(), set())).toBe(false)
  })

  it('are each in one group, and groups hang together by nearness alone', () => {
    fc.assert(fc.property(rings, (given) => {
      const sets = given.map((members) => new Set(members))
      const groups = nearDuplicates(sets)
      expect(groups.flat().toSorted((a, b) => a - b)).toEqual([...given.keys()])
      const groupOf = new Map(groups.flatMap((group, g) => group.map((place) => [place, g])))
      for (const [i, a] of sets.entries()) {
        for (const [j, b] of sets.slice(0, i).entries()) {
          if (areNear(a, b)) expect(groupOf.get(i)).toBe(groupOf.get(j))
        }
      }
      for (const group of groups.filter(({ length }) => length > 1)) {
        for (const place of group) {
          const others = group.filter((other) => other !== place)
          expect(others.some((other) => areNear(sets[place]!, sets[other]!))).toBe(true)
        }
      }
    }))
  })

  it('are the same groups in whatever order they come', () => {
    const shuffled = rings.chain((given) =>
      fc.tuple(
        fc.constant(given),
        fc.shuffledSubarray([...given.keys()], { minLength: given.length }),
      )
    )
    fc.assert(fc.property(shuffled, ([given, order]) => {
      const names = (list: number[][], places: readonly number[]) =>
        nearDuplicates(list.map((members) => new Set(members)))
          .map((group) => group.map((place) => places[place]).toSorted().join()).toSorted()
      expect(names(order.map((place) => given[place]!), order))
        .toEqual(names(given, [...given.keys()]))
    }))
  })

  it('lose nobody and no link when they are told as one, in whatever order', () => {
    const told = fc.array(
      fc.record({
        members: fc.array(fc.record({ node: fc.nat(9), score: fc.constantFrom(0.2, 0.5, 1) })),
        evidence: fc.array(fc.nat(30)),
      }),
      { minLength: 1, maxLength: 5 },
    )
    fc.assert(fc.property(told, (given) => {
      const one = union(given)
      const people = given.flatMap(({ members }) => members.map(({ node }) => node))
      expect(new Set(one.members.map(({ node }) => node))).toEqual(new Set(people))
      expect(new Set(one.evidence)).toEqual(new Set(given.flatMap(({ evidence }) => evidence)))
      for (const { node, score } of given.flatMap(({ members }) => members)) {
        expect(one.members.find((m) => m.node === node)!.score).toBeGreaterThanOrEqual(score)
      }
      expect(union(given.toReversed())).toEqual(one)
    }))
  })
})
