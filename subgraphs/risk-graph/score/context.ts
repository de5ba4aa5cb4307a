/**
 * What lies around a claim, as a small graph of its own.
 */
import { aliasesOf } from '../engine/aliases.ts'
import { eachNeighbour, Graph } from '../engine/live-graph.ts'
import { neighbourhood } from '../engine/neighbourhood.ts'

/** Claim → its people and things → their claims → the people of those. */
const HOPS = 3
/** Nodes with more links are not gone through: a garage, a broker. */
const HUB_CAP = 50
/** Around no claim is there more to look at in time. */
const NODES_MAX = 600

/**
 * @property local nodes by their places in the small graph
 * @property nodes places by their numbers outside
 * @property edges numbers outside of the small graph's edges
 */
export interface Context {
  readonly local: Graph
  readonly nodes: readonly number[]
  readonly places: ReadonlyMap<number, number>
  readonly edges: readonly number[]
  readonly hubs: readonly number[]
  readonly cut: boolean
}

/** Takes the surroundings of a node out of the graph. A few hundred nodes, well below a millisecond. */
export function contextOf(graph: Graph, seed: number): Context {
  const found = neighbourhood(graph, seed, { hops: HOPS, hubCap: HUB_CAP, limit: NODES_MAX })
  const local = new Graph()
  const places = new Map<number, number>()
  const nodes: number[] = []
  for (const node of found.nodes) {
    for (const one of [node, ...aliasesOf(graph, node)]) {
      if (places.has(one)) continue
      places.set(one, local.addNode(graph.type[one]!))
      nodes.push(one)
    }
  }
  const edges: number[] = []
  const seen = new Set<number>()
  for (const node of nodes) {
    // What leads to a hub is found from the other end.
    if (graph.degree(node) > HUB_CAP) continue
    eachNeighbour(graph, node, (neighbour, edge) => {
      const place = places.get(neighbour)
      if (place === undefined || seen.has(edge)) return
      seen.add(edge)
      edges.push(edge)
      const [a, b] = [places.get(graph.from[edge]!)!, places.get(graph.to[edge]!)!]
      local.addEdge(a, b, graph.kind[edge]!, graph.day[edge]!)
    })
  }
  return { local, nodes, places, edges, hubs: found.hubs, cut: found.cut }
}
