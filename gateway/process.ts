/**
 * The subgraphs of one process, joined by their events with those of other processes.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { folderBlobs } from '../subgraphs/kernel/blob.ts'
import { Dispatcher, undelivered } from '../subgraphs/kernel/dispatcher.ts'
import type { Consumer } from '../subgraphs/kernel/event.ts'
import type { Ports } from '../subgraphs/kernel/ports.ts'
import type {
  RunningSubgraph,
  Subgraph,
  SubgraphEnv,
  TenantSetup,
} from '../subgraphs/kernel/subgraph.ts'
import type { Config } from './config.ts'
import type { Tracing } from './observe/tracing.ts'
import type { RunningOrders } from './subgraphs.ts'

const DRAIN_POLL_MS = 50

/** The part of the system that runs here. @property running by name */
export interface SubgraphProcess {
  readonly running: Readonly<Record<string, RunningSubgraph>>
  /** Sets a tenant up in every subgraph here. Doing it again adds nothing. */
  provision(setup: TenantSetup): Promise<void>
  start(): Promise<void>
  /** Waits until no event of a subgraph here is under way; false when one is left after `limitMs`. */
  drained(limitMs: number): Promise<boolean>
  stop(): Promise<void>
}

/** What a process is opened with besides its configuration. */
export interface ProcessOptions {
  readonly ports: Ports
  readonly report: (error: unknown) => void
  /** Consumers in other processes. */
  readonly elsewhere?: readonly Consumer[]
  /** Opens without migrating, beside a process that writes. */
  readonly readOnly?: boolean
  /** Follows events to their consumers. */
  readonly tracing?: Pick<Tracing, 'delivery'>
}

/** What of the configuration a process needs. */
export type ProcessConfig =
  & Pick<Config, 'databaseUrl' | 'dataDir'>
  & Partial<Pick<Config, 'graphServer'>>

/** Opens some subgraphs and migrates them. @throws StoreError `in_use`, `unavailable` */
export async function openProcess(
  subgraphs: readonly Subgraph[],
  config: ProcessConfig,
  options: ProcessOptions,
): Promise<SubgraphProcess> {
  const { ports, report, elsewhere = [], readOnly = false, tracing } = options
  const env: SubgraphEnv = {
    databaseUrl: config.databaseUrl,
    graphServer: config.graphServer,
    ports,
    report,
    readOnly,
    blobs: folderBlobs(join(config.dataDir, 'files')),
  }
  const running: Record<string, RunningSubgraph> = {}
  const opened = () => Object.values(running)
  try {
    for (const subgraph of subgraphs) running[subgraph.name] = await subgraph.open(env)
  } catch (error) {
    for (const subgraph of opened()) await subgraph.stop()
    throw error
  }
  const here = opened().flatMap((subgraph) => subgraph.consumers)
  const consumers = [...here, ...elsewhere].map((consumer) => followed(consumer, tracing))
  const owner = `${process.pid}:${randomUUID()}`
  const dispatchers = Object.entries(running).map(([source, { store }]) =>
    new Dispatcher({ source, store, consumers, clock: ports.clock, owner, report })
  )
  return {
    running,
    async provision(setup) {
      for (const subgraph of opened()) await subgraph.provision(setup)
    },
    async start() {
      for (const subgraph of opened()) await subgraph.start()
      for (const dispatcher of dispatchers) dispatcher.start()
    },
    async drained(limitMs) {
      const deadline = Date.now() + limitMs
      while (Date.now() < deadline) {
        const open = await Promise.all(opened().map(({ store }) => undelivered(store.read)))
        if (open.every((rows) => rows.length === 0)) return true
        await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
      }
      return false
    },
    async stop() {
      // First what makes new work, then what carries it, then what keeps it.
      await (running.orders as RunningOrders | undefined)?.jobs.stop()
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()))
      for (const subgraph of opened()) await subgraph.stop()
    },
  }
}

/** The same consumer, whose effects are parts of their events' traces. */
function followed(consumer: Consumer, tracing: ProcessOptions['tracing']): Consumer {
  if (tracing === undefined) return consumer
  const { name } = consumer
  return {
    ...consumer,
    receive: (delivery) => tracing.delivery(delivery, name, () => consumer.receive(delivery)),
  }
}
