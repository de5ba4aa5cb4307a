/**
 * Which entities are one, with the score and what speaks for it.
 *
 * Pairs at or above `MERGE` are merged; those at or above `PROPOSE` wait for a person. A merge is a
 * link with evidence, which a person can undo; what a person decided is not decided again.
 */
import type { CanonicalValue } from '../../kernel/canonical-json.ts'
import type { EntityType } from '../record.ts'
import {
  type AddressParts,
  normaliseAddress,
  normaliseCode,
  normaliseName,
  normalisePhone,
  normalisePlate,
  normaliseVin,
} from './normalise.ts'
import { diceOfPairs, isOneApart } from './similarity.ts'

/** Scores from 0 to 1. */
export const MERGE = 0.9
export const PROPOSE = 0.75
/** A key that more entities have is no key but a filler. */
export const GROUP_MAX = 30
/** Addresses compared with one another at most: those with the same numbers. */
const BLOCK_MAX = 200

/** What is known of an entity. @property no its number in the record */
export interface Known {
  readonly no: number
  readonly name: string
  readonly attributes: Readonly<Record<string, CanonicalValue | undefined>>
}

/** @property method how it was found @property score from 0 to 1 @property evidence what agrees */
export interface Match {
  readonly a: number
  readonly b: number
  readonly method: string
  readonly score: number
  readonly evidence: Readonly<Record<string, CanonicalValue>>
}

interface Key {
  readonly method: string
  readonly score: number
  /** Properties to look at, in any spelling; the name last where `orName`. */
  readonly properties: readonly string[]
  readonly orName: boolean
  normalise(text: string): string | undefined
}

const KEYS: Readonly<Partial<Record<EntityType, readonly Key[]>>> = {
  phone: [{
    method: 'phone-number',
    score: 1,
    properties: ['number', 'phone', 'tel', 'mobile', 'value'],
    orName: true,
    normalise: normalisePhone,
  }],
  vehicle: [
    { method: 'vin', score: 1, properties: ['vin'], orName: false, normalise: normaliseVin },
    {
      method: 'plate',
      score: 0.97,
      properties: ['plate', 'plateno', 'platenumber', 'licenseplate', 'licenceplate'],
      orName: true,
      normalise: normalisePlate,
    },
  ],
  person: [{
    method: 'person-number',
    score: 1,
    properties: ['idnumber', 'idno', 'idcard', 'idhash', 'nationalid', 'certno'],
    orName: false,
    normalise: normaliseCode,
  }],
  account: [{
    method: 'account-number',
    score: 1,
    properties: ['number', 'account', 'accountno', 'accountnumber', 'iban'],
    orName: true,
    normalise: normaliseCode,
  }],
  device: [{
    method: 'device-number',
    score: 1,
    properties: ['fingerprint', 'imei', 'deviceid'],
    orName: false,
    normalise: normaliseCode,
  }],
}

/** Types that have matches at all. */
export const MATCHED_TYPES = ['phone', 'vehicle', 'person', 'account', 'device', 'address'] as const

/** Entities of one type with a key in common: each with the lowest number of its group. */
export function matchByKey(type: EntityType, entities: Iterable<Known>): Match[] {
  const keys = KEYS[type] ?? []
  const groups = keys.map(() => new Map<string, number[]>())
  for (const entity of entities) {
    keys.forEach((key, k) => {
      const found = textOf(entity, key)
      const value = found === undefined ? undefined : key.normalise(found)
      if (value === undefined) return
      const group = groups[k]!.get(value)
      if (group === undefined) groups[k]!.set(value, [entity.no])
      else group.push(entity.no)
    })
  }
  return keys.flatMap(({ method, score }, k) =>
    Array.from(groups[k]!).flatMap(([value, group]) =>
      group.length < 2 || group.length > GROUP_MAX ? [] : group.slice(1).map((b) => ({
        a: group[0]!,
        b,
        method,
        score,
        evidence: { key: value },
      }))
    )
  )
}

