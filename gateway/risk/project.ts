/**
 * Brings a graph server that speaks Bolt up to the record of the data folder.
 */
import type { Config } from '../config.ts'
import { DEMO_TENANT } from '../demo.ts'
import { BoltGraph, GRAPH_DIALECTS, type GraphCursor, type GraphDialect } from '../subgraphs.ts'
import { withRiskGraph } from './open.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Projects the record onto the server of `RISK_GRAPH_URL` (`RISK_GRAPH_DIALECT`, `RISK_GRAPH_USER`,
 * `RISK_GRAPH_PASSWORD`).
 *
 * @throws RangeError naming the variable that cannot be used; PortError
 */
export async function projectGraph(
  config: Config,
  env: Environment,
  show: (cursor: GraphCursor) => void,
): Promise<GraphCursor> {
  const url = env.RISK_GRAPH_URL
  if (url === undefined) {
    throw new RangeError('RISK_GRAPH_URL: name the server, as bolt://host:7687')
  }
  const dialect = (env.RISK_GRAPH_DIALECT ?? 'memgraph') as GraphDialect
  if (!GRAPH_DIALECTS.includes(dialect)) {
    throw new RangeError(`RISK_GRAPH_DIALECT: one of ${GRAPH_DIALECTS.join(', ')}`)
  }
  const { tenant } = DEMO_TENANT
  return await withRiskGraph(config, async (running) => {
    const port = await BoltGraph.open(tenant, {
      url,
      dialect,
      user: env.RISK_GRAPH_USER,
      password: env.RISK_GRAPH_PASSWORD,
    })
    try {
      return await running.project(tenant, port, show)
    } finally {
      await port.close()
    }
  })
}
