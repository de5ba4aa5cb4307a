/**
 * Checks the record: numbers without gaps, links whose ends are there, merges that have their links.
 */
import { sql } from 'kysely'
import { stuckEvents } from '../kernel/dispatcher.ts'
import type { Reader, Store } from '../kernel/store.ts'
import type { Finding } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { type RiskReader, tenants } from './store/record.ts'
import type { RiskTables } from './tables.ts'

const FINDINGS_MAX = 20

/** What is wrong with the records of all tenants; nothing when they are in order. */
export async function* verifyRiskGraph(store: Store<RiskTables>): AsyncGenerator<Finding> {
  for (const event of await stuckEvents(store.read as unknown as Reader<KernelTables>)) {
    yield finding('EVENT_STUCK', `${event.topic} ${event.id}: ${event.last_error ?? ''}`)
  }
  for (const { tenant_id: tenant } of await tenants(store.read, {})) {
    yield* (await store.snapshot((db) => verifyRecord(db, tenant))).slice(0, FINDINGS_MAX)
  }
}

async function verifyRecord(db: RiskReader, tenant: string): Promise<Finding[]> {
  const checks = {
    ENTITY_GAP: sql<{ place: string }>`
      select cast(count(*) as text) || ' of ' || cast(max(no) + 1 as text) as place from entity
      where tenant_id = ${tenant} and version = 1 having count(*) <> max(no) + 1`,
    LINK_GAP: sql<{ place: string }>`
      select cast(count(*) as text) || ' of ' || cast(max(no) + 1 as text) as place from link
      where tenant_id = ${tenant} having count(*) <> max(no) + 1`,
    LINK_DANGLING: sql<{ place: string }>`
      select cast(l.no as text) as place from link l
      left join entity a on a.tenant_id = l.tenant_id and a.no = l.from_no and a.version = 1
      left join entity b on b.tenant_id = l.tenant_id and b.no = l.to_no and b.version = 1
      where l.tenant_id = ${tenant} and (a.id is null or b.id is null) limit 10`,
    KIND_UNKNOWN: sql<{ place: string }>`
      select cast(l.no as text) as place from link l
      left join link_kind k on k.tenant_id = l.tenant_id and k.no = l.kind
      where l.tenant_id = ${tenant} and k.name is null limit 10`,
    MERGE_WITHOUT_LINK: sql<{ place: string }>`
      select cast(i.seq as text) as place from identity i
      left join link l on l.tenant_id = i.tenant_id and l.no = i.link_no
        and l.from_no = i.a_no and l.to_no = i.b_no and l.kind = 0
      where i.tenant_id = ${tenant} and i.verdict = 'SAME' and l.no is null limit 10`,
  }
  const findings: Finding[] = []
  for (const [code, query] of Object.entries(checks)) {
    for (const { place } of (await query.execute(db)).rows) findings.push(finding(code, place))
  }
  return findings
}

function finding(code: string, message: string): Finding {
  return { subgraph: 'risk-graph', code, message }
}
