/**
 * The risk graph (关系网络分析): find the ring, show the evidence, answer while the claim is open.
 */
import { type Actor, systemActor } from '../kernel/actor.ts'
import type { BlobStore } from '../kernel/blob.ts'
import type { RequestContext } from '../kernel/builder.ts'
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import { shipVersions } from '../kernel/four-eyes.ts'
import type { Consumer } from '../kernel/event.ts'
import { receiveOnce } from '../kernel/inbox.ts'
import { Jobs } from '../kernel/job.ts'
import { openMigrated } from '../kernel/migrate.ts'
import type { Store } from '../kernel/store.ts'
import type { GraphServer, RunningSubgraph, Subgraph, SubgraphEnv } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { BoltGraph } from './bolt/bolt-graph.ts'
import { RiskCommands } from './commands.ts'
import { DETECT_KIND, detectHandler } from './detect/job.ts'
import { type AlertReport, reportOf, reportParts } from './detect/report.ts'
import { RuleCommands } from './detect/rule-commands.ts'
import { SHIPPED_RULES } from './detect/rules.ts'
import { RING_RULES, RULE_KIND } from './detect/version.ts'
import { type RiskContext, riskGraphSchema } from './graph.ts'
import { InvestigateCommands } from './investigate/commands.ts'
import { LOAD_KIND, loadHandler } from './load/job.ts'
import { Mirror, type OpenGraph } from './mirror.ts'
import type { Cursor } from './port.ts'
import { ClaimScorer } from './score/command.ts'
import { SignalCache } from './score/signals.ts'
import { findOddPayments, PAYMENT_LIMITS, type PaymentKind } from './spending/find.ts'
import { readPayments } from './spending/read.ts'
import { ORDER_TOPICS, takeOrder } from './spending/take-order.ts'
import { alertsOfDetection } from './store/alerts.ts'
import { beginRecord, faultsFrom, tenants } from './store/record.ts'
import { riskMigrations, type RiskTables } from './tables.ts'
import { verifyRiskGraph } from './verify.ts'

export type { Cursor } from './port.ts'
export { DETECT_KIND, type DetectProgress, detectProgress } from './detect/job.ts'
export type { AlertReport } from './detect/report.ts'
export { MOTOR_DEFAULTS, motorBook, type MotorOptions } from './synthetic/motor.ts'
export { LOAD_KIND, type LoadInput, type LoadProgress, loadProgress } from './load/job.ts'
export { CANONICAL, checkMapping, type LoadMapping } from './load/mapping.ts'

/** A row that a load did not take in. */
export interface LoadFault {
  readonly file: string
  readonly line: bigint
  readonly code: string
  readonly message: string
}

/** What is odd about some payments, by the ids of their documents. */
export interface PaymentReport {
  readonly kind: PaymentKind
  readonly score: number
  readonly reason: string
  readonly documents: readonly string[]
}

/** The risk graph at work. */
export interface RunningRiskGraph extends RunningSubgraph {
  readonly jobs: Jobs
  readonly blobs: BlobStore
  /** A tenant's graph in memory. */
  mirror(tenant: string): Mirror
  /** What an actor may do, for callers that come without GraphQL. */
  commands(actor: Actor): RiskCommands
  /** What a load did not take in, by file and line; at most `limit`. */
  faults(tenant: string, load: string, limit: number): Promise<readonly LoadFault[]>
  /** What is odd about the payments of a tenant. @param limitMinor what one person may approve alone */
  oddPayments(tenant: string, limitMinor?: bigint): Promise<readonly PaymentReport[]>
  /**
   * Brings a tenant's graph on a server up to the record.
   *
   * @param anew whether the server first forgets what it has of the tenant
   * @throws PortError
   */
  project(
    tenant: string,
    server: GraphServer,
    options: { readonly anew: boolean; readonly show: (cursor: Cursor) => void },
  ): Promise<Cursor>
  /** Alerts of a detection with all that they rest on, by id. */
  alerts(tenant: string, detection: string): AsyncIterable<AlertReport>
}

const NOBODY: Actor = systemActor('', '', 'system')

