/**
 * Communities by modularity: the method of Louvain, with a queue of nodes whose surroundings changed.
 *
 * @see Blondel et al., Fast unfolding of communities in large networks (2008)
 */
import {
  aggregate,
  type Communities,
  levelOf,
  localMoves,
  renumber,
  type WeightedRows,
} from './communities.ts'

/** @param resolution above 1 gives more and smaller communities */
export function louvain(rows: WeightedRows, resolution = 1): Communities {
  const of = new Uint32Array(rows.nodes)
  for (let v = 0; v < rows.nodes; v++) of[v] = v
  let level = levelOf(rows)
  while (true) {
    const moved = localMoves(level, resolution)
    const count = renumber(moved)
    for (let v = 0; v < of.length; v++) of[v] = moved[of[v]!]!
    if (count === level.nodes) break
    level = aggregate(level, moved, count)
  }
  return { of, count: renumber(of) }
}
