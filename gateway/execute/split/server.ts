/**
 * The front door over subgraphs of which some run elsewhere.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { folderBlobs } from '../../../subgraphs/kernel/blob.ts'
import { systemPorts } from '../../../subgraphs/kernel/ports.ts'
import { authenticateOnce, authenticator } from '../../auth/authenticate.ts'
import type { Config } from '../../config.ts'
import { DEMO_TENANT } from '../../demo.ts'
import { enterDemoOrders } from '../../demo-data.ts'
import { filesHandler } from '../../http/files.ts'
import { graphqlHandler } from '../../http/graphql.ts'
import { health, readiness } from '../../http/health.ts'
import { untraced } from '../../observe/tracing.ts'
import { maskWith } from '../../http/mask.ts'
import { type Handler, route } from '../../http/routes.ts'
import { type RunningOrders, SUBGRAPHS } from '../../subgraphs.ts'
import { apolloExecutor } from '../apollo.ts'
import { believing } from './believe.ts'
import type { SplitConfig } from './config.ts'
import { eventsHandler, remoteConsumer } from './events.ts'
import { keyRing } from './keys.ts'
import { openProcess, type SplitProcess } from './process.ts'
import { type RemotePorts, remotePorts, remoteTarget } from './remote.ts'

/** A gateway that answers requests. @property process the subgraphs that run beside it */
export interface SplitServer {
  readonly fetch: Handler
  readonly process: SplitProcess
  stop(): Promise<void>
}

/** @property schemaFolder with `supergraph.graphql` */
export interface SplitServerOptions {
  readonly schemaFolder: string
  readonly report: (error: unknown, traceId?: string) => void
  readonly ports?: RemotePorts
}

/** Opens what runs here and reaches for what does not. Starts without waiting for the others. */
export async function openSplitServer(
  config: Config,
  split: SplitConfig,
  { schemaFolder, report, ports = remotePorts(report) }: SplitServerOptions,
): Promise<SplitServer> {
  const supergraphSdl = await readFile(join(schemaFolder, 'supergraph.graphql'), 'utf8')
  const keys = await keyRing(split.keys)
  const remoteOf = (name: string) => split.remotes.find((remote) => remote.name === name)
  const elsewhere = SUBGRAPHS.flatMap(({ name, topics }) => {
    const remote = remoteOf(name)
    return remote === undefined ? [] : [remoteConsumer(remote, topics, keys, ports)]
  })
  const here = SUBGRAPHS.filter(({ name }) => remoteOf(name) === undefined)
  const opened = await openProcess(here, config, { ports: systemPorts(), elsewhere, report })
  try {
    const { running } = opened
    if (config.issuer.kind === 'demo') await opened.provision(DEMO_TENANT)
    const mask = maskWith(report)
    const targets = SUBGRAPHS.map((subgraph) => {
      const remote = remoteOf(subgraph.name)
      return remote === undefined
        ? {
          name: subgraph.name,
          schema: subgraph.schema(),
          context: running[subgraph.name]!.context,
        }
        : remoteTarget(remote, keys, ports)
    })
    const executor = await apolloExecutor(supergraphSdl, targets, mask)
    const authenticate = await authenticator(config)
    const newTraceId = () => randomUUID().replaceAll('-', '')
    const demo = config.issuer.kind === 'demo'
    const graphql = graphqlHandler({
      executor,
      authenticate: authenticateOnce(authenticate),
      mask,
      tracing: untraced(),
      explorer: demo,
    })
    const files = filesHandler({
      authenticate,
      blobs: folderBlobs(join(config.dataDir, 'files')),
      limitBytes: config.fileLimitBytes,
    })
    const consumers = Object.fromEntries(
      Object.entries(running).map(([name, subgraph]) => [name, subgraph.consumers]),
    )
    const events = eventsHandler(consumers, believing(keys, newTraceId), report)
    const front = route({ graphql, files, health, readiness: () => readiness({ ...running }) })
    await opened.start()
    if (demo && running.orders !== undefined) {
      await enterDemoOrders(running.orders as RunningOrders)
    }
    return {
      fetch: (request) =>
        new URL(request.url).pathname.startsWith('/events/') ? events(request) : front(request),
      process: opened,
      async stop() {
        await opened.stop()
        await executor.close()
      },
    }
  } catch (error) {
    await opened.stop()
    throw error
  }
}
