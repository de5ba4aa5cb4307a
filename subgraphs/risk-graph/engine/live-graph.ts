/**
 * The graph in memory: rows at rest, and what came since beside them.
 *
 * Edges have numbers from 0 in the order in which they came. Those below `settled` are in the rows;
 * later ones hang on linked lists per node until `compact` settles them. A walk reads both, so that
 * an edge is there the moment it was added.
 */
import { buildCsr, type Csr, emptyCsr } from './csr.ts'
import { NO_DAY } from './days.ts'

const NONE = -1

/** The kind of edges that say that two nodes are the same: walks count them as no step. */
export const SAME = 0

/** What an edge is. @property kind a number whose meaning belongs to the caller @property day or `NO_DAY` */
export interface EdgeColumns {
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly kind: Uint16Array
  readonly day: Int32Array
}

/** A mutable graph of numbered nodes and edges. Walks are synchronous and share its scratch space. */
export class Graph {
  nodes = 0
  edges = 0
  /** Types of nodes, by number. Longer than `nodes`. */
  type: Uint8Array = new Uint8Array(64)
  from: Uint32Array = new Uint32Array(64)
  to: Uint32Array = new Uint32Array(64)
  kind: Uint16Array = new Uint16Array(64)
  day: Int32Array = new Int32Array(64)
  /** Non-zero for edges that were taken out. */
  gone: Uint8Array = new Uint8Array(64)
  goneCount = 0
  /** Edges of kind `SAME`, taken-out ones included: without any, walks need not look for them. */
  sameCount = 0
  csr: Csr = emptyCsr()
  /** Edges in `csr`. */
  settled = 0
  /** Per node, its newest half edge since then; half `2i + s` belongs to edge `settled + i`. */
  head: Int32Array = new Int32Array(64).fill(NONE)
  next: Int32Array = new Int32Array(64)
  /** Per node, how many half edges it has there. */
  late: Uint32Array = new Uint32Array(64)
  /** Taken out since the rows were built: these are still in them. */
  #goneInRows = 0
  /** Per node, half edges that walks still pass by though they were taken out. */
  #less: Uint32Array = new Uint32Array(64)
  #marks: Uint32Array = new Uint32Array(64)
  #mark = 0

  /** Adds a node and answers its number. */
  addNode(type: number): number {
    const node = this.nodes++
    if (node >= this.type.length) {
      const size = grown(node)
      this.type = copied(this.type, new Uint8Array(size))
      this.late = copied(this.late, new Uint32Array(size))
      this.#less = copied(this.#less, new Uint32Array(size))
      this.head = copied(this.head, new Int32Array(size).fill(NONE))
    }
    this.type[node] = type
    return node
  }

  /** Adds an edge and answers its number. @throws RangeError when an end is no node */
  addEdge(from: number, to: number, kind: number, day: number = NO_DAY): number {
    if (!(from < this.nodes && to < this.nodes)) {
      throw new RangeError(`edge ${from}–${to} leads out of ${this.nodes} nodes`)
    }
    const edge = this.edges++
    this.#reserve(this.edges)
    this.from[edge] = from
    this.to[edge] = to
    this.kind[edge] = kind
    this.day[edge] = day
    if (kind === SAME) this.sameCount++
    this.#hang(edge)
    return edge
  }

  /** Takes an edge out. Doing it again changes nothing. */
  removeEdge(edge: number): void {
    if (!(edge < this.edges)) throw new RangeError(`there is no edge ${edge}`)
    if (this.gone[edge] !== 0) return
    this.gone[edge] = 1
    this.goneCount++
    if (edge < this.settled) this.#goneInRows++
    this.#passBy(edge)
  }

  /** Takes in whole columns at once and settles them: the fast way to load. The arrays are kept. */
  adopt(types: Uint8Array, columns: EdgeColumns): void {
    if (this.nodes > 0) throw new RangeError('only an empty graph adopts columns')
    this.nodes = types.length
    this.edges = columns.from.length
    this.type = types
    this.from = columns.from
    this.to = columns.to
    this.kind = columns.kind
    this.day = columns.day
    this.gone = new Uint8Array(this.edges)
    for (let e = 0; e < this.edges; e++) if (this.kind[e] === SAME) this.sameCount++
    this.late = new Uint32Array(this.nodes)
    this.#less = new Uint32Array(this.nodes)
    this.head = new Int32Array(this.nodes).fill(NONE)
    this.#settle(buildCsr(this.nodes, this.edges, this.from, this.to), this.edges)
  }

