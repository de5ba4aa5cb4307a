/**
 * A process with one subgraph: its database, its events, and signed requests.
 */
import { randomUUID } from 'node:crypto'
import { systemPorts } from '../../../subgraphs/kernel/ports.ts'
import type { Config } from '../../config.ts'
import { DEMO_TENANT } from '../../demo.ts'
import { health, readiness } from '../../http/health.ts'
import { maskWith } from '../../http/mask.ts'
import { problem } from '../../http/problem.ts'
import type { Handler } from '../../http/routes.ts'
import { openProcess, type SubgraphProcess } from '../../process.ts'
import { SUBGRAPHS } from '../../subgraphs.ts'
import { believing } from './believe.ts'
import { type SplitConfig } from './config.ts'
import { eventsHandler, remoteConsumer } from './events.ts'
import { keyRing } from './keys.ts'
import { type RemotePorts, remotePorts } from './remote.ts'
import { subgraphHandler } from './serve.ts'

/** One subgraph that answers. */
export interface SubgraphServer {
  readonly fetch: Handler
  readonly process: SubgraphProcess
  stop(): Promise<void>
}

/**
 * Opens one subgraph by name.
 *
 * `split.remotes` names the processes of all others: an event that nobody here knows a consumer of
 * would count as delivered.
 *
 * @throws RangeError when the name is unknown or another subgraph's place is
 */
export async function openSubgraphServer(
  name: string,
  config: Config,
  split: SplitConfig,
  report: (error: unknown, traceId?: string) => void,
  ports: RemotePorts = remotePorts(report),
): Promise<SubgraphServer> {
  const subgraph = SUBGRAPHS.find((each) => each.name === name)
  if (subgraph === undefined) {
    throw new RangeError(`${name} is no subgraph, only ${SUBGRAPHS.map((s) => s.name).join(', ')}`)
  }
  const keys = await keyRing(split.keys)
  const elsewhere = SUBGRAPHS.filter((each) => each !== subgraph).map((each) => {
    const remote = split.remotes.find((candidate) => candidate.name === each.name)
    if (remote === undefined) {
      throw new RangeError(`${name} tells ${each.name} of events and has no URL of it`)
    }
    return remoteConsumer(remote, each.topics, keys, ports)
  })
  const opened = await openProcess([subgraph], config, { ports: systemPorts(), elsewhere, report })
  try {
    if (config.issuer.kind === 'demo') await opened.provision(DEMO_TENANT)
    const running = opened.running[name]!
    const belief = believing(keys, () => randomUUID().replaceAll('-', ''))
    const target = { name, schema: subgraph.schema(), context: running.context }
    const graphql = subgraphHandler(target, belief, maskWith(report))
    const events = eventsHandler({ [name]: running.consumers }, belief, report)
    await opened.start()
    return {
      fetch(request) {
        const { pathname } = new URL(request.url)
        if (pathname === '/graphql') return graphql(request)
        if (pathname.startsWith('/events/')) return events(request)
        if (pathname === '/healthz') return health()
        if (pathname === '/readyz') return readiness({ ...opened.running })
        return problem({ status: 404, code: 'NOT_FOUND', title: 'There is nothing here.' })
      },
      process: opened,
      stop: () => opened.stop(),
    }
  } catch (error) {
    await opened.stop()
    throw error
  }
}