export const riskGraph: Subgraph<RunningRiskGraph> = {
  name: 'risk-graph',
  topics: ORDER_TOPICS,
  schema: riskGraphSchema,
  async open(env: SubgraphEnv): Promise<RunningRiskGraph> {
    const store = await openMigrated<RiskTables>(env, 'risk-graph', riskMigrations)
    const kernelStore = store as unknown as Store<KernelTables>
    const open = openerOf(env.graphServer)
    const mirrors = new Map<string, Mirror>()
    const mirror = (tenant: string) => {
      let own = mirrors.get(tenant)
      if (own === undefined) {
        own = new Mirror(store, tenant, { open, report: env.report })
        mirrors.set(tenant, own)
      }
      return own
    }
    const signalsOf = new Map<string, SignalCache>()
    const signals = (tenant: string) => {
      let own = signalsOf.get(tenant)
      if (own === undefined) {
        own = new SignalCache(store.read, tenant)
        signalsOf.set(tenant, own)
      }
      return own
    }
    const shop = { store, ports: env.ports, blobs: env.blobs, mirror }
    const jobs = new Jobs(kernelStore, env.ports, {
      [LOAD_KIND]: loadHandler(shop),
      [DETECT_KIND]: async (job, control) => {
        await detectHandler(shop)(job, control)
        signals(job.tenant).forget()
      },
    })
    const commands = (actor: Actor) =>
      new RiskCommands(store, env.ports, actor, mirror(actor.tenant))
    const consumer: Consumer = {
      name: 'risk-graph',
      topics: ORDER_TOPICS,
      async receive(delivery) {
        const at = env.ports.clock.now()
        await receiveOnce(store, delivery, at, (tx) => takeOrder(tx, delivery, at))
      },
    }
    return {
      store: kernelStore,
      consumers: [consumer],
      jobs,
      blobs: env.blobs,
      mirror,
      commands,
      context(request: RequestContext): RiskContext {
        const { blobs, ports } = env
        // Whoever is not signed in passes no access rule: nothing of this is then looked at.
        const actor = request.actor ?? NOBODY
        const own = mirror(actor.tenant)
        const known = signals(actor.tenant)
        const risk = {
          db: store.read,
          jobs,
          blobs,
          ports,
          mirror: own,
          commands: commands(actor),
          investigate: new InvestigateCommands(store, ports, actor, own, known),
          rules: new RuleCommands(store, ports, actor, own, known),
          scorer: new ClaimScorer(store, ports, own, known),
        }
        return { ...request, risk } as RiskContext
      },
      faults: (tenant, load, limit) =>
        faultsFrom(store.read, { tenant, batch: load, file: '', line: 0n, limit: BigInt(limit) }),
      oddPayments: (tenant, limitMinor = PAYMENT_LIMITS.limitMinor) =>
        oddPayments(store, mirror(tenant), limitMinor),
      async project(tenant, server, { anew, show }) {
        const port = await BoltGraph.open(tenant, server)
        try {
          if (anew) await port.erase()
          return await mirror(tenant).project(port, show)
        } finally {
          await port.close()
        }
      },
      alerts: (tenant, detection) => alertReports(store, mirror(tenant), detection),
      async provision({ tenant }) {
        const at = env.ports.clock.now()
        const rules = { [RING_RULES]: SHIPPED_RULES as unknown as CanonicalValue }
        await store.write(async (tx) => {
          await beginRecord(tx, tenant)
          await shipVersions(tx, tenant, RULE_KIND, rules, at)
        }, { lane: tenant })
      },
      async start() {
        await jobs.resume()
        // The first question after a start is not the one that waits for the graph.
        for (const { tenant_id: tenant } of await tenants(store.read, {})) {
          void mirror(tenant).ask(() => Promise.resolve()).catch(env.report)
        }
      },
      idle: () => Promise.resolve(jobs.idle),
      async stop() {
        await jobs.stop()
        for (const own of mirrors.values()) await own.close()
        await store.close()
      },
      verify: () => verifyRiskGraph(store),
    }
  },
}

/** Opens graphs on a server; undefined where they are kept in the process. */
function openerOf(server: GraphServer | undefined): OpenGraph | undefined {
  return server === undefined ? undefined : (tenant) => BoltGraph.open(tenant, server)
}

const ALERT_PAGE = 200n

async function* alertReports(
  store: Store<RiskTables>,
  mirror: Mirror,
  detection: string,
): AsyncGenerator<AlertReport> {
  const { tenant } = mirror
  await mirror.catchUp()
  let after = ''
  while (true) {
    const rows = await alertsOfDetection(store.read, {
      tenant,
      detection,
      after,
      limit: ALERT_PAGE,
    })
    const parts = await reportParts(store.read, mirror, rows)
    for (const row of rows) yield reportOf(row, mirror, parts)
    const last = rows.at(-1)
    if (last === undefined) return
    after = last.id
  }
}

async function oddPayments(
  store: Store<RiskTables>,
  mirror: Mirror,
  limitMinor: bigint,
): Promise<PaymentReport[]> {
  const payments = await readPayments(store.read, mirror)
  return findOddPayments(payments, { ...PAYMENT_LIMITS, limitMinor }).map((finding) => ({
    ...finding,
    documents: finding.documents.map((no) => mirror.ids.name(no)),
  }))
}