/** Addresses with the same numbers and much the same words. */
export function matchAddresses(entities: Iterable<Known>): Match[] {
  const blocks = new Map<string, { no: number; parts: AddressParts }[]>()
  for (const entity of entities) {
    const text = propertyOf(entity, ['text', 'address', 'full']) ?? entity.name
    const parts = normaliseAddress(text)
    // Without two numbers an address names a street, not a home.
    if (parts === undefined || !parts.numbers.includes('-')) continue
    const block = blocks.get(parts.numbers)
    if (block === undefined) blocks.set(parts.numbers, [{ no: entity.no, parts }])
    else block.push({ no: entity.no, parts })
  }
  const matches: Match[] = []
  for (const block of blocks.values()) {
    const compared = block.slice(0, BLOCK_MAX)
    for (let j = 1; j < compared.length; j++) {
      for (let i = 0; i < j; i++) {
        const [a, b] = [compared[i]!, compared[j]!]
        const words = diceOfPairs(a.parts.words, b.parts.words)
        // The same words are the same address; a word more or less is one for a person to see.
        const score = words === 1 ? 0.98 : words * 0.95
        if (score < PROPOSE) continue
        const evidence = { numbers: a.parts.numbers, words: Math.round(words * 1000) / 1000 }
        matches.push({ a: a.no, b: b.no, method: 'address', score, evidence })
      }
    }
  }
  return matches
}

/** A person with what is theirs: phones, addresses, accounts, by number. */
export interface KnownPerson extends Known {
  readonly holds: readonly number[]
}

/** People of one or nearly one name who share what few share. @param sharedBy how many have it */
export function matchPeople(
  people: Iterable<KnownPerson>,
  sharedBy: (no: number) => number,
): Match[] {
  const holders = new Map<number, KnownPerson[]>()
  for (const person of people) {
    if (normaliseName(person.name) === undefined) continue
    for (const no of new Set(person.holds)) {
      if (sharedBy(no) > GROUP_MAX) continue
      const list = holders.get(no)
      if (list === undefined) holders.set(no, [person])
      else list.push(person)
    }
  }
  const pairs = new Map<string, { a: KnownPerson; b: KnownPerson; shared: number[] }>()
  for (const [no, list] of holders) {
    for (let j = 1; j < list.length; j++) {
      for (let i = 0; i < j; i++) {
        const [a, b] = list[i]!.no < list[j]!.no ? [list[i]!, list[j]!] : [list[j]!, list[i]!]
        const key = `${a.no} ${b.no}`
        const pair = pairs.get(key) ?? { a, b, shared: [] }
        pair.shared.push(no)
        pairs.set(key, pair)
      }
    }
  }
  const matches: Match[] = []
  for (const { a, b, shared } of pairs.values()) {
    if (haveDifferentNumbers(a, b)) continue
    const [left, right] = [normaliseName(a.name)!, normaliseName(b.name)!]
    const same = left === right
    const close = !same && [...left].length >= 3 && isOneApart(left, right)
    if (!same && !close) continue
    const score = Math.min(0.99, (same ? 0.9 : 0.62) + 0.04 * shared.length)
    if (score < PROPOSE && !(close && shared.length >= 2)) continue
    const evidence = { names: same ? 'same' : 'one character apart', shared: shared.toSorted() }
    matches.push({
      a: a.no,
      b: b.no,
      method: 'name-and-shared',
      score: Math.max(score, close ? PROPOSE : 0),
      evidence,
    })
  }
  return matches
}

/** Two people of one name with two numbers are two people. */
function haveDifferentNumbers(a: Known, b: Known): boolean {
  const key = KEYS.person![0]!
  const [left, right] = [a, b].map((person) => {
    const text = propertyOf(person, key.properties)
    return text === undefined ? undefined : key.normalise(text)
  })
  return left !== undefined && right !== undefined && left !== right
}

function textOf(entity: Known, key: Key): string | undefined {
  return propertyOf(entity, key.properties) ?? (key.orName ? entity.name : undefined)
}

/** The first of some properties that is a text or number, whatever its case, `_` and `-`. */
function propertyOf({ attributes }: Known, names: readonly string[]): string | undefined {
  for (const [name, value] of Object.entries(attributes)) {
    if (!names.includes(name.toLowerCase().replaceAll(/[_-]/g, ''))) continue
    if (typeof value === 'string' && value.trim() !== '') return value
    if (typeof value === 'number') return String(value)
  }
  return undefined
}
