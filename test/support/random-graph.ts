/**
 * Random graphs for differential tests, from a seed.
 */
import type { EdgeColumns } from '../../subgraphs/risk-graph/engine/live-graph.ts'

/** Numbers in [0, 1) that repeat for the same seed. */
export function seeded(seed: number): () => number {
  let state = (seed * 2654435761) >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Columns of edges given as `[from, to, kind?, day?]`. */
export function columnsOf(
  edges: readonly (readonly [number, number, number?, number?])[],
): EdgeColumns {
  return {
    from: Uint32Array.from(edges, (e) => e[0]),
    to: Uint32Array.from(edges, (e) => e[1]),
    kind: Uint16Array.from(edges, (e) => e[2] ?? 1),
    day: Int32Array.from(edges, (e) => e[3] ?? -0x8000_0000),
  }
}

/** Distinct undirected edges without loops, of which a share goes to a few hubs. */
export function simpleEdges(seed: number, nodes: number, count: number): [number, number][] {
  const random = seeded(seed)
  const seen = new Set<string>()
  const edges: [number, number][] = []
  for (let tries = 0; edges.length < count && tries < count * 20; tries++) {
    const a = Math.floor(random() * nodes)
    const b = random() < 0.2
      ? Math.floor(random() * Math.min(4, nodes))
      : Math.floor(random() * nodes)
    const key = a < b ? `${a}-${b}` : `${b}-${a}`
    if (a === b || seen.has(key)) continue
    seen.add(key)
    edges.push([a, b])
  }
  return edges
}
