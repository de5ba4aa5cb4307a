/**
 * The system behind its front door.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemPorts } from '../subgraphs/kernel/ports.ts'
import { openIdentity } from './auth/identity.ts'
import { REFERENCE_DATA } from './cache/reference-data.ts'
import type { Config } from './config.ts'
import { DEMO_TENANT } from './demo.ts'
import { enterDemoOrders } from './demo-data.ts'
import { DEFAULT_FRONT_DOOR, DEVELOPMENT_FRONT_DOOR } from './door/config.ts'
import { loadFrontDoor } from './door/load-config.ts'
import { frontDoor } from './door/mod.ts'
import type { PeerAddress } from './door/rate/client-address.ts'
import { openDoorStore } from './door/store.ts'
import { apolloExecutor } from './execute/apollo.ts'
import { collapsedExecutor } from './execute/collapsed/collapsed.ts'
import { openFront } from './front.ts'
import { filesHandler } from './http/files.ts'
import { health, readiness } from './http/health.ts'
import { maskWith } from './http/mask.ts'
import { metricsHandler, purgeHandler } from './http/operations.ts'
import { type Handler, route } from './http/routes.ts'
import { observeCalls } from './observe/calls.ts'
import { openMetrics } from './observe/metrics.ts'
import { outboxMetrics } from './observe/outbox-metrics.ts'
import { untraced } from './observe/tracing.ts'
import { SUBGRAPHS } from './subgraphs.ts'
import { watchSupergraph } from './supergraph-file.ts'
import { openSystem, type System } from './system.ts'

/** A system that answers requests. */
export interface Server {
  readonly fetch: Handler
  readonly system: System
  /** Tells whoever spreads the load that it is time to go elsewhere; requests are still answered. */
  retire(): void
  stop(): Promise<void>
}

/** What a server is told of its surroundings. @property peerAddress of a request's connection */
export interface Surroundings {
  readonly report: (error: unknown, traceId?: string) => void
  readonly peerAddress?: PeerAddress
}

/** Where the composed schema is kept. */
export const SUPERGRAPH_PATH = join(import.meta.dirname!, '../schema/supergraph.graphql')

/** Opens the databases, sets the demo tenant up in demo mode, starts events. */
export async function openServer(
  config: Config,
  { report, peerAddress }: Surroundings,
): Promise<Server> {
  const demo = config.issuer.kind === 'demo'
  const supergraphPath = config.supergraphFile ?? SUPERGRAPH_PATH
  const supergraphSdl = await readFile(supergraphPath, 'utf8')
  const identity = await openIdentity(config)
  const { authenticate, authenticateRequest } = identity
  const tracing = config.traces === undefined
    ? untraced()
    : (await import('./observe/collector.ts')).collector({ ...config.traces, service: 'huitong' })
  const system = await openSystem(config, { ports: systemPorts(), report, tracing })
  const closers: (() => Promise<void> | void)[] = [() => system.stop(), () => tracing.close()]
  const stop = async () => {
    for (const close of closers.splice(0)) await close()
  }
  try {
    const store = await openDoorStore(config.databaseUrl)
    closers.push(() => store.close())
    if (demo) await system.provision(DEMO_TENANT)
    const settings = demo ? DEVELOPMENT_FRONT_DOOR : DEFAULT_FRONT_DOOR
    const door = await frontDoor(
      config.frontDoorFile === undefined
        ? settings
        : await loadFrontDoor(config.frontDoorFile, settings),
      {
        authenticate: authenticateRequest,
        store,
        report,
        ...(peerAddress === undefined ? {} : { peerAddress }),
      },
    )
    const mask = maskWith(report)
    const metrics = openMetrics()
    const running = system.subgraphs
    outboxMetrics(metrics, { ...running })
    const targets = SUBGRAPHS.map(({ name, schema }) => ({
      name,
      schema: schema(),
      context: running[name as keyof typeof running].context,
    }))
    const observe = observeCalls(tracing, metrics)
    const front = await openFront(supergraphSdl, {
      openExecutor: async (sdl) =>
        config.executor === 'plan'
          ? await apolloExecutor(sdl, targets, mask)
          : collapsedExecutor(sdl, targets, mask, { observe }),
      authenticate: authenticateRequest,
      mask,
      tracing,
      observers: { metrics },
      policies: {},
      responseCache: REFERENCE_DATA,
      door,
      demo,
    })
    closers.unshift(() => front.close())
    if (config.supergraphFile !== undefined) {
      closers.unshift(watchSupergraph(supergraphPath, supergraphSdl, front.reload, report))
    }
    const files = filesHandler({
      authenticate,
      blobs: running.orders.blobs,
      limitBytes: config.fileLimitBytes,
    })
    await system.start()
    if (demo) await enterDemoOrders(running.orders)
    let retiring = false
    return {
      fetch: door.shield(route({
        ...identity.routes,
        '/graphql': front.fetch,
        '/files': files,
        '/files/': files,
        '/healthz': health,
        '/readyz': () => readiness({ ...running }, retiring),
        '/metrics': metricsHandler(metrics, authenticateRequest, {
          token: config.metricsToken,
          open: demo,
        }),
        '/cache/purge': purgeHandler(front, authenticateRequest),
      })),
      system,
      retire() {
        retiring = true
      },
      stop,
    }
  } catch (error) {
    await stop()
    throw error
  }
}
