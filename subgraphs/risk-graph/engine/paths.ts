/**
 * Ways between two nodes, shortest first.
 */
import { eachNeighbour, type Graph } from './live-graph.ts'
import { mayUse, type Window } from './window.ts'

/**
 * @property maxHops the most steps of a path
 * @property count the most paths
 * @property hubCap nodes of a higher degree are not gone through; the ends may be hubs
 * @property effort the most edges looked at, after which what was found is answered
 */
export interface PathQuery {
  readonly maxHops: number
  readonly count: number
  readonly hubCap: number
  readonly effort: number
  readonly window?: Window | undefined
}

/** @property nodes from one end to the other @property edges one fewer */
export interface Path {
  readonly nodes: readonly number[]
  readonly edges: readonly number[]
}

/** @property cut whether the effort ended the search: longer paths may be missing */
export interface Paths {
  readonly paths: readonly Path[]
  readonly cut: boolean
}

/**
 * Simple paths by length; of equal length, in the order of their edges.
 *
 * Distances to the goal come first, from one walk backwards; the search then never enters what
 * cannot reach the goal in the steps that are left.
 */
export function findPaths(graph: Graph, start: number, goal: number, query: PathQuery): Paths {
  const { maxHops, count, hubCap, window } = query
  if (start === goal) return { paths: [{ nodes: [start], edges: [] }], cut: false }
  let left = query.effort
  const distance = new Map<number, number>([[goal, 0]])
  let frontier = [goal]
  const passable = (node: number) => node === start || node === goal || graph.degree(node) <= hubCap
  for (let d = 1; d <= maxHops && frontier.length > 0 && left > 0; d++) {
    const further: number[] = []
    for (const node of frontier) {
      if (left <= 0) break
      // Nothing beyond the start is needed: a simple path does not come back to it.
      if (node === start) continue
      eachNeighbour(graph, node, (neighbour, edge) => {
        left -= 1
        if (distance.has(neighbour) || !mayUse(graph, edge, window)) return
        if (!passable(neighbour)) return
        distance.set(neighbour, d)
        further.push(neighbour)
      })
    }
    frontier = further
  }
  const shortest = distance.get(start)
  if (shortest === undefined) return { paths: [], cut: left <= 0 }

  const paths: Path[] = []
  const nodes = [start]
  const edges: number[] = []
  const on = new Set(nodes)
  const search = (length: number): void => {
    const node = nodes.at(-1)!
    const remaining = length - edges.length
    if (node === goal) {
      if (remaining === 0) paths.push({ nodes: [...nodes], edges: [...edges] })
      return
    }
    const steps: [number, number][] = []
    eachNeighbour(graph, node, (neighbour, edge) => {
      left -= 1
      const far = distance.get(neighbour)
      if (far === undefined || far > remaining - 1 || on.has(neighbour)) return
      if (mayUse(graph, edge, window)) steps.push([neighbour, edge])
    })
    steps.sort((a, b) => a[1] - b[1])
    for (const [neighbour, edge] of steps) {
      if (paths.length >= count || left <= 0) return
      nodes.push(neighbour)
      edges.push(edge)
      on.add(neighbour)
      search(length)
      on.delete(neighbour)
      edges.pop()
      nodes.pop()
    }
  }
  for (let length = shortest; length <= maxHops && paths.length < count && left > 0; length++) {
    search(length)
  }
  return { paths, cut: left <= 0 }
}
