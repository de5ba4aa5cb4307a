/**
 * Against graphology, which shares no line with ours, and against plain definitions.
 */
import fc from 'fast-check'
import { UndirectedGraph } from 'graphology'
import louvainPeer from 'graphology-communities-louvain'
import { connectedComponents } from 'graphology-components'
import pagerankPeer from 'graphology-metrics/centrality/pagerank.js'
import modularityPeer from 'graphology-metrics/graph/modularity.js'
import { describe, expect, it } from 'vitest'
import { components } from '../../../subgraphs/risk-graph/engine/components.ts'
import { buildCsr, type Csr } from '../../../subgraphs/risk-graph/engine/csr.ts'
import { modularity } from '../../../subgraphs/risk-graph/engine/communities.ts'
import { leiden } from '../../../subgraphs/risk-graph/engine/leiden.ts'
import { louvain } from '../../../subgraphs/risk-graph/engine/louvain.ts'
import { pageRank } from '../../../subgraphs/risk-graph/engine/page-rank.ts'
import { columnsOf, simpleEdges } from '../../support/random-graph.ts'

const SEEDS = Array.from({ length: 8 }, (_, i) => i + 1)

function rows(nodes: number, edges: readonly [number, number][]): Csr {
  const { from, to } = columnsOf(edges)
  return buildCsr(nodes, edges.length, from, to)
}

function peer(nodes: number, edges: readonly [number, number][]): UndirectedGraph {
  const graph = new UndirectedGraph()
  for (let v = 0; v < nodes; v++) graph.addNode(String(v))
  for (const [a, b] of edges) graph.addEdge(String(a), String(b))
  return graph
}

/** Which nodes are together, whatever the groups are called. */
function partition(of: ArrayLike<number>): string[] {
  const groups = Map.groupBy(Array.from(of).keys(), (v) => of[v])
  return Array.from(groups.values(), (group) => group.join()).toSorted()
}

describe.each(SEEDS)('on random graph %i', (seed) => {
  const nodes = 200 + seed * 50
  const edges = simpleEdges(seed, nodes, Math.floor(nodes * (0.5 + seed / 6)))

  it('components are graphology’s', () => {
    const found = components(rows(nodes, edges))
    const theirs = connectedComponents(peer(nodes, edges))
    const of = new Uint32Array(nodes)
    theirs.forEach((group: string[], i: number) => group.forEach((v) => of[Number(v)] = i))
    expect(found.count).toBe(theirs.length)
    expect(partition(found.of)).toEqual(partition(of))
    const sizes = Array.from(found.sizes, (_, c) => found.of.filter((x) => x === c).length)
    expect(Array.from(found.sizes)).toEqual(sizes)
  })

  it('PageRank is graphology’s', () => {
    const found = pageRank(rows(nodes, edges), { tolerance: 1e-12, iterations: 500 })
    const theirs = pagerankPeer(peer(nodes, edges), {
      getEdgeWeight: null,
      tolerance: 1e-12,
      maxIterations: 500,
    })
    const worst = Math.max(...Array.from(found, (r, v) => Math.abs(r - theirs[String(v)]!)))
    expect(worst).toBeLessThan(1e-9)
    expect(found.reduce((sum, r) => sum + r, 0)).toBeCloseTo(1, 9)
  })

  it('Louvain’s modularity is within one per cent of graphology’s, by both formulas', () => {
    const csr = rows(nodes, edges)
    const found = louvain(csr)
    const theirs = peer(nodes, edges)
    const { modularity: best } = louvainPeer.detailed(theirs, { rng: () => 0.5 })
    const ours = modularity(csr, found.of)
    expect(ours).toBeGreaterThan(best - 0.01 * Math.abs(best))
    for (let v = 0; v < nodes; v++) theirs.setNodeAttribute(String(v), 'community', found.of[v])
    expect(modularityPeer(theirs)).toBeCloseTo(ours, 9)
  })

  it('Leiden’s modularity is within one per cent of Louvain’s, and of graphology’s', () => {
    const csr = rows(nodes, edges)
    const ours = modularity(csr, leiden(csr).of)
    const louvains = modularity(csr, louvain(csr).of)
    const { modularity: best } = louvainPeer.detailed(peer(nodes, edges), { rng: () => 0.5 })
    expect(ours).toBeGreaterThan(louvains - 0.01 * Math.abs(louvains))
    expect(ours).toBeGreaterThan(best - 0.01 * Math.abs(best))
  })
})

