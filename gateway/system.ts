/**
 * All subgraphs in one process, joined by their events.
 */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { folderBlobs } from '../subgraphs/kernel/blob.ts'
import { Dispatcher, undelivered } from '../subgraphs/kernel/dispatcher.ts'
import type { Consumer } from '../subgraphs/kernel/event.ts'
import type { Ports } from '../subgraphs/kernel/ports.ts'
import type { RunningSubgraph, SubgraphEnv, TenantSetup } from '../subgraphs/kernel/subgraph.ts'
import type { Config } from './config.ts'
import type { Tracing } from './observe/tracing.ts'
import {
  ledger,
  orders,
  payments,
  type RunningLedger,
  type RunningOrders,
  type RunningPayments,
} from './subgraphs.ts'

const DRAIN_POLL_MS = 50

/** The subgraphs by name. */
export interface RunningSubgraphs {
  readonly orders: RunningOrders
  readonly ledger: RunningLedger
  readonly payments: RunningPayments
}

/** The whole system without its front door. */
export interface System {
  readonly subgraphs: RunningSubgraphs
  /** Sets a tenant up. Doing it again adds nothing. */
  provision(setup: TenantSetup): Promise<void>
  /** Starts events and whatever else goes on without a caller. */
  start(): Promise<void>
  /**
   * Waits until no event is under way. Answers false when one is left after `limitMs`, such as one
   * that keeps failing.
   */
  drained(limitMs: number): Promise<boolean>
  /** Every tenant that was set up. */
  tenants(): Promise<string[]>
  stop(): Promise<void>
}

/** What a system is opened with besides its configuration. */
export interface SystemOptions {
  readonly ports: Ports
  readonly report: (error: unknown) => void
  readonly readOnly?: boolean
  /** Follows events to their consumers. */
  readonly tracing?: Pick<Tracing, 'delivery'>
}

/** Opens every subgraph; migrates unless `readOnly`. @throws StoreError `in_use`, `unavailable` */
export async function openSystem(
  config: Pick<Config, 'databaseUrl' | 'dataDir'>,
  options: SystemOptions,
): Promise<System> {
  const env: SubgraphEnv = {
    ...options,
    databaseUrl: config.databaseUrl,
    blobs: folderBlobs(join(config.dataDir, 'files')),
  }
  const opened: RunningSubgraph[] = []
  const open = async <R extends RunningSubgraph>(subgraph: {
    open(env: SubgraphEnv): Promise<R>
  }): Promise<R> => {
    const running = await subgraph.open(env)
    opened.push(running)
    return running
  }
  let subgraphs: RunningSubgraphs
  try {
    subgraphs = {
      orders: await open(orders),
      ledger: await open(ledger),
      payments: await open(payments),
    }
  } catch (error) {
    for (const running of opened) await running.stop()
    throw error
  }
  const consumers = opened.flatMap((running) => running.consumers)
    .map((consumer) => followed(consumer, options.tracing))
  const owner = `${process.pid}:${randomUUID()}`
  const dispatchers = Object.entries(subgraphs).map(([source, { store }]) =>
    new Dispatcher({
      source,
      store,
      consumers,
      clock: options.ports.clock,
      owner,
      report: options.report,
    })
  )
  return {
    subgraphs,
    async provision(setup) {
      for (const running of opened) await running.provision(setup)
    },
    async start() {
      for (const running of opened) await running.start()
      for (const dispatcher of dispatchers) dispatcher.start()
    },
    async drained(limitMs) {
      const deadline = Date.now() + limitMs
      while (Date.now() < deadline) {
        const open = await Promise.all(opened.map(({ store }) => undelivered(store.read)))
        if (open.every((rows) => rows.length === 0)) return true
        await new Promise((resolve) => setTimeout(resolve, DRAIN_POLL_MS))
      }
      return false
    },
    tenants: () => subgraphs.ledger.tenants(),
    async stop() {
      // First what makes new work, then what carries it, then what keeps it.
      await subgraphs.orders.jobs.stop()
      await Promise.all(dispatchers.map((dispatcher) => dispatcher.stop()))
      for (const running of opened) await running.stop()
    },
  }
}

/** The same consumer, whose effects are parts of their events' traces. */
function followed(consumer: Consumer, tracing: SystemOptions['tracing']): Consumer {
  if (tracing === undefined) return consumer
  const { name } = consumer
  return {
    ...consumer,
    receive: (delivery) => tracing.delivery(delivery, name, () => consumer.receive(delivery)),
  }
}
