/**
 * What can be said of a group in numbers, from its evidence alone.
 *
 * The same function runs when a ring is found and when an alert is replayed: it is given the links
 * that the alert names and what is usual in the book, and nothing else.
 */
import { NO_DAY } from '../engine/days.ts'
import type { EntityType } from '../record.ts'
import { binomialSurprise, poissonSurprise, SURPRISE_MAX } from './chance.ts'
import {
  HUB_LIMITS,
  type HubLimits,
  type Pair,
  project,
  type Projection,
  type Usual,
} from './projection.ts'
import { LINK } from './groups.ts'
import { neighboursOfType, TYPE, type World } from './world.ts'

/**
 * What is usual in a book.
 *
 * @property garageShare per garage its part of all claims
 * @property crowds per type of thing, the share of such things that at least 0, 1, 2 … people touch
 * @property spanDays within which nine tenths of the claims happened; 0 where few have a day
 */
export interface Baseline extends Usual {
  readonly garageShare: Readonly<Record<string, number>>
  readonly crowds: Readonly<Record<string, readonly number[]>>
  readonly spanDays: number
}

/** Names of features that rules may use. */
export const FEATURES = [
  'size',
  'homes',
  'claims',
  'sharedClaims',
  'repeatedPairs',
  'accountHomes',
  'phoneHomes',
  'deviceHomes',
  'vehicleHomes',
  'accountSurprise',
  'phoneSurprise',
  'deviceSurprise',
  'vehicleSurprise',
  'things',
  'kinds',
  'density',
  'cycles',
  'circles',
  'circleSurprise',
  'claimSurprise',
  'garageSurprise',
  'burstSurprise',
  'activeShare',
] as const

export type Feature = (typeof FEATURES)[number]
export type Features = Readonly<Record<Feature, number>>

/** A group seen close: its features, and the pairs that they come from. */
export interface Close {
  readonly features: Features
  readonly pairs: readonly Pair[]
}

/**
 * Looks at a group in a world that may hold nothing but its evidence.
 *
 * @param members nodes of people, which stand for themselves
 * @param numberOf a node outside, as the baseline has it
 */
export function featuresOf(
  world: World,
  members: readonly number[],
  baseline: Baseline,
  numberOf: (node: number) => number,
  limits: HubLimits = HUB_LIMITS,
  projection: Projection = project(world, baseline, limits),
): Close {
  const inside = new Set(members)
  const pairs: Pair[] = []
  for (const [i, a] of members.entries()) {
    for (const b of members.slice(i + 1)) {
      const [low, high] = a < b ? [a, b] : [b, a]
      const pair = projection.pairs.get(low * world.rows.nodes + high)
      if (pair !== undefined) pairs.push(pair)
    }
  }
  const homeOf = homes(members, pairs)
  const claims = new Set(members.flatMap((member) => neighboursOfType(world, member, TYPE.claim)))
  const active = members.filter((member) => neighboursOfType(world, member, TYPE.claim).length > 0)
  const meetings = new Map<number, number>()
  for (const pair of pairs) {
    for (const claim of pair.home ? [] : pair.meetings) {
      meetings.set(claim, (meetings.get(claim) ?? 0) + 1)
    }
  }
  const evident = pairs.filter((pair) => pair.weight >= LINK)
  const things = new Set(evident.flatMap((pair) => pair.things))
  const kinds = new Set(Array.from(things, (thing) => world.type[thing]!))
  const repeated = pairs.filter((pair) => !pair.home && pair.meetings.length >= 2)
  if (repeated.length > 0) kinds.add(TYPE.claim)
  const homesAt = (type: number) => {
    let most = 0
    for (const thing of things) {
      if (world.type[thing] !== type) continue
      const people = projection.touched.get(thing)!.filter((person) => inside.has(person))
      most = Math.max(most, new Set(people.map((person) => homeOf.get(person)!)).size)
    }
    return most
  }
  const crowdSurprise = (type: EntityType) => {
    const shares = baseline.crowds[type] ?? []
    const share = shares[homesAt(TYPE[type])] ?? 0
    return share > 0 ? surpriseOf(share) : homesAt(TYPE[type]) === 0 ? 0 : SURPRISE_MAX
  }
  const circles = pairs.filter((pair) => pair.circle).length
  const usual = baseline.claimsPerPerson * members.length
  const possible = (members.length * (members.length - 1)) / 2
  return {
    pairs,
    features: {
      size: members.length,
      homes: new Set(homeOf.values()).size,
      claims: claims.size,
      sharedClaims: meetings.size,
      repeatedPairs: repeated.length,
      accountHomes: homesAt(TYPE.account),
      phoneHomes: homesAt(TYPE.phone),
      deviceHomes: homesAt(TYPE.device),
      vehicleHomes: homesAt(TYPE.vehicle),
      accountSurprise: crowdSurprise('account'),
      phoneSurprise: crowdSurprise('phone'),
      deviceSurprise: crowdSurprise('device'),
      vehicleSurprise: crowdSurprise('vehicle'),
      things: things.size,
      kinds: kinds.size,
      density: possible === 0 ? 0 : evident.length / possible,
      cycles: Math.max(0, evident.length - members.length + 1),
      circles,
      circleSurprise: circles === 0 ? 0 : surpriseOf(baseline.circlesByChance ?? 1),
      claimSurprise: poissonSurprise(claims.size, usual),
      garageSurprise: garageSurprise(world, claims, baseline, numberOf),
      burstSurprise: burstSurprise(world, things, claims, baseline.spanDays ?? 0),
      activeShare: members.length === 0 ? 0 : active.length / members.length,
    },
  }
}

