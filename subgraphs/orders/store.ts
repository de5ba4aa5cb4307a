/**
 * The SQL of business orders.
 */
import { sql } from 'kysely'
import { type Reader, statement, type Tx } from '../kernel/store.ts'
import type { Instant } from '../kernel/time.ts'
import type { OrderTables } from './tables.ts'

export type OrderTx = Tx<OrderTables>
export type OrderReader = Reader<OrderTables>
export type OrderRow = OrderTables['business_order']
export type TaskRow = OrderTables['task']
export type EventRow = OrderTables['order_event']
export type ImportRow = OrderTables['import_row']

interface Tenant {
  tenant: string
}

interface PageAfter {
  readonly limit: number
  readonly after: string | undefined
}

const define = <Args extends object>() => statement<OrderTables, Args>()

// --- setting up -------------------------------------------------------------------------------

export const addInstitution = define<Tenant & { code: string; zh: string; en: string }>()((db, p) =>
  db.insertInto('institution')
    .values({ tenant_id: p.tenant, code: p.code, zh: p.zh, en: p.en })
    .onConflict((c) => c.doNothing())
)

export const institution = define<Tenant & { code: string }>()((db, p) =>
  db.selectFrom('institution').select('code')
    .where('tenant_id', '=', p.tenant).where('code', '=', p.code).limit(1)
)

export const institutions = define<Tenant>()((db, p) =>
  db.selectFrom('institution').selectAll().where('tenant_id', '=', p.tenant).orderBy('code')
)

/** Every tenant that was set up. */
export const tenants = define<Record<never, never>>()((db) =>
  db.selectFrom('institution').select('tenant_id').distinct().orderBy('tenant_id')
)

// --- orders -----------------------------------------------------------------------------------

export const insertOrder = define<
  Tenant & {
    serial: string
    type: string
    typeVersion: bigint
    status: string
    maker: string
    makerKind: string
    institution: string
    minor: bigint
    currency: string
    summary: string
    form: string
    historySeq: bigint
    historyHash: string
    at: Instant
  }
>()((db, p) =>
  db.insertInto('business_order').values({
    tenant_id: p.tenant,
    serial: p.serial,
    type: p.type,
    type_version: p.typeVersion,
    status: p.status,
    maker: p.maker,
    maker_kind: p.makerKind,
    institution: p.institution,
    minor: p.minor,
    currency: p.currency,
    summary: p.summary,
    form: p.form,
    payment_round: 0n,
    history_seq: p.historySeq,
    history_hash: p.historyHash,
    created_at: p.at,
    updated_at: p.at,
  })
)

export const orderBySerial = define<Tenant & { serial: string }>()((db, p) =>
  db.selectFrom('business_order').selectAll()
    .where('tenant_id', '=', p.tenant).where('serial', '=', p.serial).limit(1)
)

/** Moves an order on; `affected` is 0 when its history has gone on meanwhile. */
export const updateOrder = define<
  Tenant & {
    serial: string
    status: string
    round: bigint
    historySeq: bigint
    historyHash: string
    expectedSeq: bigint
    at: Instant
  }
>()((db, p) =>
  db.updateTable('business_order').set({
    status: p.status,
    payment_round: p.round,
    history_seq: p.historySeq,
    history_hash: p.historyHash,
    updated_at: p.at,
  })
    .where('tenant_id', '=', p.tenant).where('serial', '=', p.serial)
    .where('history_seq', '=', p.expectedSeq)
)

/** Orders by serial. */
export async function ordersBySerial(
  db: OrderReader,
  tenant: string,
  serials: readonly string[],
): Promise<OrderRow[]> {
  return await db.selectFrom('business_order').selectAll()
    .where('tenant_id', '=', tenant).where('serial', 'in', serials).execute()
}

/** Filters of a list of orders. Absent ones do not filter. */
export interface OrderFilter {
  readonly status?: string | undefined
  readonly type?: string | undefined
  readonly maker?: string | undefined
}

/** Orders newest first, one more than `limit`. @param page.after a serial */
export async function listOrders(
  db: OrderReader,
  tenant: string,
  filter: OrderFilter,
  page: PageAfter,
): Promise<OrderRow[]> {
  let query = db.selectFrom('business_order').selectAll().where('tenant_id', '=', tenant)
  if (filter.status !== undefined) query = query.where('status', '=', filter.status)
  if (filter.type !== undefined) query = query.where('type', '=', filter.type)
  if (filter.maker !== undefined) query = query.where('maker', '=', filter.maker)
  if (page.after !== undefined) query = query.where('serial', '<', page.after)
  return await query.orderBy('serial', 'desc').limit(page.limit + 1).execute()
}

