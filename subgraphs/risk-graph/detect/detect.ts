/**
 * Finds rings: hub cut → evidence between people → groups → who belongs → rules → explanation.
 */
import { NO_DAY } from '../engine/days.ts'
import { Graph, SAME } from '../engine/live-graph.ts'
import { ENTITY_TYPES } from '../record.ts'
import { type Baseline, dayOfClaim, type Features, featuresOf } from './features.ts'
import { groupsOf, SIZE_MIN } from './groups.ts'
import { nearDuplicates, union } from './merge.ts'
import { HUB_LIMITS, type HubLimits, type Pair, project, type Projection } from './projection.ts'
import { propagate } from './propagate.ts'
import { type Part, type RuleSet, scoreOf } from './rules.ts'
import { neighboursOfType, TYPE, type World, worldOf } from './world.ts'

/** Below this part of the strongest member's, somebody is beside a ring and not in it. */
const MEMBER_MIN = 0.2
/** Links that one alert names. */
const EVIDENCE_MAX = 2_000
/** Nodes with more edges are passed by when evidence is gathered. */
const ROW_MAX = 500

/** A member and how much they have to do with the rest, from 0 to 1. */
export interface Member {
  readonly node: number
  readonly score: number
}

/** One thing that members have in common, and the links that show it. */
export interface SharedThing {
  readonly node: number
  readonly people: readonly number[]
}

/** @property by things and claims that both have in common */
export interface Step {
  readonly from: number
  readonly to: number
  readonly by: readonly number[]
}

/** A ring as it was found, by numbers of nodes and edges. */
export interface Finding {
  readonly members: readonly Member[]
  readonly claims: readonly number[]
  readonly shared: readonly SharedThing[]
  /** How the members hang together: each step from one of them to another, by what. */
  readonly path: readonly Step[]
  /** Edges that the features come from: enough to compute them again. */
  readonly evidence: readonly number[]
  /** Hubs next to the members, which were left out. */
  readonly hubs: readonly number[]
  readonly features: Features
  readonly score: number
  readonly parts: readonly Part[]
}

/** What was found, and what it was compared with. */
export interface Detection {
  readonly findings: readonly Finding[]
  readonly baseline: Baseline
  readonly groups: number
  readonly hubs: ReadonlyMap<number, number>
}

/** Looks through a whole graph. */
export function detect(
  graph: Graph,
  rules: RuleSet,
  limits: HubLimits = HUB_LIMITS,
): Detection {
  const world = worldOf(graph)
  const counts = countsOf(world)
  const projection = project(world, counts, limits)
  const baseline: Baseline = {
    ...counts,
    ...projection.usual,
    crowds: crowdsOf(world, projection, limits),
  }
  const findings: Finding[] = []
  const sames = sameEdges(world)
  const groups = withJoining(projection, groupsOf(projection))
  for (const group of groups) {
    const finding = assess(group)
    if (finding !== undefined && finding.score >= rules.threshold) findings.push(finding)
  }
  const once = nearDuplicates(findings.map(({ members }) => new Set(members.map((m) => m.node))))
    .flatMap((places) => oneOf(places.map((place) => findings[place]!)))
  once.sort((a, b) => b.score - a.score || a.members[0]!.node - b.members[0]!.node)
  return { findings: once, baseline, groups: groups.length, hubs: projection.hubs }

  function assess(group: readonly number[]): Finding | undefined {
    const members = belonging(world, projection, group)
    return members.length < SIZE_MIN ? undefined : findingOf(members, [])
  }

  /** One finding of some that are near; they stay apart where together they would be no alert. */
  function oneOf(near: readonly Finding[]): readonly Finding[] {
    if (near.length === 1) return near
    const { members, evidence } = union(near)
    const one = findingOf(members, evidence)
    return one.score >= rules.threshold ? [one] : near
  }

  function findingOf(members: readonly Member[], told: readonly number[]): Finding {
    const nodes = members.map(({ node }) => node).toSorted((a, b) => a - b)
    const own = evidenceOf(world, projection, nodes, sames)
    const evidence = told.length === 0
      ? own
      : [...new Set([...own, ...told])].toSorted((a, b) => a - b)
    // Through the evidence alone, so that the alert can be replayed from it.
    const close = closeFrom(graph, evidence, nodes, baseline, limits)
    const { score, parts } = scoreOf(close.features, rules.rules)
    const explanation = explanationOf(world, projection, nodes)
    return { members, ...explanation, evidence, features: close.features, score, parts }
  }
}

