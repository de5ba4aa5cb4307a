/**
 * The bare typed-array reference: the least code that gives each answer, for one fixed graph.
 *
 * No edge numbers, dates, kinds, hubs, limits, changes or weights. What ours costs beyond it is the
 * price of those.
 */
export interface BareRows {
  readonly nodes: number
  readonly offsets: Uint32Array
  readonly targets: Uint32Array
}

export function bareBuild(nodes: number, from: Uint32Array, to: Uint32Array): BareRows {
  const offsets = new Uint32Array(nodes + 1)
  for (let e = 0; e < from.length; e++) {
    offsets[from[e]! + 1]!++
    offsets[to[e]! + 1]!++
  }
  for (let v = 0; v < nodes; v++) offsets[v + 1]! += offsets[v]!
  const at = offsets.slice()
  const targets = new Uint32Array(2 * from.length)
  for (let e = 0; e < from.length; e++) {
    targets[at[from[e]!]!++] = to[e]!
    targets[at[to[e]!]!++] = from[e]!
  }
  return { nodes, offsets, targets }
}

export function bareComponents({ nodes, offsets, targets }: BareRows): Int32Array {
  const of = new Int32Array(nodes).fill(-1)
  const stack = new Uint32Array(nodes)
  let count = 0
  for (let root = 0; root < nodes; root++) {
    if (of[root] !== -1) continue
    let size = 1
    stack[0] = root
    of[root] = count
    while (size > 0) {
      const v = stack[--size]!
      for (let i = offsets[v]!; i < offsets[v + 1]!; i++) {
        const u = targets[i]!
        if (of[u] === -1) {
          of[u] = count
          stack[size++] = u
        }
      }
    }
    count += 1
  }
  return of
}

export function barePageRank(
  { nodes, offsets, targets }: BareRows,
  iterations: number,
): Float64Array {
  let rank = new Float64Array(nodes).fill(1 / nodes)
  for (let round = 0; round < iterations; round++) {
    const next = new Float64Array(nodes)
    let idle = 0
    for (let v = 0; v < nodes; v++) if (offsets[v] === offsets[v + 1]) idle += rank[v]!
    for (let v = 0; v < nodes; v++) {
      let sum = 0
      for (let i = offsets[v]!; i < offsets[v + 1]!; i++) {
        const u = targets[i]!
        sum += rank[u]! / (offsets[u + 1]! - offsets[u]!)
      }
      next[v] = (0.15 + 0.85 * idle) / nodes + 0.85 * sum
    }
    rank = next
  }
  return rank
}

/** A pass that gains less modularity ends a level. */
const GAIN_MIN = 1e-5

/** The method as published: passes over all nodes while they gain, then the graph of communities. */
export function bareLouvain(rows: BareRows): Uint32Array {
  const of = Uint32Array.from({ length: rows.nodes }, (_, v) => v)
  let { nodes, offsets, targets } = rows
  let weights = new Float64Array(targets.length).fill(1)
  const doubled = targets.length
  while (true) {
    const community = Uint32Array.from({ length: nodes }, (_, v) => v)
    const strength = new Float64Array(nodes)
    for (let v = 0; v < nodes; v++) {
      for (let i = offsets[v]!; i < offsets[v + 1]!; i++) strength[v]! += weights[i]!
    }
    const total = strength.slice()
    const to = new Float64Array(nodes)
    const met = new Uint32Array(nodes)
    for (let gained = 1; gained > GAIN_MIN;) {
      gained = 0
      for (let v = 0; v < nodes; v++) {
        const own = community[v]!
        const k = strength[v]!
        let count = 0
        for (let i = offsets[v]!; i < offsets[v + 1]!; i++) {
          const u = targets[i]!
          if (u === v) continue
          const c = community[u]!
          if (to[c] === 0) met[count++] = c
          to[c]! += weights[i]!
        }
        const stay = to[own]! - ((total[own]! - k) * k) / doubled
        let best = own
        let gain = stay
        for (let c = 0; c < count; c++) {
          const at = met[c]!
          if (at === own) continue
          const other = to[at]! - (total[at]! * k) / doubled
          if (other > gain) {
            best = at
            gain = other
          }
        }
        for (let c = 0; c < count; c++) to[met[c]!] = 0
        if (best === own) continue
        total[own]! -= k
        total[best]! += k
        community[v] = best
        gained += (2 * (gain - stay)) / doubled
      }
    }
    const number = new Int32Array(nodes).fill(-1)
    let count = 0
    for (let v = 0; v < nodes; v++) {
      if (number[community[v]!] === -1) number[community[v]!] = count++
      community[v] = number[community[v]!]!
    }
    for (let v = 0; v < of.length; v++) of[v] = community[of[v]!]!
    if (count === nodes) return of
    // Members of each community one after another, then their edges summed by community.
    const starts = new Uint32Array(count + 1)
    for (let v = 0; v < nodes; v++) starts[community[v]! + 1]!++
    for (let c = 0; c < count; c++) starts[c + 1]! += starts[c]!
    const at = starts.slice()
    const members = new Uint32Array(nodes)
    for (let v = 0; v < nodes; v++) members[at[community[v]!]!++] = v
    const nextOffsets = new Uint32Array(count + 1)
    const nextTargets = new Uint32Array(targets.length)
    const nextWeights = new Float64Array(targets.length)
    const place = new Int32Array(count).fill(-1)
    let size = 0
    for (let c = 0; c < count; c++) {
      const begin = size
      for (let m = starts[c]!; m < starts[c + 1]!; m++) {
        const v = members[m]!
        for (let i = offsets[v]!; i < offsets[v + 1]!; i++) {
          const other = community[targets[i]!]!
          if (place[other]! < begin) {
            place[other] = size
            nextTargets[size++] = other
          }
          nextWeights[place[other]!]! += weights[i]!
        }
      }
      nextOffsets[c + 1] = size
    }
    nodes = count
    offsets = nextOffsets
    targets = nextTargets.slice(0, size)
    weights = nextWeights.slice(0, size)
  }
}
