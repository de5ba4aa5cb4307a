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
 * A claim with what it names, of which the graph may know nothing yet: it is scored in the unit of
 * work that records it.
 *
 * @property no its number in the record @property nodes entities that are new
 * @property links of the claim, with their numbers in the record
 */
export interface OpenClaim {
  readonly no: number
  readonly nodes: readonly { readonly no: number; readonly type: number }[]
  readonly links: readonly {
    readonly no: number
    readonly from: number
    readonly to: number
    readonly kind: number
    readonly day: number
  }[]
}

/**
 * @property local nodes by their places in the small graph
 * @property nodes numbers outside by places @property places by numbers outside
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

/** Takes the surroundings of a claim out of the graph. A few hundred nodes, well below a millisecond. */
export function contextOf(graph: Graph, claim: OpenClaim): Context {
  const local = new Graph()
  const places = new Map<number, number>()
  const nodes: number[] = []
  const hubs = new Set<number>()
  let cut = false
  const place = (node: number, type: number) => {
    if (places.has(node)) return
    places.set(node, local.addNode(type))
    nodes.push(node)
  }
  const take = (node: number) => {
    for (const one of [node, ...aliasesOf(graph, node)]) place(one, graph.type[one]!)
  }
  const around = (seed: number, hops: number) => {
    const limit = NODES_MAX - nodes.length
    if (limit <= 0) {
      cut = true
      return
    }
    const found = neighbourhood(graph, seed, { hops, hubCap: HUB_CAP, limit })
    for (const node of found.nodes) take(node)
    for (const hub of found.hubs) hubs.add(hub)
    cut ||= found.cut
  }
  if (claim.no < graph.nodes) around(claim.no, HOPS)
  for (const { no, type } of claim.nodes) if (no >= graph.nodes) place(no, type)
  for (const { to } of claim.links) {
    if (to >= graph.nodes) continue
    if (graph.degree(to) <= HUB_CAP) {
      around(to, HOPS - 1)
      continue
    }
    take(to)
    hubs.add(to)
  }
  const edges: number[] = []
  const seen = new Set<number>()
  for (const node of nodes) {
    // What leads to a hub is found from the other end.
    if (node >= graph.nodes || graph.degree(node) > HUB_CAP) continue
    eachNeighbour(graph, node, (neighbour, edge) => {
      const at = places.get(neighbour)
      if (at === undefined || seen.has(edge)) return
      seen.add(edge)
      edges.push(edge)
      const [a, b] = [places.get(graph.from[edge]!)!, places.get(graph.to[edge]!)!]
      local.addEdge(a, b, graph.kind[edge]!, graph.day[edge]!)
    })
  }
  for (const { no, from, to, kind, day } of claim.links) {
    const [a, b] = [places.get(from), places.get(to)]
    if (seen.has(no) || a === undefined || b === undefined) continue
    edges.push(no)
    local.addEdge(a, b, kind, day)
  }
  return { local, nodes, places, edges, hubs: [...hubs], cut }
}
