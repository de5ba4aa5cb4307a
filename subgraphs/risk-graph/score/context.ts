/**
 * What lies around a claim, as a small graph of its own.
 */
import { Graph } from '../engine/live-graph.ts'
import type { Surroundings, SurroundingsQuery } from '../port.ts'

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

/** What to ask the graph about a claim. @param claim, things numbers of those that are known already */
export function questionAbout(
  claim: number | undefined,
  things: readonly number[],
): SurroundingsQuery {
  return {
    seeds: [
      ...(claim === undefined ? [] : [{ no: claim, hops: HOPS }]),
      ...things.map((no) => ({ no, hops: HOPS - 1 })),
    ],
    hubCap: HUB_CAP,
    limit: NODES_MAX,
  }
}

/** The claim in its surroundings, as a graph of a few hundred nodes; well below a millisecond. */
export function contextOf(
  around: Surroundings,
  types: ArrayLike<number>,
  claim: OpenClaim,
): Context {
  const local = new Graph()
  const places = new Map<number, number>()
  const nodes: number[] = []
  const place = (node: number, type: number) => {
    if (places.has(node)) return
    places.set(node, local.addNode(type))
    nodes.push(node)
  }
  for (const node of around.nodes) place(node, types[node]!)
  for (const { no, type } of claim.nodes) place(no, type)
  const edges: number[] = []
  const { no, from, to, kind, day } = around.links
  for (let i = 0; i < no.length; i++) {
    edges.push(no[i]!)
    local.addEdge(places.get(from[i]!)!, places.get(to[i]!)!, kind[i]!, day[i]!)
  }
  const seen = new Set(edges)
  for (const link of claim.links) {
    const [a, b] = [places.get(link.from), places.get(link.to)]
    if (seen.has(link.no) || a === undefined || b === undefined) continue
    edges.push(link.no)
    local.addEdge(a, b, link.kind, link.day)
  }
  return { local, nodes, places, edges, hubs: around.hubs, cut: around.cut }
}
