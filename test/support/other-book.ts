/**
 * A second simulator, of another make than `synthetic/motor.ts`, so that the detector is not judged by
 * the shape of one: other kinds of links, other directions, no account of a family but its phone and
 * address, dormitories, agents who hold policies, rings of one link or of one thing.
 *
 * SIMULATED DATA, for tests.
 */
import { Draw } from '../../subgraphs/risk-graph/synthetic/random.ts'
import type { Attributes, EntityType } from '../../subgraphs/risk-graph/record.ts'

type EntityOut = readonly [id: string, type: EntityType, name: string, attributes: Attributes]
type LinkOut = readonly [from: string, to: string, kind: string, on: string]

/** @property without types that this book does not tell of @property rings of each type */
export interface OtherOptions {
  readonly seed: number
  readonly homes: number
  readonly rings: number
  readonly claimRate: number
  readonly without: readonly EntityType[]
}

export const OTHER_DEFAULTS: OtherOptions = {
  seed: 1,
  homes: 2_500,
  rings: 4,
  claimRate: 0.5,
  without: [],
}

export const OTHER_RINGS = [
  'crash',
  'one-phone',
  'one-account',
  'one-device',
  'one-car',
  'workshop',
  'pairs',
] as const
export type OtherRing = (typeof OTHER_RINGS)[number]

export interface OtherBook {
  readonly entities: readonly EntityOut[]
  readonly links: readonly LinkOut[]
  readonly labels: readonly { readonly type: OtherRing; readonly members: readonly string[] }[]
}

interface Somebody {
  readonly id: string
  readonly phone: string
  readonly account: string
  readonly device: string
  readonly car: string
  readonly policy: string
}

