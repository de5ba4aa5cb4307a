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
 * @property account the dimension that names a customer's account: the leg is then made there, and its
 * subject says only what kind of account that is
 */
export interface RuleLeg {
  readonly account?: string
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

/**
 * A leg to be posted. `minor` is positive.
 *
 * @property account the id of a customer's account; its place is then the account's own, whatever
 * institution and subject say
 */
export interface Leg {
  readonly account?: string
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
  const checked: RuleLeg[] = []
  const balance = new Map<string, number>()
  for (const [i, leg] of (legs as (RuleLeg | null)[]).entries()) {
    const place = `/legs/${i}`
    if (typeof leg !== 'object' || leg === null) {
      return refuse('RULE_MALFORMED', 'A leg is an object.', place)
    }
    if (leg.side !== 'DEBIT' && leg.side !== 'CREDIT') {
      return refuse('RULE_MALFORMED', 'A side is DEBIT or CREDIT.', `${place}/side`)
    }
    if (!isName(leg.component)) {
      return refuse('RULE_MALFORMED', 'A leg names a component.', `${place}/component`)
    }
    if (leg.account !== undefined && !isName(leg.account)) {
      return refuse('RULE_MALFORMED', 'An account is a dimension.', `${place}/account`)
    }
    if (leg.institution !== undefined && !isName(leg.institution)) {
      return refuse('RULE_MALFORMED', 'An institution is a dimension.', `${place}/institution`)
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
    // As JSON: names may hold whatever a separator would be.
    const key = JSON.stringify([leg.institution ?? null, leg.component])
    balance.set(key, (balance.get(key) ?? 0) + (leg.side === 'DEBIT' ? 1 : -1))
    const { side, component, institution, account } = leg
    checked.push({
      side,
      subject: typeof leg.subject === 'string' ? leg.subject : choiceOf(leg.subject),
      component,
      ...(institution === undefined ? {} : { institution }),
      ...(account === undefined ? {} : { account }),
    })
  }
  const uneven = Array.from(balance).find(([, sum]) => sum !== 0)
  if (uneven !== undefined) {
    return refuse(
      'RULE_UNBALANCED',
      `Debits and credits do not balance within each institution: ${uneven[0]}.`,
      '/legs',
    )
  }
  return ok({ legs: checked })
}

/** The legs of an event under a rule, in the order of the rule; legs of nothing are left out. */
export function applyRule(rule: PostingRule, event: AccountingEvent): Result<Leg[], RuleCode> {
  const legs: Leg[] = []
  for (const ruleLeg of rule.legs) {
    const minor = own(event.components, ruleLeg.component)
    if (minor === undefined) {
      return refuse('COMPONENT_MISSING', `The event has no amount ${ruleLeg.component}.`)
    }
    if (minor < 0n) return refuse('AMOUNT_NEGATIVE', 'A component is never negative.')
    const institution = ruleLeg.institution === undefined
      ? event.institution
      : own(event.dimensions, ruleLeg.institution)
    if (institution === undefined) {
      return refuse('DIMENSION_UNKNOWN', `The event has no dimension ${ruleLeg.institution}.`)
    }
    const chosen = chooseSubject(ruleLeg.subject, event)
    if (!chosen.ok) return chosen
    const account = ruleLeg.account === undefined
      ? undefined
      : own(event.dimensions, ruleLeg.account)
    if (ruleLeg.account !== undefined && account === undefined) {
      return refuse('DIMENSION_UNKNOWN', `The event has no dimension ${ruleLeg.account}.`)
    }
    if (minor === 0n) continue
    legs.push({
      ...(account === undefined ? {} : { account }),
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
  const code = typeof subject === 'string' ? subject : codeFor(subject, event)
  if (code === undefined) {
    const by = typeof subject === 'string' ? '' : subject.by
    const value = own(event.dimensions, by) ?? '(none)'
    return refuse('DIMENSION_UNKNOWN', `No account for ${by} ${value}.`)
  }
  // What a rule itself puts into suspense waits there with its reference, too.
  return ok(
    code === SUSPENSE_SUBJECT ? { subject: code, suspense: event.reference } : {
      subject: code,
    },
  )
}

function codeFor(choice: SubjectChoice, event: AccountingEvent): string | undefined {
  const value = own(event.dimensions, choice.by)
  const known = value === undefined ? undefined : own(choice.map, value)
  return known ?? (choice.otherwise === 'suspense' ? SUSPENSE_SUBJECT : undefined)
}

/** A property that the record itself has: names come from outside and may be `constructor`. */
function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined
}

/** A choice without whatever else was sent along. */
function choiceOf({ by, map, otherwise }: SubjectChoice): SubjectChoice {
  return { by, map, otherwise }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[\w.-]{1,100}$/.test(value)
}

function isChoice(subject: unknown): subject is SubjectChoice {
  const choice = subject as SubjectChoice | null
  return typeof choice === 'object' && choice !== null && isName(choice.by) &&
    typeof choice.map === 'object' && choice.map !== null &&
    Object.keys(choice.map).every((value) => value.isWellFormed()) &&
    (choice.otherwise === 'suspense' || choice.otherwise === 'refuse')
}
