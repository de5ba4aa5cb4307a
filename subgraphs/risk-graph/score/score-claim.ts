/**
 * Scores a claim while it is open: by the rules for rings, applied to the people around it.
 */
import { type Baseline, type Features, featuresOf } from '../detect/features.ts'
import { LINK } from '../detect/groups.ts'
import { HUB_LIMITS, project } from '../detect/projection.ts'
import { type Part, type Rule, scoreOf } from '../detect/rules.ts'
import { neighboursOfType, TYPE, type World, worldOf } from '../detect/world.ts'
import type { Surroundings } from '../port.ts'
import { type Context, contextOf, type OpenClaim } from './context.ts'

/** What is done with a claim of a score. */
export type Band = 'PASS' | 'REVIEW' | 'INVESTIGATE'

const REVIEW_FROM = 0.4
const INVESTIGATE_FROM = 0.7
/** What a known ring adds: one that somebody confirmed, or one that nobody has looked into. */
const KNOWN_CONFIRMED = 0.9
const KNOWN_OPEN = 0.5
const KNOWN_RULE = 'known-ring'
const CIRCLE_MAX = 4

/** A ring that somebody around the claim is in. @property confirmed whether a person said so */
export interface KnownRing {
  readonly alert: string
  readonly score: number
  readonly confirmed: boolean
}

/**
 * @property people whose ties were looked at, by numbers of nodes
 * @property evidence edges among what those have in common
 * @property rings alerts that any of them is in
 */
export interface ClaimScore {
  readonly score: number
  readonly band: Band
  readonly parts: readonly Part[]
  readonly features: Features
  readonly people: readonly number[]
  readonly rings: readonly string[]
  readonly evidence: readonly number[]
  readonly hubs: readonly number[]
  readonly nodesSeen: number
  readonly cut: boolean
}

/** Before a first detection: nothing is known of what is usual. */
export const NO_BASELINE: Baseline = {
  claimsPerPerson: 1,
  common: {},
  circle: 4,
  circlesByChance: 1,
  principal: null,
  addressed: true,
  garageShare: {},
  crowds: {},
  spanDays: 0,
}

/**
 * Scores a claim by what lies around it.
 *
 * @param types of entities by number @param ringOf a ring that a person is in
 */
export function scoreClaim(
  around: Surroundings,
  types: ArrayLike<number>,
  claim: OpenClaim,
  rules: readonly Rule[],
  baseline: Baseline,
  ringOf: (person: number) => KnownRing | undefined,
): ClaimScore {
  const context = contextOf(around, types, claim)
  const { local, nodes, places, hubs, cut } = context
  const world = worldOf(local)
  // Longer circles lead out of what is looked at, and take longer than an open claim waits.
  const near = { ...baseline, circle: Math.min(baseline.circle, CIRCLE_MAX) }
  const projection = project(world, near, HUB_LIMITS)
  const own = neighboursOfType(world, world.roots[places.get(claim.no)!]!, TYPE.person)
  const people = new Set(own)
  for (const { a, b, weight } of projection.pairs.values()) {
    if (weight < LINK) continue
    if (own.includes(a)) people.add(b)
    if (own.includes(b)) people.add(a)
  }
  const members = [...people].toSorted((a, b) => a - b)
  const numberOf = (place: number) => nodes[place]!
  const { features, pairs } = featuresOf(world, members, baseline, numberOf, HUB_LIMITS, projection)
  const { parts } = scoreOf(features, rules)
  const rings = new Map<string, KnownRing>()
  for (const member of members) {
    const ring = ringOf(numberOf(member))
    if (ring !== undefined) rings.set(ring.alert, ring)
  }
  const known = knownPart([...rings.values()])
  const all = [...(known === undefined ? [] : [known]), ...parts]
    .toSorted((a, b) => b.part - a.part)
  const score = round(1 - all.reduce((rest, { part }) => rest * (1 - part), 1))
  return {
    score,
    band: score >= INVESTIGATE_FROM ? 'INVESTIGATE' : score >= REVIEW_FROM ? 'REVIEW' : 'PASS',
    parts: all,
    features,
    people: members.map(numberOf),
    rings: [...rings.keys()].toSorted(),
    evidence: evidenceAmong(
      world,
      context,
      members,
      pairs.flatMap((pair) => [...pair.things, ...pair.meetings]),
    ),
    hubs,
    nodesSeen: nodes.length,
    cut,
  }
}

function knownPart(rings: readonly KnownRing[]): Part | undefined {
  if (rings.length === 0) return undefined
  const part = Math.max(
    ...rings.map(({ confirmed, score }) => confirmed ? KNOWN_CONFIRMED : KNOWN_OPEN * score),
  )
  return { rule: KNOWN_RULE, part: round(part), because: {} }
}

/** Edges between people, what they have in common, and their claims through which they have it. */
function evidenceAmong(
  { rows, type }: World,
  { edges }: Context,
  members: readonly number[],
  common: readonly number[],
): number[] {
  const inside = new Set([...members, ...common])
  const shared = new Set(common)
  for (const member of members) {
    for (let i = rows.offsets[member]!; i < rows.offsets[member + 1]!; i++) {
      const claim = rows.targets[i]!
      if (type[claim] !== TYPE.claim) continue
      for (let j = rows.offsets[claim]!; j < rows.offsets[claim + 1]!; j++) {
        if (shared.has(rows.targets[j]!)) inside.add(claim)
      }
    }
  }
  const found = new Set<number>()
  for (const node of inside) {
    for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
      if (inside.has(rows.targets[i]!)) found.add(edges[rows.edgeOf[i]!]!)
    }
  }
  return [...found].toSorted((a, b) => a - b)
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}
