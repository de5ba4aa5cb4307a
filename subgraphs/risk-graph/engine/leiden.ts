/**
 * Communities by modularity: the method of Leiden, all of whose communities hang together.
 *
 * After each round of moves, the communities are refined: their nodes begin alone again and join only
 * what they have a tie with, inside their community. The next level is made of the refined parts and
 * begins with the communities. Where the paper draws a part at random, the best one is taken, so that
 * the same graph gives the same communities.
 *
 * @see Traag, Waltman and van Eck, From Louvain to Leiden: guaranteeing well-connected communities
 * (2019)
 */
import {
  aggregate,
  type Communities,
  type Level,
  levelOf,
  localMoves,
  renumber,
  type WeightedRows,
} from './communities.ts'

/** @param resolution above 1 gives more and smaller communities */
export function leiden(rows: WeightedRows, resolution = 1): Communities {
  const of = new Uint32Array(rows.nodes)
  for (let v = 0; v < rows.nodes; v++) of[v] = v
  let level = levelOf(rows)
  let begin: Uint32Array | undefined
  while (true) {
    const moved = localMoves(level, resolution, begin)
    const count = renumber(moved)
    const refined = refine(level, moved, count, resolution)
    const parts = renumber(refined)
    if (count === level.nodes || parts === level.nodes) {
      // Every node is a part of its own: each hangs together, and so must what is made of them.
      const whole = count === level.nodes ? moved : connected(level, moved)
      for (let v = 0; v < of.length; v++) of[v] = whole[of[v]!]!
      break
    }
    begin = new Uint32Array(parts)
    for (let v = 0; v < level.nodes; v++) begin[refined[v]!] = moved[v]!
    for (let v = 0; v < of.length; v++) of[v] = refined[of[v]!]!
    level = aggregate(level, refined, parts)
  }
  return { of, count: renumber(of) }
}

/**
 * Parts of communities whose nodes hang together, by a node of each.
 *
 * Only a node that is alone joins another part, only where that gains, and only if both are well tied
 * to the rest of the community.
 */
function refine(level: Level, of: Uint32Array, count: number, resolution: number): Uint32Array {
  const { nodes, offsets, targets, weights, inside } = level
  const part = new Uint32Array(nodes)
  const strength = new Float64Array(nodes)
  /** Of a community, the strength of its nodes. */
  const whole = new Float64Array(count)
  /** Of a part, the weight of its edges to the rest of its community. */
  const cut = new Float64Array(nodes)
  let doubled = 0
  for (let v = 0; v < nodes; v++) {
    part[v] = v
    const own = of[v]!
    let sum = 2 * inside[v]!
    let near = 0
    const end = offsets[v + 1]!
    for (let i = offsets[v]!; i < end; i++) {
      const target = targets[i]!
      const weight = weights === undefined ? 1 : weights[i]!
      sum += weight
      if (target !== v && of[target] === own) near += weight
    }
    strength[v] = sum
    cut[v] = near
    whole[own]! += sum
    doubled += sum
  }
  if (doubled === 0) return part
  const scale = resolution / doubled
  /** Strength of a part. */
  const total = strength.slice()
  const joined = new Uint8Array(nodes)
  /** Weight between the node at hand and a part; -1 where it has not been met. */
  const to = new Float64Array(nodes).fill(-1)
  const met = new Uint32Array(nodes)
  for (let v = 0; v < nodes; v++) {
    if (joined[v] !== 0) continue
    const own = of[v]!
    const k = strength[v]!
    const near = cut[v]!
    if (near === 0 || near < scale * k * (whole[own]! - k)) continue
    let size = 0
    const end = offsets[v + 1]!
    for (let i = offsets[v]!; i < end; i++) {
      const target = targets[i]!
      if (target === v || of[target] !== own) continue
      const other = part[target]!
      if (to[other]! < 0) {
        to[other] = 0
        met[size++] = other
      }
      to[other]! += weights === undefined ? 1 : weights[i]!
    }
    let best = v
    let bestGain = 1e-12
    for (let m = 0; m < size; m++) {
      const other = met[m]!
      const gain = to[other]! - scale * k * total[other]!
      if (gain <= bestGain) continue
      if (cut[other]! < scale * total[other]! * (whole[own]! - total[other]!)) continue
      best = other
      bestGain = gain
    }
    if (best !== v) {
      part[v] = best
      total[best]! += k
      cut[best]! += near - 2 * to[best]!
      joined[v] = 1
      joined[best] = 1
    }
    for (let m = 0; m < size; m++) to[met[m]!] = -1
  }
  return part
}

/** Communities parted where they do not hang together, by a node of each. */
function connected({ nodes, offsets, targets }: Level, of: Uint32Array): Uint32Array {
  const part = new Uint32Array(nodes)
  const seen = new Uint8Array(nodes)
  const queue = new Uint32Array(nodes)
  for (let root = 0; root < nodes; root++) {
    if (seen[root] !== 0) continue
    seen[root] = 1
    queue[0] = root
    let size = 1
    for (let read = 0; read < size; read++) {
      const node = queue[read]!
      part[node] = root
      for (let i = offsets[node]!; i < offsets[node + 1]!; i++) {
        const target = targets[i]!
        if (seen[target] !== 0 || of[target] !== of[root]) continue
        seen[target] = 1
        queue[size++] = target
      }
    }
  }
  return part
}
