/**
 * The system behind its front door.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemPorts } from '../subgraphs/kernel/ports.ts'
import { authenticateOnce, authenticator } from './auth/authenticate.ts'
import type { Config } from './config.ts'
import { DEMO_TENANT } from './demo.ts'
import { enterDemoOrders } from './demo-data.ts'
import { apolloExecutor } from './execute/apollo.ts'
import { openFront } from './front.ts'
import { REFERENCE_DATA } from './cache/reference-data.ts'
import { openMetrics } from './observe/metrics.ts'
import { untraced } from './observe/tracing.ts'
import { filesHandler } from './http/files.ts'
import { health, readiness } from './http/health.ts'
import { maskWith } from './http/mask.ts'
import { type Handler, route } from './http/routes.ts'
import { SUBGRAPHS } from './subgraphs.ts'
import { openSystem, type System } from './system.ts'

/** A system that answers requests. */
export interface Server {
  readonly fetch: Handler
  readonly system: System
  stop(): Promise<void>
}

/** Where the composed schema is kept. */
export const SUPERGRAPH_PATH = join(import.meta.dirname!, '../schema/supergraph.graphql')

/** Opens the databases, sets the demo tenant up in demo mode, starts events. */
export async function openServer(
  config: Config,
  report: (error: unknown, traceId?: string) => void,
): Promise<Server> {
  const supergraphSdl = await readFile(SUPERGRAPH_PATH, 'utf8')
  const system = await openSystem(config, { ports: systemPorts(), report })
  try {
    if (config.issuer.kind === 'demo') await system.provision(DEMO_TENANT)
    const mask = maskWith(report)
    const running = system.subgraphs
    const targets = SUBGRAPHS.map(({ name, schema }) => ({
      name,
      schema: schema(),
      context: running[name as keyof typeof running].context,
    }))
    const authenticate = await authenticator(config)
    const front = await openFront(supergraphSdl, {
      openExecutor: (sdl) => apolloExecutor(sdl, targets, mask),
      authenticate: authenticateOnce(authenticate),
      mask,
      tracing: untraced(),
      observers: { metrics: openMetrics() },
      policies: {},
      responseCache: REFERENCE_DATA,
      plugins: () => [],
      demo: config.issuer.kind === 'demo',
    })
    const files = filesHandler({
      authenticate,
      blobs: running.orders.blobs,
      limitBytes: config.fileLimitBytes,
    })
    await system.start()
    if (config.issuer.kind === 'demo') await enterDemoOrders(running.orders)
    return {
      fetch: route({
        graphql: front.fetch,
        files,
        health,
        readiness: () => readiness({ ...running }),
      }),
      system,
      async stop() {
        await system.stop()
        await front.close()
      },
    }
  } catch (error) {
    await system.stop()
    throw error
  }
}