describe('components', () => {
  it('do not hang together through nodes that are cut', () => {
    const csr = rows(5, [[0, 1], [1, 2], [3, 4]])
    const { count, of } = components(csr, Uint8Array.from([0, 1, 0, 0, 0]))
    expect(count).toBe(4)
    expect(partition(of)).toEqual(['0', '1', '2', '3,4'])
  })

  it('are a union of all edges, on any multigraph', () => {
    const edge = fc.tuple(fc.nat(19), fc.nat(19))
    fc.assert(fc.property(fc.array(edge, { maxLength: 40 }), (edges) => {
      const root = Array.from({ length: 20 }, (_, v) => v)
      const find = (v: number): number => root[v] === v ? v : find(root[v]!)
      for (const [a, b] of edges) root[find(a)] = find(b)
      const naive = Array.from(root, (_, v) => find(v))
      expect(partition(components(rows(20, edges)).of)).toEqual(partition(naive))
    }))
  })
})

describe.each([['Louvain', louvain], ['Leiden', leiden]])('%s', (_, communities) => {
  it('finds cliques that hang by a thread', () => {
    const edges: [number, number][] = []
    for (let c = 0; c < 6; c++) {
      for (let a = 0; a < 5; a++) {
        for (let b = 0; b < a; b++) edges.push([c * 5 + a, c * 5 + b])
      }
      edges.push([c * 5, ((c + 1) % 6) * 5])
    }
    const { count, of } = communities(rows(30, edges))
    expect(count).toBe(6)
    for (let c = 0; c < 6; c++) {
      expect(new Set(of.slice(c * 5, c * 5 + 5)).size).toBe(1)
    }
  })

  it('goes by weights where there are some', () => {
    // A square whose heavy sides decide which corners are together.
    const { nodes, offsets, targets, edgeOf } = rows(4, [[0, 1], [1, 2], [2, 3], [3, 0]])
    const weight = [9, 1, 9, 1]
    const weights = Float64Array.from(edgeOf, (e) => weight[e]!)
    expect(partition(communities({ nodes, offsets, targets, weights }).of)).toEqual(['0,1', '2,3'])
  })

  it('gives more communities at a higher resolution, and each node alone without edges', () => {
    const edges = simpleEdges(3, 300, 900)
    expect(communities(rows(300, edges), 8).count).toBeGreaterThan(
      communities(rows(300, edges), 1).count,
    )
    expect(communities(rows(7, [])).count).toBe(7)
    expect(modularity(rows(7, []), new Uint32Array(7))).toBe(0)
  })

  it('survives loops, parallel edges and cycles', () => {
    const edges: [number, number][] = [[0, 0], [0, 1], [0, 1], [1, 2], [2, 0], [3, 3]]
    const { of } = communities(rows(4, edges))
    expect(of[3]).not.toBe(of[0])
    expect(of[1]).toBe(of[0])
  })
})

describe('Leiden', () => {
  const edge = fc.tuple(fc.nat(24), fc.nat(24), fc.integer({ min: 1, max: 9 }))
  const graphs = fc.tuple(
    fc.array(edge, { maxLength: 60 }),
    fc.constantFrom(0.3, 1, 3),
    fc.boolean(),
  )

  it('gives communities that hang together, on any multigraph, whatever the weights', () => {
    fc.assert(
      fc.property(graphs, ([edges, resolution, weighted]) => {
        const csr = rows(25, edges.map(([a, b]) => [a, b]))
        const weights = Float64Array.from(csr.edgeOf, (e) => edges[e]![2])
        const { of, count } = leiden(weighted ? { ...csr, weights } : csr, resolution)
        const inside = edges.filter(([a, b]) => of[a] === of[b])
        expect(components(rows(25, inside.map(([a, b]) => [a, b]))).count).toBe(count)
        expect(new Set(of).size).toBe(count)
      }),
      { numRuns: 500 },
    )
  })

  it('never puts together what no edge leads between', () => {
    fc.assert(fc.property(graphs, ([edges]) => {
      const csr = rows(25, edges.map(([a, b]) => [a, b]))
      const { of } = leiden(csr)
      const whole = components(csr).of
      const pairs = edges.flatMap(([a]) => edges.map(([, b]) => [a, b] as const))
      for (const [a, b] of pairs) if (of[a] === of[b]) expect(whole[a]).toBe(whole[b])
    }))
  })
})
