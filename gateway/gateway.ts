/**
 * The front door of a process: everything that a request meets before subgraphs are asked.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { folderBlobs } from '../subgraphs/kernel/blob.ts'
import { systemPorts } from '../subgraphs/kernel/ports.ts'
import type { RunningSubgraph } from '../subgraphs/kernel/subgraph.ts'
import { demoToken } from './auth/demo-issuer.ts'
import { openIdentity } from './auth/identity.ts'
import { REFERENCE_KEYS } from './cache/reference-data.ts'
import type { Config, ExecutorName } from './config.ts'
import { DEFAULT_FRONT_DOOR, DEVELOPMENT_FRONT_DOOR } from './door/config.ts'
import { loadFrontDoor } from './door/load-config.ts'
import { frontDoor } from './door/mod.ts'
import type { PeerAddress } from './door/rate/client-address.ts'
import type { Manifest } from './door/trusted/manifest.ts'
import { apolloExecutor } from './execute/apollo.ts'
import { collapsedExecutor } from './execute/collapsed/collapsed.ts'
import type { SubgraphTarget } from './execute/executor.ts'
import type { RemoteTarget } from './execute/split/remote.ts'
import { openFront } from './front.ts'
import { filesHandler } from './http/files.ts'
import { health, readiness } from './http/health.ts'
import { maskWith } from './http/mask.ts'
import { metricsHandler, purgeHandler } from './http/operations.ts'
import { type Handler, route, type Routes } from './http/routes.ts'
import { observeCalls } from './observe/calls.ts'
import { openMetrics } from './observe/metrics.ts'
import { outboxMetrics } from './observe/outbox-metrics.ts'
import { type Tracing, untraced } from './observe/tracing.ts'
import { Usage } from './observe/usage.ts'
import { openGatewayStore } from './store.ts'
import { watchSupergraph } from './supergraph-file.ts'
import { keepUsage } from './usage/keep.ts'
import { type Examples, type Explorer, explorer } from './web/explorer.ts'
import { signInRoutes } from './web/sign-in.ts'
import { webFiles } from './web/static.ts'

/** What a process is told of its surroundings. @property peerAddress of a request's connection */
export interface Surroundings {
  readonly report: (error: unknown, traceId?: string) => void
  readonly peerAddress?: PeerAddress
}

/** What lies behind the door. */
export interface Behind {
  /** The subgraphs of this process, by name. */
  readonly running: Readonly<Record<string, RunningSubgraph>>
  /** All subgraphs, wherever they run. Those elsewhere need the executor `plan`. */
  readonly targets: readonly (SubgraphTarget | RemoteTarget)[]
  readonly executor: ExecutorName
  readonly tracing: Tracing
  /** Routes of this kind of process besides. */
  readonly routes?: Routes
}

/** A front door that answers requests. */
export interface Gateway {
  readonly fetch: Handler
  /** Tells whoever spreads the load that it is time to go elsewhere; requests are still answered. */
  retire(): void
  close(): Promise<void>
}

/** Where the composed schema is kept. */
export const SUPERGRAPH_PATH = join(import.meta.dirname!, '../schema/supergraph.graphql')

/** Where `web/build.ts` puts the web UI. */
const WEB_FOLDER = join(import.meta.dirname!, '../web/dist')

/** The registered documents, by hash. */
const MANIFEST_PATH = join(import.meta.dirname!, '../schema/documents/manifest.json')

/** What partners try out first, with variables. */
const EXAMPLES_PATH = join(import.meta.dirname!, '../schema/documents/partner/examples.json')

async function openExplorer(
  manifest: Manifest,
  { dataDir }: Pick<Config, 'dataDir'>,
): Promise<Explorer> {
  const examples = JSON.parse(await readFile(EXAMPLES_PATH, 'utf8')) as Examples
  return explorer(manifest, examples, 'partner', () => demoToken(dataDir, 'partner'))
}

/** Tracing as configured. */
export async function openTracing({ traces }: Pick<Config, 'traces'>): Promise<Tracing> {
  if (traces === undefined) return untraced()
  const { collector } = await import('./observe/collector.ts')
  return collector({ ...traces, service: 'huitong' })
}

/** Opens the gateway's own database and the door in front of some subgraphs. */
export async function openGateway(
  config: Config,
  { report, peerAddress }: Surroundings,
  { running, targets, executor, tracing, routes = {} }: Behind,
): Promise<Gateway> {
  const demo = config.issuer.kind === 'demo'
  const supergraphPath = config.supergraphFile ?? SUPERGRAPH_PATH
  const supergraphSdl = await readFile(supergraphPath, 'utf8')
  const identity = await openIdentity(config)
  const { authenticate, authenticateRequest } = identity
  const mask = maskWith(report)
  const metrics = openMetrics()
  outboxMetrics(metrics, running)
  const observe = observeCalls(tracing, metrics)
  const settings = demo ? DEVELOPMENT_FRONT_DOOR : DEFAULT_FRONT_DOOR
  const store = await openGatewayStore(config.databaseUrl)
  const usage = new Usage()
  try {
    const doorConfig = config.frontDoorFile === undefined
      ? settings
      : await loadFrontDoor(config.frontDoorFile, settings)
    const manifest = JSON.parse(await readFile(MANIFEST_PATH, 'utf8')) as Manifest
    const door = await frontDoor(
      doorConfig,
      {
        authenticate: authenticateRequest,
        manifest,
        store,
        report,
        ...(peerAddress === undefined ? {} : { peerAddress }),
      },
    )
    const front = await openFront(supergraphSdl, {
      openExecutor: async (sdl) =>
        executor === 'plan'
          ? await apolloExecutor(sdl, targets, mask)
          : collapsedExecutor(sdl, targets as readonly SubgraphTarget[], mask, {
            observe,
            hideSuggestions: !doorConfig.validation.suggestions,
          }),
      authenticate: authenticateRequest,
      mask,
      tracing,
      observers: { metrics, usage },
      policies: doorConfig.access.policies,
      responseCache: {
        fields: doorConfig.answers.referenceSeconds,
        keys: REFERENCE_KEYS,
        entriesMax: doorConfig.answers.entries,
      },
      shareInFlight: doorConfig.answers.shareInFlight,
      door,
      demo,
      explorer: demo ? await openExplorer(manifest, config) : undefined,
    })
    const unwatch = config.supergraphFile === undefined
      ? () => {}
      : watchSupergraph(supergraphPath, supergraphSdl, front.reload, report)
    const files = filesHandler({
      authenticate,
      blobs: folderBlobs(join(config.dataDir, 'files')),
      limitBytes: config.fileLimitBytes,
    })
    const scrapers = { token: config.metricsToken, open: demo }
    const kept = keepUsage(usage, store, { clock: systemPorts().clock, report })
    let retiring = false
    return {
      fetch: door.shield(route({
        '/': webFiles(WEB_FOLDER, config.issuer.kind === 'oidc' ? [originOf(config.issuer)] : []),
        ...signInRoutes(config),
        ...identity.routes,
        ...routes,
        '/graphql': front.fetch,
        '/files': files,
        '/files/': files,
        '/healthz': health,
        '/readyz': () => readiness(running, retiring),
        '/metrics': metricsHandler(metrics, authenticateRequest, scrapers),
        '/cache/purge': purgeHandler(front, authenticateRequest),
      })),
      retire() {
        retiring = true
      },
      async close() {
        unwatch()
        await front.close()
        await kept.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

function originOf({ issuer }: { readonly issuer: string }): string {
  return new URL(issuer).origin
}
