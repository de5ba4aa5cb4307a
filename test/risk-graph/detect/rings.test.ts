/**
 * Rings in books that the detector never saw, against labels that it never sees.
 *
 * Development seeds are 1 to 99: rules may be tuned on them. Test seeds are from 101: figures are
 * read from them and nothing is tuned. Simulated books show an order of merit, not what a real book
 * would give.
 */
import { describe, expect, it } from 'vitest'
import { closeFrom, detect } from '../../../subgraphs/risk-graph/detect/detect.ts'
import { scoreOf, SHIPPED_RULES } from '../../../subgraphs/risk-graph/detect/rules.ts'
import {
  MOTOR_DEFAULTS,
  motorBook,
  type MotorOptions,
  RING_TYPES,
} from '../../../subgraphs/risk-graph/synthetic/motor.ts'
import { emptyQuality, graphOfBook, judge, qualityLines } from '../../support/ring-quality.ts'

const TEST_SEEDS = [101, 102, 103, 104, 105, 106, 107, 108, 109, 110]
const NO_RINGS: MotorOptions['rings'] = {
  staged: 0,
  account: 0,
  phone: 0,
  garage: 0,
  chain: 0,
  camouflaged: 0,
}

describe('on test seeds', () => {
  it('rings of each type are found, and few others', () => {
    const quality = emptyQuality()
    for (const seed of TEST_SEEDS) judge(quality, motorBook({ ...MOTOR_DEFAULTS, seed }))
    console.log(qualityLines(quality, { ...MOTOR_DEFAULTS, seed: TEST_SEEDS.join(', ') }))
    const found = RING_TYPES.map((type) => {
      const { found, rings } = quality.byType[type]
      return [type, found / rings] as const
    })
    const floor = {
      staged: 0.9,
      account: 0.9,
      phone: 0.8,
      garage: 0.8,
      chain: 0.7,
      camouflaged: 0.6,
    }
    expect(found.filter(([type, share]) => share < floor[type])).toEqual([])
    expect(quality.trueAlerts / quality.alerts).toBeGreaterThan(0.9)
    expect(quality.truePeople / quality.alertPeople).toBeGreaterThan(0.93)
  }, 300_000)

  it.each([
    ['twice the dirty keys', { dirtyKeys: 0.1 }],
    ['twice the claims', { claimRate: 0.7 }],
    ['rings with more everyday claims', { camouflage: 2 }],
    ['four times the reused phones', { reusedPhones: 0.06 }],
  ])('with %s, alerts are still about rings', (_, change) => {
    const quality = emptyQuality()
    judge(quality, motorBook({ ...MOTOR_DEFAULTS, seed: 104, ...change }))
    expect(quality.trueAlerts / quality.alerts).toBeGreaterThan(0.8)
    expect(quality.byType.staged.found + quality.byType.account.found).toBeGreaterThanOrEqual(10)
  })
})

describe('honest people', () => {
  it('in families, fleets and with brokers give hardly an alert', () => {
    const { graph } = graphOfBook(motorBook({ ...MOTOR_DEFAULTS, seed: 105, rings: NO_RINGS }))
    const { findings, hubs } = detect(graph, SHIPPED_RULES)
    expect(findings.length).toBeLessThanOrEqual(2)
    expect(hubs.size).toBeGreaterThan(MOTOR_DEFAULTS.fleets)
  })
})

describe('an alert', () => {
  const book = motorBook({ ...MOTOR_DEFAULTS, seed: 106, households: 1000 })
  const { graph } = graphOfBook(book)
  const detection = detect(graph, SHIPPED_RULES)

  it('is replayed from the links that it names: the same features, parts and score', () => {
    expect(detection.findings.length).toBeGreaterThan(20)
    for (const { members, evidence, features, score, parts } of detection.findings) {
      const nodes = members.map(({ node }) => node).toSorted((a, b) => a - b)
      const again = closeFrom(graph, evidence, nodes, detection.baseline)
      expect(again.features).toEqual(features)
      expect(scoreOf(again.features, SHIPPED_RULES.rules)).toEqual({ score, parts })
    }
  })

  it('falls when its evidence is taken away', () => {
    for (const { members, score } of detection.findings) {
      const nodes = members.map(({ node }) => node).toSorted((a, b) => a - b)
      const without = closeFrom(graph, [], nodes, detection.baseline)
      expect(scoreOf(without.features, SHIPPED_RULES.rules).score).toBe(0)
      expect(score).toBeGreaterThanOrEqual(SHIPPED_RULES.threshold)
    }
  })

  it('names evidence that is there, and a path that holds its members together', () => {
    for (const { members, evidence, path } of detection.findings) {
      expect(evidence.every((edge) => edge < graph.edges)).toBe(true)
      const reached = new Set([members[0]!.node])
      for (let grown = true; grown;) {
        grown = false
        for (const { from, to, by } of path) {
          expect(by.length).toBeGreaterThan(0)
          if (reached.has(from) === reached.has(to)) continue
          reached.add(from).add(to)
          grown = true
        }
      }
      expect(members.filter(({ node }) => !reached.has(node)).length).toBe(0)
    }
  })

  it('is the same when the same graph is looked through again', () => {
    expect(detect(graph, SHIPPED_RULES)).toEqual(detection)
  })
})

describe('the simulator', () => {
  it('draws the same book for the same seed, another for another, and tells no labels in it', () => {
    const options = { ...MOTOR_DEFAULTS, households: 100 }
    expect(motorBook(options)).toEqual(motorBook(options))
    expect(motorBook({ ...options, seed: 2 }).links).not.toEqual(motorBook(options).links)
    const { entities, links, labels } = motorBook(options)
    const rings = labels.map(({ ring }) => ring)
    expect(JSON.stringify([entities, links])).not.toMatch(new RegExp(rings.join('|')))
    const ids = new Set(entities.map(([id]) => id))
    expect(links.filter(([from, to]) => !ids.has(from) || !ids.has(to))).toEqual([])
  })
})