/** How many orders are in each status. @param maker only theirs */
export async function countByStatus(
  db: OrderReader,
  tenant: string,
  maker: string | undefined,
): Promise<{ status: string; count: bigint }[]> {
  let query = db.selectFrom('business_order')
    .select(['status', (eb) => eb.fn.countAll<bigint>().as('count')])
    .where('tenant_id', '=', tenant)
  if (maker !== undefined) query = query.where('maker', '=', maker)
  return await query.groupBy('status').orderBy('status').execute()
}

// --- history ----------------------------------------------------------------------------------

export const insertEvent = define<
  Tenant & {
    serial: string
    seq: bigint
    kind: string
    at: Instant
    actor: string
    actorKind: string
    detail: string
    hash: string
    link: bigint
    index: bigint
  }
>()((db, p) =>
  db.insertInto('order_event').values({
    tenant_id: p.tenant,
    serial: p.serial,
    seq: p.seq,
    kind: p.kind,
    at: p.at,
    actor: p.actor,
    actor_kind: p.actorKind,
    detail: p.detail,
    hash: p.hash,
    link: p.link,
    link_index: p.index,
  })
)

/** The history of orders, by serial and seq. */
export async function eventsOf(
  db: OrderReader,
  tenant: string,
  serials: readonly string[],
): Promise<EventRow[]> {
  return await db.selectFrom('order_event').selectAll()
    .where('tenant_id', '=', tenant).where('serial', 'in', serials)
    .orderBy('serial').orderBy('seq').execute()
}

/** Events by serial and seq, after one. For verification. */
export const eventsAfter = define<Tenant & { serial: string; seq: bigint; limit: bigint }>()(
  (db, p) =>
    db.selectFrom('order_event').selectAll().where('tenant_id', '=', p.tenant)
      .where((eb) =>
        eb.or([
          eb('serial', '>', p.serial),
          eb.and([eb('serial', '=', p.serial), eb('seq', '>', p.seq)]),
        ])
      )
      .orderBy('serial').orderBy('seq').limit(p.limit),
)

/** Orders by serial, after one. For verification. */
export const ordersAfter = define<Tenant & { serial: string; limit: bigint }>()((db, p) =>
  db.selectFrom('business_order').selectAll()
    .where('tenant_id', '=', p.tenant).where('serial', '>', p.serial)
    .orderBy('serial').limit(p.limit)
)

// --- tasks ------------------------------------------------------------------------------------

export const insertTask = define<
  Tenant & { id: string; serial: string; step: bigint; role: string; maker: string; at: Instant }
>()((db, p) =>
  db.insertInto('task').values({
    tenant_id: p.tenant,
    id: p.id,
    serial: p.serial,
    step: p.step,
    role: p.role,
    state: 'OPEN',
    maker: p.maker,
    opened_at: p.at,
    decided_by: null,
    decided_at: null,
    verdict: null,
    reason: null,
  })
)

export const taskById = define<Tenant & { id: string }>()((db, p) =>
  db.selectFrom('task').selectAll().where('tenant_id', '=', p.tenant).where('id', '=', p.id).limit(
    1,
  )
)

export const tasksOfOrder = define<Tenant & { serial: string }>()((db, p) =>
  db.selectFrom('task').selectAll()
    .where('tenant_id', '=', p.tenant).where('serial', '=', p.serial).orderBy('step')
)

/** Decides an open task; `affected` is 0 when it was not open. */
export const decideTask = define<
  Tenant & { id: string; by: string; at: Instant; verdict: string; reason: string }
>()((db, p) =>
  db.updateTable('task').set({
    state: 'DONE',
    decided_by: p.by,
    decided_at: p.at,
    verdict: p.verdict,
    reason: p.reason,
  })
    .where('tenant_id', '=', p.tenant).where('id', '=', p.id).where('state', '=', 'OPEN')
)

export const cancelTasks = define<Tenant & { serial: string }>()((db, p) =>
  db.updateTable('task').set({ state: 'CANCELLED' })
    .where('tenant_id', '=', p.tenant).where('serial', '=', p.serial).where('state', '=', 'OPEN')
)

/** The tasks of orders, by serial and step. */
export async function tasksOf(
  db: OrderReader,
  tenant: string,
  serials: readonly string[],
): Promise<TaskRow[]> {
  return await db.selectFrom('task').selectAll()
    .where('tenant_id', '=', tenant).where('serial', 'in', serials)
    .orderBy('serial').orderBy('step').execute()
}