function surpriseOf(share: number): number {
  return Math.min(SURPRISE_MAX, Math.max(0, -Math.log10(share)))
}

/** Per member a number of their home. */
function homes(members: readonly number[], pairs: readonly Pair[]): Map<number, number> {
  const home = new Map(members.map((member) => [member, member]))
  const find = (member: number): number => {
    const up = home.get(member)!
    return up === member ? member : find(up)
  }
  for (const pair of pairs) if (pair.home) home.set(find(pair.a), find(pair.b))
  return new Map(members.map((member) => [member, find(member)]))
}

/** The most surprising of the garages, for how many of the claims it has. */
function garageSurprise(
  world: World,
  claims: ReadonlySet<number>,
  { garageShare }: Baseline,
  numberOf: (node: number) => number,
): number {
  const counts = new Map<number, number>()
  for (const claim of claims) {
    for (const garage of neighboursOfType(world, claim, TYPE.garage)) {
      counts.set(garage, (counts.get(garage) ?? 0) + 1)
    }
  }
  let most = 0
  for (const [garage, count] of counts) {
    if (count < 3) continue
    most = Math.max(most, binomialSurprise(count, claims.size, garageShare[numberOf(garage)] ?? 1))
  }
  return most
}

/** The most surprising of the things, for how close together the claims are that name it. */
function burstSurprise(
  world: World,
  things: ReadonlySet<number>,
  claims: ReadonlySet<number>,
  spanDays: number,
): number {
  if (spanDays <= 0) return 0
  let most = 0
  for (const thing of things) {
    const days = neighboursOfType(world, thing, TYPE.claim)
      .filter((claim) => claims.has(claim))
      .map((claim) => dayOfClaim(world, claim))
      .filter((day) => day !== NO_DAY)
    if (days.length < 3) continue
    const within = Math.max(...days) - Math.min(...days) + 1
    most = Math.max(most, surpriseOf(windowChance(days.length, within / spanDays)))
  }
  return most
}

/** The chance that so many days, drawn at random, all lie within a part of the whole span. */
export function windowChance(days: number, part: number): number {
  if (part >= 1 || days < 2) return 1
  return Math.min(1, days * part ** (days - 1) - (days - 1) * part ** days)
}

/** The latest day that the claim's links tell of; `NO_DAY` where none does. */
export function dayOfClaim({ rows, graph }: World, claim: number): number {
  let day = NO_DAY
  for (let i = rows.offsets[claim]!; i < rows.offsets[claim + 1]!; i++) {
    day = Math.max(day, graph.day[rows.edgeOf[i]!]!)
  }
  return day
}
