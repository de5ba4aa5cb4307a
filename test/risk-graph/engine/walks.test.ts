import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { NO_DAY } from '../../../subgraphs/risk-graph/engine/days.ts'
import { eachNeighbour, Graph, SAME } from '../../../subgraphs/risk-graph/engine/live-graph.ts'
import { neighbourhood } from '../../../subgraphs/risk-graph/engine/neighbourhood.ts'
import { findPaths } from '../../../subgraphs/risk-graph/engine/paths.ts'
import type { Window } from '../../../subgraphs/risk-graph/engine/window.ts'

interface Plan {
  readonly nodes: number
  readonly edges: readonly [number, number, number, number][]
  readonly removed: readonly number[]
  readonly settledAt: number
}

const plan: fc.Arbitrary<Plan> = fc.integer({ min: 2, max: 14 }).chain((nodes) =>
  fc.record({
    nodes: fc.constant(nodes),
    edges: fc.array(
      fc.tuple(
        fc.nat(nodes - 1),
        fc.nat(nodes - 1),
        fc.integer({ min: 0, max: 3 }),
        fc.oneof(fc.constant(NO_DAY), fc.integer({ min: 0, max: 9 })),
      ),
      { maxLength: 30 },
    ),
    removed: fc.array(fc.nat(29), { maxLength: 4 }),
    settledAt: fc.nat(30),
  })
)
const window: fc.Arbitrary<Window | undefined> = fc.option(
  fc.tuple(fc.nat(9), fc.nat(9)).map(([a, b]) => ({
    fromDay: Math.min(a, b),
    toDay: Math.max(a, b),
  })),
  { nil: undefined },
)

function build({ nodes, edges, removed, settledAt }: Plan): Graph {
  const graph = new Graph()
  for (let v = 0; v < nodes; v++) graph.addNode(1)
  edges.forEach(([a, b, kind, day], i) => {
    if (i === settledAt) graph.compact()
    graph.addEdge(a, b, kind, day)
  })
  for (const edge of removed) if (edge < graph.edges) graph.removeEdge(edge)
  return graph
}

/** Usable edges from a plain list. */
function usable({ edges, removed }: Plan, window: Window | undefined) {
  return edges.map(([a, b, kind, day], edge) => ({ a, b, kind, day, edge })).filter((e) =>
    !removed.includes(e.edge) &&
    (window === undefined || e.day === NO_DAY || (e.day >= window.fromDay && e.day <= window.toDay))
  )
}

/** Distances by relaxing until nothing changes: edges of kind SAME cost nothing. */
function distances(p: Plan, seed: number, hubCap: number, window: Window | undefined): number[] {
  const graph = build(p)
  const far = Array.from({ length: p.nodes }, () => Infinity)
  far[seed] = 0
  for (let changed = true; changed;) {
    changed = false
    for (const { a, b, kind } of usable(p, window)) {
      for (const [from, to] of [[a, b], [b, a]] as const) {
        const through = kind === SAME || from === seed || graph.degree(from) <= hubCap
        const next = far[from]! + (kind === SAME ? 0 : 1)
        if (through && next < far[to]!) {
          far[to] = next
          changed = true
        }
      }
    }
  }
  return far
}