/** Open tasks of some roles, oldest first, one more than `limit`. @param page.after an id */
export async function openTasks(
  db: OrderReader,
  tenant: string,
  roles: readonly string[],
  page: PageAfter,
): Promise<TaskRow[]> {
  if (roles.length === 0) return []
  let query = db.selectFrom('task').selectAll()
    .where('tenant_id', '=', tenant).where('role', 'in', roles)
    .where('state', '=', sql.lit('OPEN'))
  if (page.after !== undefined) query = query.where('id', '>', page.after)
  return await query.orderBy('id').limit(page.limit + 1).execute()
}

/** How many tasks of some roles are open. */
export async function countOpenTasks(
  db: OrderReader,
  tenant: string,
  roles: readonly string[],
): Promise<number> {
  if (roles.length === 0) return 0
  const { count } = await db.selectFrom('task').select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('tenant_id', '=', tenant).where('role', 'in', roles)
    .where('state', '=', sql.lit('OPEN')).executeTakeFirstOrThrow()
  return Number(count)
}

// --- imports ----------------------------------------------------------------------------------

export const putImportRow = define<
  Tenant & {
    job: string
    row: bigint
    key: string
    serial: string | null
    code: string | null
    message: string | null
  }
>()((db, p) =>
  db.insertInto('import_row').values({
    tenant_id: p.tenant,
    job_id: p.job,
    row_no: p.row,
    row_key: p.key,
    serial: p.serial,
    code: p.code,
    message: p.message,
  }).onConflict((c) =>
    c.columns(['tenant_id', 'job_id', 'row_no']).doUpdateSet((eb) => ({
      row_key: eb.ref('excluded.row_key'),
      serial: eb.ref('excluded.serial'),
      code: eb.ref('excluded.code'),
      message: eb.ref('excluded.message'),
    }))
  )
)

/** Open tasks of the orders that a job brought in, oldest first. */
export const openTasksOfImport = define<Tenant & { job: string; role: string; limit: bigint }>()(
  (db, p) =>
    db.selectFrom('task')
      .innerJoin('import_row', (j) =>
        j.onRef('import_row.tenant_id', '=', 'task.tenant_id')
          .onRef('import_row.serial', '=', 'task.serial'))
      .select('task.id').distinct()
      .where('task.tenant_id', '=', p.tenant).where('import_row.job_id', '=', p.job)
      .where('task.role', '=', p.role).where('task.state', '=', sql.lit('OPEN'))
      .orderBy('task.id').limit(p.limit),
)

/** How many rows of a job are in each status of their order, or under each code of refusal. */
export const countImport = define<Tenant & { job: string }>()((db, p) =>
  db.selectFrom('import_row as r')
    .leftJoin(
      'business_order as o',
      (j) => j.onRef('o.tenant_id', '=', 'r.tenant_id').onRef('o.serial', '=', 'r.serial'),
    )
    .select(['o.status', 'r.code', (eb) => eb.fn.countAll<bigint>().as('count')])
    .where('r.tenant_id', '=', p.tenant).where('r.job_id', '=', p.job)
    .groupBy(['o.status', 'r.code'])
)

/** How many orders of a job move by themselves; of those whose payment is unknown, the bank is asked. */
export const movingOfImport = define<Tenant & { job: string }>()((db, p) =>
  db.selectFrom('business_order as o')
    .innerJoin(
      'import_row as r',
      (j) => j.onRef('r.tenant_id', '=', 'o.tenant_id').onRef('r.serial', '=', 'o.serial'),
    )
    .select((eb) => eb.fn.countAll<bigint>().as('count'))
    .where('o.tenant_id', '=', p.tenant).where('o.status', 'in', [
      'APPROVED',
      'PAYING',
      'PAYMENT_UNKNOWN',
    ])
    .where('r.job_id', '=', p.job)
)

/** Rows of a job with the status of their order, by row number, after one. */
export const importRows = define<Tenant & { job: string; after: bigint; limit: bigint }>()(
  (db, p) =>
    db.selectFrom('import_row as r')
      .leftJoin('business_order as o', (j) =>
        j.onRef('o.tenant_id', '=', 'r.tenant_id').onRef('o.serial', '=', 'r.serial'))
      .selectAll('r').select('o.status')
      .where('r.tenant_id', '=', p.tenant).where('r.job_id', '=', p.job)
      .where('r.row_no', '>', p.after).orderBy('r.row_no').limit(p.limit),
)
