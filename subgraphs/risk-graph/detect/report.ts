/**
 * An alert for those outside: ids in place of numbers.
 */
import type { Mirror } from '../mirror.ts'
import type { EntityType } from '../record.ts'
import type { AlertRow } from '../store/alerts.ts'
import { type LinkRow, linksByNo, type RiskReader } from '../store/record.ts'
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

/** What reports of some alerts are made of besides: links by number, and who is one with whom. */
export interface ReportParts {
  readonly links: ReadonlyMap<number, LinkRow>
  readonly same: ReadonlyMap<number, readonly number[]>
}

/** Reads it for some alerts together. @throws PortError */
export async function reportParts(
  db: RiskReader,
  mirror: Mirror,
  rows: readonly Pick<AlertRow, 'body'>[],
): Promise<ReportParts> {
  const findings = rows.map(findingOf)
  const wanted = [...new Set(findings.flatMap(({ evidence }) => evidence))]
  const links = await linksByNo(db, wanted.map((no) => [mirror.tenant, BigInt(no)]))
  const people = new Set(findings.flatMap(({ members }) => members.map(({ node }) => node)))
  const same = await mirror.ask((graph) => graph.same([...people]))
  return { links: new Map(links.map((link) => [Number(link.no), link])), same }
}

/** Reports an alert. */
export function reportOf(
  row: AlertRow,
  mirror: Mirror,
  { links, same }: ReportParts,
): AlertReport {
  const { ids } = mirror
  const finding = findingOf(row)
  const name = (node: number) => ids.name(node)
  return {
    alert: row.id,
    version: Number(row.version),
    rule: `ring@${row.rule_version}`,
    score: Number(row.score) / 10_000,
    members: finding.members.flatMap(({ node }) => [node, ...same.get(node) ?? []].map(name)),
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
    evidence: finding.evidence.map((no) => evidenceLink(mirror, links.get(no)!)),
  }
}

/** A link as evidence. */
function evidenceLink({ ids, kinds }: Mirror, link: LinkRow): EvidenceLink {
  return {
    id: `lnk_${link.no}`,
    from: ids.name(Number(link.from_no)),
    to: ids.name(Number(link.to_no)),
    kind: kinds[Number(link.kind)]!,
    on: link.valid_on === '' ? null : link.valid_on,
  }
}
