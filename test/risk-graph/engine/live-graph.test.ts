import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compactBeside, needsCompaction } from '../../../subgraphs/risk-graph/engine/compact.ts'
import { buildCsr } from '../../../subgraphs/risk-graph/engine/csr.ts'
import { dayOf } from '../../../subgraphs/risk-graph/engine/days.ts'
import { eachNeighbour, Graph } from '../../../subgraphs/risk-graph/engine/live-graph.ts'
import { columnsOf } from '../../support/random-graph.ts'

type Step =
  | { do: 'node' }
  | { do: 'edge'; a: number; b: number; kind: number; day: number }
  | { do: 'remove'; edge: number }
  | { do: 'compact' }

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant('node' as const) }) },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('edge' as const),
      a: fc.nat(),
      b: fc.nat(),
      kind: fc.nat(5),
      day: fc.integer({ min: -100, max: 20_000 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('remove' as const), edge: fc.nat() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('compact' as const) }) },
)

function play(steps: readonly Step[]): Graph {
  const graph = new Graph()
  graph.addNode(1)
  for (const s of steps) {
    if (s.do === 'node') graph.addNode(graph.nodes % 9)
    else if (s.do === 'edge') graph.addEdge(s.a % graph.nodes, s.b % graph.nodes, s.kind, s.day)
    else if (s.do === 'compact') graph.compact()
    else if (graph.edges > 0) graph.removeEdge(s.edge % graph.edges)
  }
  return graph
}

/** Neighbours and edges per node, sorted. */
function seen(graph: Graph): string[][] {
  return Array.from({ length: graph.nodes }, (_, node) => {
    const found: string[] = []
    eachNeighbour(graph, node, (neighbour, edge) => found.push(`${neighbour} by ${edge}`))
    return found.toSorted()
  })
}

/** The graph built anew from its columns, as after a crash. */
function rebuilt(graph: Graph): Graph {
  const columns = {
    from: graph.from.slice(0, graph.edges),
    to: graph.to.slice(0, graph.edges),
    kind: graph.kind.slice(0, graph.edges),
    day: graph.day.slice(0, graph.edges),
  }
  const anew = new Graph()
  anew.adopt(graph.type.slice(0, graph.nodes), columns)
  for (let e = 0; e < graph.edges; e++) if (graph.gone[e] !== 0) anew.removeEdge(e)
  anew.compact()
  return anew
}

describe('a graph', () => {
  it('shows the same whether its edges are beside the rows or in them', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const graph = play(steps)
      const before = seen(graph)
      const degrees = before.map((_, node) => graph.degree(node))
      expect(degrees).toEqual(before.map((found) => found.length))
      graph.compact()
      expect(seen(graph)).toEqual(before)
      expect(before.map((_, node) => graph.degree(node))).toEqual(degrees)
      expect(graph.pending).toBe(0)
    }))
  })

  it('compacted is, array for array, the graph built anew', () => {
    fc.assert(fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
      const graph = play(steps)
      graph.compact()
      const anew = rebuilt(graph)
      expect(graph.csr).toEqual(anew.csr)
      expect(graph.sameCount).toBe(anew.sameCount)
      expect(graph.goneCount).toBe(anew.goneCount)
    }))
  })

  it('takes rows built elsewhere though edges came and went meanwhile', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 80 }), fc.array(step, { maxLength: 40 }), (a, b) => {
        const graph = play(a)
        const { nodes, edges, from, to, gone } = graph.copyColumns()
        for (const s of b) {
          if (s.do === 'node') graph.addNode(2)
          else if (s.do === 'edge') graph.addEdge(s.a % graph.nodes, s.b % graph.nodes, 1)
          else if (s.do === 'remove' && graph.edges > 0) graph.removeEdge(s.edge % graph.edges)
        }
        const before = seen(graph)
        graph.adoptRows(buildCsr(nodes, edges, from, to, gone), edges)
        expect(seen(graph)).toEqual(before)
        expect(before.map((_, node) => graph.degree(node)))
          .toEqual(before.map((found) => found.length))
        graph.compact()
        expect(graph.csr).toEqual(rebuilt(graph).csr)
      }),
    )
  })

  it('counts parallel edges and loops at each end', () => {
    const graph = new Graph()
    graph.addNode(1)
    graph.addNode(1)
    graph.addEdge(0, 1, 1)
    graph.addEdge(1, 0, 1)
    graph.addEdge(1, 1, 1)
    expect([graph.degree(0), graph.degree(1)]).toEqual([2, 4])
    graph.compact()
    expect([graph.degree(0), graph.degree(1)]).toEqual([2, 4])
  })

  it('refuses an edge that leads nowhere and a removal of none', () => {
    const graph = new Graph()
    graph.addNode(1)
    expect(() => graph.addEdge(0, 1, 1)).toThrow(RangeError)
    expect(() => graph.removeEdge(0)).toThrow(RangeError)
    expect(graph.edges).toBe(0)
    expect(() => graph.addNode(1) && graph.adopt(new Uint8Array(1), columnsOf([]))).toThrow(
      RangeError,
    )
  })

  it('is settled in a thread once it is large, while edges go on coming', async () => {
    const count = 200_000
    const graph = new Graph()
    for (let v = 0; v < 1000; v++) graph.addNode(1)
    for (let e = 0; e < count; e++) graph.addEdge(e % 1000, (e * 7) % 1000, 1)
    expect(needsCompaction(graph)).toBe(true)
    const settling = compactBeside(graph)
    const late = graph.addEdge(3, 5, 1)
    graph.removeEdge(10)
    await settling
    expect(graph.settled).toBe(count)
    const found: number[] = []
    eachNeighbour(graph, 3, (_, edge) => found.push(edge))
    expect(found).toContain(late)
    graph.compact()
    expect(graph.csr).toEqual(rebuilt(graph).csr)
  })
})

describe('days', () => {
  it('are counted from 1970', () => {
    expect([dayOf('1970-01-02'), dayOf('1969-12-31'), dayOf('2024-02-29')]).toEqual([1, -1, 19782])
  })
})
