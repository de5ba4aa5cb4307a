/**
 * Who has to do with whom, and by what: evidence between two people, counted once per thing.
 *
 * Two people who share a phone, an account or a car have one piece of evidence between them; so have
 * two who meet in a claim. What one and the same claim explains is no second piece, and what a claim
 * names belongs to one of its people: to whom it is theirs or their family's, else to whoever is
 * insured. That I collided with you does not make your account mine. People of one home share things
 * as families do, so that nothing they share counts.
 */
import { ENTITY_TYPES } from '../record.ts'
import { poissonSurprise } from './chance.ts'
import { circlesByChance, closeCircles, tiesOf } from './circles.ts'
import { neighboursOfType, TYPE, type World } from './world.ts'

/** What a thing weighs as evidence where it is seldom shared among strangers. */
const WEIGHT: Readonly<Record<number, number>> = {
  [TYPE.account]: 0.9,
  [TYPE.device]: 0.8,
  [TYPE.phone]: 0.75,
  [TYPE.vehicle]: 0.7,
  [TYPE.policy]: 0.6,
  [TYPE.address]: 0.6,
}
/** Up to this share of people with such a stranger, a type weighs all; from `COMMON`, `COMMON_WEIGHT`. */
const SELDOM = 0.03
const COMMON = 0.15
/** Below what links two people alone: where everybody shares, one piece of evidence is chance. */
const COMMON_WEIGHT = 0.4
/** What weighs more is seldom enough to close a circle. */
const SELDOM_WEIGHT = 0.5
/** Having met in so many claims. Two strangers collide once. */
const MEETING_WEIGHT = [0, 0.3, 1, 1.5] as const

/** Limits above which a node is a hub: it connects everybody and says nothing. */
export interface HubLimits {
  /** People at a phone, an account, a device, a car, a policy, an address. */
  readonly peoplePerThing: number
  /** Claims and cars of a person; above, it is a company. */
  readonly claimsPerPerson: number
  readonly vehiclesPerPerson: number
  /** People in one claim. */
  readonly peoplePerClaim: number
  /** Cars under one policy; above, it is a fleet's. */
  readonly vehiclesPerPolicy: number
  /** People of one home. */
  readonly peoplePerHome: number
  /** A home whose people have so surprisingly many claims (10^-n) explains nothing. */
  readonly homeSurprise: number
}

export const HUB_LIMITS: HubLimits = {
  peoplePerThing: 20,
  claimsPerPerson: 30,
  vehiclesPerPerson: 8,
  peoplePerClaim: 10,
  vehiclesPerPolicy: 6,
  peoplePerHome: 7,
  homeSurprise: 5,
}

/** What two people have in common. @property things that both touch @property meetings claims that both are in */
export interface Pair {
  readonly a: number
  readonly b: number
  weight: number
  home: boolean
  /** Whether anything but what everybody shares ties the two. */
  tied: boolean
  /** Whether others close a small circle with the two, through claims of their own. */
  circle: boolean
  readonly things: number[]
  readonly meetings: number[]
}

/** What is usual among strangers in a book. */
export interface Usual {
  readonly claimsPerPerson: number
  /** Per type of thing, the share of people who have one in common with a stranger. */
  readonly common: Readonly<Record<string, number>>
  /** The longest circle that chance does not close, of 3 people or more; 0 where it closes any. */
  readonly circle: number
  /** How many circles up to that long the whole book has by chance. */
  readonly circlesByChance: number
  /** The kind of link to the one person whom a claim is of, by its number; null where none is such. */
  readonly principal: number | null
  /** Whether the book says of most people where they live. */
  readonly addressed: boolean
}

/** @property pairs by `a * nodes + b` @property touched per thing, the people who touch it */
export interface Projection {
  readonly pairs: ReadonlyMap<number, Pair>
  readonly touched: ReadonlyMap<number, readonly number[]>
  /** Hubs that were cut, with how many people they would have connected. */
  readonly hubs: ReadonlyMap<number, number>
  readonly usual: Usual
}

/** How a person touches a thing: themselves, and through which claims. */
interface Touch {
  direct: boolean
  readonly claims: number[]
}

