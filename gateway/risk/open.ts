/**
 * The risk graph alone, for commands on the data folder.
 */
import { type Actor, scopesOf } from '../../subgraphs/kernel/actor.ts'
import { systemPorts } from '../../subgraphs/kernel/ports.ts'
import type { Config } from '../config.ts'
import { DEMO_TENANT } from '../demo.ts'
import { openProcess } from '../process.ts'
import { riskGraph, type RunningRiskGraph } from '../subgraphs.ts'

/** Who works at the command line. */
export const INVESTIGATOR: Actor = {
  tenant: DEMO_TENANT.tenant,
  subject: 'command:risk',
  name: 'risk',
  kind: 'person',
  roles: ['investigator'],
  scopes: scopesOf(['investigator'], []),
}

/** Opens the risk graph, does something with it and closes it, when interrupted too. */
export async function withRiskGraph<R>(
  config: Config,
  work: (running: RunningRiskGraph) => Promise<R>,
): Promise<R> {
  const opened = await openProcess([riskGraph], config, {
    ports: systemPorts(),
    report: (error) => console.error('background:', error),
  })
  const running = opened.running['risk-graph'] as RunningRiskGraph
  const stop = () => void running.jobs.stop()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  try {
    await opened.provision(DEMO_TENANT)
    // Takes up a load that an earlier process did not end.
    await opened.start()
    return await work(running)
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
    await opened.stop()
  }
}
