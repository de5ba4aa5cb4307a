/**
 * Loads ten million edges with the names of their nodes and prints what that took, as JSON.
 */
import { readFileSync } from 'node:fs'
import { components } from '../../../subgraphs/risk-graph/engine/components.ts'
import { Graph } from '../../../subgraphs/risk-graph/engine/live-graph.ts'
import { IdTable } from '../../../subgraphs/risk-graph/engine/id-table.ts'
import { neighbourhood } from '../../../subgraphs/risk-graph/engine/neighbourhood.ts'
import { motorColumns } from './motor-columns.ts'

const CLAIMS = 3_410_000
const SEEDS = 5_000

const { types, columns, claims } = motorColumns(CLAIMS)
const ids = new IdTable()
for (let v = 0; v < types.length; v++) ids.add(`n${v.toString(36)}`)
const began = performance.now()
const graph = new Graph()
graph.adopt(types, columns)
const loadMs = performance.now() - began
const took = Float64Array.from({ length: SEEDS }, (_, i) => {
  const start = performance.now()
  neighbourhood(graph, claims.first + i * 600, { hops: 3, hubCap: 50, limit: 1_000_000 })
  return performance.now() - start
}).sort()
const start = performance.now()
components(graph.csr)
const componentsMs = performance.now() - start
console.log(JSON.stringify({
  edges: graph.edges,
  nodes: graph.nodes,
  loadMs,
  p95Ms: took[Math.floor(SEEDS * 0.95)],
  componentsMs,
  peakMb: peakMb(),
}))

/** The most memory that this process ever had; 0 where the system does not tell. */
function peakMb(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}
