/**
 * PageRank by power iteration: how often a walk that now and then jumps elsewhere comes by.
 *
 * @see Brin and Page, The anatomy of a large-scale hypertextual web search engine (1998)
 */
import type { Csr } from './csr.ts'

/**
 * @property damping share of steps that follow an edge
 * @property iterations the most rounds
 * @property tolerance ends when the sum of changes is below this times the number of nodes
 */
export interface PageRankOptions {
  readonly damping?: number
  readonly iterations?: number
  readonly tolerance?: number
}

/** Ranks that sum to 1. Nodes without edges pass their rank on to all. */
export function pageRank(
  { nodes, offsets, targets }: Pick<Csr, 'nodes' | 'offsets' | 'targets'>,
  { damping = 0.85, iterations = 100, tolerance = 1e-6 }: PageRankOptions = {},
): Float64Array {
  const rank = new Float64Array(nodes).fill(1 / nodes)
  const inverse = new Float64Array(nodes)
  // What each node passes on along one edge: this round's, and the next one's as it comes up.
  let share = new Float64Array(nodes)
  let nextShare = new Float64Array(nodes)
  let idle = 0
  for (let v = 0; v < nodes; v++) {
    const degree = offsets[v + 1]! - offsets[v]!
    if (degree === 0) idle += rank[v]!
    else inverse[v] = 1 / degree
    share[v] = rank[v]! * inverse[v]!
  }
  for (let round = 0; round < iterations; round++) {
    const base = (1 - damping + damping * idle) / nodes
    let change = 0
    idle = 0
    let i = 0
    for (let v = 0; v < nodes; v++) {
      const end = offsets[v + 1]!
      const alone = i === end
      let sum = 0
      for (; i < end; i++) sum += share[targets[i]!]!
      const value = base + damping * sum
      change += Math.abs(value - rank[v]!)
      rank[v] = value
      nextShare[v] = value * inverse[v]!
      if (alone) idle += value
    }
    const last = share
    share = nextShare
    nextShare = last
    if (change < tolerance * nodes) break
  }
  return rank
}