/** Draws a book. The same options give the same book. */
export function otherBook({ seed, homes, rings, claimRate, without }: OtherOptions): OtherBook {
  const d = new Draw(seed)
  const entities: EntityOut[] = []
  const links: LinkOut[] = []
  const labels: { type: OtherRing; members: string[] }[] = []
  const left = new Set<EntityType>(without)
  const kept = new Set<string>()
  const add = (type: EntityType, name: string, attributes: Attributes = {}) => {
    const id = `${type}/${entities.length}-${d.between(100, 999)}`
    entities.push([id, type, name, attributes])
    if (!left.has(type)) kept.add(id)
    return id
  }
  const day = (from = 0, to = 900) =>
    new Date(Date.UTC(2023, 3, 1) + d.between(from, to) * 86_400_000).toISOString().slice(0, 10)
  const link = (from: string, to: string, kind: string, on = '') => links.push([from, to, kind, on])
  const digits = (n: number) => String(d.between(0, 10 ** n - 1)).padStart(n, '0')
  const phone = () => add('phone', `15${digits(9)}`)
  const account = () => add('account', `6217${digits(13)}`, { bank: d.of(['A', 'B', 'C']) })
  const workshops = Array.from({ length: 40 }, (_, i) => add('garage', `Workshop ${i}`))
  const agents = Array.from({ length: 10 }, () => phone())
  const people: Somebody[] = []

  const somebody = (home: string, family: Partial<Somebody>): Somebody => {
    const id = add(
      'person',
      d.of([...'赵钱孙李周吴郑王冯陈']) + d.of([...'一二三四五六七八']) +
        d.of([...'东西南北中']),
      { born: `${d.between(1950, 2003)}`, tags: ['x', null], vip: d.chance(0.1) },
    )
    link(home, id, 'resident')
    const own = {
      id,
      phone: family.phone ?? phone(),
      account: family.account ?? account(),
      device: family.device ?? add('device', `imei ${digits(15)}`),
      car: '',
      policy: '',
    }
    link(own.phone, id, 'belongs_to')
    link(id, own.device, 'uses_device')
    const car = family.car ?? add('vehicle', `京${d.of([...'ABCDEFG'])}${digits(5)}`)
    const policy = family.policy ?? add('policy', `P-${digits(10)}`)
    if (family.car === undefined) {
      link(id, car, 'owns')
      link(policy, id, 'holder')
      link(policy, car, 'covers')
    }
    const whole = { ...own, car, policy }
    people.push(whole)
    return whole
  }
  const family = (size: number): Somebody[] => {
    const home = add(
      'address',
      `北京市${d.of(['海淀', '朝阳', '东城'])}区${digits(3)}路${digits(4)}号`,
    )
    const first = somebody(home, {})
    const shared: Partial<Somebody> = {
      ...(d.chance(0.3) ? { phone: first.phone } : {}),
      ...(d.chance(0.4) ? { account: first.account } : {}),
      ...(d.chance(0.15) ? { device: first.device } : {}),
      ...(d.chance(0.6) ? { car: first.car, policy: first.policy } : {}),
    }
    return [first, ...Array.from({ length: size - 1 }, () => somebody(home, shared))]
  }
  const claim = (
    who: Somebody,
    on: string,
    change: Partial<Somebody> = {},
    garage = d.skewed(workshops),
  ) => {
    const id = add('claim', `Schaden ${digits(8)}`, { amount: d.between(500, 60_000) })
    const { phone, account, car, policy } = { ...who, ...change }
    link(who.id, id, 'filed', on)
    link(id, policy, 'policy', on)
    link(id, car, 'damaged', on)
    link(id, account, 'payout', on)
    link(id, phone, 'callback', on)
    if (d.chance(0.8)) link(garage, id, 'repaired', on)
    return id
  }
  const everyday = (who: Somebody) => {
    const on = day()
    const id = claim(who, on, d.chance(0.1) ? { phone: d.of(agents) } : {})
    if (d.chance(0.5)) {
      const other = d.of(people)
      if (other.id !== who.id) {
        link(id, other.id, 'other_driver', on)
        if (d.chance(0.5)) link(id, other.car, 'other_vehicle', on)
      }
    }
    if (d.chance(0.1)) link(id, d.of(people).id, 'passenger', on)
  }

  for (let i = 0; i < homes; i++) family(d.of([1, 1, 1, 2, 2, 3, 4]))
  // Dormitories: many at one address who have nothing to do with one another.
  for (let i = 0; i < 8; i++) {
    const home = add('address', `北京市海淀区学院路${i}号宿舍`)
    for (let n = d.between(6, 30); n > 0; n--) somebody(home, {})
  }
  // A company's cars, driven by many.
  for (let i = 0; i < 5; i++) {
    const policy = add('policy', `FLEET-${i}`)
    const office = somebody(add('address', `北京市朝阳区写字楼${i}`), {})
    const cars = Array.from({ length: d.between(12, 30) }, () => {
      const car = add('vehicle', `京H${digits(5)}`)
      link(policy, car, 'covers')
      link(office.id, car, 'owns')
      return car
    })
    link(policy, office.id, 'holder')
    const drivers = d.some(people, 25)
    for (let n = 40; n > 0; n--) {
      const driver = d.of(drivers)
      claim(driver, day(), {
        car: d.of(cars),
        policy,
        account: office.account,
        phone: office.phone,
      })
    }
  }
  for (const who of [...people]) {
    for (let i = d.poisson(claimRate); i > 0; i--) everyday(who)
  }

  for (const type of rings > 0 ? OTHER_RINGS : []) {
    for (let r = 0; r < rings; r++) {
      const members = Array.from({ length: d.between(4, 9) }, () => family(d.of([1, 2, 3]))[0]!)
      const begin = d.between(0, 700)
      const when = () => day(begin, begin + 150)
      const change: Partial<Somebody> = type === 'one-phone'
        ? { phone: phone() }
        : type === 'one-account'
        ? { account: account() }
        : type === 'one-car'
        ? { car: members[0]!.car }
        : {}
      if (type === 'one-device') {
        const device = add('device', `imei ${digits(15)}`)
        for (const { id } of members) link(id, device, 'uses_device', when())
      }
      const garage = type === 'workshop' ? d.of(workshops.slice(-10)) : undefined
      for (const [i, who] of members.entries()) {
        for (let n = d.between(1, 2); n > 0; n--) {
          const on = when()
          const id = claim(who, on, change, garage)
          const other = type === 'pairs'
            ? members[(i + 1) % members.length]!
            : d.of(members.filter((m) => m !== who))
          if (type === 'crash' || (type === 'workshop' && d.chance(0.7)) || type === 'pairs') {
            link(id, other.id, 'other_driver', on)
          }
          if (type === 'crash' && d.chance(0.5)) link(id, d.of(members).id, 'passenger', on)
        }
      }
      for (const who of members) for (let n = d.poisson(0.7); n > 0; n--) everyday(who)
      labels.push({ type, members: members.map(({ id }) => id) })
    }
  }
  return {
    entities: shuffled(d, entities.filter(([id]) => kept.has(id))),
    links: shuffled(d, links.filter(([a, b]) => a !== b && kept.has(a) && kept.has(b))),
    labels,
  }
}

function shuffled<T>(d: Draw, list: readonly T[]): T[] {
  const result = [...list]
  for (let i = result.length - 1; i > 0; i--) {
    const j = d.between(0, i)
    ;[result[i], result[j]] = [result[j]!, result[i]!]
  }
  return result
}
