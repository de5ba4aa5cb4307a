/**
 * Brings a graph server that speaks Bolt up to the record of the data folder.
 */
import type { Config } from '../config.ts'
import { DEMO_TENANT } from '../demo.ts'
import type { GraphCursor } from '../subgraphs.ts'
import { withRiskGraph } from './open.ts'

/**
 * Projects the record onto the server of `RISK_GRAPH_URL`.
 *
 * @param anew whether the server first forgets what it has of the tenant
 * @throws RangeError when no server is named; PortError
 */
export async function projectGraph(
  config: Config,
  anew: boolean,
  show: (cursor: GraphCursor) => void,
): Promise<GraphCursor> {
  const { graphServer } = config
  if (graphServer === undefined) {
    throw new RangeError('RISK_GRAPH_URL: name the server, as bolt://host:7687')
  }
  // The graph is asked for by hand below; nothing else of the command needs it.
  return await withRiskGraph(
    { ...config, graphServer: undefined },
    (running) => running.project(DEMO_TENANT.tenant, graphServer, { anew, show }),
  )
}
