/**
 * How well rings are found, against labels that the detector never saw.
 */
import type { EntityType } from '../../subgraphs/risk-graph/record.ts'
import { ENTITY_TYPES } from '../../subgraphs/risk-graph/record.ts'
import { detect, type Detection } from '../../subgraphs/risk-graph/detect/detect.ts'
import { type RuleSet, SHIPPED_RULES } from '../../subgraphs/risk-graph/detect/rules.ts'
import { IdTable } from '../../subgraphs/risk-graph/engine/id-table.ts'
import { Graph, SAME } from '../../subgraphs/risk-graph/engine/live-graph.ts'
import { dayOf, NO_DAY } from '../../subgraphs/risk-graph/engine/days.ts'
import {
  type MotorBook,
  RING_TYPES,
  type RingType,
} from '../../subgraphs/risk-graph/synthetic/motor.ts'
import {
  matchAddresses,
  matchByKey,
  MATCHED_TYPES,
  MERGE,
} from '../../subgraphs/risk-graph/resolve/match.ts'

/** A book as the record would have it: keys resolved, without a database between. */
export function graphOfBook(book: MotorBook): { graph: Graph; ids: IdTable } {
  const graph = new Graph()
  const ids = new IdTable()
  for (const [id, type] of book.entities) {
    ids.add(id)
    graph.addNode(ENTITY_TYPES.indexOf(type))
  }
  const kinds = new Map<string, number>()
  for (const [from, to, kind, on] of book.links) {
    if (!kinds.has(kind)) kinds.set(kind, kinds.size + 1)
    graph.addEdge(ids.find(from)!, ids.find(to)!, kinds.get(kind)!, on === '' ? NO_DAY : dayOf(on))
  }
  for (const type of MATCHED_TYPES) {
    const known = book.entities.filter((e) => e[1] === type as EntityType)
      .map(([id, , name, attributes]) => ({ no: ids.find(id)!, name, attributes }))
    const matches = type === 'address' ? matchAddresses(known) : matchByKey(type, known)
    for (const { a, b, score } of matches) if (score >= MERGE) graph.addEdge(a, b, SAME)
  }
  return { graph, ids }
}

/** Counts of one type of ring. @property found rings of which at least half, and three, are in one alert */
export interface Tally {
  rings: number
  found: number
  people: number
  foundPeople: number
}

/** @property truePeople people in alerts who are in a ring */
export interface Quality {
  readonly byType: Readonly<Record<RingType, Tally>>
  alerts: number
  trueAlerts: number
  alertPeople: number
  truePeople: number
}

export function emptyQuality(): Quality {
  const byType = Object.fromEntries(
    RING_TYPES.map((type) => [type, { rings: 0, found: 0, people: 0, foundPeople: 0 }]),
  ) as Record<RingType, Tally>
  return { byType, alerts: 0, trueAlerts: 0, alertPeople: 0, truePeople: 0 }
}

/** Adds a book's result to a quality. */
export function judge(
  quality: Quality,
  book: MotorBook,
  rules: RuleSet = SHIPPED_RULES,
): Detection {
  const { graph, ids } = graphOfBook(book)
  const detection = detect(graph, rules)
  const alerts = detection.findings.map(({ members }) => members.map(({ node }) => ids.name(node)))
  // People entered twice stand under the lower of their numbers.
  const roots = new Map<string, string>()
  for (let e = 0; e < graph.edges; e++) {
    if (graph.kind[e] === SAME) roots.set(ids.name(graph.to[e]!), ids.name(graph.from[e]!))
  }
  const standing = (id: string): string => roots.has(id) ? standing(roots.get(id)!) : id
  const inRings = new Set(book.labels.flatMap(({ members }) => members.map(standing)))
  const inAlerts = new Set(alerts.flat())
  for (const members of alerts) {
    const good = members.filter((id) => inRings.has(id)).length
    quality.alerts += 1
    quality.trueAlerts += good * 2 > members.length ? 1 : 0
    quality.alertPeople += members.length
    quality.truePeople += good
  }
  for (const { type, members } of book.labels) {
    const own = members.map(standing)
    const tally = quality.byType[type]
    tally.rings += 1
    tally.people += own.length
    tally.foundPeople += own.filter((id) => inAlerts.has(id)).length
    const most = Math.max(
      0,
      ...alerts.map((alert) => own.filter((id) => alert.includes(id)).length),
    )
    if (most >= 3 && most * 2 >= own.length) tally.found += 1
  }
  return detection
}

/** The figures with what they were drawn with, to be printed together. */
export function qualityLines(quality: Quality, options: Readonly<Record<string, unknown>>): string {
  const share = (part: number, whole: number) => whole === 0 ? '–' : (part / whole).toFixed(3)
  return [
    `simulated books drawn with ${JSON.stringify(options)}`,
    ...Object.entries(quality.byType).map(([type, { rings, found, people, foundPeople }]) =>
      `${type.padEnd(12)} rings found ${found}/${rings}, recall of people ${
        share(foundPeople, people)
      }`
    ),
    `alerts about rings ${quality.trueAlerts}/${quality.alerts}, ` +
    `precision of people ${share(quality.truePeople, quality.alertPeople)}`,
  ].join('\n')
}
