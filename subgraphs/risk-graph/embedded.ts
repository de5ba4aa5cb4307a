/**
 * The graph in this process, behind the port.
 */
import { NO_DAY } from './engine/days.ts'
import { IdTable } from './engine/id-table.ts'
import { Graph, SAME } from './engine/live-graph.ts'
import { neighbourhood } from './engine/neighbourhood.ts'
import { findPaths } from './engine/paths.ts'
import {
  type Cursor,
  type PortBatch,
  PortError,
  type RiskGraphPort,
  type Walk,
  type WalkQuery,
  type Way,
  type WayQuery,
} from './port.ts'
import { ENTITY_TYPES, SAME_AS } from './record.ts'

/** Edges looked at for one question about ways. */
const EFFORT = 1_000_000

/** A tenant's graph in memory. */
export class EmbeddedGraph implements RiskGraphPort {
  #graph = new Graph()
  #ids = new IdTable()
  #kinds = new Map<string, number>([[SAME_AS, SAME]])
  #ends = 0

  cursor(): Promise<Cursor> {
    return Promise.resolve(this.#cursor())
  }

  async upsert({ after, entities, links, ended }: PortBatch): Promise<Cursor> {
    const now = this.#cursor()
    if (
      now.entities !== after.entities || now.links !== after.links || now.ends !== after.ends
    ) {
      throw new PortError('CURSOR_ELSEWHERE', 'the graph stands elsewhere in the record', false)
    }
    for (const { id, type } of entities) {
      this.#ids.add(id)
      this.#graph.addNode(ENTITY_TYPES.indexOf(type))
    }
    for (const { from, to, kind, day } of links) {
      const number = this.#kinds.get(kind) ?? this.#kinds.size
      this.#kinds.set(kind, number)
      const [a, b] = [this.#ids.find(from)!, this.#ids.find(to)!]
      this.#graph.addEdge(a, b, number, day ?? NO_DAY)
    }
    for (const { no } of ended) this.#graph.removeEdge(no)
    this.#ends += ended.length
    return this.#cursor()
  }

  async walk(id: string, query: WalkQuery): Promise<Walk | undefined> {
    const node = this.#ids.find(id)
    if (node === undefined) return undefined
    const { nodes, depths, hubs, cut } = neighbourhood(this.#graph, node, query)
    const found = Array.from(nodes, (no, i) => ({ id: this.#ids.name(no), depth: depths[i]! }))
    return {
      nodes: found.toSorted((a, b) => a.depth - b.depth || (a.id < b.id ? -1 : 1)),
      hubs: hubs.map((no) => this.#ids.name(no)).toSorted(),
      cut,
    }
  }

  async ways(a: string, b: string, query: WayQuery): Promise<readonly Way[] | undefined> {
    const [start, goal] = [this.#ids.find(a), this.#ids.find(b)]
    if (start === undefined || goal === undefined) return undefined
    const { paths } = findPaths(this.#graph, start, goal, { ...query, effort: EFFORT })
    return paths.map(({ nodes, edges }) => ({
      nodes: nodes.map((no) => this.#ids.name(no)),
      links: edges,
    }))
  }

  async erase(): Promise<void> {
    this.#graph = new Graph()
    this.#ids = new IdTable()
    this.#ends = 0
  }

  close(): Promise<void> {
    return Promise.resolve()
  }

  #cursor(): Cursor {
    return { entities: this.#ids.size, links: this.#graph.edges, ends: this.#ends }
  }
}
