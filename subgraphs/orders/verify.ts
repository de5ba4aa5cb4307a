/**
 * Checks orders against their history, and the history against its chain.
 */
import { sql } from 'kysely'
import { firstBreak } from '../kernel/chain.ts'
import { undelivered } from '../kernel/dispatcher.ts'
import type { Reader, Store } from '../kernel/store.ts'
import type { Finding } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { HISTORY_START, historyHash, type HistoryKind } from './history.ts'
import { HISTORY_CHAIN } from './record.ts'
import { chainLinks, type EventRow, eventsAfter, type OrderReader, tenants } from './store.ts'
import type { OrderTables } from './tables.ts'

const PAGE = 1000n
const FINDINGS_MAX = 20

/** What is wrong with the orders of all tenants; nothing when they are in order. */
export async function* verifyOrders(store: Store<OrderTables>): AsyncGenerator<Finding> {
  for (const event of await undelivered(store.read as unknown as Reader<KernelTables>)) {
    yield finding('EVENT_UNDELIVERED', `${event.topic} ${event.id}: ${event.last_error ?? 'waits'}`)
  }
  for (const { tenant_id: tenant } of await tenants(store.read, {})) {
    const findings = await store.snapshot(async (db) => [
      ...await verifyRows(db, tenant),
      ...await verifyHistory(db, tenant),
    ])
    yield* findings.slice(0, FINDINGS_MAX)
  }
}

async function verifyRows(db: OrderReader, tenant: string): Promise<Finding[]> {
  const checks = {
    HISTORY_BEHIND: sql<{ place: string }>`
      select o.serial as place from business_order o
      left join order_event e on e.tenant_id = o.tenant_id and e.serial = o.serial
        and e.seq = o.history_seq
      where o.tenant_id = ${tenant} and (e.hash is null or e.hash <> o.history_hash) limit 10`,
    HISTORY_AHEAD: sql<{ place: string }>`
      select e.serial as place from order_event e
      left join business_order o on o.tenant_id = e.tenant_id and o.serial = e.serial
        and o.history_seq >= e.seq
      where e.tenant_id = ${tenant} and o.serial is null limit 10`,
    TASK_WITHOUT_APPROVAL: sql<{ place: string }>`
      select t.serial as place from task t
      join business_order o on o.tenant_id = t.tenant_id and o.serial = t.serial
      where t.tenant_id = ${tenant} and t.state = 'OPEN' and o.status <> 'IN_APPROVAL' limit 10`,
    APPROVAL_WITHOUT_TASK: sql<{ place: string }>`
      select o.serial as place from business_order o
      left join task t on t.tenant_id = o.tenant_id and t.serial = o.serial and t.state = 'OPEN'
      where o.tenant_id = ${tenant} and o.status = 'IN_APPROVAL' and t.id is null limit 10`,
    SELF_APPROVED: sql<{ place: string }>`
      select t.serial as place from task t
      where t.tenant_id = ${tenant} and t.decided_by = t.maker limit 10`,
  }
  const findings: Finding[] = []
  for (const [code, query] of Object.entries(checks)) {
    for (const { place } of (await query.execute(db)).rows) findings.push(finding(code, place))
  }
  return findings
}

async function verifyHistory(db: OrderReader, tenant: string): Promise<Finding[]> {
  const findings: Finding[] = []
  const leaves = new Map<bigint, string[]>()
  let serial = ''
  let seq = 0n
  let prev = HISTORY_START
  while (true) {
    const events = await eventsAfter(db, { tenant, serial, seq, limit: PAGE })
    if (events.length === 0) break
    for (const event of events) {
      if (event.serial !== serial) {
        serial = event.serial
        prev = HISTORY_START
        seq = 0n
      }
      if (event.seq !== seq + 1n) findings.push(finding('EVENT_MISSING', `${serial} ${seq + 1n}`))
      const hash = rehash(prev, event)
      if (hash !== event.hash) findings.push(finding('EVENT_CHANGED', `${serial} ${event.seq}`))
      // Later events follow the hash as stored, so that one change is named once.
      prev = event.hash
      seq = event.seq
      const link = leaves.get(event.link) ?? []
      link[Number(event.link_index)] = hash
      leaves.set(event.link, link)
    }
  }
  const broken = firstBreak(await chainLinks(db, { tenant, chain: HISTORY_CHAIN }), leaves)
  if (broken !== undefined) {
    findings.push(finding('CHAIN_BROKEN', `link ${broken.seq}: ${broken.what}`))
  }
  return findings
}

function rehash(prev: string, row: EventRow): string {
  return historyHash(prev, {
    tenant: row.tenant_id,
    serial: row.serial,
    seq: row.seq,
    kind: row.kind as HistoryKind,
    at: row.at,
    actor: row.actor,
    actorKind: row.actor_kind,
    detail: row.detail,
  })
}

function finding(code: string, message: string): Finding {
  return { subgraph: 'orders', code, message }
}
