/**
 * The identities that statements are held to, as a set that a tenant can change: proposed by one
 * person, approved by another, in force from a day on.
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type CheckRules, checkRulesFault, SHIPPED_CHECKS } from './check-rules.ts'
import {
  SECTION_RULES,
  type SectionRule,
  STATEMENT_RULES,
  type StatementRule,
} from './statement-rules.ts'

/**
 * @property statements sums of named items @property sections sums of what stands in between
 * @property checks what the other checks go by; a part that is absent is as it ships
 */
export interface RuleSet {
  readonly statements: readonly StatementRule[]
  readonly sections: readonly SectionRule[]
  readonly checks?: Partial<CheckRules>
}

/** The set that ships. */
export const SHIPPED_RULES: RuleSet = {
  statements: STATEMENT_RULES,
  sections: SECTION_RULES,
  checks: SHIPPED_CHECKS,
}

/** The rules of the checks of a set. */
export function checksOf({ checks }: RuleSet): CheckRules {
  return { ...SHIPPED_CHECKS, ...checks }
}

const RULES_MAX = 200
const PARTS_MAX = 60
const TEXT_MAX = 100
const TOLERANCE_MAX = 1000
const SCOPES = new Set(['balance', 'income', 'cash'])

/** Reads a set. Refuses with the place of what is wrong. */
export function readRules(value: unknown): Result<RuleSet, 'RULES_MALFORMED'> {
  const wrong = (place: string, message: string) =>
    refuse('RULES_MALFORMED', message, `/input/body${place}`)
  const parts = isObject(value) ? Object.keys(value).sort().join() : ''
  if (!isObject(value) || !/^(?:checks,)?sections,statements$/.test(parts)) {
    return wrong('', 'A set of rules has statements and sections, and may have checks.')
  }
  if (value.checks !== undefined) {
    const fault = checkRulesFault(value.checks, '/checks')
    if (fault !== undefined) return wrong(fault.place, fault.message)
  }
  const names = new Set<string>()
  for (const kind of ['statements', 'sections'] as const) {
    const rules = value[kind]
    if (!Array.isArray(rules) || rules.length > RULES_MAX) {
      return wrong(`/${kind}`, `There are at most ${RULES_MAX} rules.`)
    }
    for (const [i, rule] of rules.entries()) {
      const place = `/${kind}/${i}`
      if (!isObject(rule)) return wrong(place, 'A rule is an object.')
      const { name, scope, total, tolerance } = rule
      if (!isText(name)) return wrong(`${place}/name`, 'A rule has a name.')
      if (names.has(name)) return wrong(`${place}/name`, 'Another rule has this name.')
      names.add(name)
      if (!SCOPES.has(String(scope))) {
        return wrong(`${place}/scope`, 'A rule is about balance, income or cash.')
      }
      if (!isText(total)) return wrong(`${place}/total`, 'A rule names its total.')
      if (
        !Number.isInteger(tolerance) || Number(tolerance) < 0 || Number(tolerance) > TOLERANCE_MAX
      ) {
        return wrong(`${place}/tolerance`, 'A tolerance is a count of units of the last digit.')
      }
      const fault = kind === 'statements' ? partsFault(rule.parts) : sectionFault(rule)
      if (fault !== undefined) return wrong(`${place}${fault.place}`, fault.message)
    }
  }
  return ok(value as unknown as RuleSet)
}

interface Fault {
  readonly place: string
  readonly message: string
}

function partsFault(parts: unknown): Fault | undefined {
  if (!Array.isArray(parts) || parts.length === 0 || parts.length > PARTS_MAX) {
    return { place: '/parts', message: `A rule has 1 to ${PARTS_MAX} parts.` }
  }
  const at = parts.findIndex((part) =>
    !isObject(part) || !isText(part.item) || (part.weight !== 1 && part.weight !== -1) ||
    (part.required !== undefined && part.required !== true)
  )
  return at === -1
    ? undefined
    : { place: `/parts/${at}`, message: 'A part has an item and a weight of 1 or -1.' }
}

function sectionFault({ heading, ofWhich }: Record<string, unknown>): Fault | undefined {
  if (!isText(heading)) return { place: '/heading', message: 'A section has a heading.' }
  return Array.isArray(ofWhich) && ofWhich.length <= PARTS_MAX && ofWhich.every(isText)
    ? undefined
    : { place: '/ofWhich', message: 'Items that belong to the one above are a list of names.' }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '' && value.length <= TEXT_MAX &&
    value.isWellFormed() && !value.includes('\0')
}
