/**
 * A graph at rest: compressed sparse rows in typed arrays.
 *
 * Every edge is found from both of its ends. Neighbours of a node stand in the order of their edges,
 * so that two builds of the same edges are the same arrays.
 */

/**
 * Neighbours of node `v`: `targets[offsets[v]]` up to, not including, `targets[offsets[v + 1]]`.
 *
 * @property edgeOf beside each target, the number of the edge that leads there
 */
export interface Csr {
  readonly nodes: number
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  readonly edgeOf: Uint32Array
}

/** A graph without edges. */
export function emptyCsr(): Csr {
  return {
    nodes: 0,
    offsets: new Uint32Array(1),
    targets: new Uint32Array(0),
    edgeOf: new Uint32Array(0),
  }
}

/**
 * Builds the rows of edges `0 … edges - 1`, in time linear in nodes and edges.
 *
 * @param from, to ends of each edge; each is below `nodes`
 * @param gone non-zero for edges to leave out
 */
export function buildCsr(
  nodes: number,
  edges: number,
  from: Uint32Array,
  to: Uint32Array,
  gone?: Uint8Array,
): Csr {
  // Shifted by two, so that the rows are filled without a second copy of the offsets.
  const starts = new Uint32Array(nodes + 2)
  for (let e = 0; e < edges; e++) {
    if (gone !== undefined && gone[e] !== 0) continue
    starts[from[e]! + 2]!++
    starts[to[e]! + 2]!++
  }
  for (let v = 2; v < nodes + 2; v++) starts[v]! += starts[v - 1]!
  const halves = starts[nodes + 1]!
  const targets = new Uint32Array(halves)
  const edgeOf = new Uint32Array(halves)
  for (let e = 0; e < edges; e++) {
    if (gone !== undefined && gone[e] !== 0) continue
    const a = from[e]!
    const b = to[e]!
    const i = starts[a + 1]!++
    targets[i] = b
    edgeOf[i] = e
    const j = starts[b + 1]!++
    targets[j] = a
    edgeOf[j] = e
  }
  return { nodes, offsets: starts.subarray(0, nodes + 1), targets, edgeOf }
}
