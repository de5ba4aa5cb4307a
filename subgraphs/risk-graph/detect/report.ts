/**
 * An alert for those outside: ids in place of numbers.
 */
import { dateOfDay } from '../engine/days.ts'
import type { Mirror } from '../mirror.ts'
import type { EntityType } from '../record.ts'
import type { AlertRow } from '../store/alerts.ts'
import type { Features } from './features.ts'
import type { Finding } from './detect.ts'
import type { Part } from './rules.ts'

/** A link as evidence. */
export interface EvidenceLink {
  readonly id: string
  readonly from: string
  readonly to: string
  readonly kind: string
  readonly on: string | null
}

/**
 * An alert with everything that it rests on.
 *
 * @property members ids of people, strongest first; of somebody entered twice, all of their ids
 * @property score from 0 to 1
 * @property rule the version of the rules that gave the score
 * @property claims in which or through which members have to do with one another
 * @property hubs left out beside the members
 */
export interface AlertReport {
  readonly alert: string
  readonly version: number
  readonly rule: string
  readonly score: number
  readonly members: readonly string[]
  readonly memberScores: Readonly<Record<string, number>>
  readonly claims: readonly string[]
  readonly shared: readonly {
    readonly id: string
    readonly type: EntityType
    readonly members: readonly string[]
  }[]
  readonly path: readonly {
    readonly from: string
    readonly to: string
    readonly by: readonly string[]
  }[]
  readonly parts: readonly Part[]
  readonly features: Features
  readonly hubs: readonly string[]
  readonly evidence: readonly EvidenceLink[]
}

/** The finding that an alert keeps. */
export function findingOf(row: Pick<AlertRow, 'body'>): Finding {
  return JSON.parse(row.body) as Finding
}

/** Reports an alert. @param aliases nodes that are one with a node, itself left out */
export function reportOf(
  row: AlertRow,
  mirror: Mirror,
  aliases: (node: number) => readonly number[],
): AlertReport {
  const { ids } = mirror
  const finding = findingOf(row)
  const name = (node: number) => ids.name(node)
  return {
    alert: row.id,
    version: Number(row.version),
    rule: `ring@${row.rule_version}`,
    score: Number(row.score) / 10_000,
    members: finding.members.flatMap(({ node }) => [node, ...aliases(node)].map(name)),
    memberScores: Object.fromEntries(finding.members.map(({ node, score }) => [name(node), score])),
    claims: finding.claims.map(name),
    shared: finding.shared.map(({ node, people }) => ({
      id: name(node),
      type: mirror.typeOf(node),
      members: people.map(name),
    })),
    path: finding.path.map(({ from, to, by }) => ({
      from: name(from),
      to: name(to),
      by: by.map(name),
    })),
    parts: finding.parts,
    features: finding.features,
    hubs: finding.hubs.map(name),
    evidence: finding.evidence.map((edge) => evidenceLink(mirror, edge)),
  }
}

/** An edge as evidence. */
export function evidenceLink({ graph, ids, kinds }: Mirror, edge: number): EvidenceLink {
  return {
    id: `lnk_${edge}`,
    from: ids.name(graph.from[edge]!),
    to: ids.name(graph.to[edge]!),
    kind: kinds[graph.kind[edge]!]!,
    on: dateOfDay(graph.day[edge]!),
  }
}
