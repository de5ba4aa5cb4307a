/**
 * Alerts: what was found, why, and that it can be computed again.
 */
import { loadMany, loadOne } from '../../kernel/batch.ts'
import { PAGE_SIZE, readPageArgs } from '../../kernel/builder.ts'
import { findJob, type Job } from '../../kernel/job.ts'
import { type Page, pageOf } from '../../kernel/page.ts'
import type { Reader } from '../../kernel/store.ts'
import type { KernelTables } from '../../kernel/tables.ts'
import { findVersion } from '../../kernel/four-eyes.ts'
import { closeFrom, type Evidence, type Finding, type Step } from '../detect/detect.ts'
import { DETECT_KIND, detectProgress } from '../detect/job.ts'
import { findingOf } from '../detect/report.ts'
import { type Part, type RuleSet, scoreOf } from '../detect/rules.ts'
import { RING_RULES, RULE_KIND } from '../detect/version.ts'
import { dayOf, NO_DAY } from '../engine/days.ts'
import {
  type AlertRow,
  alertsById,
  alertsOfDetection,
  alertsOfMembers,
  detectionById,
  lastDetection,
} from '../store/alerts.ts'
import type { LinkRow } from '../store/record.ts'
import {
  builder,
  connection,
  entity,
  findLink,
  link,
  namesOf,
  type Node,
  READ,
  type RiskContext,
} from './base.ts'

export const alert = builder.objectRef<AlertRow>('RiskAlert')

export const findAlert = loadOne(
  ({ risk, actor }: RiskContext, ids: readonly string[]) => alertsById(risk.db, actor.tenant, ids),
  (row) => row.id,
)

const membershipsOf = loadMany(
  async (
    { risk, actor }: RiskContext,
    nos: readonly string[],
  ) => [...await alertsOfMembers(risk.db, nos.map((no) => [actor.tenant, BigInt(no)]))],
  (row) => String(row.no),
)

/** Alerts whose latest version somebody is in. */
export async function alertsOfNode(context: RiskContext, no: number): Promise<AlertRow[]> {
  const rows = await membershipsOf(context, String(no))
  const ids = [...new Set(rows.map((row) => row.alert_id))].toSorted()
  const found = await Promise.all(ids.map((id) => findAlert(context, id)))
  return found.filter((row) => row !== null)
    .filter((row) => rows.some((m) => m.alert_id === row.id && m.version === row.version))
}

const findings = new WeakMap<AlertRow, Finding>()
function finding(row: AlertRow): Finding {
  let known = findings.get(row)
  if (known === undefined) {
    known = findingOf(row)
    findings.set(row, known)
  }
  return known
}

const nodes = (numbers: readonly number[]): Node[] => numbers.map((no) => ({ no }))

const member = builder.objectRef<{ node: number; score: number }>('RiskMember').implement({
  fields: (t) => ({
    entity: t.field({ type: entity, resolve: ({ node }) => ({ no: node }) }),
    score: t.exposeFloat('score', { description: 'Tie to the rest, 0 to 1.' }),
  }),
})

const shared = builder.objectRef<{ node: number; people: readonly number[] }>('RiskSharedThing')
  .implement({
    description: 'A thing that members have in common.',
    fields: (t) => ({
      entity: t.field({ type: entity, resolve: ({ node }) => ({ no: node }) }),
      members: t.field({ type: [entity], resolve: ({ people }) => nodes(people) }),
    }),
  })

const step = builder.objectRef<Step>('RiskStep').implement({
  description: 'A step of the path that holds the members together.',
  fields: (t) => ({
    from: t.field({ type: entity, resolve: (row) => ({ no: row.from }) }),
    to: t.field({ type: entity, resolve: (row) => ({ no: row.to }) }),
    by: t.field({ type: [entity], resolve: (row) => nodes(row.by) }),
  }),
})

export const part = builder.objectRef<Part>('RiskScorePart').implement({
  description: 'What one rule added to a score.',
  fields: (t) => ({
    rule: t.exposeString('rule'),
    part: t.exposeFloat('part', { description: 'The score is 1 − ∏(1 − part).' }),
    because: t.field({
      type: 'JSON',
      description: 'The numbers that it read.',
      resolve: (p) => p.because,
    }),
  }),
})

interface Replay {
  readonly score: number
  readonly matches: boolean
}

const replay = builder.objectRef<Replay>('RiskReplay').implement({
  description:
    'The score computed again from the evidence alone, by the same version of the rules.',
  fields: (t) => ({
    score: t.exposeFloat('score'),
    matches: t.exposeBoolean('matches'),
  }),
})

async function replayOf(row: AlertRow, context: RiskContext): Promise<Replay> {
  const { risk, actor: { tenant } } = context
  const { types } = await namesOf(context)
  const [detection] = await detectionById(risk.db, { tenant, id: row.detection_id })
  const key = { tenant, kind: RULE_KIND, subject: RING_RULES, version: row.rule_version }
  const rules = await findVersion(risk.db, key)
  const { members, evidence, parts } = finding(row)
  // From the record, not from the graph: what is kept is what the alert must follow from.
  const links = await Promise.all(evidence.map((no) => findLink(context, String(no))))
  const people = members.map(({ node }) => node).toSorted((a, b) => a - b)
  const baseline = JSON.parse(detection!.baseline)
  const { features } = closeFrom(
    evidenceOf(links.map((l) => l!), types),
    evidence,
    people,
    baseline,
  )
  const again = scoreOf(features, (JSON.parse(rules!.body) as RuleSet).rules)
  const matches = BigInt(Math.round(again.score * 10_000)) === row.score &&
    again.parts.length === parts.length
  return { score: again.score, matches }
}

