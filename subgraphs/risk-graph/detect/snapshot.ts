/**
 * A whole graph for algorithms over all of it, put together from the pages that the port hands over.
 */
import { Graph } from '../engine/live-graph.ts'
import type { Mirror } from '../mirror.ts'
import { PortError, type RiskGraphPort } from '../port.ts'

/** Columns by the number of a link. @property gone non-zero for links that hold no longer */
export interface Snapshot {
  readonly types: Uint8Array
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly kind: Uint16Array
  readonly day: Int32Array
  readonly gone: Uint8Array
}

/** The graph behind a mirror, brought up to the record first. @throws PortError */
export async function snapshotOf(mirror: Mirror): Promise<Snapshot> {
  return await mirror.ask(async (graph, stood) => {
    const snapshot = await takeSnapshot(graph, mirror)
    // A server that lost what it had tells of nothing, and no alert of anybody would be left.
    if (snapshot.types.length < stood.entities || snapshot.gone.length < stood.links) {
      throw new PortError('CURSOR_ELSEWHERE', 'the graph has less than it was given', true)
    }
    return snapshot
  })
}

/** Puts the pages of a graph together. */
export async function takeSnapshot(
  graph: RiskGraphPort,
  { types }: Pick<Mirror, 'types'>,
): Promise<Snapshot> {
  const { entities, links } = await graph.cursor()
  const snapshot = {
    types: types.slice(0, entities),
    from: new Uint32Array(links),
    to: new Uint32Array(links),
    kind: new Uint16Array(links),
    day: new Int32Array(links),
    // What no page tells of is not there.
    gone: new Uint8Array(links).fill(1),
  }
  for await (const { no, from, to, kind, day } of graph.snapshot()) {
    for (let i = 0; i < no.length; i++) {
      const link = no[i]!
      if (link >= links || from[i]! >= entities || to[i]! >= entities) continue
      snapshot.from[link] = from[i]!
      snapshot.to[link] = to[i]!
      snapshot.kind[link] = kind[i]!
      snapshot.day[link] = day[i]!
      snapshot.gone[link] = 0
    }
  }
  return snapshot
}

/** The graph of a snapshot. The arrays are kept. */
export function graphOf({ types, gone, ...columns }: Snapshot): Graph {
  const graph = new Graph()
  graph.adopt(types, columns)
  for (let link = 0; link < gone.length; link++) if (gone[link] !== 0) graph.removeEdge(link)
  graph.compact()
  return graph
}
