/**
 * Communities by modularity: what the methods of Louvain and Leiden have in common.
 *
 * Nodes are visited in the order of their numbers, so that the same graph gives the same communities.
 *
 * @see Traag et al., From Louvain to Leiden (2019), section on fast local moves
 */

/** An undirected graph whose edges are found from both ends. Without weights, each edge weighs 1. */
export interface WeightedRows {
  readonly nodes: number
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
  readonly weights?: Float64Array | undefined
}

/** @property of per node the number of its community, from 0 by lowest node */
export interface Communities {
  readonly count: number
  readonly of: Uint32Array
}

/** One level: nodes are communities of the level below, with the weight of the edges inside them. */
export interface Level extends WeightedRows {
  readonly inside: Float64Array
}

/** Each node a level of its own. */
export function levelOf(rows: WeightedRows): Level {
  return { ...rows, inside: new Float64Array(rows.nodes) }
}

/**
 * Moves single nodes while that gains; answers the community of each.
 *
 * @param begin communities to begin with, below the number of nodes; each node its own when absent
 */
export function localMoves(level: Level, resolution: number, begin?: Uint32Array): Uint32Array {
  const { nodes, offsets, targets, weights, inside } = level
  const of = new Uint32Array(nodes)
  /** Weight of all edge ends at a node; of a community, of all its nodes. */
  const strength = new Float64Array(nodes)
  let doubled = 0
  for (let v = 0; v < nodes; v++) {
    of[v] = begin === undefined ? v : begin[v]!
    const first = offsets[v]!
    const end = offsets[v + 1]!
    let sum = 2 * inside[v]!
    if (weights === undefined) sum += end - first
    else for (let i = first; i < end; i++) sum += weights[i]!
    strength[v] = sum
    doubled += sum
  }
  if (doubled === 0) return of
  let total: Float64Array
  if (begin === undefined) total = strength.slice()
  else {
    total = new Float64Array(nodes)
    for (let v = 0; v < nodes; v++) total[of[v]!]! += strength[v]!
  }
  const scale = resolution / doubled
  /** Weight between the node at hand and a community; -1 where it has not been met. */
  const to = new Float64Array(nodes).fill(-1)
  const met = new Uint32Array(nodes)
  const queue = new Uint32Array(nodes)
  const queued = new Uint8Array(nodes).fill(1)
  for (let v = 0; v < nodes; v++) queue[v] = v
  let read = 0
  let waiting = nodes
  while (waiting > 0) {
    const v = queue[read]!
    read = read + 1 === nodes ? 0 : read + 1
    waiting -= 1
    queued[v] = 0
    const own = of[v]!
    const begin = offsets[v]!
    const end = offsets[v + 1]!
    let count = 1
    met[0] = own
    to[own] = 0
    for (let i = begin; i < end; i++) {
      const target = targets[i]!
      if (target === v) continue
      const community = of[target]!
      if (to[community]! < 0) {
        to[community] = 0
        met[count++] = community
      }
      to[community]! += weights === undefined ? 1 : weights[i]!
    }
    const k = strength[v]!
    let best = own
    let bestGain = to[own]! - (total[own]! - k) * k * scale
    for (let c = 1; c < count; c++) {
      const community = met[c]!
      const gain = to[community]! - total[community]! * k * scale
      if (gain > bestGain + 1e-12) {
        best = community
        bestGain = gain
      }
    }
    for (let c = 0; c < count; c++) to[met[c]!] = -1
    if (best === own) continue
    total[own]! -= k
    total[best]! += k
    of[v] = best
    for (let i = begin; i < end; i++) {
      const target = targets[i]!
      if (queued[target] !== 0 || of[target] === best) continue
      queued[target] = 1
      const write = read + waiting
      queue[write >= nodes ? write - nodes : write] = target
      waiting += 1
    }
  }
  return of
}

/** Gives communities numbers without gaps, by lowest node; answers how many there are. */
export function renumber(of: Uint32Array): number {
  const number = new Int32Array(of.length).fill(-1)
  let count = 0
  for (let v = 0; v < of.length; v++) {
    const community = of[v]!
    if (number[community]! < 0) number[community] = count++
    of[v] = number[community]!
  }
  return count
}

/** The graph whose nodes are the communities. */
export function aggregate(level: Level, of: Uint32Array, count: number): Level {
  const { nodes, offsets, targets, weights, inside } = level
  const starts = new Uint32Array(count + 1)
  for (let v = 0; v < nodes; v++) starts[of[v]! + 1]!++
  for (let c = 0; c < count; c++) starts[c + 1]! += starts[c]!
  const members = new Uint32Array(nodes)
  const fill = starts.slice()
  for (let v = 0; v < nodes; v++) members[fill[of[v]!]!++] = v

  const within = new Float64Array(count)
  const rows = new Uint32Array(count + 1)
  // As many as there are at most; what is not used is let go.
  const nextTargets = new Uint32Array(targets.length)
  const nextWeights = new Float64Array(targets.length)
  const place = new Int32Array(count).fill(-1)
  let size = 0
  for (let c = 0; c < count; c++) {
    const begin = size
    for (let m = starts[c]!; m < starts[c + 1]!; m++) {
      const v = members[m]!
      within[c]! += inside[v]!
      for (let i = offsets[v]!; i < offsets[v + 1]!; i++) {
        const other = of[targets[i]!]!
        const weight = weights === undefined ? 1 : weights[i]!
        if (other === c) within[c]! += weight / 2
        else if (place[other]! < begin) {
          place[other] = size
          nextTargets[size] = other
          nextWeights[size++] = weight
        } else nextWeights[place[other]!]! += weight
      }
    }
    rows[c + 1] = size
  }
  return {
    nodes: count,
    offsets: rows,
    targets: nextTargets.slice(0, size),
    weights: nextWeights.slice(0, size),
    inside: within,
  }
}

/** How much more of the weight lies inside communities than chance would put there, at most 1. */
export function modularity(rows: WeightedRows, of: Uint32Array, resolution = 1): number {
  const { nodes, offsets, targets, weights } = rows
  const total = new Map<number, number>()
  let inside = 0
  let doubled = 0
  for (let v = 0; v < nodes; v++) {
    let strength = 0
    for (let i = offsets[v]!; i < offsets[v + 1]!; i++) {
      const weight = weights === undefined ? 1 : weights[i]!
      strength += weight
      if (of[targets[i]!] === of[v]) inside += weight
    }
    doubled += strength
    total.set(of[v]!, (total.get(of[v]!) ?? 0) + strength)
  }
  if (doubled === 0) return 0
  let expected = 0
  for (const sum of total.values()) expected += (sum / doubled) ** 2
  return inside / doubled - resolution * expected
}
