/**
 * The little of a graph that a search for ways brought over from a server.
 */
import { Graph, SAME } from '../engine/live-graph.ts'
import { findPaths } from '../engine/paths.ts'
import type { WayQuery, Ways } from '../port.ts'

/** A link as seen from one of its ends. @property a the end that was asked about */
export interface LinkRow {
  readonly a: number
  readonly b: number
  readonly from: number
  readonly to: number
  readonly no: number
  readonly kind: number
  readonly day: number
}

/** Links in memory, and the ways among them. */
export class LocalGraph {
  readonly #graph = new Graph()
  readonly #places = new Map<number, number>()
  readonly #nodes: number[] = []
  readonly #numbers: number[] = []
  readonly #seen = new Set<number>()

  get size(): number {
    return this.#nodes.length
  }

  get links(): number {
    return this.#numbers.length
  }

  nodes(): readonly number[] {
    return this.#nodes
  }

  add({ a, b, no, kind }: LinkRow): void {
    if (this.#seen.has(no)) return
    this.#seen.add(no)
    this.#numbers.push(no)
    this.#graph.addEdge(this.#node(a), this.#node(b), kind === SAME ? SAME : 1)
  }

  ways(a: number, b: number, query: WayQuery, hubs: ReadonlySet<number>): Ways {
    const [start, goal] = [this.#places.get(a), this.#places.get(b)]
    if (start === undefined || goal === undefined) return { ways: [], cut: false }
    // More than are wanted: some go through hubs, which here are not as large as there.
    const { paths, cut } = findPaths(this.#graph, start, goal, {
      maxHops: query.maxHops,
      count: query.effort,
      hubCap: Number.MAX_SAFE_INTEGER,
      effort: query.effort,
    })
    const ways = paths
      .map(({ nodes, edges }) => ({
        nodes: nodes.map((node) => this.#nodes[node]!),
        links: edges.map((edge) => this.#numbers[edge]!),
      }))
      .filter(({ nodes }) => nodes.slice(1, -1).every((node) => !hubs.has(node)))
      .sort((x, y) => x.links.length - y.links.length || compare(x.links, y.links))
      .slice(0, query.count)
    return { ways, cut }
  }

  #node(no: number): number {
    let place = this.#places.get(no)
    if (place === undefined) {
      place = this.#graph.addNode(0)
      this.#places.set(no, place)
      this.#nodes.push(no)
    }
    return place
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at === -1 ? 0 : a[at]! - b[at]!
}
