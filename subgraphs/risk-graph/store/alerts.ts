/**
 * The SQL of detections, alerts and cases.
 */
import { rowsStatement, statement } from '../../kernel/store.ts'
import type { Instant } from '../../kernel/time.ts'
import type { RiskTables } from '../tables.ts'
import type { RiskReader, Tenant } from './record.ts'

export type DetectionRow = RiskTables['detection']
export type AlertRow = RiskTables['alert']
export type CaseRow = RiskTables['risk_case']
export type CaseEventRow = RiskTables['case_event']

const define = <Args extends object>() => statement<RiskTables, Args>()

// --- detections and alerts --------------------------------------------------------------------

export const insertDetection = define<DetectionRow>()((db, p) =>
  db.insertInto('detection').values({
    tenant_id: p.tenant_id,
    id: p.id,
    rule_version: p.rule_version,
    at: p.at,
    entities: p.entities,
    links: p.links,
    groups: p.groups,
    alerts: p.alerts,
    baseline: p.baseline,
    started_by: p.started_by,
  }).onConflict((c) => c.doNothing())
)

export const detectionById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('detection').selectAll().where('tenant_id', '=', p.tenant)
    .where('id', '=', p.id).limit(1)
)

export const lastDetection = define<Tenant>()((db, p) =>
  db.selectFrom('detection').selectAll().where('tenant_id', '=', p.tenant)
    .orderBy('at', 'desc').orderBy('id', 'desc').limit(1)
)

export const insertAlerts = rowsStatement<RiskTables>(
  ['text', 'text', 'bigint', 'text', 'bigint', 'bigint', 'text', 'text'],
  (values) =>
    'insert into alert (tenant_id, id, version, detection_id, rule_version, score, body, at) ' +
    values,
)

export const insertMembers = rowsStatement<RiskTables>(
  ['text', 'bigint', 'text', 'bigint'],
  (values) => `insert into alert_member (tenant_id, no, alert_id, version) ${values}`,
)

/** Rows are `[tenant, no]`; alerts that somebody is in, with their versions. */
export const alertsOfMembers = rowsStatement<RiskTables, RiskTables['alert_member']>(
  ['text', 'bigint'],
  (values) =>
    `select m.* from (${values}) as wanted join alert_member as m ` +
    'on m.tenant_id = wanted.column1 and m.no = wanted.column2',
)

/** Alerts of a detection, by id. */
export const alertsOfDetection = define<
  Tenant & { detection: string; after: string; limit: bigint }
>()(
  (db, p) =>
    db.selectFrom('alert').selectAll()
      .where('tenant_id', '=', p.tenant).where('detection_id', '=', p.detection)
      .where('id', '>', p.after).orderBy('id').limit(p.limit),
)

/** The latest versions of some alerts. */
export async function alertsById(
  db: RiskReader,
  tenant: string,
  ids: readonly string[],
): Promise<AlertRow[]> {
  if (ids.length === 0) return []
  const rows = await db.selectFrom('alert').selectAll()
    .where('tenant_id', '=', tenant).where('id', 'in', [...ids]).orderBy('version').execute()
  return [...new Map(rows.map((row) => [row.id, row])).values()]
}

// --- cases ------------------------------------------------------------------------------------

export const insertCase = define<CaseRow>()((db, p) =>
  db.insertInto('risk_case').values({
    tenant_id: p.tenant_id,
    id: p.id,
    kind: p.kind,
    state: p.state,
    subject_no: p.subject_no,
    detection_id: p.detection_id,
    rule_version: p.rule_version,
    assignee: p.assignee,
    outcome: p.outcome,
    opened_at: p.opened_at,
    closed_at: p.closed_at,
    events: p.events,
  }).onConflict((c) => c.doNothing())
)

export const caseById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('risk_case').selectAll().where('tenant_id', '=', p.tenant)
    .where('id', '=', p.id).limit(1)
)

export async function casesById(
  db: RiskReader,
  tenant: string,
  ids: readonly string[],
): Promise<CaseRow[]> {
  if (ids.length === 0) return []
  return await db.selectFrom('risk_case').selectAll()
    .where('tenant_id', '=', tenant).where('id', 'in', [...ids]).execute()
}

/** Cases by id, of a state or an assignee when given. */
export async function listCases(
  db: RiskReader,
  tenant: string,
  filter: { state: string | undefined; assignee: string | undefined },
  page: { limit: number; after: string | undefined },
): Promise<CaseRow[]> {
  let query = db.selectFrom('risk_case').selectAll().where('tenant_id', '=', tenant)
  if (filter.state !== undefined) query = query.where('state', '=', filter.state)
  if (filter.assignee !== undefined) query = query.where('assignee', '=', filter.assignee)
  if (page.after !== undefined) query = query.where('id', '>', page.after)
  return await query.orderBy('id').limit(page.limit + 1).execute()
}

/** Moves a case on; `affected` is 0 when something happened to it meanwhile. */
export const moveCase = define<
  Tenant & {
    id: string
    state: string
    assignee: string | null
    outcome: string | null
    closedAt: Instant | null
    expected: bigint
    events: bigint
  }
>()((db, p) =>
  db.updateTable('risk_case').set({
    state: p.state,
    assignee: p.assignee,
    outcome: p.outcome,
    closed_at: p.closedAt,
    events: p.events,
  })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).where('events', '=', p.expected)
)

export const insertCaseEvent = define<
  Tenant & { id: string; seq: bigint; kind: string; by: string; at: Instant; detail: string }
>()((db, p) =>
  db.insertInto('case_event').values({
    tenant_id: p.tenant,
    case_id: p.id,
    seq: p.seq,
    kind: p.kind,
    actor: p.by,
    at: p.at,
    detail: p.detail,
  })
)

export async function eventsOfCases(
  db: RiskReader,
  tenant: string,
  ids: readonly string[],
): Promise<CaseEventRow[]> {
  return await db.selectFrom('case_event').selectAll()
    .where('tenant_id', '=', tenant).where('case_id', 'in', [...ids])
    .orderBy('case_id').orderBy('seq').execute()
}

/** Cases that somebody said something of, latest first. */
export const casesWithOutcome = define<Tenant & { limit: bigint }>()((db, p) =>
  db.selectFrom('risk_case').select(['id', 'kind', 'subject_no', 'outcome'])
    .where('tenant_id', '=', p.tenant).where('outcome', 'in', ['CONFIRMED', 'UNFOUNDED'])
    .orderBy('id', 'desc').limit(p.limit)
)

/** Closed and open cases by rule version, kind and outcome. */
export async function countOutcomes(db: RiskReader, tenant: string) {
  return await db.selectFrom('risk_case')
    .select((eb) => ['rule_version', 'kind', 'outcome', eb.fn.countAll<bigint>().as('count')])
    .where('tenant_id', '=', tenant)
    .groupBy(['rule_version', 'kind', 'outcome'])
    .orderBy('rule_version').orderBy('kind').execute()
}

/** People whom a detection of each rule version could have found, and how many it did, latest first. */
export const detectionsOfTenant = define<Tenant>()((db, p) =>
  db.selectFrom('detection').selectAll().where('tenant_id', '=', p.tenant)
    .orderBy('at', 'desc').limit(200)
)