/** What more people share is not taken for a family's where nobody says who lives with whom. */
const FAMILY_SIZE = 4
/** Of so many claims there must be exactly one link of a kind for it to tell whose a claim is. */
const PRINCIPAL_SHARE = 0.9

/**
 * Projects the graph onto people.
 *
 * @param usual what is usual in the book; of a whole book, only how many claims people have
 */
export function project(
  world: World,
  usual: Pick<Usual, 'claimsPerPerson'> & Partial<Usual>,
  limits: HubLimits = HUB_LIMITS,
): Projection {
  const { claimsPerPerson } = usual
  const { rows, type } = world
  const { nodes } = rows
  const pairs = new Map<number, Pair>()
  const touched = new Map<number, number[]>()
  const hubs = new Map<number, number>()

  const pairOf = (a: number, b: number): Pair => {
    const [low, high] = a < b ? [a, b] : [b, a]
    const key = low * nodes + high
    let pair = pairs.get(key)
    if (pair === undefined) {
      pair = {
        a: low,
        b: high,
        weight: 0,
        home: false,
        tied: false,
        circle: false,
        things: [],
        meetings: [],
      }
      pairs.set(key, pair)
    }
    return pair
  }

  const isCompany = new Uint8Array(nodes)
  let people = 0
  for (let node = 0; node < nodes; node++) {
    if (type[node] !== TYPE.person || rows.offsets[node] === rows.offsets[node + 1]) continue
    people += 1
    // Most have few of either, so that nobody counts them twice.
    if (rows.offsets[node + 1]! - rows.offsets[node]! <= limits.vehiclesPerPerson) continue
    const claims = neighboursOfType(world, node, TYPE.claim).length
    const vehicles = neighboursOfType(world, node, TYPE.vehicle).length
    if (claims > limits.claimsPerPerson || vehicles > limits.vehiclesPerPerson) {
      isCompany[node] = 1
      hubs.set(node, claims)
    }
  }
  const peopleAt = (node: number) =>
    neighboursOfType(world, node, TYPE.person).filter((person) => isCompany[person] === 0)
  const family = new Map<number, number[]>()

  // Homes first: they say what of the rest is a family's.
  for (let node = 0; node < nodes; node++) {
    if (type[node] !== TYPE.address) continue
    const people = peopleAt(node)
    if (people.length > limits.peoplePerHome || !isHome(people)) continue
    eachPair(people, (a, b) => {
      pairOf(a, b).home = true
      for (const [one, other] of [[a, b], [b, a]] as const) {
        const known = family.get(one)
        if (known === undefined) family.set(one, [other])
        else known.push(other)
      }
    })
  }
  // Of a part of a book, what the whole book says.
  const whole = usual.common === undefined
  const principal = whole ? principalKind(world) : usual.principal ?? null
  const addressed = whole ? isAddressed() : usual.addressed ?? true
  const isFamily = (a: number, b: number) => a === b || (family.get(a)?.includes(b) ?? false)

  for (let node = 0; node < nodes; node++) {
    if (type[node] === TYPE.claim) {
      const people = peopleAt(node)
      if (people.length > limits.peoplePerClaim) hubs.set(node, people.length)
      else eachPair(people, (a, b) => pairOf(a, b).meetings.push(node))
      continue
    }
    if (WEIGHT[type[node]!] === undefined || isOfFleet(node)) continue
    const touches = touchesOf(node)
    const people = [...touches.keys()]
    if (people.length > limits.peoplePerThing) {
      hubs.set(node, people.length)
      continue
    }
    if (people.length < 2) continue
    touched.set(node, people)
    eachPair(people, (a, b) => {
      if (!isIndependent(touches.get(a)!, touches.get(b)!, a, b)) return
      pairOf(a, b).things.push(node)
    })
  }
  if (!addressed) guessHomes()
  const shares = usual.common ?? commonness()
  for (const pair of pairs.values()) pair.weight = weigh(pair)
  const ties = tiesOf(pairs, (thing) => weightOf(type[thing]!) > SELDOM_WEIGHT)
  const chance = circlesByChance(ties, people)
  const circle = usual.circle ?? chance.longest
  closeCircles(ties, circle)
  return {
    pairs,
    touched,
    hubs,
    usual: {
      claimsPerPerson,
      common: shares,
      circle,
      circlesByChance: usual.circlesByChance ?? chance.expected,
      principal,
      addressed,
    },
  }

  /** Per type, how many people have a stranger at a thing of it, of all people with any. */
  function commonness(): Record<string, number> {
    const strangers = new Map<number, Set<number>>()
    for (const { a, b, home, things } of pairs.values()) {
      if (home) continue
      for (const thing of things) {
        const known = strangers.get(type[thing]!) ?? new Set()
        known.add(a).add(b)
        strangers.set(type[thing]!, known)
      }
    }
    return Object.fromEntries(
      Array.from(strangers, ([of, known]) => [ENTITY_TYPES[of]!, known.size / people]),
    )
  }

  /** Whether at least half of those who have a claim have an address. */
  function isAddressed(): boolean {
    let active = 0
    let known = 0
    for (let node = 0; node < nodes; node++) {
      if (type[node] !== TYPE.person || !hasType(world, node, TYPE.claim)) continue
      active += 1
      if (hasType(world, node, TYPE.address)) known += 1
    }
    return known * 2 >= active
  }

  /**
   * Where nobody says who lives with whom, those who share things of two kinds, or what a few people
   * share, are taken for a family: without more claims than such a family has, and who did not collide
   * again and again.
   */
  function guessHomes(): void {
    const close = new Map<number, Pair[]>()
    for (const pair of pairs.values()) {
      const kinds = new Set(pair.things.map((thing) => type[thing]!))
      if (pair.home || kinds.size === 0 || pair.meetings.length > 1) continue
      const few = pair.things.every((thing) => touched.get(thing)!.length <= FAMILY_SIZE)
      if (kinds.size < 2 && !few) continue
      for (const one of [pair.a, pair.b]) close.set(one, [...close.get(one) ?? [], pair])
    }
    for (const own of close.values()) {
      if (own.length + 1 > limits.peoplePerHome) continue
      const people = [...new Set(own.flatMap(({ a, b }) => [a, b]))]
      if (isHome(people)) { for (const pair of own) pair.home = true }
    }
  }

  function isHome(people: readonly number[]): boolean {
    if (people.length < 2) return false
    const claims = new Set(people.flatMap((one) => neighboursOfType(world, one, TYPE.claim))).size
    return poissonSurprise(claims, claimsPerPerson * people.length) < limits.homeSurprise
  }

  /** A company's car, or one under a policy of many: everybody drives it. */
  function isOfFleet(node: number): boolean {
    if (type[node] === TYPE.policy) {
      return neighboursOfType(world, node, TYPE.vehicle).length > limits.vehiclesPerPolicy
    }
    if (type[node] !== TYPE.vehicle) return false
    return neighboursOfType(world, node, TYPE.person).some((person) => isCompany[person] === 1) ||
      neighboursOfType(world, node, TYPE.policy).some((policy) =>
        neighboursOfType(world, policy, TYPE.vehicle).length > limits.vehiclesPerPolicy
      )
  }

  /** A claim on a company's car, or under its policy: what it names is the company's. */
  function isFleetClaim(claim: number): boolean {
    return neighboursOfType(world, claim, TYPE.policy).some(isOfFleet) ||
      neighboursOfType(world, claim, TYPE.vehicle).some(isOfFleet)
  }

  function touchesOf(node: number): Map<number, Touch> {
    const touches = new Map<number, Touch>()
    const touch = (person: number): Touch => {
      let known = touches.get(person)
      if (known === undefined) {
        known = { direct: false, claims: [] }
        touches.set(person, known)
      }
      return known
    }
    for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
      // Beyond the limit it is a hub, whoever else may come.
      if (touches.size > limits.peoplePerThing) break
      const target = rows.targets[i]!
      if (type[target] === TYPE.person) {
        if (isCompany[target] === 0) touch(target).direct = true
      } else if (type[target] === TYPE.policy && type[node] !== TYPE.vehicle) {
        for (const person of peopleAt(target)) touch(person).direct = true
      } else if (type[target] === TYPE.claim && !isFleetClaim(target)) {
        for (const person of whose(node, target)) touch(person).claims.push(target)
      }
    }
    return touches
  }

  /** To whom in a claim a thing belongs that the claim names. */
  function whose(thing: number, claim: number): readonly number[] {
    const people = peopleAt(claim)
    if (people.length > limits.peoplePerClaim) return []
    if (people.length < 2) return people
    const owners = neighboursOfType(world, thing, TYPE.person)
    const theirs = people.filter((person) => owners.includes(person))
    if (theirs.length > 0) return theirs
    const relatives = people.filter((person) => owners.some((owner) => isFamily(owner, person)))
    if (relatives.length > 0) return relatives
    return insuredIn(claim, people)
  }

  /** Who a claim is of: the holder of its policy, or their family; all of them where nobody says. */
  function insuredIn(claim: number, people: readonly number[]): readonly number[] {
    const holders = neighboursOfType(world, claim, TYPE.policy).flatMap(peopleAt)
    const insured = people.filter((person) => holders.includes(person))
    if (insured.length > 0) return insured
    const relatives = people.filter((person) => holders.some((holder) => isFamily(holder, person)))
    if (relatives.length > 0) return relatives
    const principals = people.filter((person) => isPrincipal(claim, person))
    return principals.length > 0 ? principals : people
  }

  function isPrincipal(claim: number, person: number): boolean {
    if (principal === null) return false
    for (let i = rows.offsets[claim]!; i < rows.offsets[claim + 1]!; i++) {
      const kind = world.graph.kind[rows.edgeOf[i]!]
      if (rows.targets[i] === person && kind === principal) return true
    }
    return false
  }

  /** Whether two touches are not one and the same claim's doing. */
  function isIndependent(one: Touch, other: Touch, a: number, b: number): boolean {
    if (one.direct && other.direct) return true
    const without = (claims: readonly number[], person: number) =>
      claims.filter((claim) => !rowHas(claim, person))
    if (one.direct && without(other.claims, a).length > 0) return true
    if (other.direct && without(one.claims, b).length > 0) return true
    const left = without(one.claims, b)
    return left.length > 0 && without(other.claims, a).length > 0
  }

  function rowHas(node: number, target: number): boolean {
    for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
      if (rows.targets[i] === target) return true
    }
    return false
  }

  function weightOf(of: number): number {
    const share = shares[ENTITY_TYPES[of]!] ?? 0
    const seldom = Math.min(1, Math.max(0, (COMMON - share) / (COMMON - SELDOM)))
    return COMMON_WEIGHT + (WEIGHT[of]! - COMMON_WEIGHT) * seldom
  }

  function weigh({ home, things, meetings }: Pair): number {
    // What a family shares is one home, which is none of anybody's business.
    if (home) return 0
    const met = MEETING_WEIGHT[Math.min(meetings.length, MEETING_WEIGHT.length - 1)]!
    return things.reduce((sum, thing) => {
      const crowd = touched.get(thing)!.length
      return sum + weightOf(type[thing]!) * (crowd <= 10 ? 1 : 10 / crowd)
    }, met)
  }
}