/** Links of the record by number. */
function evidenceOf(links: readonly LinkRow[], type: Uint8Array): Evidence {
  const column = (of: (row: LinkRow) => bigint | number) =>
    Object.fromEntries(links.map((row) => [Number(row.no), Number(of(row))]))
  return {
    type,
    from: column((row) => row.from_no),
    to: column((row) => row.to_no),
    kind: column((row) => row.kind),
    day: column((row) => row.valid_on === '' ? NO_DAY : dayOf(row.valid_on)),
  }
}

alert.implement({
  description: 'A ring as it was found (预警).',
  ...READ,
  fields: (t) => ({
    id: t.exposeID('id'),
    version: t.int({
      description: 'From 1; the same ring found again is a later version.',
      resolve: (row) => Number(row.version),
    }),
    score: t.float({ description: '0 to 1.', resolve: (row) => Number(row.score) / 10_000 }),
    ruleVersion: t.int({ resolve: (row) => Number(row.rule_version) }),
    at: t.field({ type: 'DateTime', resolve: (row) => row.at }),
    members: t.field({
      type: [member],
      description: 'Strongest first.',
      resolve: (row) => [...finding(row).members],
    }),
    claims: t.field({
      type: [entity],
      description: 'Claims through which members have to do with one another.',
      resolve: (row) => nodes(finding(row).claims),
    }),
    shared: t.field({ type: [shared], resolve: (row) => [...finding(row).shared] }),
    path: t.field({ type: [step], resolve: (row) => [...finding(row).path] }),
    parts: t.field({ type: [part], resolve: (row) => [...finding(row).parts] }),
    features: t.field({ type: 'JSON', resolve: (row) => finding(row).features }),
    hubs: t.field({
      type: [entity],
      description: 'Next to members and left out, since they connect everybody.',
      resolve: (row) => nodes(finding(row).hubs),
    }),
    evidence: t.field({
      type: connection('RiskEvidence', link),
      description: 'The links that the score can be computed from.',
      ...PAGE_SIZE,
      args: { first: t.arg.int(), after: t.arg.string() },
      resolve: async (row, args, context): Promise<Page<LinkRow>> => {
        const page = readPageArgs(args)
        const after = /^\d+$/.test(page.after ?? '') ? Number(page.after) : -1
        const edges = finding(row).evidence.filter((edge) => edge > after)
        const links = await Promise.all(
          edges.slice(0, page.limit + 1).map((edge) => findLink(context, String(edge))),
        )
        return pageOf(links.map((found) => found!), page.limit, (found) => String(found.no))
      },
    }),
    replay: t.field({ type: replay, resolve: (row, _, context) => replayOf(row, context) }),
  }),
})
builder.asEntity(alert, {
  key: builder.selection<{ id: string }>('id'),
  resolveReference: (key, context) => findAlert(context, key.id) as Promise<AlertRow>,
})

builder.objectField(entity, 'alerts', (t) =>
  t.field({
    type: [alert],
    description: 'Rings that the entity is a member of, as they are known now.',
    resolve: ({ no }, _, context) => alertsOfNode(context, no),
  }))

builder.queryFields((t) => ({
  riskAlert: t.field({
    type: alert,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: (_, { id }, context) => findAlert(context, id),
  }),
  riskAlerts: t.field({
    type: connection('RiskAlert', alert),
    description: 'Rings of the latest detection, or of one.',
    ...READ,
    ...PAGE_SIZE,
    args: { first: t.arg.int(), after: t.arg.string(), detection: t.arg.id() },
    resolve: async (_, args, context) => {
      const page = readPageArgs(args)
      const { risk, actor: { tenant } } = context
      await namesOf(context)
      const detection = args.detection ?? (await lastDetection(risk.db, { tenant }))[0]?.id
      if (detection === undefined) return pageOf<AlertRow>([], page.limit, (row) => row.id)
      const rows = await alertsOfDetection(risk.db, {
        tenant,
        detection,
        after: page.after ?? '',
        limit: BigInt(page.limit + 1),
      })
      return pageOf(rows, page.limit, (row) => row.id)
    },
  }),
}))

const detectionJob = builder.objectRef<Job>('RiskDetection').implement({
  description: 'A look through the whole graph; its id is the detection’s.',
  fields: (t) => ({
    id: t.exposeID('id'),
    state: t.exposeString('state', { description: 'QUEUED, RUNNING, DONE, FAILED, CANCELLED.' }),
    error: t.exposeString('error', { nullable: true }),
    progress: t.field({
      type: 'JSON',
      description: 'phase, entities, links, groups, alerts, fresh.',
      resolve: (job) => detectProgress(job.progress),
    }),
  }),
})

async function visibleDetection({ actor, risk }: RiskContext, id: string) {
  const job = await findJob(risk.db as unknown as Reader<KernelTables>, actor.tenant, id)
  return job?.kind === DETECT_KIND ? job : undefined
}

builder.queryField('riskDetection', (t) =>
  t.field({
    type: detectionJob,
    nullable: true,
    ...READ,
    args: { id: t.arg.id({ required: true }) },
    resolve: async (_, { id }, context) => await visibleDetection(context, id) ?? null,
  }))

builder.mutationField('detectRings', (t) =>
  t.field({
    type: detectionJob,
    description: 'Looks for rings as a job. Asked for while one is under way, it is that one.',
    requiresScopes: [['risk:investigate']],
    resolve: async (_, __, context) => {
      const id = await context.risk.jobs.submit(context.actor, DETECT_KIND, null)
      return (await visibleDetection(context, id))!
    },
  }))
