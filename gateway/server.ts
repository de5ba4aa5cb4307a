/**
 * The whole system in one process, behind its front door.
 */
import { systemPorts } from '../subgraphs/kernel/ports.ts'
import type { Config } from './config.ts'
import { DEMO_TENANT } from './demo.ts'
import { enterDemoOrders } from './demo-data.ts'
import { type Gateway, openGateway, openTracing, type Surroundings } from './gateway.ts'
import { SUBGRAPHS } from './subgraphs.ts'
import { openSystem, type System } from './system.ts'

/** A system that answers requests. */
export interface Server extends Omit<Gateway, 'close'> {
  readonly system: System
  stop(): Promise<void>
}

/** Opens the databases, sets the demo tenant up in demo mode, starts events. */
export async function openServer(config: Config, surroundings: Surroundings): Promise<Server> {
  const demo = config.issuer.kind === 'demo'
  const tracing = await openTracing(config)
  const { report } = surroundings
  const system = await openSystem(config, { ports: systemPorts(), report, tracing })
  try {
    if (demo) await system.provision(DEMO_TENANT)
    const gateway = await openGateway(config, surroundings, {
      running: system.running,
      targets: SUBGRAPHS.map(({ name, schema }) => ({
        name,
        schema: schema(),
        context: system.running[name]!.context,
      })),
      executor: config.executor,
      tracing,
    })
    await system.start()
    if (demo) await enterDemoOrders(system.subgraphs.orders)
    return {
      ...gateway,
      system,
      async stop() {
        await gateway.close()
        await system.stop()
        await tracing.close()
      },
    }
  } catch (error) {
    await system.stop()
    throw error
  }
}
