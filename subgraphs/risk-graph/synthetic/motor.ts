/**
 * A motor insurer's book that never was: honest people in all their variety, and rings among them.
 *
 * SIMULATED DATA, for tests and demonstrations. The rings' labels are given apart from the data; what
 * detects never sees them. What makes it hard is on purpose: families share phones and cars, fleets
 * have many drivers, brokers leave their own number, garages are busy, numbers are reused or written
 * carelessly, and rings have claims and counterparties of everyday kind.
 */
import type { Attributes, EntityType } from '../record.ts'
import { Draw } from './random.ts'

/** What the book is drawn with. Shares are from 0 to 1. */
export interface MotorOptions {
  readonly seed: number
  readonly households: number
  readonly fleets: number
  readonly brokers: number
  readonly garages: number
  /** Claims a vehicle in the two years. */
  readonly claimRate: number
  /** Claims with another party. */
  readonly collisionShare: number
  /** People who have a stranger's former phone number. */
  readonly reusedPhones: number
  /** Phones, plates and people entered a second time in another way. */
  readonly dirtyKeys: number
  /** Rings of each type. */
  readonly rings: Readonly<Record<RingType, number>>
  /** Of a ring's people: everyday claims besides, mean. */
  readonly camouflage: number
}

/**
 * - `staged`: the same people and cars in collisions with one another, roles exchanged
 * - `account`: claims of unrelated people, paid to one account; no other link
 * - `phone`: claims of unrelated people, reported from one number; no other link
 * - `garage`: a small garage, whose customers collide with each other
 * - `chain`: each is linked with the next only, by whatever it is
 * - `camouflaged`: staged, few claims among many of everyday kind, links broken by dirty keys
 */
export type RingType = 'staged' | 'account' | 'phone' | 'garage' | 'chain' | 'camouflaged'

export const RING_TYPES: readonly RingType[] = [
  'staged',
  'account',
  'phone',
  'garage',
  'chain',
  'camouflaged',
]

export const MOTOR_DEFAULTS: MotorOptions = {
  seed: 1,
  households: 3_000,
  fleets: 6,
  brokers: 8,
  garages: 60,
  claimRate: 0.35,
  collisionShare: 0.6,
  reusedPhones: 0.015,
  dirtyKeys: 0.05,
  rings: { staged: 6, account: 6, phone: 6, garage: 6, chain: 6, camouflaged: 6 },
  camouflage: 0.8,
}

/** A ring as it was planted. @property members ids of people */
export interface RingLabel {
  readonly ring: string
  readonly type: RingType
  readonly members: readonly string[]
  readonly claims: readonly string[]
}

type EntityOut = readonly [id: string, type: EntityType, name: string, attributes: Attributes]
type LinkOut = readonly [from: string, to: string, kind: string, on: string]

/** The book, and apart from it the labels. */
export interface MotorBook {
  readonly entities: readonly EntityOut[]
  readonly links: readonly LinkOut[]
  readonly labels: readonly RingLabel[]
}

interface Person {
  readonly id: string
  phone: string
  account: string
  vehicle: string | undefined
  policy: string | undefined
}

const SURNAMES = [...'王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾']
const GIVEN = [...'伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉建文辉红斌波宁鑫宇浩凯晨']
const STREETS = ['人民路', '解放路', '科技路', '滨河路', '建设路', '朝阳路', '湖滨路', '学院路']
const ESTATES = ['花园小区', '阳光小区', '锦绣小区', '翠苑小区', '金桂小区', '望江小区']

/** Draws a book. The same options give the same book. */
export function motorBook(options: MotorOptions): MotorBook {
  return new Book(options).draw()
}

class Book {
  readonly #options: MotorOptions
  readonly #draw: Draw
  readonly #entities: EntityOut[] = []
  readonly #links: LinkOut[] = []
  readonly #labels: RingLabel[] = []
  readonly #people: Person[] = []
  readonly #garages: string[] = []
  readonly #brokerPhones: string[] = []
  #count = 0

  constructor(options: MotorOptions) {
    this.#options = options
    this.#draw = new Draw(options.seed)
  }

