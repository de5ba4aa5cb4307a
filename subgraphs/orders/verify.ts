/**
 * Checks orders against their history, and the history against its chain.
 */
import { sql } from 'kysely'
import { canonicalJson, type CanonicalValue } from '../kernel/canonical-json.ts'
import { chainLinks, firstBreak } from '../kernel/chain.ts'
import { stuckEvents } from '../kernel/dispatcher.ts'
import { parseMoney } from '../kernel/money.ts'
import type { Reader, Store } from '../kernel/store.ts'
import type { Finding } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { HISTORY_START, historyHash, type HistoryKind } from './history.ts'
import { type OrderType, outcomeOf, summaryOf } from './order-type.ts'
import { at, type Json, textAt } from './pointer.ts'
import { HISTORY_CHAIN } from './record.ts'
import { replay, type ReplayEvent } from './replay.ts'
import {
  type EventRow,
  eventsAfter,
  eventsOf,
  type OrderReader,
  type OrderRow,
  ordersAfter,
  tenants,
} from './store.ts'
import type { OrderTables } from './tables.ts'
import { typeOfOrder } from './type-version.ts'

const PAGE = 1000n
const ORDER_PAGE = 300n
const FINDINGS_MAX = 20

/** What is wrong with the orders of all tenants; nothing when they are in order. */
export async function* verifyOrders(store: Store<OrderTables>): AsyncGenerator<Finding> {
  for (const event of await stuckEvents(store.read as unknown as Reader<KernelTables>)) {
    yield finding('EVENT_STUCK', `${event.topic} ${event.id}: ${event.last_error ?? ''}`)
  }
  for (const { tenant_id: tenant } of await tenants(store.read, {})) {
    const findings = await store.snapshot(async (db) => [
      ...await verifyRows(db, tenant),
      ...await verifyOrdersAgainstHistory(db, tenant),
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

/** Compares what is kept of each order with what its history says that it is. */
async function verifyOrdersAgainstHistory(db: OrderReader, tenant: string): Promise<Finding[]> {
  const findings: Finding[] = []
  const types = new Map<string, Promise<OrderType | undefined>>()
  const typeOf = (order: OrderRow) => {
    const key = `${order.type}@${order.type_version}`
    const type = types.get(key) ?? typeOfOrder(db, order).catch(() => undefined)
    types.set(key, type)
    return type
  }
  let serial = ''
  while (true) {
    const orders = await ordersAfter(db, { tenant, serial, limit: ORDER_PAGE })
    if (orders.length === 0) return findings
    const events = Map.groupBy(
      await eventsOf(db, tenant, orders.map((order) => order.serial)),
      (event) => event.serial,
    )
    for (const order of orders) {
      serial = order.serial
      const code = differenceOf(order, events.get(serial) ?? [], await typeOf(order))
      if (code !== undefined) findings.push(finding(code, serial))
    }
  }
}

function differenceOf(
  order: OrderRow,
  history: readonly EventRow[],
  type: OrderType | undefined,
): string | undefined {
  try {
    if (type === undefined || !isAsSubmitted(order, history[0], type)) return 'ORDER_CHANGED'
    const outcome = outcomeOf(type, JSON.parse(order.form) as Json)
    const { status, round } = replay(history as unknown as readonly ReplayEvent[], outcome)
    return status === order.status && round === order.payment_round ? undefined : 'STATUS_WRONG'
  } catch {
    // What cannot even be read is not what was written.
    return 'ORDER_CHANGED'
  }
}

function isAsSubmitted(
  order: OrderRow,
  submitted: EventRow | undefined,
  type: OrderType,
): boolean {
  const form = JSON.parse(order.form) as Json
  const money = parseMoney(at(form, type.fields.amount), at(form, type.fields.currency))
  const detail = { type: order.type, version: order.type_version, form: form as CanonicalValue }
  return submitted?.detail === canonicalJson(detail) && submitted.at === order.created_at &&
    submitted.actor === order.maker && submitted.actor_kind === order.maker_kind &&
    money.ok && money.value.minor === order.minor && money.value.currency === order.currency &&
    textAt(form, type.fields.institution) === order.institution &&
    summaryOf(type, form) === order.summary
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
