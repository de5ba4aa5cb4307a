/**
 * What lies around several nodes at once, as scoring asks.
 */
import { eachNeighbour, type Graph, SAME } from './live-graph.ts'

/** @property seeds each with how many steps around it @property limit the most nodes */
export interface SeedsQuery {
  readonly seeds: readonly { readonly no: number; readonly hops: number }[]
  readonly hubCap: number
  readonly limit: number
}

/** @property edges among the nodes that a node which is no hub has, by number */
export interface Around {
  readonly nodes: readonly number[]
  readonly edges: readonly number[]
  readonly hubs: readonly number[]
  readonly cut: boolean
}

/**
 * Walks breadth first from all seeds together: each node is gone on from with the most steps that any
 * seed leaves it. Nodes that are the same are reached together. Linear in the edges of those gone
 * through.
 */
export function around(graph: Graph, { seeds, hubCap, limit }: SeedsQuery): Around {
  const seen = new Set<number>()
  const hubs: number[] = []
  let cut = false
  const take = (node: number, level: number[]) => {
    if (seen.has(node)) return
    if (seen.size >= limit) {
      cut = true
      return
    }
    seen.add(node)
    level.push(node)
  }
  let level: number[] = []
  const most = seeds.reduce((max, { hops }) => Math.max(max, hops), 0)
  for (let left = most; left >= 0; left--) {
    for (const { no, hops } of seeds) if (hops === left && no < graph.nodes) take(no, level)
    if (graph.sameCount > 0) {
      for (let i = 0; i < level.length; i++) {
        eachNeighbour(graph, level[i]!, (neighbour, edge) => {
          if (graph.kind[edge] === SAME) take(neighbour, level)
        })
      }
    }
    const next: number[] = []
    if (left > 0) {
      for (const node of level) {
        if (graph.degree(node) > hubCap) {
          hubs.push(node)
          continue
        }
        eachNeighbour(graph, node, (neighbour, edge) => {
          if (graph.kind[edge] !== SAME) take(neighbour, next)
        })
      }
    }
    level = next
  }
  const edges = new Set<number>()
  for (const node of seen) {
    // What leads to a hub is found from the other end.
    if (graph.degree(node) > hubCap) continue
    eachNeighbour(graph, node, (neighbour, edge) => {
      if (seen.has(neighbour)) edges.add(edge)
    })
  }
  return { nodes: [...seen], edges: [...edges].sort((a, b) => a - b), hubs, cut }
}