  draw(): MotorBook {
    const { households, fleets, brokers, garages, rings } = this.#options
    for (let i = 0; i < garages; i++) this.#garages.push(this.#entity('garage', `修理厂${i + 1}`))
    for (let i = 0; i < brokers; i++) this.#brokerPhones.push(this.#phone())
    for (let i = 0; i < households; i++) this.#household()
    for (let i = 0; i < fleets; i++) this.#fleet()
    this.#reusePhones()
    for (const person of [...this.#people]) this.#everydayClaims(person, this.#options.claimRate)
    for (const type of RING_TYPES) {
      for (let i = 0; i < rings[type]; i++) this.#ring(type, `${type}-${i + 1}`)
    }
    this.#dirty()
    return {
      entities: this.#shuffled(this.#entities),
      links: this.#shuffled(this.#links),
      labels: this.#labels,
    }
  }

  // --- honest people ----------------------------------------------------------------------------

  #household(): Person[] {
    const d = this.#draw
    const address = this.#address()
    const size = d.of([1, 1, 2, 2, 2, 3, 3, 4])
    const surname = d.of(SURNAMES)
    const sharedPhone = d.chance(0.25) ? this.#phone() : undefined
    const sharedAccount = d.chance(0.35) ? this.#account() : undefined
    const cars = d.chance(0.8) ? 1 : 2
    const family: Person[] = []
    for (let i = 0; i < size; i++) {
      const name = (d.chance(0.6) ? surname : d.of(SURNAMES)) + d.of(GIVEN) +
        (d.chance(0.7) ? d.of(GIVEN) : '')
      family.push(this.#person(name, address, sharedPhone, sharedAccount))
    }
    for (let c = 0; c < cars; c++) {
      const owner = d.of(family)
      const vehicle = this.#vehicle(owner)
      // A family drives each other's car.
      for (const person of family) if (person.vehicle === undefined) person.vehicle = vehicle
    }
    for (const person of family) {
      person.policy ??= family.find((other) => other.policy !== undefined)?.policy
    }
    return family
  }

  #person(
    name: string,
    address: string,
    phone = this.#phone(),
    account = this.#account(),
  ): Person {
    const d = this.#draw
    const birth = `19${d.between(55, 99)}${pad(d.between(1, 12), 2)}${pad(d.between(1, 28), 2)}`
    const number = `44030${d.between(1, 9)}${birth}${pad(d.between(0, 9999), 4)}`
    const attributes: Attributes = d.chance(0.8) ? { idNumber: number } : {}
    const id = this.#entity('person', name, attributes)
    this.#link(id, address, 'lives-at', '')
    this.#link(id, phone, 'phone', '')
    this.#link(id, account, 'account', '')
    const person = { id, phone, account, vehicle: undefined, policy: undefined }
    this.#people.push(person)
    return person
  }

  #fleet(): void {
    const d = this.#draw
    const yard = this.#address()
    const phone = this.#phone()
    const account = this.#account()
    const company = this.#person(`${d.of(GIVEN)}${d.of(GIVEN)}运输有限公司`, yard, phone, account)
    const policy = this.#entity('policy', `车队保单${++this.#count}`)
    this.#link(company.id, policy, 'holder', this.#day())
    const cars = Array.from({ length: d.between(15, 40) }, () => {
      const vehicle = this.#entity('vehicle', this.#plate())
      this.#link(company.id, vehicle, 'owner', '')
      this.#link(policy, vehicle, 'insures', '')
      return vehicle
    })
    const drivers = d.some(this.#people, d.between(20, 45))
    for (let i = d.between(25, 60); i > 0; i--) {
      const driver = d.of(drivers)
      const claim = this.#claim(policy, d.of(cars), company, account)
      this.#link(claim, driver.id, 'driver', this.#day())
      this.#link(claim, phone, 'reported-from', this.#day())
      if (d.chance(0.5)) this.#link(claim, d.of(this.#people).id, 'counterparty', this.#day())
    }
  }

  #reusePhones(): void {
    for (const person of this.#people) {
      if (!this.#draw.chance(this.#options.reusedPhones)) continue
      this.#link(person.id, this.#draw.of(this.#people).phone, 'phone', '')
    }
  }

  #everydayClaims(person: Person, rate: number): void {
    const d = this.#draw
    if (person.vehicle === undefined) return
    for (let i = d.poisson(rate); i > 0; i--) this.#everydayClaim(person)
  }

