/**
 * The graph as detection sees it: what is the same is one node, what ended is not there.
 */
import { buildCsr, type Csr } from '../engine/csr.ts'
import { type Graph, SAME } from '../engine/live-graph.ts'
import { rootsOf } from '../engine/roots.ts'
import { ENTITY_TYPES, type EntityType } from '../record.ts'

/** @property roots per node the one that stands for it @property rows between those, edges as numbered */
export interface World {
  readonly graph: Graph
  readonly roots: Uint32Array
  readonly rows: Csr
  /** Types of nodes, as `TYPE` numbers them. */
  readonly type: Uint8Array
}

/** Numbers of types, as the graph keeps them. */
export const TYPE = Object.fromEntries(ENTITY_TYPES.map((type, i) => [type, i])) as Record<
  EntityType,
  number
>

/** Makes it; linear in nodes and edges. */
export function worldOf(graph: Graph): World {
  const roots = rootsOf(graph)
  const from = new Uint32Array(graph.edges)
  const to = new Uint32Array(graph.edges)
  const left = new Uint8Array(graph.edges)
  for (let e = 0; e < graph.edges; e++) {
    from[e] = roots[graph.from[e]!]!
    to[e] = roots[graph.to[e]!]!
    if (graph.gone[e] !== 0 || graph.kind[e] === SAME || from[e] === to[e]) left[e] = 1
  }
  return {
    graph,
    roots,
    rows: buildCsr(graph.nodes, graph.edges, from, to, left),
    type: graph.type.subarray(0, graph.nodes),
  }
}

/** Different neighbours of a node that are of a type. */
export function neighboursOfType({ rows, type }: World, node: number, wanted: number): number[] {
  const found: number[] = []
  for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
    const target = rows.targets[i]!
    if (type[target] === wanted && !found.includes(target)) found.push(target)
  }
  return found
}
