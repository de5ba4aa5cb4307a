/**
 * Nodes that are the same, under one number.
 */
import { type Graph, SAME } from './live-graph.ts'

/** Per node the lowest node that it is the same as, itself when there is none. */
export function rootsOf(graph: Graph): Uint32Array {
  const root = new Uint32Array(graph.nodes)
  for (let v = 0; v < root.length; v++) root[v] = v
  if (graph.sameCount === 0) return root
  const find = (node: number): number => {
    while (root[node] !== node) {
      root[node] = root[root[node]!]!
      node = root[node]!
    }
    return node
  }
  for (let e = 0; e < graph.edges; e++) {
    if (graph.kind[e] !== SAME || graph.gone[e] !== 0) continue
    const a = find(graph.from[e]!)
    const b = find(graph.to[e]!)
    if (a < b) root[b] = a
    else root[a] = b
  }
  for (let v = 0; v < root.length; v++) root[v] = find(v)
  return root
}
