/**
 * What the checks other than statements go by, as data that a tenant can change under four eyes: how
 * grave a finding is, further words, versions of laws, headers of rates, items that texts mention, how
 * sure a typo has to be.
 *
 * No patterns: a pattern of a tenant's could keep a review busy for ever. What takes one belongs to
 * the engine.
 */
import type { Severity } from '../checks/finding.ts'
import { type Law, LAWS } from './laws.ts'
import { MENTIONED_ITEMS } from './mention-rules.ts'

/** A word that is wrong wherever it stands. */
export interface WordRule {
  readonly wrong: string
  readonly right: string
  readonly severity: Severity
}

/** Headers by words: one of each list of `with`, none of `without`. */
export interface HeaderRule {
  readonly with: readonly (readonly string[])[]
  readonly without: readonly string[]
}

/** The rules of the checks. */
export interface CheckRules {
  /** By code of a finding; `off` leaves it out. What is not named is as grave as the check says. */
  readonly severities: Readonly<Record<string, Severity | 'off'>>
  /** Further words, beside those of the engine. */
  readonly words: readonly WordRule[]
  readonly laws: readonly Law[]
  readonly rates: {
    readonly shares: HeaderRule
    readonly growth: HeaderRule
    /** Rows that must hold before another is said not to. */
    readonly provedBy: number
    /** So many times as many rows must hold as do not. */
    readonly provedTimes: number
  }
  readonly mentions: {
    readonly items: readonly string[]
    /** Further words that make a sentence speak of somebody else, beside those of the engine. */
    readonly notOurs: readonly string[]
  }
  /** By how much likelier the right character must be: a natural logarithm. */
  readonly typoEvidence: number
}

/** The rules that ship. */
export const SHIPPED_CHECKS: CheckRules = {
  severities: {},
  words: [],
  laws: LAWS,
  rates: {
    shares: {
      with: [['占', '比例', '比重']],
      without: [
        '增减',
        '变动',
        '增长',
        '毛利',
        '计提',
        '持股',
        '表决',
        '折旧',
        '残值',
        '税率',
        '年限',
        '质押',
      ],
    },
    growth: {
      with: [['增减', '变动', '增长', '比上年', '同比'], ['%', '％', '比例', '幅度', '率']],
      without: ['百分点'],
    },
    provedBy: 3,
    provedTimes: 4,
  },
  mentions: { items: MENTIONED_ITEMS, notOurs: [] },
  typoEvidence: 14,
}

/** Whether a header is one that a rule is about. */
export function isHeaderOf(rule: HeaderRule, header: string): boolean {
  return rule.with.every((words) => words.some((word) => header.includes(word))) &&
    !rule.without.some((word) => header.includes(word))
}

/** Findings as grave as the rules say. */
export function weighed<F extends { readonly code: string; readonly severity: Severity }>(
  findings: readonly F[],
  { severities }: Pick<CheckRules, 'severities'>,
): F[] {
  return findings.flatMap((finding) => {
    const severity = Object.hasOwn(severities, finding.code) ? severities[finding.code] : undefined
    if (severity === 'off') return []
    return [severity === undefined ? finding : { ...finding, severity }]
  })
}

const LIST_MAX = 500
const TEXT_MAX = 100
const DAY = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/
const SEVERITIES = ['error', 'warning', 'notice']

/** What is wrong with a part of the rules. @property place JSON Pointer from the rules */
export interface RuleFault {
  readonly place: string
  readonly message: string
}

type Read = (value: unknown, place: string) => RuleFault | undefined