/** Columns by number: of nodes their types, of edges what they are. */
export interface Evidence {
  readonly type: Numbered
  readonly from: Numbered
  readonly to: Numbered
  readonly kind: Numbered
  readonly day: Numbered
}

interface Numbered {
  readonly [no: number]: number
}

/** Features of a group in a graph of nothing but its evidence; nodes keep their numbers outside. */
export function closeFrom(
  graph: Evidence,
  evidence: readonly number[],
  members: readonly number[],
  baseline: Baseline,
  limits: HubLimits = HUB_LIMITS,
): { features: Features; pairs: readonly Pair[] } {
  const local = new Graph()
  const place = new Map<number, number>()
  const nodes: number[] = []
  const placeOf = (node: number) => {
    let at = place.get(node)
    if (at === undefined) {
      at = local.addNode(graph.type[node]!)
      place.set(node, at)
      nodes.push(node)
    }
    return at
  }
  for (const node of members) placeOf(node)
  for (const edge of evidence) {
    const [a, b] = [placeOf(graph.from[edge]!), placeOf(graph.to[edge]!)]
    local.addEdge(a, b, graph.kind[edge]!, graph.day[edge]!)
  }
  const world = worldOf(local)
  const own = members.map((node) => world.roots[place.get(node)!]!)
  return featuresOf(world, own, baseline, (at) => nodes[at]!, limits)
}

/** Per type of thing, the share of those that at least 0, 1, 2 … people touch. */
function crowdsOf(
  { type, roots, rows }: World,
  { touched, hubs }: Projection,
  { peoplePerThing }: HubLimits,
): Baseline['crowds'] {
  const counts = new Map<number, number[]>()
  for (let node = 0; node < rows.nodes; node++) {
    if (roots[node] !== node || !CROWDED.has(type[node]!)) continue
    const crowd = hubs.has(node) ? peoplePerThing : touched.get(node)?.length ?? 1
    const known = counts.get(type[node]!) ?? new Array(peoplePerThing + 1).fill(0)
    for (let k = 0; k <= Math.min(crowd, peoplePerThing); k++) known[k] += 1
    counts.set(type[node]!, known)
  }
  return Object.fromEntries(
    Array.from(counts, ([of, known]) => [
      ENTITY_TYPES[of]!,
      known.map((count) => count / known[0]!),
    ]),
  )
}

const CROWDED = new Set([TYPE.account, TYPE.phone, TYPE.device, TYPE.vehicle])

/** How many claims people have, and where these are repaired. */
function countsOf(
  world: World,
): Pick<Baseline, 'claimsPerPerson' | 'garageShare' | 'spanDays'> {
  const { type, rows, roots } = world
  let people = 0
  let claims = 0
  let inClaims = 0
  const garages = new Map<number, number>()
  const days: number[] = []
  for (let node = 0; node < rows.nodes; node++) {
    if (roots[node] !== node) continue
    if (type[node] === TYPE.person) people += 1
    if (type[node] !== TYPE.claim) continue
    claims += 1
    const day = dayOfClaim(world, node)
    if (day !== NO_DAY) days.push(day)
    inClaims += neighboursOfType(world, node, TYPE.person).length
    for (const garage of neighboursOfType(world, node, TYPE.garage)) {
      garages.set(garage, (garages.get(garage) ?? 0) + 1)
    }
  }
  return {
    claimsPerPerson: people === 0 ? 0 : inClaims / people,
    spanDays: days.length * 2 < claims ? 0 : spanOf(days),
    garageShare: Object.fromEntries(
      Array.from(garages, ([garage, count]) => [garage, count / claims]),
    ),
  }
}

/** Days between which nine tenths of some lie. */
function spanOf(days: readonly number[]): number {
  const sorted = Int32Array.from(days).sort()
  const at = (share: number) => sorted[Math.floor(share * (sorted.length - 1))]!
  return sorted.length === 0 ? 0 : at(0.95) - at(0.05)
}

