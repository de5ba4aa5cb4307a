/**
 * The front door over subgraphs of which some run elsewhere.
 */
import { randomUUID } from 'node:crypto'
import { systemPorts } from '../../../subgraphs/kernel/ports.ts'
import type { Config } from '../../config.ts'
import { DEMO_TENANT } from '../../demo.ts'
import { enterDemoOrders } from '../../demo-data.ts'
import { type Gateway, openGateway, openTracing, type Surroundings } from '../../gateway.ts'
import { openProcess, type SubgraphProcess } from '../../process.ts'
import { type RunningOrders, SUBGRAPHS } from '../../subgraphs.ts'
import { believing } from './believe.ts'
import type { SplitConfig } from './config.ts'
import { eventsHandler, remoteConsumer } from './events.ts'
import { keyRing } from './keys.ts'
import { type RemotePorts, remotePorts, remoteTarget } from './remote.ts'

/** A gateway that answers requests. @property process the subgraphs that run beside it */
export interface SplitServer extends Omit<Gateway, 'close'> {
  readonly process: SubgraphProcess
  stop(): Promise<void>
}

/** Opens what runs here and reaches for what does not. Starts without waiting for the others. */
export async function openSplitServer(
  config: Config,
  split: SplitConfig,
  surroundings: Surroundings,
  ports: RemotePorts = remotePorts(surroundings.report),
): Promise<SplitServer> {
  const { report } = surroundings
  const demo = config.issuer.kind === 'demo'
  const keys = await keyRing(split.keys)
  const tracing = await openTracing(config)
  const remoteOf = (name: string) => split.remotes.find((remote) => remote.name === name)
  const elsewhere = SUBGRAPHS.flatMap(({ name, topics }) => {
    const remote = remoteOf(name)
    return remote === undefined ? [] : [remoteConsumer(remote, topics, keys, ports)]
  })
  const here = SUBGRAPHS.filter(({ name }) => remoteOf(name) === undefined)
  const options = { ports: systemPorts(), elsewhere, report, tracing }
  const opened = await openProcess(here, config, options)
  try {
    const { running } = opened
    if (demo) await opened.provision(DEMO_TENANT)
    const consumers = Object.fromEntries(
      Object.entries(running).map(([name, subgraph]) => [name, subgraph.consumers]),
    )
    const belief = believing(keys, () => randomUUID().replaceAll('-', ''))
    const gateway = await openGateway(config, surroundings, {
      running,
      targets: SUBGRAPHS.map(({ name, schema }) => {
        const remote = remoteOf(name)
        return remote === undefined
          ? { name, schema: schema(), context: running[name]!.context }
          : remoteTarget(remote, keys, ports)
      }),
      executor: 'plan',
      tracing,
      routes: { '/events/': eventsHandler(consumers, belief, report) },
    })
    await opened.start()
    if (demo && running.orders !== undefined) {
      await enterDemoOrders(running.orders as RunningOrders)
    }
    return {
      ...gateway,
      process: opened,
      async stop() {
        await gateway.close()
        await opened.stop()
        await tracing.close()
      },
    }
  } catch (error) {
    await opened.stop()
    throw error
  }
}
