/**
 * Books of a simulator that is built otherwise than the one that rules were tuned on: other kinds of
 * links in other directions, dormitories, other rings, and types that are not told at all.
 */
import { describe, expect, it } from 'vitest'
import { detect } from '../../../subgraphs/risk-graph/detect/detect.ts'
import { SHIPPED_RULES } from '../../../subgraphs/risk-graph/detect/rules.ts'
import { OTHER_DEFAULTS, otherBook, type OtherOptions } from '../../support/other-book.ts'
import { graphOfBook } from '../../support/ring-quality.ts'

function look(change: Partial<OtherOptions>) {
  const book = otherBook({ ...OTHER_DEFAULTS, ...change })
  const { graph, ids } = graphOfBook({ ...book, labels: [] })
  const alerts = detect(graph, SHIPPED_RULES).findings
    .map(({ members }) => members.map(({ node }) => ids.name(node)))
  const inRings = new Set(book.labels.flatMap(({ members }) => members))
  const inAlerts = new Set(alerts.flat())
  const found = book.labels.filter(({ members }) => {
    const own = members.filter((id) => inAlerts.has(id)).length
    return own >= 3 && own * 2 >= members.length
  })
  const caught = [...inAlerts].filter((id) => inRings.has(id)).length
  return {
    alerts: alerts.length,
    precision: caught / inAlerts.size,
    rings: found.length / book.labels.length,
  }
}

describe('a book of another make', () => {
  it.each<[string, Partial<OtherOptions>, number, number]>([
    ['as it is', {}, 0.9, 0.8],
    ['that tells of no policies', { without: ['policy'] }, 0.9, 0.8],
    ['that tells of no addresses', { without: ['address'] }, 0.75, 0.7],
    ['with more than twice the claims', { claimRate: 1.2 }, 0.85, 0.55],
  ])('%s: rings are found, and few others', (name, change, precision, rings) => {
    const found = look({ seed: 201, ...change })
    console.log(`simulated, ${name}: ${JSON.stringify(found)}`)
    expect(found.precision).toBeGreaterThan(precision)
    expect(found.rings).toBeGreaterThan(rings)
  })

  it.each<[string, Partial<OtherOptions>, number]>([
    ['as it is', {}, 4],
    ['that tells of no addresses', { without: ['address'] }, 8],
  ])('%s, without rings: next to no alert', (name, change, most) => {
    const { alerts } = look({ seed: 202, rings: 0, ...change })
    console.log(`simulated, honest, ${name}: ${alerts} alerts`)
    expect(alerts).toBeLessThanOrEqual(most)
  })
})
