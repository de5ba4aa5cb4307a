/**
 * Orders at work, with the people of one tenant.
 */
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import type { OrdersContext } from '../../subgraphs/orders/graph.ts'
import { orders, type RunningOrders } from '../../subgraphs/orders/mod.ts'
import type { Json } from '../../subgraphs/orders/pointer.ts'
import type { OrderReader } from '../../subgraphs/orders/store.ts'
import type { TestEngine } from '../rig/engines.ts'
import { actor, partnerApp, requestOf } from './actors.ts'
import { granted, type Rig, sharedRig } from './rig.ts'

/** A tenant's people, and what tests look at. */
export interface OrdersDesk {
  readonly tenant: string
  readonly rig: Rig<RunningOrders>
  readonly running: RunningOrders
  readonly db: OrderReader
  readonly maker: Actor
  readonly checker: Actor
  readonly accountant: Actor
  readonly partner: Actor
  context(actor: Actor | undefined): OrdersContext
  /** Enters an order and answers its serial. */
  submit(type: string, form: Json, by?: Actor): Promise<string>
  /** What becomes of entering an order. */
  trySubmit(
    type: string,
    form: Json,
    options?: { key?: string; by?: Actor },
  ): ReturnType<OrdersContext['orders']['commands']['submit']>
  decide(
    task: string,
    by: Actor,
    verdict?: 'APPROVE' | 'REJECT',
    reason?: string,
  ): ReturnType<OrdersContext['orders']['commands']['decide']>
  /** The order as stored. */
  order(serial: string): Promise<Awaited<ReturnType<typeof orderRow>>>
  status(serial: string): Promise<string | undefined>
  /** The id of the open task of an order; undefined when it has none. */
  openTask(serial: string): Promise<string | undefined>
  /** The kinds of an order's history, in order. */
  history(serial: string): Promise<string[]>
}

let keys = 0

/** An idempotency key that no other test uses. */
export function newKey(): string {
  return `key-${(++keys).toString().padStart(6, '0')}`
}

const orderRow = (db: OrderReader, tenant: string, serial: string) =>
  db.selectFrom('business_order').selectAll()
    .where('tenant_id', '=', tenant).where('serial', '=', serial).executeTakeFirst()

/** A desk in a tenant of its own. */
export async function ordersDesk(rig: Rig<RunningOrders>): Promise<OrdersDesk> {
  const tenant = await rig.tenant()
  const { running } = rig
  const maker = actor(tenant, 'maker')
  const context = (by: Actor | undefined) => running.context(requestOf(by)) as OrdersContext
  const { db } = context(maker).orders
  const trySubmit: OrdersDesk['trySubmit'] = (type, form, { key = newKey(), by = maker } = {}) =>
    context(by).orders.commands.submit({ type, form, idempotencyKey: key })
  const order = (serial: string) => orderRow(db, tenant, serial)
  return {
    tenant,
    rig,
    running,
    db,
    maker,
    checker: actor(tenant, 'checker'),
    accountant: actor(tenant, 'accountant'),
    partner: partnerApp(tenant),
    context,
    trySubmit,
    order,
    submit: async (type, form, by = maker) => granted(await trySubmit(type, form, { by })).serial,
    decide: (task, by, verdict = 'APPROVE', reason = '') =>
      context(by).orders.commands.decide({ task, verdict, reason }),
    status: async (serial) => (await order(serial))?.status,
    openTask: async (serial) =>
      (await db.selectFrom('task').select('id').where('tenant_id', '=', tenant)
        .where('serial', '=', serial).where('state', '=', 'OPEN').executeTakeFirst())?.id,
    history: async (serial) =>
      (await db.selectFrom('order_event').select('kind').where('tenant_id', '=', tenant)
        .where('serial', '=', serial).orderBy('seq').execute()).map((row) => row.kind),
  }
}

/** A maker of desks over orders that the tests of one contract share. */
export function ordersDesks(engine: TestEngine): () => Promise<OrdersDesk> {
  const rig = sharedRig(engine, orders)
  return () => ordersDesk(rig())
}