/** Those of a group whom the evidence really holds, strongest first. */
function belonging(world: World, { pairs }: Projection, group: readonly number[]): Member[] {
  const { nodes } = world.rows
  const pairOf = (a: number, b: number) => pairs.get(Math.min(a, b) * nodes + Math.max(a, b))
  const claims = new Map(
    group.map((person) => [person, neighboursOfType(world, person, TYPE.claim).length]),
  )
  // What a family has in common points to all of them; it is about those who have claims.
  const meant = group.filter((person) =>
    claims.get(person)! > 0 ||
    !group.some((other) => claims.get(other)! > 0 && pairOf(person, other)?.home === true)
  )
  const weight = (i: number, j: number) => pairOf(meant[i]!, meant[j]!)?.weight ?? 0
  const own = meant.map((person) => Math.min(1, claims.get(person)! / 3))
  const scores = propagate(own, weight)
  return meant.map((node, i) => ({ node, score: Math.round(scores[i]! * 1000) / 1000 }))
    .filter(({ score }) => score >= MEMBER_MIN)
    .toSorted((a, b) => b.score - a.score || a.node - b.node)
}

/** Edges of kind `SAME` by the node that stands for both ends. */
function sameEdges({ graph, roots }: World): Map<number, number[]> {
  const edges = new Map<number, number[]>()
  if (graph.sameCount === 0) return edges
  for (let e = 0; e < graph.edges; e++) {
    if (graph.kind[e] !== SAME || graph.gone[e] !== 0) continue
    const root = roots[graph.from[e]!]!
    const list = edges.get(root)
    if (list === undefined) edges.set(root, [e])
    else list.push(e)
  }
  return edges
}

/** Ties that, by two of them to a group, make somebody one of it. */
const JOIN_WEIGHT = 0.6

/** Groups, each with those whom at least two of its people have met, each in another way. */
function withJoining({ pairs }: Projection, groups: readonly number[][]): number[][] {
  const groupOf = new Map(groups.flatMap((group, g) => group.map((person) => [person, g] as const)))
  const around = new Map<string, { person: number; group: number; ties: Pair[] }>()
  for (const pair of pairs.values()) {
    if (pair.home || pair.weight < JOIN_WEIGHT / 2) continue
    for (const [person, other] of [[pair.a, pair.b], [pair.b, pair.a]] as const) {
      const group = groupOf.get(other)
      if (group === undefined || groupOf.get(person) === group) continue
      const key = `${person} ${group}`
      const known = around.get(key) ?? { person, group, ties: [] }
      known.ties.push(pair)
      around.set(key, known)
    }
  }
  const result = groups.map((group) => [...group])
  for (const { person, group, ties } of around.values()) {
    const reasons = new Set(ties.flatMap(({ meetings, things }) => [...meetings, ...things]))
    const weight = ties.reduce((sum, tie) => sum + tie.weight, 0)
    // What everybody shares ties somebody to any group; it takes more of it.
    const wanted = ties.filter((tie) => tie.tied).length >= 2 ? JOIN_WEIGHT : 2 * JOIN_WEIGHT
    if (ties.length >= 2 && reasons.size >= 2 && weight >= wanted) result[group]!.push(person)
  }
  return result
}

/**
 * Edges from which the projection tells the same of the members as from the whole graph: their
 * claims, what they share, whose else it is, and who lives with whom. Edges that make nodes one are
 * among them.
 */
