/**
 * The risk graph (关系网络分析): find the ring, show the evidence, answer while the claim is open.
 */
import type { Actor } from '../kernel/actor.ts'
import type { BlobStore } from '../kernel/blob.ts'
import type { RequestContext } from '../kernel/builder.ts'
import { Jobs } from '../kernel/job.ts'
import { openMigrated } from '../kernel/migrate.ts'
import type { Store } from '../kernel/store.ts'
import type { RunningSubgraph, Subgraph, SubgraphEnv } from '../kernel/subgraph.ts'
import type { KernelTables } from '../kernel/tables.ts'
import { RiskCommands } from './commands.ts'
import { type RiskContext, riskGraphSchema } from './graph.ts'
import { LOAD_KIND, loadHandler } from './load/job.ts'
import { Mirror } from './mirror.ts'
import { beginRecord, faultsFrom, tenants } from './store/record.ts'
import { riskMigrations, type RiskTables } from './tables.ts'
import { verifyRiskGraph } from './verify.ts'

export { LOAD_KIND, type LoadInput, type LoadProgress, loadProgress } from './load/job.ts'
export { CANONICAL, checkMapping, type LoadMapping } from './load/mapping.ts'

/** A row that a load did not take in. */
export interface LoadFault {
  readonly file: string
  readonly line: bigint
  readonly code: string
  readonly message: string
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
}

export const riskGraph: Subgraph<RunningRiskGraph> = {
  name: 'risk-graph',
  topics: [],
  schema: riskGraphSchema,
  async open(env: SubgraphEnv): Promise<RunningRiskGraph> {
    const store = await openMigrated<RiskTables>(env, 'risk-graph', riskMigrations)
    const kernelStore = store as unknown as Store<KernelTables>
    const mirrors = new Map<string, Mirror>()
    const mirror = (tenant: string) => {
      let own = mirrors.get(tenant)
      if (own === undefined) {
        own = new Mirror(store, tenant, env.report)
        mirrors.set(tenant, own)
      }
      return own
    }
    const shop = { store, ports: env.ports, blobs: env.blobs, mirror }
    const jobs = new Jobs(kernelStore, env.ports, { [LOAD_KIND]: loadHandler(shop) })
    const commands = (actor: Actor) =>
      new RiskCommands(store, env.ports, actor, mirror(actor.tenant))
    return {
      store: kernelStore,
      consumers: [],
      jobs,
      blobs: env.blobs,
      mirror,
      commands,
      context(request: RequestContext): RiskContext {
        const actor = request.actor!
        const { blobs } = env
        const risk = {
          db: store.read,
          jobs,
          blobs,
          // Somebody who is not signed in passes no access rule, so that nobody reads this one.
          mirror: mirror(actor?.tenant ?? ''),
          commands: commands(actor ?? { tenant: '' } as Actor),
        }
        return { ...request, actor, risk }
      },
      faults: (tenant, load, limit) =>
        faultsFrom(store.read, { tenant, batch: load, file: '', line: 0n, limit: BigInt(limit) }),
      provision: ({ tenant }) => store.write((tx) => beginRecord(tx, tenant), { lane: tenant }),
      async start() {
        await jobs.resume()
        // The first question after a start is not the one that waits for the graph.
        for (const { tenant_id: tenant } of await tenants(store.read, {})) {
          void mirror(tenant).catchUp().catch(env.report)
        }
      },
      idle: () => Promise.resolve(jobs.idle),
      async stop() {
        await jobs.stop()
        await Promise.all(Array.from(mirrors.values(), (own) => own.settled()))
        await store.close()
      },
      verify: () => verifyRiskGraph(store),
    }
  },
}
