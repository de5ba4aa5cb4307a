/**
 * Posting rules (记账规则): how an accounting event becomes the legs of a voucher.
 *
 * A rule is data with a version. It names the sides and accounts; the event brings the amounts by
 * component and the dimensions by which an account is chosen.
 */
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Currency } from '../kernel/money.ts'
import { type Side, SUSPENSE_SUBJECT } from './chart.ts'

/** An account by a dimension of the event, such as the category of an expense. */
export interface SubjectChoice {
  readonly by: string
  readonly map: Readonly<Record<string, string>>
  /** What to do with a value that the map does not know: wait in suspense, or refuse the event. */
  readonly otherwise: 'suspense' | 'refuse'
}

/**
 * One leg.
 *
 * @property institution the dimension that names the institution; the event's own by default
 * @property component which of the event's amounts
 */
export interface RuleLeg {
  readonly side: Side
  readonly subject: string | SubjectChoice
  readonly institution?: string
  readonly component: string
}

/** The body of a rule's version. */
export interface PostingRule {
  readonly legs: readonly RuleLeg[]
}

/**
 * What a business subgraph says happened, in amounts.
 *
 * @property components amounts by name, in minor units of `currency`, none negative
 * @property reference what to show beside an amount in suspense
 */
export interface AccountingEvent {
  readonly type: string
  readonly institution: string
  readonly currency: Currency
  readonly components: Readonly<Record<string, bigint>>
  readonly dimensions: Readonly<Record<string, string>>
  readonly reference: string
}

/** A leg to be posted. `minor` is positive. */
export interface Leg {
  readonly institution: string
  readonly subject: string
  readonly currency: Currency
  readonly side: Side
  readonly minor: bigint
  /** Set when the leg waits in suspense: why, in words. */
  readonly suspense?: string
}

export type RuleCode =
  | 'RULE_MALFORMED'
  | 'RULE_UNBALANCED'
  | 'SUBJECT_UNKNOWN'
  | 'COMPONENT_MISSING'
  | 'DIMENSION_UNKNOWN'
  | 'AMOUNT_NEGATIVE'

/**
 * Checks a rule before anybody may approve it: subjects exist and take entries, and per component and
 * institution there are as many debits as credits, so that every event it can meet balances.
 */
export function checkRule(
  body: unknown,
  postable: ReadonlySet<string>,
): Result<PostingRule, RuleCode> {
  const legs = (body as PostingRule | null)?.legs
  if (!Array.isArray(legs) || legs.length < 2 || legs.length > 100) {
    return refuse('RULE_MALFORMED', 'A rule has 2 to 100 legs.', '/legs')
  }
  const balance = new Map<string, number>()
  for (const [i, leg] of (legs as RuleLeg[]).entries()) {
    const place = `/legs/${i}`
    if (leg.side !== 'DEBIT' && leg.side !== 'CREDIT') {
      return refuse('RULE_MALFORMED', 'A side is DEBIT or CREDIT.', `${place}/side`)
    }
    if (typeof leg.component !== 'string') {
      return refuse('RULE_MALFORMED', 'A leg names a component.', `${place}/component`)
    }
    const subjects = typeof leg.subject === 'string'
      ? [leg.subject]
      : isChoice(leg.subject)
      ? Object.values(leg.subject.map)
      : undefined
    if (subjects === undefined) {
      return refuse('RULE_MALFORMED', 'A subject is a code or a choice.', `${place}/subject`)
    }
    const unknown = subjects.find((code) => !postable.has(code))
    if (unknown !== undefined) {
      return refuse('SUBJECT_UNKNOWN', `No entries are made in ${unknown}.`, `${place}/subject`, {
        subject: unknown,
      })
    }
    const key = `${leg.institution ?? ''}|${leg.component}`
    balance.set(key, (balance.get(key) ?? 0) + (leg.side === 'DEBIT' ? 1 : -1))
  }
  const uneven = Array.from(balance).find(([, sum]) => sum !== 0)
  if (uneven !== undefined) {
    return refuse(
      'RULE_UNBALANCED',
      `Debits and credits of ${uneven[0].split('|')[1]} do not balance within each institution.`,
      '/legs',
    )
  }
  return ok({ legs })
}

/** The legs of an event under a rule, in the order of the rule; legs of nothing are left out. */
export function applyRule(rule: PostingRule, event: AccountingEvent): Result<Leg[], RuleCode> {
  const legs: Leg[] = []
  for (const ruleLeg of rule.legs) {
    const minor = event.components[ruleLeg.component]
    if (minor === undefined) {
      return refuse('COMPONENT_MISSING', `The event has no amount ${ruleLeg.component}.`)
    }
    if (minor < 0n) return refuse('AMOUNT_NEGATIVE', 'A component is never negative.')
    const institution = ruleLeg.institution === undefined
      ? event.institution
      : event.dimensions[ruleLeg.institution]
    if (institution === undefined) {
      return refuse('DIMENSION_UNKNOWN', `The event has no dimension ${ruleLeg.institution}.`)
    }
    const chosen = chooseSubject(ruleLeg.subject, event)
    if (!chosen.ok) return chosen
    if (minor === 0n) continue
    legs.push({
      institution,
      currency: event.currency,
      side: ruleLeg.side,
      minor,
      ...chosen.value,
    })
  }
  return ok(legs)
}

function chooseSubject(
  subject: string | SubjectChoice,
  event: AccountingEvent,
): Result<{ subject: string; suspense?: string }, RuleCode> {
  if (typeof subject === 'string') return ok({ subject })
  const value = event.dimensions[subject.by]
  const known = value === undefined || !Object.hasOwn(subject.map, value)
    ? undefined
    : subject.map[value]
  if (known !== undefined) return ok({ subject: known })
  if (subject.otherwise === 'suspense') {
    return ok({ subject: SUSPENSE_SUBJECT, suspense: event.reference })
  }
  return refuse('DIMENSION_UNKNOWN', `No account for ${subject.by} ${value ?? '(none)'}.`)
}

function isChoice(subject: unknown): subject is SubjectChoice {
  const choice = subject as SubjectChoice | null
  return typeof choice === 'object' && choice !== null && typeof choice.by === 'string' &&
    typeof choice.map === 'object' && choice.map !== null &&
    (choice.otherwise === 'suspense' || choice.otherwise === 'refuse')
}