describe('a neighbourhood', () => {
  it('holds exactly what is near enough, at its distance', () => {
    fc.assert(
      fc.property(plan, fc.nat(13), fc.nat(4), fc.integer({ min: 1, max: 9 }), window, (
        p,
        at,
        hops,
        hubCap,
        window,
      ) => {
        const seed = at % p.nodes
        const found = neighbourhood(build(p), seed, { hops, hubCap, limit: 1000, window })
        const naive = distances(p, seed, hubCap, window)
        const near = naive.flatMap((d, v) => d <= hops ? [[v, d]] : [])
        expect(
          Array.from(found.nodes, (v, i) => [v, found.depths[i]!]).toSorted((a, b) =>
            a[0]! - b[0]!
          ),
        )
          .toEqual(near)
        expect(found.cut).toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('says by which edge each node was reached', () => {
    fc.assert(fc.property(plan, fc.nat(13), (p, at) => {
      const graph = build(p)
      const seed = at % p.nodes
      const { nodes, via } = neighbourhood(graph, seed, { hops: 3, hubCap: 99, limit: 1000 })
      for (let i = 1; i < nodes.length; i++) {
        const ends = [graph.from[via[i]!]!, graph.to[via[i]!]!]
        expect(ends).toContain(nodes[i])
        const other = ends[0] === nodes[i] ? ends[1]! : ends[0]!
        expect(Array.from(nodes.subarray(0, i))).toContain(other)
      }
    }))
  })

  it('ends at its limit and says so', () => {
    const graph = new Graph()
    for (let v = 0; v < 50; v++) graph.addNode(1)
    for (let v = 1; v < 50; v++) graph.addEdge(0, v, 1)
    const found = neighbourhood(graph, 0, { hops: 2, hubCap: 10, limit: 20 })
    expect([found.nodes.length, found.cut]).toEqual([20, true])
  })

  it('reaches a hub of five million edges and does not go through it', () => {
    const edges = 5_000_000
    const graph = new Graph()
    graph.adopt(new Uint8Array(edges + 2), {
      from: Uint32Array.from({ length: edges + 1 }, (_, i) => i === edges ? edges + 1 : i + 1),
      to: Uint32Array.from({ length: edges + 1 }, (_, i) => i === edges ? 1 : 0),
      kind: new Uint16Array(edges + 1).fill(1),
      day: new Int32Array(edges + 1).fill(NO_DAY),
    })
    const found = neighbourhood(graph, edges + 1, { hops: 3, hubCap: 100, limit: 1000 })
    expect(Array.from(found.nodes)).toEqual([edges + 1, 1, 0])
    expect(found.hubs).toEqual([0])
    const fromHub = neighbourhood(graph, 0, { hops: 1, hubCap: 100, limit: 21 })
    expect([fromHub.nodes.length, fromHub.cut]).toEqual([21, true])
  })
})

/** All simple paths up to a length, as lists of edges. */
function allPaths(
  p: Plan,
  start: number,
  goal: number,
  maxHops: number,
  window: Window | undefined,
) {
  const edges = usable(p, window)
  const found: number[][] = []
  const walk = (node: number, on: number[], by: number[]) => {
    if (node === goal) {
      found.push(by)
      return
    }
    if (by.length === maxHops) return
    for (const { a, b, edge } of edges) {
      for (const [from, to] of a === b ? [] : [[a, b], [b, a]] as const) {
        if (from === node && !on.includes(to)) walk(to, [...on, to], [...by, edge])
      }
    }
  }
  walk(start, [start], [])
  return found
}

describe('paths', () => {
  it('are all simple paths, shortest first', () => {
    fc.assert(fc.property(plan, fc.nat(13), fc.nat(13), window, (p, a, b, window) => {
      const [start, goal] = [a % p.nodes, b % p.nodes]
      fc.pre(start !== goal)
      const small = { ...p, edges: p.edges.slice(0, 14) }
      const { paths, cut } = findPaths(build(small), start, goal, {
        maxHops: 4,
        count: 10_000,
        hubCap: 1000,
        effort: 1_000_000,
        window,
      })
      const naive = allPaths(small, start, goal, 4, window)
      const text = (all: readonly (readonly number[])[]) => all.map((e) => e.join()).toSorted()
      expect(text(paths.map((path) => path.edges))).toEqual(text(naive))
      const lengths = paths.map((path) => path.edges.length)
      expect(lengths).toEqual(lengths.toSorted((x, y) => x - y))
      expect(cut).toBe(false)
      for (const { nodes, edges } of paths) {
        expect([nodes[0], nodes.at(-1), nodes.length]).toEqual([start, goal, edges.length + 1])
      }
    }))
  })

  it('do not go through hubs, though they may begin and end there', () => {
    const graph = new Graph()
    for (let v = 0; v < 40; v++) graph.addNode(1)
    for (let v = 1; v < 40; v++) graph.addEdge(0, v, 1)
    const query = { maxHops: 4, count: 5, hubCap: 10, effort: 1000 }
    expect(findPaths(graph, 1, 2, query).paths).toEqual([])
    expect(findPaths(graph, 1, 2, { ...query, hubCap: 100 }).paths.map((p) => p.nodes))
      .toEqual([[1, 0, 2]])
    expect(findPaths(graph, 0, 2, query).paths.map((p) => p.nodes)).toEqual([[0, 2]])
    expect(findPaths(graph, 3, 3, query).paths).toEqual([{ nodes: [3], edges: [] }])
  })

  it('stop at their effort and say so', () => {
    const graph = new Graph()
    for (let v = 0; v < 60; v++) graph.addNode(1)
    for (let a = 0; a < 60; a++) for (let b = 0; b < a; b++) graph.addEdge(a, b, 1)
    const { paths, cut } = findPaths(graph, 0, 59, {
      maxHops: 8,
      count: 1_000_000,
      hubCap: 1000,
      effort: 50_000,
    })
    expect(cut).toBe(true)
    expect(paths.length).toBeGreaterThan(0)
  })

  it('see an edge the moment it is added', () => {
    const graph = new Graph()
    for (let v = 0; v < 3; v++) graph.addNode(1)
    graph.addEdge(0, 1, 1)
    graph.compact()
    const found: number[] = []
    graph.addEdge(1, 2, 1)
    eachNeighbour(graph, 1, (neighbour) => found.push(neighbour))
    expect(found.toSorted()).toEqual([0, 2])
    expect(findPaths(graph, 0, 2, { maxHops: 2, count: 1, hubCap: 9, effort: 100 }).paths)
      .toHaveLength(1)
  })
})
