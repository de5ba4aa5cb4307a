/**
 * Business orders (业务单): a request entered once, indexed by its OA serial number ever after.
 */
import type { Actor } from '../kernel/actor.ts'
import type { BlobStore } from '../kernel/blob.ts'
import type { RequestContext } from '../kernel/builder.ts'
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import type { Consumer } from '../kernel/event.ts'
import { shipVersions } from '../kernel/four-eyes.ts'
import { receiveOnce } from '../kernel/inbox.ts'
import { Jobs } from '../kernel/job.ts'
import { openMigrated } from '../kernel/migrate.ts'
import type { Store } from '../kernel/store.ts'
import type { RunningSubgraph, Subgraph, SubgraphEnv, TenantSetup } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { watch } from '../kernel/watch.ts'
import { OrderCommands } from './commands.ts'
import { type OrdersContext, ordersSchema } from './graph.ts'
import { APPROVE_KIND, approveHandler, IMPORT_KIND, importHandler } from './import/job.ts'
import { type Direction, outcomeOf } from './order-type.ts'
import type { Json } from './pointer.ts'
import { REPORT_TOPICS, takeReport } from './reports.ts'
import { SHIPPED_TYPES } from './shipped-types.ts'
import { addInstitution, ordersAfter } from './store.ts'
import { orderMigrations, type OrderTables } from './tables.ts'
import { TYPE_KIND, typeOfOrder } from './type-version.ts'
import { verifyOrders } from './verify.ts'

export {
  APPROVE_KIND,
  type ApproveInput,
  IMPORT_KIND,
  type ImportInput,
  type ImportPerson,
  type ImportProgress,
  importProgress,
} from './import/job.ts'
export { checkMapping, type Mapping } from './import/mapping.ts'

/** What an order expects others to have done, by its status. */
export interface OrderFacts {
  readonly serial: string
  readonly status: string
  readonly minor: bigint
  readonly currency: string
  readonly approvedEvent: string
  readonly settledEvent: string | null
  readonly direction: Direction | null
}

/** Orders at work. */
export interface RunningOrders extends RunningSubgraph {
  readonly jobs: Jobs
  readonly blobs: BlobStore
  /** What an actor may do, for callers that come without GraphQL. */
  commands(actor: Actor): OrderCommands
  /** By serial. For checks across subgraphs. */
  orderFacts(tenant: string): AsyncIterable<OrderFacts>
}

export const orders: Subgraph<RunningOrders> = {
  name: 'orders',
  topics: REPORT_TOPICS,
  schema: ordersSchema,
  async open(env: SubgraphEnv): Promise<RunningOrders> {
    const store = await openMigrated<OrderTables>(env, 'orders', orderMigrations)
    const kernelStore = store as unknown as Store<KernelTables>
    const jobs = new Jobs(kernelStore, env.ports, {
      [IMPORT_KIND]: importHandler({ store, ports: env.ports, blobs: env.blobs }),
      [APPROVE_KIND]: approveHandler({ store, ports: env.ports, blobs: env.blobs }),
    })
    const consumer: Consumer = {
      name: 'orders',
      topics: REPORT_TOPICS,
      async receive(delivery) {
        const ids = { event: env.ports.ids.next('evt'), at: env.ports.clock.now() }
        await receiveOnce(store, delivery, ids.at, (tx) => takeReport(tx, delivery, ids))
      },
    }
    return {
      store: kernelStore,
      consumers: [consumer],
      jobs,
      blobs: env.blobs,
      commands: (actor) => new OrderCommands(store, env.ports, actor),
      context(request: RequestContext): OrdersContext {
        const actor = request.actor!
        const commands = new OrderCommands(store, env.ports, actor)
        const { blobs, ports } = env
        return {
          ...request,
          actor,
          orders: {
            db: store.read,
            commands,
            jobs,
            blobs,
            ports,
            watch: (read, paceMs) => watch(store, read, paceMs),
          },
        }
      },
      orderFacts: (tenant) => orderFacts(store, tenant),
      provision: (setup) => provision(store, env, setup),
      start: () => jobs.resume(),
      idle: () => Promise.resolve(jobs.idle),
      async stop() {
        await jobs.stop()
        await store.close()
      },
      verify: () => verifyOrders(store),
    }
  },
}

async function* orderFacts(
  store: Store<OrderTables>,
  tenant: string,
): AsyncGenerator<OrderFacts> {
  let serial = ''
  while (true) {
    const rows = await ordersAfter(store.read, { tenant, serial, limit: 1000n })
    for (const row of rows) {
      const outcome = outcomeOf(await typeOfOrder(store.read, row), JSON.parse(row.form) as Json)
      yield {
        serial: row.serial,
        status: row.status,
        minor: row.minor,
        currency: row.currency,
        approvedEvent: outcome.approvedEvent,
        settledEvent: outcome.payment?.settledEvent ?? null,
        direction: outcome.payment?.direction ?? null,
      }
    }
    const last = rows.at(-1)
    if (last === undefined) return
    serial = last.serial
  }
}

/** The institutions and version 1 of the shipped types, which the set-up itself approves. */
async function provision(
  store: Store<OrderTables>,
  env: SubgraphEnv,
  { tenant, institutions }: TenantSetup,
): Promise<void> {
  const at = env.ports.clock.now()
  await store.write(async (tx) => {
    for (const [code, names] of Object.entries(institutions)) {
      await addInstitution(tx, { tenant, code, ...names })
    }
    const bodies = SHIPPED_TYPES as unknown as Readonly<Record<string, CanonicalValue>>
    await shipVersions(tx, tenant, TYPE_KIND, bodies, at)
  }, { lane: tenant })
}
