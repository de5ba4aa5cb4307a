/**
 * The graph in this process, behind the port: typed arrays, with what came since beside them.
 */
import { aliasesOf } from './engine/aliases.ts'
import { linkColumns } from './engine/columns.ts'
import { compactBeside, needsCompaction } from './engine/compact.ts'
import { eachNeighbour, Graph } from './engine/live-graph.ts'
import { neighbourhood } from './engine/neighbourhood.ts'
import { findPaths } from './engine/paths.ts'
import { around } from './engine/surroundings.ts'
import { mayUse } from './engine/window.ts'
import {
  type Cursor,
  type LinkColumns,
  type NeighbourPage,
  type NeighbourQuery,
  type PortBatch,
  PortError,
  type RiskGraphPort,
  ROW_MAX,
  type Surroundings,
  type SurroundingsQuery,
  type Walk,
  type WalkQuery,
  type WayQuery,
  type Ways,
} from './port.ts'
import { ENTITY_TYPES, type EntityType } from './record.ts'

const SNAPSHOT_PAGE = 1 << 20
const TYPE_NUMBERS = new Map<EntityType, number>(ENTITY_TYPES.map((type, i) => [type, i]))

/** A tenant's graph in memory. */
export class EmbeddedGraph implements RiskGraphPort {
  #graph = new Graph()
  #ends = 0
  #compacting: Promise<void> | undefined
  readonly #report: (error: unknown) => void

  /** @param report told when settling the graph fails; walks are then only slower */
  constructor(report: (error: unknown) => void = () => undefined) {
    this.#report = report
  }

  cursor(): Promise<Cursor> {
    return Promise.resolve(this.#cursor())
  }

  async upsert({ after, entities, links, ended }: PortBatch): Promise<Cursor> {
    const now = this.#cursor()
    if (
      now.entities !== after.entities || now.links !== after.links || now.ends !== after.ends
    ) {
      throw elsewhere('the graph stands elsewhere in the record')
    }
    const graph = this.#graph
    for (const type of entities.types) graph.addNode(type)
    const { from, to, kind, day } = links
    for (let i = 0; i < from.length; i++) graph.addEdge(from[i]!, to[i]!, kind[i]!, day[i]!)
    for (const no of ended.no) graph.removeEdge(no)
    this.#ends += ended.no.length
    return this.#cursor()
  }

  settle(): void {
    const graph = this.#graph
    if (graph.settled === 0) graph.compact()
    else if (needsCompaction(graph)) {
      this.#compacting ??= compactBeside(graph).catch(this.#report)
        .finally(() => this.#compacting = undefined)
    }
  }

  async degrees(nos: readonly number[]): Promise<readonly number[]> {
    return nos.map((no) => this.#graph.degree(this.#known(no)))
  }

  async neighbours(
    no: number,
    { type, window, since = 0, before = Infinity, limit }: NeighbourQuery,
  ): Promise<NeighbourPage> {
    const graph = this.#graph
    const wanted = type === undefined ? undefined : TYPE_NUMBERS.get(type)
    const found: { link: number; neighbour: number }[] = []
    let total = 0
    eachNeighbour(graph, this.#known(no), (neighbour, link) => {
      if (link < since) return
      if (wanted !== undefined && graph.type[neighbour] !== wanted) return
      if (!mayUse(graph, link, window)) return
      total += 1
      if (link >= before) return
      found.push({ link, neighbour })
      // A hub has millions: no more is kept than a few pages.
      if (found.length >= 4 * limit + 1_000) newestFirst(found, limit)
    })
    newestFirst(found, limit)
    return { total, links: found }
  }

  async links(nos: readonly number[]): Promise<LinkColumns> {
    const edges = new Set<number>()
    for (const no of nos) eachNeighbour(this.#graph, this.#known(no), (_, edge) => edges.add(edge))
    return this.#columns([...edges].sort((a, b) => a - b))
  }

  async same(nos: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>> {
    const found = new Map<number, readonly number[]>()
    for (const no of nos) {
      const others = aliasesOf(this.#graph, this.#known(no))
      if (others.length > 0) found.set(no, others.sort((a, b) => a - b))
    }
    return found
  }

  async walk(no: number, query: WalkQuery): Promise<Walk> {
    const graph = this.#graph
    const { nodes, depths, hubs, cut } = neighbourhood(graph, this.#known(no), query)
    const inside = new Set(nodes)
    const links = new Set<number>()
    for (const node of nodes) {
      if (graph.degree(node) > ROW_MAX) continue
      eachNeighbour(graph, node, (neighbour, edge) => {
        if (inside.has(neighbour) && mayUse(graph, edge, query.window)) links.add(edge)
      })
    }
    const order = Array.from(nodes.keys())
      .sort((a, b) => depths[a]! - depths[b]! || nodes[a]! - nodes[b]!)
    return {
      nodes: Uint32Array.from(order, (i) => nodes[i]!),
      depths: Uint8Array.from(order, (i) => depths[i]!),
      links: Uint32Array.from(links).sort(),
      hubs: hubs.toSorted((a, b) => a - b),
      cut,
    }
  }

  async ways(a: number, b: number, query: WayQuery): Promise<Ways> {
    const { paths, cut } = findPaths(this.#graph, this.#known(a), this.#known(b), query)
    return { ways: paths.map(({ nodes, edges }) => ({ nodes, links: edges })), cut }
  }

  async surroundings(query: SurroundingsQuery): Promise<Surroundings> {
    const { nodes, edges, hubs, cut } = around(this.#graph, query)
    return { nodes, links: this.#columns(edges), hubs, cut }
  }

  async *snapshot(): AsyncGenerator<LinkColumns> {
    const graph = this.#graph
    // What comes while it is read is not part of it.
    const { edges, gone } = graph
    for (let at = 0; at < edges; at += SNAPSHOT_PAGE) {
      const rows: number[] | undefined = graph.goneCount === 0 ? undefined : []
      const end = Math.min(edges, at + SNAPSHOT_PAGE)
      if (rows === undefined) {
        yield {
          no: Uint32Array.from({ length: end - at }, (_, i) => at + i),
          from: graph.from.subarray(at, end),
          to: graph.to.subarray(at, end),
          kind: graph.kind.subarray(at, end),
          day: graph.day.subarray(at, end),
        }
        continue
      }
      for (let edge = at; edge < end; edge++) if (gone[edge] === 0) rows.push(edge)
      yield this.#columns(rows)
    }
  }

  async erase(): Promise<void> {
    await this.#compacting
    this.#graph = new Graph()
    this.#ends = 0
  }

  async close(): Promise<void> {
    await this.#compacting
  }

  #cursor(): Cursor {
    return { entities: this.#graph.nodes, links: this.#graph.edges, ends: this.#ends }
  }

  #known(no: number): number {
    if (no >= 0 && no < this.#graph.nodes) return no
    throw elsewhere(`the graph has not read entity ${no}`)
  }

  #columns(edges: readonly number[]): LinkColumns {
    const graph = this.#graph
    const columns = linkColumns(edges.length)
    for (const [i, edge] of edges.entries()) {
      columns.no[i] = edge
      columns.from[i] = graph.from[edge]!
      columns.to[i] = graph.to[edge]!
      columns.kind[i] = graph.kind[edge]!
      columns.day[i] = graph.day[edge]!
    }
    return columns
  }
}

function newestFirst(found: { link: number }[], limit: number): void {
  found.sort((a, b) => b.link - a.link)
  found.length = Math.min(found.length, limit)
}

function elsewhere(why: string): PortError {
  return new PortError('CURSOR_ELSEWHERE', why, true)
}