function evidenceOf(
  world: World,
  { pairs }: Projection,
  members: readonly number[],
  sames: ReadonlyMap<number, readonly number[]>,
): number[] {
  const { rows, type } = world
  const things = new Set<number>()
  for (const [i, a] of members.entries()) {
    for (const b of members.slice(i + 1)) {
      const pair = pairs.get(Math.min(a, b) * rows.nodes + Math.max(a, b))
      for (const thing of pair?.things ?? []) things.add(thing)
    }
  }
  const claims = new Set(members.flatMap((member) => neighboursOfType(world, member, TYPE.claim)))
  const people = new Set(members)
  const policies = new Set<number>()
  for (const claim of claims) {
    for (const person of neighboursOfType(world, claim, TYPE.person)) people.add(person)
    for (const policy of neighboursOfType(world, claim, TYPE.policy)) policies.add(policy)
  }
  for (const node of [...things, ...policies]) {
    if (rowLength(node) > ROW_MAX) continue
    for (const person of neighboursOfType(world, node, TYPE.person)) people.add(person)
  }
  const homes = new Map<number, number>()
  for (const person of people) {
    if (rowLength(person) > ROW_MAX) continue
    for (const home of neighboursOfType(world, person, TYPE.address)) {
      homes.set(home, (homes.get(home) ?? 0) + 1)
    }
    if (!members.includes(person)) continue
    // Through a policy a person may touch a phone or an account.
    for (const policy of neighboursOfType(world, person, TYPE.policy)) {
      if (touchesAny(policy, things)) policies.add(policy)
    }
  }
  const shared = Array.from(homes).filter(([, count]) => count > 1).map(([home]) => home)
  // Whether a home explains anything goes by how many claims its people have.
  for (const home of shared) {
    if (rowLength(home) > ROW_MAX) continue
    for (const person of neighboursOfType(world, home, TYPE.person)) {
      people.add(person)
      if (rowLength(person) > ROW_MAX) continue
      for (const claim of neighboursOfType(world, person, TYPE.claim)) claims.add(claim)
    }
  }
  const garages = Array.from(claims).flatMap((claim) => neighboursOfType(world, claim, TYPE.garage))
  const nodes = new Set([...people, ...claims, ...things, ...policies, ...shared, ...garages])
  const edges = new Set<number>()
  for (const node of nodes) {
    // A garage's own row is long; what leads to it from the claims is enough.
    if (type[node] === TYPE.garage || rowLength(node) > ROW_MAX) continue
    for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
      if (nodes.has(rows.targets[i]!)) edges.add(rows.edgeOf[i]!)
    }
  }
  for (const node of nodes) for (const edge of sames.get(node) ?? []) edges.add(edge)
  return [...edges].toSorted((a, b) => a - b).slice(0, EVIDENCE_MAX)

  function rowLength(node: number): number {
    return rows.offsets[node + 1]! - rows.offsets[node]!
  }
  function touchesAny(node: number, wanted: ReadonlySet<number>): boolean {
    for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
      if (wanted.has(rows.targets[i]!)) return true
    }
    return false
  }
}

/** What a person reads first: things by how many of the members they join, and the hubs left out. */
function explanationOf(
  world: World,
  { pairs, touched, hubs }: Projection,
  members: readonly number[],
): Pick<Finding, 'shared' | 'claims' | 'hubs' | 'path'> {
  const inside = new Set(members)
  const things = new Set<number>()
  const claims = new Set<number>()
  const own: Pair[] = []
  for (const [i, a] of members.entries()) {
    for (const b of members.slice(i + 1)) {
      const pair = pairs.get(Math.min(a, b) * world.rows.nodes + Math.max(a, b))
      if (pair === undefined || pair.home) continue
      own.push(pair)
      for (const thing of pair.things) things.add(thing)
      for (const claim of pair.meetings) claims.add(claim)
    }
  }
  const near = new Set<number>()
  for (const member of members) {
    const around = neighboursOfType(world, member, TYPE.claim)
    for (const node of [member, ...around]) {
      const { rows } = world
      for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
        if (hubs.has(rows.targets[i]!)) near.add(rows.targets[i]!)
        if (things.has(rows.targets[i]!) && node !== member) claims.add(node)
      }
    }
  }
  const shared = Array.from(things, (node) => ({
    node,
    people: touched.get(node)!.filter((person) => inside.has(person)),
  }))
  shared.sort((a, b) => b.people.length - a.people.length || a.node - b.node)
  return {
    shared,
    claims: [...claims].toSorted((a, b) => a - b),
    hubs: [...near].toSorted((a, b) => a - b),
    path: pathOf(own),
  }
}

/** The strongest ties that hold all together, none too many. */
function pathOf(pairs: readonly Pair[]): Step[] {
  const group = new Map<number, number>()
  const find = (node: number): number => {
    const up = group.get(node) ?? node
    return up === node ? node : find(up)
  }
  const steps: Step[] = []
  for (const { a, b, things, meetings } of pairs.toSorted((x, y) => y.weight - x.weight)) {
    const [left, right] = [find(a), find(b)]
    if (left === right || things.length + meetings.length === 0) continue
    group.set(left, right)
    steps.push({ from: a, to: b, by: [...things, ...meetings] })
  }
  return steps
}
