/**
 * The ledger (总账): books that balance, from events that others emit.
 */
import type { RequestContext } from '../kernel/builder.ts'
import type { Consumer } from '../kernel/event.ts'
import { shipVersions } from '../kernel/four-eyes.ts'
import { receiveOnce } from '../kernel/inbox.ts'
import { openMigrated } from '../kernel/migrate.ts'
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import type { Store } from '../kernel/store.ts'
import type { RunningSubgraph, Subgraph, SubgraphEnv, TenantSetup } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { ParameterCommands } from './parameter/commands.ts'
import { PARAMETER_KIND } from './parameter/in-force.ts'
import { SHIPPED_PARAMETERS } from './parameter/shipped.ts'
import { AccountCommands } from './account-commands.ts'
import { AccountCache } from './account-cache.ts'
import { PostingBeside } from './posting-beside.ts'
import { PostingChoice } from './posting-choice.ts'
import { inThread, type PostingEngine } from './posting-engine.ts'
import { PostingQueue } from './posting-queue.ts'
import { CHART } from './chart.ts'
import { TellerCommands } from './teller-commands.ts'
import { ExportCommands } from './export/commands.ts'
import { DayCommands } from './day-end/commands.ts'
import { DAY_END_KIND, dayEndHandler } from './day-end/job.ts'
import { DepositCommands } from './product/deposit-commands.ts'
import { LoanCommands } from './product/loan-commands.ts'
import { ExchangeCommands } from './product/exchange.ts'
import { Jobs } from '../kernel/job.ts'
import { CommandDesk } from './command-desk.ts'
import { LedgerCommands } from './commands.ts'
import { type LedgerContext, ledgerSchema } from './graph.ts'
import { postDelivery, postingIds, RULE_KIND } from './post-event.ts'
import { PRODUCT_RULES, SHIPPED_RULES } from './shipped-rules.ts'
import { addInstitution, addSubject, tenants } from './store/chart.ts'
import { type BookedOrder, bookedOrders } from './store/order.ts'
import { ledgerMigrations, type LedgerTables } from './tables.ts'
import { verifyLedger } from './verify.ts'

export type { BookedOrder } from './store/order.ts'

/** Topics that become vouchers: each carries an `accounting` part. */
const POSTED_TOPICS = ['order.approved', 'payment.settled']

/** The ledger at work. */
export interface RunningLedger extends RunningSubgraph {
  /** Every tenant that was set up. */
  tenants(): Promise<string[]>
  /** What every order has in the books, by tenant and serial. For checks across subgraphs. */
  bookedOrders(tenant: string): AsyncIterable<BookedOrder>
}

export const ledger: Subgraph<RunningLedger> = {
  name: 'ledger',
  topics: POSTED_TOPICS,
  schema: ledgerSchema,
  async open(env: SubgraphEnv): Promise<RunningLedger> {
    const store = await openMigrated<LedgerTables>(env, 'ledger', ledgerMigrations)
    const cache = new AccountCache(store)
    const jobs = new Jobs(store as unknown as Store<KernelTables>, env.ports, {
      [DAY_END_KIND]: (job, control) => dayEndHandler(works, env.ports)(job, control),
    }, env.report)
    const engine = engineFor(env, store, cache)
    const works = { store, cache, queue: new PostingQueue(engine) }
    const consumer: Consumer = {
      name: 'ledger',
      topics: POSTED_TOPICS,
      async receive(delivery) {
        const ids = postingIds(env.ports)
        await receiveOnce(store, delivery, ids.at, (tx) => postDelivery(tx, cache, delivery, ids))
      },
    }
    return {
      store: store as unknown as Store<KernelTables>,
      consumers: [consumer],
      context(request: RequestContext): LedgerContext {
        const actor = request.actor!
        const desk = new CommandDesk(works, env.ports, actor)
        const commands = new LedgerCommands(desk)
        const accounts = new AccountCommands(desk)
        return {
          ...request,
          actor,
          ledger: {
            db: store.read,
            commands,
            accounts,
            parameters: new ParameterCommands(desk),
            deposits: new DepositCommands(desk),
            loans: new LoanCommands(desk),
            exchange: new ExchangeCommands(desk),
            days: new DayCommands(desk, jobs),
            jobs,
            teller: new TellerCommands(desk),
            exports: new ExportCommands(desk, env.blobs),
            ports: env.ports,
          },
        }
      },
      provision: (setup) => provision(store, env, setup),
      tenants: async () => (await tenants(store.read, {})).map((row) => row.tenant_id),
      bookedOrders: (tenant) => bookedOrders(store.read, tenant),
      start: () => jobs.resume(),
      idle: () => Promise.resolve(jobs.idle),
      async stop() {
        await jobs.stop()
        await engine.close()
        await store.close()
      },
      verify: () => verifyLedger(store),
    }
  },
}

/** What books vouchers: this thread, or one beside it where one writer has the file. */
function engineFor(
  env: SubgraphEnv,
  store: Store<LedgerTables>,
  cache: AccountCache,
): PostingEngine {
  const here = inThread(store, cache)
  return store.turn === undefined || env.readOnly
    ? here
    : new PostingChoice(here, new PostingBeside(env.databaseUrl, store, cache), cache)
}

/** The chart, the institutions and version 1 of the shipped rules, which the set-up itself approves. */
async function provision(
  store: Store<LedgerTables>,
  env: SubgraphEnv,
  { tenant, institutions }: TenantSetup,
): Promise<void> {
  const at = env.ports.clock.now()
  await store.write(async (tx) => {
    for (const [code, names] of Object.entries(institutions)) {
      await addInstitution(tx, { tenant, code, ...names })
    }
    for (const subject of CHART) await addSubject(tx, tenant, subject)
    const bodies = { ...SHIPPED_RULES, ...PRODUCT_RULES } as unknown as Readonly<
      Record<string, CanonicalValue>
    >
    await shipVersions(tx, tenant, RULE_KIND, bodies, at)
    const tables = SHIPPED_PARAMETERS as unknown as Readonly<Record<string, CanonicalValue>>
    await shipVersions(tx, tenant, PARAMETER_KIND, tables, at)
  }, { lane: tenant })
}
