/**
 * Other nodes that are one with a node.
 */
import { eachNeighbour, type Graph, SAME } from './live-graph.ts'

/** Found along edges of kind `SAME`; the node itself is left out. */
export function aliasesOf(graph: Graph, node: number): number[] {
  if (graph.sameCount === 0) return []
  const found = [node]
  for (let i = 0; i < found.length; i++) {
    eachNeighbour(graph, found[i]!, (neighbour, edge) => {
      if (graph.kind[edge] === SAME && !found.includes(neighbour)) found.push(neighbour)
    })
  }
  return found.slice(1)
}