  #everydayClaim(person: Person): void {
    const d = this.#draw
    const day = this.#day()
    const claim = this.#claim(person.policy, person.vehicle!, person, person.account, day)
    if (d.chance(this.#options.collisionShare)) {
      const other = d.of(this.#people)
      if (other !== person) {
        this.#link(claim, other.id, 'counterparty', day)
        if (other.vehicle !== undefined) this.#link(claim, other.vehicle, 'third-vehicle', day)
      }
    }
    // A witness, a passenger: now and then.
    if (d.chance(0.08)) this.#link(claim, d.of(this.#people).id, 'witness', day)
    const reporter = d.chance(0.12) ? d.of(this.#brokerPhones) : person.phone
    this.#link(claim, reporter, 'reported-from', day)
  }

  /** A claim of a holder on a vehicle, paid to an account, repaired where most go. */
  #claim(
    policy: string | undefined,
    vehicle: string,
    claimant: Person,
    account: string,
    day = this.#day(),
    garage = this.#draw.skewed(this.#garages),
  ): string {
    const claim = this.#entity('claim', `C${pad(++this.#count, 6)}`)
    if (policy !== undefined) this.#link(claim, policy, 'under', day)
    this.#link(claim, vehicle, 'vehicle', day)
    this.#link(claim, claimant.id, 'claimant', day)
    this.#link(claim, account, 'paid-to', day)
    this.#link(claim, garage, 'repaired-at', day)
    return claim
  }

  // --- rings ------------------------------------------------------------------------------------

  #ring(type: RingType, ring: string): void {
    const d = this.#draw
    const size = d.between(4, type === 'staged' || type === 'garage' ? 10 : 8)
    const members = this.#recruits(size)
    const claims: string[] = []
    // A ring works for some months, not for all the years.
    const begin = d.between(0, 540)
    const day = () => dateAfter(begin + d.between(0, 180))
    const own = (m: Person, on: string, account = m.account, garage?: string) => {
      const claim = this.#claim(m.policy, m.vehicle!, m, account, on, garage)
      claims.push(claim)
      return claim
    }
    const report = (claim: string, m: Person, on: string, phone = m.phone) =>
      this.#link(claim, phone, 'reported-from', on)
    const stranger = (claim: string, on: string) => {
      if (d.chance(0.4)) this.#link(claim, d.of(this.#people).id, 'counterparty', on)
    }
    switch (type) {
      case 'account': {
        const account = this.#account()
        for (const m of members) {
          for (let i = d.between(1, 2); i > 0; i--) {
            const on = day()
            const claim = own(m, on, account)
            report(claim, m, on)
            stranger(claim, on)
          }
        }
        break
      }
      case 'phone': {
        const phone = this.#phone()
        for (const m of members) {
          for (let i = d.between(1, 2); i > 0; i--) {
            const on = day()
            const claim = own(m, on)
            report(claim, m, on, phone)
            stranger(claim, on)
          }
        }
        break
      }
      case 'chain':
        members.forEach((m, i) => {
          const on = day()
          const claim = own(m, on)
          report(claim, m, on)
          const next = members[i + 1]
          if (next === undefined) return
          const how = d.between(0, 2)
          if (how === 0) this.#link(claim, next.phone, 'reported-from', on)
          else if (how === 1) this.#link(claim, next.account, 'paid-to', on)
          else this.#link(own(next, on), m.vehicle!, 'third-vehicle', on)
        })
        break
      default: {
        const hidden = type === 'camouflaged'
        const garage = type === 'garage' ? d.of(this.#garages.slice(-20)) : undefined
        const account = d.chance(0.5) ? this.#account() : undefined
        const cars = d.some(members, d.between(2, 3)).map((m) => m.vehicle!)
        const count = Math.ceil(size * (hidden ? 1 : d.next() + 1))
        for (let i = 0; i < count; i++) {
          const on = day()
          const [a, b, c] = d.some(members, 3)
          const paid = account !== undefined && d.chance(hidden ? 0.3 : 0.6) ? account : a!.account
          const claim = own(a!, on, paid, garage)
          if (!hidden && type === 'staged' && d.chance(0.5)) {
            this.#link(claim, d.of(cars), 'third-vehicle', on)
          }
          this.#link(claim, b!.id, d.chance(0.5) ? 'counterparty' : 'driver', on)
          if (c !== undefined && d.chance(hidden ? 0.2 : 0.5)) {
            this.#link(claim, c.id, 'witness', on)
          }
          report(claim, a!, on, d.chance(0.3) ? b!.phone : a!.phone)
        }
      }
    }
    for (const m of members) {
      for (let i = d.poisson(this.#options.camouflage); i > 0; i--) this.#everydayClaim(m)
    }
    this.#labels.push({ ring, type, members: members.map((m) => m.id), claims })
  }

  /** People of different families, each with a car. */
  #recruits(size: number): Person[] {
    const members: Person[] = []
    while (members.length < size) {
      const person = this.#draw.of(this.#household())
      if (person.vehicle !== undefined && person.policy !== undefined) members.push(person)
    }
    return members
  }

  // --- carelessness -----------------------------------------------------------------------------

  /** Some are entered twice: the second time in another spelling, with a part of the links. */
  #dirty(): void {
    const d = this.#draw
    const twins = new Map<string, string>()
    for (const [id, type, name, attributes] of [...this.#entities]) {
      if (!d.chance(this.#options.dirtyKeys)) continue
      if (type === 'phone') twins.set(id, this.#entity(type, carelessPhone(d, name)))
      else if (type === 'vehicle') twins.set(id, this.#entity(type, carelessPlate(d, name)))
      else if (type === 'person' && attributes.idNumber !== undefined) {
        const number = String(attributes.idNumber)
        twins.set(
          id,
          this.#entity(type, name, { idNumber: ` ${number.slice(0, 6)} ${number.slice(6)}` }),
        )
      }
    }
    for (const [i, [from, to, kind, on]] of this.#links.entries()) {
      const other = (id: string) => {
        const twin = twins.get(id)
        return twin !== undefined && d.chance(0.4) ? twin : id
      }
      this.#links[i] = [other(from), other(to), kind, on]
    }
  }

  // --- things -----------------------------------------------------------------------------------

  #entity(type: EntityType, name: string, attributes: Attributes = {}): string {
    const id = `${type.slice(0, 2).toUpperCase()}${pad(++this.#count, 7)}`
    this.#entities.push([id, type, name, attributes])
    return id
  }

  #link(from: string, to: string, kind: string, on: string): void {
    if (from !== to) this.#links.push([from, to, kind, on])
  }

  #phone(): string {
    return this.#entity('phone', `13${pad(this.#draw.between(0, 999_999_999), 9)}`)
  }

  #account(): string {
    return this.#entity('account', `6222${pad(this.#draw.between(0, 999_999_999_999), 12)}`)
  }

  #plate(): string {
    const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZ'
    const d = this.#draw
    return `粤B${letters[d.between(0, 23)]}${pad(d.between(0, 9999), 4)}`
  }

  #vehicle(owner: Person): string {
    const vehicle = this.#entity('vehicle', this.#plate())
    const policy = this.#entity('policy', `保单${this.#count}`)
    owner.vehicle = vehicle
    owner.policy = policy
    this.#link(owner.id, vehicle, 'owner', '')
    this.#link(owner.id, policy, 'holder', this.#day())
    this.#link(policy, vehicle, 'insures', '')
    return vehicle
  }

