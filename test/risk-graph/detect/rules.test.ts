import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { binomialSurprise, poissonSurprise } from '../../../subgraphs/risk-graph/detect/chance.ts'
import { FEATURES, type Features } from '../../../subgraphs/risk-graph/detect/features.ts'
import { matchRings, overlap } from '../../../subgraphs/risk-graph/detect/match.ts'
import { propagate } from '../../../subgraphs/risk-graph/detect/propagate.ts'
import { checkRules, scoreOf, SHIPPED_RULES } from '../../../subgraphs/risk-graph/detect/rules.ts'
import { refusal } from '../../support/rig.ts'

const features: fc.Arbitrary<Features> = fc.record(
  Object.fromEntries(
    FEATURES.map((name) => [name, fc.double({ min: 0, max: 20, noNaN: true })]),
  ) as Record<(typeof FEATURES)[number], fc.Arbitrary<number>>,
)

describe('a score', () => {
  it('is between 0 and 1, made of its parts alone, and no rule lowers it', () => {
    fc.assert(fc.property(features, fc.nat(9), (given, drop) => {
      const { score, parts } = scoreOf(given, SHIPPED_RULES.rules)
      expect(score).toBeGreaterThanOrEqual(0)
      expect(score).toBeLessThanOrEqual(1)
      const left = parts.reduce((rest, { part }) => rest * (1 - part), 1)
      expect(score).toBeCloseTo(1 - left, 3)
      const fewer = SHIPPED_RULES.rules.toSpliced(drop, 1)
      expect(scoreOf(given, fewer).score).toBeLessThanOrEqual(score + 1e-9)
    }))
  })

  it('says what each part was read from', () => {
    const none = Object.fromEntries(FEATURES.map((name) => [name, 0])) as Features
    expect(scoreOf(none, SHIPPED_RULES.rules)).toEqual({ score: 0, parts: [] })
    const { parts } = scoreOf(
      { ...none, accountHomes: 4, accountSurprise: 3, activeShare: 1 },
      SHIPPED_RULES.rules,
    )
    expect(parts).toEqual([
      {
        rule: 'shared-account',
        part: 0.8,
        because: { accountHomes: 4, accountSurprise: 3, activeShare: 1 },
      },
    ])
  })
})

describe('rules', () => {
  const rule = SHIPPED_RULES.rules[0]!
  const set = (change: object) => ({ threshold: 0.5, rules: [{ ...rule, ...change }] })

  it('as shipped can be read', () => {
    expect(checkRules(JSON.parse(JSON.stringify(SHIPPED_RULES)))).toMatchObject({ ok: true })
  })

  it.each([
    [null, '/threshold'],
    [{ threshold: 2, rules: [rule] }, '/threshold'],
    [{ threshold: 0.5, rules: [] }, '/rules'],
    [{ threshold: 0.5, rules: [rule, rule] }, '/rules/1/code'],
    [set({ code: 'DROP TABLE' }), '/rules/0/code'],
    [set({ weight: 1.5 }), '/rules/0/weight'],
    [set({ when: [] }), '/rules/0/when'],
    [set({ when: [{ feature: 'colour', atLeast: 1 }] }), '/rules/0/when'],
    [set({ when: [{ feature: 'size' }] }), '/rules/0/when'],
    [set({ ramp: { feature: 'size', from: 3, to: 3 } }), '/rules/0/ramp'],
    [set({ zh: 7 }), '/rules/0'],
  ])('%j are refused at their place', (body, place) => {
    expect(refusal(checkRules(body))).toBe(`RULE_MALFORMED ${place}`)
  })
})

describe('surprise', () => {
  it('of a Poisson count is the tail of its distribution', () => {
    // P(X >= 3) for mean 1 is 1 - e^-1 (1 + 1 + 1/2).
    expect(poissonSurprise(3, 1)).toBeCloseTo(-Math.log10(1 - Math.exp(-1) * 2.5), 9)
    expect(poissonSurprise(1, 2)).toBe(0)
    expect(poissonSurprise(500, 1)).toBe(12)
  })

  it('of hits is the tail of the binomial distribution', () => {
    expect(binomialSurprise(3, 3, 0.5)).toBeCloseTo(-Math.log10(0.125), 9)
    expect(binomialSurprise(2, 3, 0.5)).toBeCloseTo(-Math.log10(0.5), 9)
    expect([binomialSurprise(0, 3, 0.5), binomialSurprise(1, 0, 0.5), binomialSurprise(3, 3, 1)])
      .toEqual([0, 0, 0])
  })

  it('grows with the count', () => {
    fc.assert(fc.property(fc.nat(30), fc.double({ min: 0.1, max: 20, noNaN: true }), (n, mean) => {
      expect(poissonSurprise(n + 1, mean)).toBeGreaterThanOrEqual(poissonSurprise(n, mean) - 1e-9)
    }))
  })
})

describe('propagation', () => {
  it('gives those whom more evidence ties more, and who is tied to nobody least', () => {
    const weights = new Map([['0 1', 2], ['0 2', 2], ['1 2', 2], ['2 3', 0.5]])
    const weight = (i: number, j: number) => weights.get(`${Math.min(i, j)} ${Math.max(i, j)}`) ?? 0
    const scores = propagate([1, 1, 1, 1, 0], weight)
    expect(Math.max(...scores)).toBe(1)
    expect(scores[3]!).toBeLessThan(scores[0]!)
    expect(scores[4]!).toBe(0)
  })

  it('stays between 0 and 1', () => {
    const own = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 8 })
    fc.assert(fc.property(own, fc.nat(), (values, seed) => {
      const scores = propagate(values, (i, j) => ((i + j) * 7 + seed) % 5)
      expect(scores.every((score) => score >= 0 && score <= 1)).toBe(true)
    }))
  })
})

describe('rings of two detections', () => {
  const ring = (...members: number[]) => new Set(members)

  it('are one by their members, each at most once, closest first', () => {
    const known = new Map([['a', ring(1, 2, 3, 4)], ['b', ring(7, 8, 9)]])
    const rings = [ring(1, 2, 3), ring(1, 2, 3, 4), ring(7, 20, 21), ring()]
    expect(matchRings(rings, known)).toEqual([undefined, 'a', undefined, undefined])
  })

  it('overlap by what they have in common', () => {
    expect(overlap(ring(1, 2), ring(2, 3))).toBeCloseTo(1 / 3)
    expect(overlap(ring(), ring())).toBe(0)
  })
})