  /** Edges at a node that were not taken out; a loop counts twice. */
  degree(node: number): number {
    const { offsets, nodes } = this.csr
    const settled = node < nodes ? offsets[node + 1]! - offsets[node]! : 0
    return settled + this.late[node]! - this.#less[node]!
  }

  /** Edges that are not in the rows yet, or still are though taken out. */
  get pending(): number {
    return this.edges - this.settled + this.#goneInRows
  }

  /** Settles everything into rows. */
  compact(): void {
    if (this.pending === 0 && this.csr.nodes === this.nodes) return
    this.#settle(
      buildCsr(
        this.nodes,
        this.edges,
        this.from,
        this.to,
        this.goneCount > 0 ? this.gone : undefined,
      ),
      this.edges,
    )
  }

  /** The edges up to now, for building their rows elsewhere. */
  copyColumns(): { nodes: number; edges: number } & Pick<EdgeColumns, 'from' | 'to'> & {
    gone: Uint8Array
  } {
    const { nodes, edges } = this
    return {
      nodes,
      edges,
      from: this.from.slice(0, edges),
      to: this.to.slice(0, edges),
      gone: this.gone.slice(0, edges),
    }
  }

  /** Takes rows that were built elsewhere from the first `edges` edges; later ones stay beside them. */
  adoptRows(csr: Csr, edges: number): void {
    if (edges < this.settled) throw new RangeError('these rows are older than those at hand')
    this.#settle(csr, edges)
    // What was taken out while the rows were built is in them still.
    let left = 0
    for (let v = 0; v < csr.nodes; v++) {
      for (let i = csr.offsets[v]!; i < csr.offsets[v + 1]!; i++) {
        if (this.gone[csr.edgeOf[i]!] === 0) continue
        left += 1
        this.#less[v]!++
      }
    }
    this.#goneInRows = left / 2
  }

  /** Marks for one walk: `marks[v] === mark` once it has been at `v`. */
  walk(): { marks: Uint32Array; mark: number } {
    if (this.#marks.length < this.nodes) this.#marks = new Uint32Array(grown(this.nodes))
    if (this.#mark === 0xffff_fffe) {
      this.#marks.fill(0)
      this.#mark = 0
    }
    this.#mark += 1
    return { marks: this.#marks, mark: this.#mark }
  }

  #settle(csr: Csr, edges: number): void {
    this.csr = csr
    this.settled = edges
    this.head.fill(NONE)
    this.late.fill(0)
    this.#less.fill(0)
    this.#goneInRows = 0
    this.next = new Int32Array(64)
    for (let e = edges; e < this.edges; e++) {
      this.#hang(e)
      if (this.gone[e] !== 0) this.#passBy(e)
    }
  }

  #passBy(edge: number): void {
    this.#less[this.from[edge]!]!++
    this.#less[this.to[edge]!]!++
  }

  #hang(edge: number): void {
    const half = 2 * (edge - this.settled)
    if (half + 2 > this.next.length) {
      this.next = copied(this.next, new Int32Array(grown(half + 2)))
    }
    const a = this.from[edge]!
    const b = this.to[edge]!
    this.next[half] = this.head[a]!
    this.head[a] = half
    this.next[half + 1] = this.head[b]!
    this.head[b] = half + 1
    this.late[a]!++
    this.late[b]!++
  }

  #reserve(edges: number): void {
    if (edges <= this.from.length) return
    const size = grown(edges)
    this.from = copied(this.from, new Uint32Array(size))
    this.to = copied(this.to, new Uint32Array(size))
    this.kind = copied(this.kind, new Uint16Array(size))
    this.day = copied(this.day, new Int32Array(size))
    this.gone = copied(this.gone, new Uint8Array(size))
  }
}

/** Calls `visit` with each neighbour and the edge to it; parallel edges are visited each. */
export function eachNeighbour(
  graph: Graph,
  node: number,
  visit: (neighbour: number, edge: number) => void,
): void {
  const { csr, gone, next, from, to, settled } = graph
  if (node < csr.nodes) {
    const end = csr.offsets[node + 1]!
    for (let i = csr.offsets[node]!; i < end; i++) {
      const edge = csr.edgeOf[i]!
      if (gone[edge] === 0) visit(csr.targets[i]!, edge)
    }
  }
  for (let half = graph.head[node]!; half !== NONE; half = next[half]!) {
    const edge = settled + (half >> 1)
    if (gone[edge] === 0) visit((half & 1) === 0 ? to[edge]! : from[edge]!, edge)
  }
}

function grown(size: number): number {
  return Math.max(64, Math.ceil(size * 1.5))
}

function copied<A extends Uint8Array | Uint16Array | Uint32Array | Int32Array>(
  old: A,
  larger: A,
): A {
  larger.set(old)
  return larger
}