/** Of nearly all claims one person, no more, is the principal: by which kind of link they are told. */
function principalKind({ rows, type, graph }: World): number | null {
  const once = new Map<number, number>()
  let claims = 0
  for (let node = 0; node < rows.nodes; node++) {
    if (type[node] !== TYPE.claim || rows.offsets[node] === rows.offsets[node + 1]) continue
    claims += 1
    const counts = new Map<number, number>()
    for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
      if (type[rows.targets[i]!] !== TYPE.person) continue
      const kind = graph.kind[rows.edgeOf[i]!]!
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    for (const [kind, count] of counts) if (count === 1) once.set(kind, (once.get(kind) ?? 0) + 1)
  }
  const [most] = [...once].sort(([a, x], [b, y]) => y - x || a - b)
  return most !== undefined && most[1] >= PRINCIPAL_SHARE * claims ? most[0] : null
}

function hasType({ rows, type }: World, node: number, wanted: number): boolean {
  for (let i = rows.offsets[node]!; i < rows.offsets[node + 1]!; i++) {
    if (type[rows.targets[i]!] === wanted) return true
  }
  return false
}

function eachPair(list: readonly number[], visit: (a: number, b: number) => void): void {
  for (let j = 1; j < list.length; j++) {
    for (let i = 0; i < j; i++) visit(list[i]!, list[j]!)
  }
}