  #address(): string {
    const d = this.#draw
    const text = `深圳市${d.of(STREETS)}${d.between(1, 300)}号${d.of(ESTATES)}` +
      `${d.between(1, 30)}栋${d.between(1, 30)}${pad(d.between(1, 8), 2)}室`
    return this.#entity('address', text)
  }

  #day(): string {
    return dateAfter(this.#draw.between(0, 729))
  }

  /** In an order that tells nothing of when it was drawn. */
  #shuffled<T>(list: readonly T[]): T[] {
    const result = [...list]
    for (let i = result.length - 1; i > 0; i--) {
      const j = this.#draw.between(0, i)
      const other = result[i]!
      result[i] = result[j]!
      result[j] = other
    }
    return result
  }
}

function carelessPhone(draw: Draw, number: string): string {
  const [a, b, c] = [number.slice(0, 3), number.slice(3, 7), number.slice(7)]
  return draw.of([`${a} ${b} ${c}`, `+86${number}`, `86-${a}-${b}-${c}`, `${a}-${b}-${c}`])
}

function carelessPlate(draw: Draw, plate: string): string {
  return draw.of([
    `${plate.slice(0, 2)}·${plate.slice(2)}`,
    plate.toLowerCase(),
    `${plate.slice(0, 2)} ${plate.slice(2)}`,
  ])
}

function dateAfter(days: number): string {
  return new Date(Date.UTC(2024, 0, 1) + days * 86_400_000).toISOString().slice(0, 10)
}

function pad(value: number, length: number): string {
  return String(value).padStart(length, '0')
}
