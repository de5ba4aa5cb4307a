/**
 * Load, neighbourhood and algorithms on 600,000 edges.
 */
import { UndirectedGraph } from 'graphology'
import louvainPeer from 'graphology-communities-louvain'
import { connectedComponents } from 'graphology-components'
import pagerankPeer from 'graphology-metrics/centrality/pagerank.js'
import { components } from '../../../subgraphs/risk-graph/engine/components.ts'
import { modularity } from '../../../subgraphs/risk-graph/engine/communities.ts'
import { leiden } from '../../../subgraphs/risk-graph/engine/leiden.ts'
import { buildCsr } from '../../../subgraphs/risk-graph/engine/csr.ts'
import { type EdgeColumns, Graph } from '../../../subgraphs/risk-graph/engine/live-graph.ts'
import { louvain } from '../../../subgraphs/risk-graph/engine/louvain.ts'
import { neighbourhood } from '../../../subgraphs/risk-graph/engine/neighbourhood.ts'
import { pageRank } from '../../../subgraphs/risk-graph/engine/page-rank.ts'
import { seeded } from '../../support/random-graph.ts'
import { type Figure, median } from '../report.ts'
import { bareBuild, bareComponents, bareLouvain, barePageRank } from './bare.ts'
import { type MotorColumns, motorColumns } from './motor-columns.ts'

const CLAIMS = 200_000
const ROUNDS = 7
const SEEDS = 20_000
const ITERATIONS = 20
/** The sum of changes of ranks, which sum to 1, below which PageRank ends. */
const CHANGE_MAX = 0.01

/** What some work takes of the processors in milliseconds: others on the machine do not count. */
function cpuMs(work: () => unknown): number {
  const began = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(began)
  return (user + system) / 1000
}

/** Processor time of each round in milliseconds, warm. */
export function timesMs(rounds: number, work: () => unknown): number[] {
  work()
  return Array.from({ length: rounds }, () => cpuMs(work))
}

/** A value and what it took. */
function once<T>(work: () => T): [T, number] {
  let value: T | undefined
  const took = cpuMs(() => value = work())
  return [value as T, took]
}

/** A part of some numbers that are sorted already. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!
}

/** Runs the part. */
export async function benchEngine(report: (figure: Figure) => void): Promise<void> {
  const motor = withoutParallels(motorColumns(CLAIMS))
  const { columns, types } = motor
  const graph = new Graph()
  graph.adopt(types, columns)
  const bare = bareBuild(types.length, columns.from, columns.to)
  const say = (figure: Omit<Figure, 'suite'>) => report({ suite: 'risk', ...figure })
  say({ case: `nodes`, value: types.length, unit: 'nodes' })
  say({ case: `edges`, value: columns.from.length, unit: 'edges' })

  const [peer, peerLoad] = once(() => peerOf(motor))
  const against = (
    name: string,
    ours: () => unknown,
    reference: () => unknown,
    bar: number,
    peerMs?: number,
    peerBar = 5,
  ) => {
    const mine = median(timesMs(ROUNDS, ours))
    const base = median(timesMs(ROUNDS, reference))
    say({
      case: name,
      value: mine,
      unit: 'ms',
      peer: 'bare typed arrays',
      ratio: mine / base,
      bar: `<= ${bar}x`,
      ok: mine / base <= bar,
    })
    if (peerMs === undefined) return
    say({
      case: `${name}: graphology`,
      value: peerMs,
      unit: 'ms',
      peer: 'ours',
      ratio: peerMs / mine,
      bar: `>= ${peerBar}x`,
      ok: peerMs / mine >= peerBar,
    })
  }
  against(
    'load',
    () => new Graph().adopt(types, columns),
    () => bareBuild(types.length, columns.from, columns.to),
    3,
    peerLoad,
    20,
  )
  benchNeighbourhood(graph, motor, say)

  const [theirComponents, componentsMs] = once(() => connectedComponents(peer).length)
  against(
    'components',
    () => components(graph.csr),
    () => bareComponents(bare),
    1.5,
    componentsMs,
    5,
  )
  const ourComponents = components(graph.csr).count
  say({
    case: 'components: how many',
    value: ourComponents,
    unit: 'components',
    bar: `= graphology's ${theirComponents}`,
    ok: ourComponents === theirComponents,
  })

  // The peer has no number of rounds; both end by the same rule. It throws where it does not end.
  const tolerance = CHANGE_MAX / types.length
  const [, pagerankMs] = once(() => pagerankPeer(peer, { getEdgeWeight: null, tolerance }))
  const sameRuleMs = median(timesMs(3, () => pageRank(graph.csr, { tolerance })))
  say({
    case: 'PageRank to the same change: graphology',
    value: pagerankMs,
    unit: 'ms',
    peer: 'ours',
    ratio: pagerankMs / sameRuleMs,
    bar: '>= 5x',
    ok: pagerankMs / sameRuleMs >= 5,
  })
  against(
    `PageRank, ${ITERATIONS} rounds`,
    () => pageRank(graph.csr, { iterations: ITERATIONS, tolerance: 0 }),
    () => barePageRank(bare, ITERATIONS),
    1.5,
  )

  const [theirs, louvainMs] = once(() => louvainPeer.detailed(peer, { rng: seeded(1) }).modularity)
  against('Louvain', () => louvain(graph.csr), () => bareLouvain(bare), 1.5, louvainMs, 5)
  const ours = modularity(graph.csr, louvain(graph.csr).of)
  say({
    case: 'Louvain: modularity',
    value: ours,
    unit: 'Q',
    peer: 'graphology',
    ratio: ours / theirs,
    bar: '>= 0.99x',
    ok: ours / theirs >= 0.99,
  })
  against('Leiden', () => leiden(graph.csr), () => bareLouvain(bare), 1.5, louvainMs, 5)
  const leidens = leiden(graph.csr)
  const refined = modularity(graph.csr, leidens.of)
  say({
    case: 'Leiden: modularity',
    value: refined,
    unit: 'Q',
    peer: 'Louvain',
    ratio: refined / ours,
    bar: '>= 0.99x',
    ok: refined / ours >= 0.99,
  })
  say({
    case: 'Louvain: communities that do not hang together',
    value: torn(graph, louvain(graph.csr)),
    unit: 'communities',
  })
  const apart = torn(graph, leidens)
  say({
    case: 'Leiden: communities that do not hang together',
    value: apart,
    unit: 'communities',
    bar: '= 0',
    ok: apart === 0,
  })
  say({
    case: 'Louvain: modularity of the bare reference',
    value: modularity(bare, bareLouvain(bare)),
    unit: 'Q',
  })
}