const READERS: { readonly [Part in keyof CheckRules]: Read } = {
  severities: (value, place) =>
    !isObject(value)
      ? { place, message: 'Severities are by code.' }
      : firstFault(Object.entries(value), ([code, severity]) =>
        /^[A-Z_]{1,40}$/.test(code) && [...SEVERITIES, 'off'].includes(severity as string)
          ? undefined
          : { place: `${place}/${code}`, message: 'A code is error, warning, notice or off.' }),
  words: listOf('Words are a list.', (word, place) => {
    const { wrong, right, severity } = isObject(word) ? word : {}
    return isText(wrong) && isText(right) && wrong !== right &&
        SEVERITIES.includes(severity as string)
      ? undefined
      : { place, message: 'A word is wrong, has a right one and a severity.' }
  }),
  laws: listOf('Laws are a list.', (law, place) => {
    if (!isObject(law) || !isText(law.name)) return { place, message: 'A law has a name.' }
    if (law.aliases !== undefined && !isTexts(law.aliases)) {
      return { place: `${place}/aliases`, message: 'Aliases are texts.' }
    }
    const { versions, repealed, replacedBy } = law
    const days = Array.isArray(versions) && versions.length > 0 && versions.length <= LIST_MAX &&
      versions.every((version) =>
        isObject(version) && isDay(version.from) && isCount(version.articles, 1, 5000)
      )
    const sorted = days &&
      versions.every((version, i) => i === 0 || versions[i - 1].from < version.from)
    if (!sorted) {
      return {
        place: `${place}/versions`,
        message: 'Versions have a day and a number of articles, oldest first.',
      }
    }
    if (repealed !== undefined && !isDay(repealed)) {
      return { place: `${place}/repealed`, message: 'A law is repealed on a day.' }
    }
    return replacedBy === undefined || isText(replacedBy)
      ? undefined
      : { place: `${place}/replacedBy`, message: 'A law is replaced by one with a name.' }
  }),
  rates: (value, place) => {
    if (!isObject(value)) return { place, message: 'Rates are an object.' }
    for (const kind of ['shares', 'growth']) {
      const header = value[kind]
      const good = isObject(header) && isTexts(header.without) && Array.isArray(header.with) &&
        header.with.length > 0 && header.with.length <= 10 &&
        header.with.every((words) => isTexts(words) && words.length > 0)
      if (!good) {
        return { place: `${place}/${kind}`, message: 'Headers are told by lists of words.' }
      }
    }
    for (const name of ['provedBy', 'provedTimes']) {
      if (!isCount(value[name], 1, 100)) {
        return { place: `${place}/${name}`, message: 'It is a number from 1 to 100.' }
      }
    }
    return undefined
  },
  mentions: (value, place) =>
    isObject(value) && isTexts(value.items) && value.items.length > 0 && isTexts(value.notOurs)
      ? undefined
      : { place, message: 'Mentions have items and words that are not ours.' },
  typoEvidence: (value, place) =>
    isCount(value, 1, 100) ? undefined : { place, message: 'It is a number from 1 to 100.' },
}

/** What is wrong with rules of checks; every part may be absent. */
export function checkRulesFault(value: unknown, place: string): RuleFault | undefined {
  if (!isObject(value)) return { place, message: 'The rules of checks are an object.' }
  return firstFault(
    Object.entries(value),
    ([part, of]) =>
      Object.hasOwn(READERS, part)
        ? READERS[part as keyof CheckRules](of, `${place}/${part}`)
        : { place: `${place}/${part}`, message: 'There are no such rules.' },
  )
}

function listOf(message: string, read: Read): Read {
  return (value, place) =>
    Array.isArray(value) && value.length <= LIST_MAX
      ? firstFault([...value.entries()], ([i, one]) => read(one, `${place}/${i}`))
      : { place, message }
}

function firstFault<T>(
  list: readonly T[],
  read: (one: T) => RuleFault | undefined,
): RuleFault | undefined {
  for (const one of list) {
    const fault = read(one)
    if (fault !== undefined) return fault
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_MAX &&
    value.isWellFormed() && !value.includes('\0')
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= LIST_MAX && value.every(isText)
}

function isCount(value: unknown, least: number, most: number): boolean {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most
}

function isDay(value: unknown): value is string {
  return typeof value === 'string' && DAY.test(value)
}
