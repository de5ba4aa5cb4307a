/**
 * A detection as a job: looks through the graph as it is, keeps the rings that it finds, opens cases.
 */
import { canonicalJson, type CanonicalValue } from '../../kernel/canonical-json.ts'
import type { JobHandler } from '../../kernel/job.ts'
import type { Ports } from '../../kernel/ports.ts'
import type { Store } from '../../kernel/store.ts'
import { dateOf, type Instant } from '../../kernel/time.ts'
import type { Mirror } from '../mirror.ts'
import {
  alertsById,
  alertsOfMembers,
  insertAlerts,
  insertCase,
  insertDetection,
  insertMembers,
} from '../store/alerts.ts'
import type { RiskTx } from '../store/record.ts'
import type { RiskTables } from '../tables.ts'
import { detectBeside } from './beside.ts'
import type { Detection, Finding } from './detect.ts'
import { matchRings } from './match.ts'
import { drawSample } from './sample.ts'
import { snapshotOf } from './snapshot.ts'
import { rulesInForce } from './version.ts'

export const DETECT_KIND = 'detect-rings'

/** People outside all alerts whom each detection draws for a look. */
const SAMPLE_SIZE = 5

/** How far a detection is. @property fresh alerts of rings that were not known before */
export interface DetectProgress {
  readonly phase: 'READING' | 'DETECTING' | 'KEEPING' | 'DONE'
  readonly entities: number
  readonly links: number
  readonly groups: number
  readonly alerts: number
  readonly fresh: number
}

const START: DetectProgress = {
  phase: 'READING',
  entities: 0,
  links: 0,
  groups: 0,
  alerts: 0,
  fresh: 0,
}

/** The progress of a job of this kind, whatever it has kept so far. */
export function detectProgress(progress: unknown): DetectProgress {
  return { ...START, ...progress as DetectProgress | null }
}

/** What the handler works with. */
export interface DetectShop {
  readonly store: Store<RiskTables>
  readonly ports: Ports
  mirror(tenant: string): Mirror
}

/** Makes the handler of detection jobs. The job's id is the detection's. */
export function detectHandler(shop: DetectShop): JobHandler {
  return async (job, control) => {
    const { tenant } = job
    const at = shop.ports.clock.now()
    const mirror = shop.mirror(tenant)
    const rules = await rulesInForce(shop.store.read, tenant, dateOf(at))
    if (rules === undefined) throw new Error('RULES_MISSING: no rules for rings are in force')
    const snapshot = await snapshotOf(mirror)
    let progress: DetectProgress = {
      ...START,
      phase: 'DETECTING',
      entities: snapshot.types.length,
      links: snapshot.from.length,
    }
    const keep = () => control.checkpoint(null, progress as unknown as CanonicalValue)
    await keep()
    const [looked] = await detectBeside(snapshot, [rules.rules])
    const { detection, unalerted } = looked!
    progress = {
      ...progress,
      phase: 'KEEPING',
      groups: detection.groups,
      alerts: detection.findings.length,
    }
    await keep()
    const ids = detection.findings.map(() => shop.ports.ids.next('alr'))
    const sample = drawSample(unalerted, `${tenant} ${job.id}`, SAMPLE_SIZE)
      .map((node) => ({ node, id: shop.ports.ids.next('smp') }))
    const fresh = await shop.store.write(
      (tx) =>
        keepDetection(tx, {
          tenant,
          id: job.id,
          by: job.createdBy,
          at,
          ruleVersion: rules.version,
          entities: progress.entities,
          links: progress.links,
          detection,
          ids,
          sample,
          unalerted: unalerted.length,
        }),
      { lane: tenant },
    )
    progress = { ...progress, phase: 'DONE', fresh }
    await keep()
  }
}

interface Kept {
  readonly tenant: string
  readonly id: string
  readonly by: string
  readonly at: Instant
  readonly ruleVersion: bigint
  readonly entities: number
  readonly links: number
  readonly detection: Detection
  readonly ids: readonly string[]
  readonly unalerted: number
  readonly sample: readonly { readonly node: number; readonly id: string }[]
}

/** Keeps what was found; answers how many rings are new. Doing it again adds nothing. */
async function keepDetection(tx: RiskTx, kept: Kept): Promise<number> {
  const { tenant, at, detection, ruleVersion } = kept
  const rings = detection.findings.map(({ members }) => new Set(members.map(({ node }) => node)))
  const { affected } = await insertDetection(tx, {
    tenant_id: tenant,
    id: kept.id,
    rule_version: ruleVersion,
    at,
    entities: BigInt(kept.entities),
    links: BigInt(kept.links),
    groups: BigInt(detection.groups),
    alerts: BigInt(detection.findings.length),
    baseline: canonicalJson({
      ...detection.baseline,
      // What recall is estimated with.
      unalerted: kept.unalerted,
      membersPerAlert: detection.findings.length === 0 ? 1 : rings.reduce((n, r) => n + r.size, 0) /
        rings.length,
    } as unknown as CanonicalValue),
    started_by: kept.by,
  })
  if (affected === 0n) return 0
  const near = await alertsOfMembers(
    tx,
    [...new Set(rings.flatMap((ring) => [...ring]))].map((no) => [tenant, BigInt(no)]),
  )
  const latest = await alertsById(tx, tenant, [...new Set(near.map((row) => row.alert_id))])
  const versions = new Map(latest.map((row) => [row.id, row.version]))
  const known = new Map(latest.map((row) => [row.id, new Set(membersOf(row.body))]))
  const matched = matchRings(rings, known)
  const alertRows: unknown[][] = []
  const memberRows: unknown[][] = []
  let fresh = 0
  for (const [i, finding] of detection.findings.entries()) {
    const id = matched[i] ?? kept.ids[i]!
    const version = (versions.get(id) ?? 0n) + 1n
    if (version === 1n) fresh += 1
    const score = BigInt(Math.round(finding.score * 10_000))
    const body = canonicalJson(finding as unknown as CanonicalValue)
    alertRows.push([tenant, id, version, kept.id, ruleVersion, score, body, at])
    for (const { node } of finding.members) memberRows.push([tenant, BigInt(node), id, version])
    if (version === 1n) await insertCase(tx, newCase(kept, id, 'ALERT', null))
  }
  await insertAlerts(tx, alertRows)
  await insertMembers(tx, memberRows)
  for (const { node, id } of kept.sample) {
    await insertCase(tx, newCase(kept, id, 'SAMPLE', BigInt(node)))
  }
  return fresh
}

function newCase(
  { tenant, id: detection, ruleVersion, at }: Kept,
  id: string,
  kind: 'ALERT' | 'SAMPLE',
  subject: bigint | null,
) {
  return {
    tenant_id: tenant,
    id,
    kind,
    state: 'OPEN',
    subject_no: subject,
    detection_id: detection,
    rule_version: ruleVersion,
    assignee: null,
    outcome: null,
    opened_at: at,
    closed_at: null,
    events: 0n,
  }
}

function membersOf(body: string): number[] {
  return (JSON.parse(body) as Finding).members.map(({ node }) => node)
}