/** How many more pieces communities have than there are communities. */
function torn(graph: Graph, { of, count }: { of: Uint32Array; count: number }): number {
  const { from, to } = graph
  const across = Uint8Array.from(from, (node, edge) => of[node] === of[to[edge]!] ? 0 : 1)
  const inside = buildCsr(graph.nodes, graph.edges, from, to, across)
  return components(inside).count - count
}

function benchNeighbourhood(
  graph: Graph,
  { claims }: MotorColumns,
  say: (figure: Omit<Figure, 'suite'>) => void,
): void {
  const random = seeded(7)
  const seeds = Array.from(
    { length: SEEDS },
    () => claims.first + Math.floor(random() * claims.count),
  )
  for (
    const [name, hubCap] of [['all', Number.MAX_SAFE_INTEGER], ['hubs over 50 cut', 50]] as const
  ) {
    const took = new Float64Array(SEEDS)
    let sizes = 0
    for (let pass = 0; pass < 2; pass++) {
      for (let s = 0; s < SEEDS; s++) {
        const began = performance.now()
        const found = neighbourhood(graph, seeds[s]!, { hops: 3, hubCap, limit: 1_000_000 })
        took[s] = performance.now() - began
        sizes += pass === 1 ? found.nodes.length : 0
      }
    }
    took.sort()
    say({
      case: `3-hop neighbourhood, ${name}: p50`,
      value: quantile(took, 0.5),
      unit: 'ms',
    })
    const p95 = quantile(took, 0.95)
    say({
      case: `3-hop neighbourhood, ${name}: p95 (mean of ${Math.round(sizes / SEEDS)} nodes)`,
      value: p95,
      unit: 'ms',
      bar: '<= 0.5 ms',
      ok: p95 <= 0.5,
    })
  }
}

/** Each pair of nodes once: the peer's Louvain refuses parallel edges. */
function withoutParallels(motor: MotorColumns): MotorColumns {
  const { from, to, kind, day } = motor.columns
  const seen = new Set<number>()
  const kept: number[] = []
  for (let e = 0; e < from.length; e++) {
    const key = Math.min(from[e]!, to[e]!) * 2 ** 26 + Math.max(from[e]!, to[e]!)
    if (seen.has(key)) continue
    seen.add(key)
    kept.push(e)
  }
  const columns: EdgeColumns = {
    from: Uint32Array.from(kept, (e) => from[e]!),
    to: Uint32Array.from(kept, (e) => to[e]!),
    kind: Uint16Array.from(kept, (e) => kind[e]!),
    day: Int32Array.from(kept, (e) => day[e]!),
  }
  return { ...motor, columns }
}

function peerOf({ types, columns }: MotorColumns): UndirectedGraph {
  const graph = new UndirectedGraph()
  for (let v = 0; v < types.length; v++) graph.addNode(v)
  for (let e = 0; e < columns.from.length; e++) graph.addEdge(columns.from[e]!, columns.to[e]!)
  return graph
}
