/**
 * What lies around a node.
 */
import { type Graph, SAME } from './live-graph.ts'
import { isFiltered, mayUse, type Window } from './window.ts'

/**
 * @property hops steps from the seed; edges of kind `SAME` are none
 * @property hubCap nodes of a higher degree are reached and not gone through; the seed always is
 * @property limit the most nodes, the seed included
 */
export interface NeighbourhoodQuery {
  readonly hops: number
  readonly hubCap: number
  readonly limit: number
  readonly window?: Window | undefined
}

/**
 * @property nodes the seed first, then by distance
 * @property depths steps from the seed, per node
 * @property via the edge by which each was first reached; of the seed, 0
 * @property hubs nodes that were reached and not gone through
 * @property cut whether the limit ended the walk
 */
export interface Neighbourhood {
  readonly nodes: Uint32Array
  readonly depths: Uint8Array
  readonly via: Uint32Array
  readonly hubs: readonly number[]
  readonly cut: boolean
}

// Walks are synchronous: one set of buffers serves all graphs of a thread.
let found = new Uint32Array(1024)
let depth = new Uint8Array(1024)
let reached = new Uint32Array(1024)

function widen(size: number): void {
  const larger = (old: Uint32Array) => {
    const next = new Uint32Array(size * 2)
    next.set(old)
    return next
  }
  found = larger(found)
  reached = larger(reached)
  const depths = new Uint8Array(size * 2)
  depths.set(depth)
  depth = depths
}

/** Walks breadth first. Linear in the edges of the nodes that it goes through. */
export function neighbourhood(
  graph: Graph,
  seed: number,
  { hops, hubCap, limit, window }: NeighbourhoodQuery,
): Neighbourhood {
  const { csr, head, next, from, to, kind, settled } = graph
  const { offsets, targets, edgeOf } = csr
  const filtered = isFiltered(graph, window)
  const { marks, mark } = graph.walk()
  const hubs: number[] = []
  let size = 1
  let cut = false
  found[0] = seed
  depth[0] = 0
  reached[0] = 0
  marks[seed] = mark

  // Nodes that are the same stand at one depth, so that the level may still grow while it is read.
  const take = (node: number, edge: number, at: number) => {
    if (size >= limit) {
      cut = true
      return
    }
    marks[node] = mark
    if (size === found.length) widen(size)
    found[size] = node
    depth[size] = at
    reached[size] = edge
    size += 1
  }
  /** Goes to the neighbours of a node: to those that are the same, or to the others. */
  const step = (node: number, at: number, same: boolean) => {
    if (node < csr.nodes) {
      const end = offsets[node + 1]!
      for (let i = offsets[node]!; i < end; i++) {
        const target = targets[i]!
        if (marks[target] === mark) continue
        const edge = edgeOf[i]!
        if ((kind[edge] === SAME) !== same) continue
        if (filtered && !mayUse(graph, edge, window)) continue
        take(target, edge, at)
      }
    }
    for (let half = head[node]!; half !== -1; half = next[half]!) {
      const edge = settled + (half >> 1)
      const target = (half & 1) === 0 ? to[edge]! : from[edge]!
      if (marks[target] === mark || (kind[edge] === SAME) !== same) continue
      if (filtered && !mayUse(graph, edge, window)) continue
      take(target, edge, at)
    }
  }

  let begin = 0
  for (let at = 0; at <= hops && begin < size; at++) {
    if (graph.sameCount > 0) { for (let i = begin; i < size; i++) step(found[i]!, at, true) }
    if (at === hops) break
    const end = size
    for (let i = begin; i < end; i++) {
      const node = found[i]!
      if (i > 0 && graph.degree(node) > hubCap) hubs.push(node)
      else step(node, at + 1, false)
    }
    begin = end
  }
  return {
    nodes: found.slice(0, size),
    depths: depth.slice(0, size),
    via: reached.slice(0, size),
    hubs,
    cut,
  }
}
