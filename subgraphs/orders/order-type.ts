/**
 * Order types (业务单类型) as data: the form, who approves what, and what approval leads to.
 */
import { type Currency, formatMoney, isCurrency, type Money, parseMoney } from '../kernel/money.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import { at, type Json, textAt } from './pointer.ts'

/**
 * One step of approval, done by a person of a role.
 *
 * @property above the step is needed for amounts above these, by currency; for a currency that is not
 * named, and when absent, always
 */
export interface ApprovalStep {
  readonly zh: string
  readonly en: string
  readonly role: string
  readonly above?: Readonly<Partial<Record<Currency, string>>>
}

/** Which way the money goes: to the counterparty, or from it (a credit note). */
export type Direction = 'PAY' | 'COLLECT'

/**
 * What approval leads to.
 *
 * @property when the form value that chooses this outcome; the first that fits is taken
 * @property approvedEvent the accounting event on approval
 * @property payment the accounting event on settlement and the direction; null when nothing is paid
 */
export interface Outcome {
  readonly when?: { readonly field: string; readonly is: string }
  readonly approvedEvent: string
  readonly payment: { readonly settledEvent: string; readonly direction: Direction } | null
}

/**
 * The body of a version of an order type. Fields are JSON Pointers into the form.
 *
 * @property form JSON Schema 2020-12
 * @property dimensions accounting dimension → field, for the posting rule to choose by
 * @property reference the field shown beside an amount that no rule can place
 */
export interface OrderType {
  readonly zh: string
  readonly en: string
  readonly form: { readonly [keyword: string]: Json }
  readonly fields: {
    readonly amount: string
    readonly currency: string
    readonly institution: string
    readonly valueOn: string
    readonly payee: string
    readonly purpose: string
    readonly summary: readonly string[]
    readonly institutions: readonly string[]
  }
  readonly steps: readonly ApprovalStep[]
  readonly outcomes: readonly Outcome[]
  readonly dimensions: Readonly<Record<string, string>>
  readonly reference: string
}

export type TypeCode = 'TYPE_MALFORMED'

/** The steps that an amount has to go through; none when a rule may approve it. */
export function stepsFor(type: OrderType, money: Money): readonly ApprovalStep[] {
  return type.steps.filter(({ above }) => {
    const limit = above?.[money.currency]
    if (limit === undefined) return true
    const parsed = parseMoney(limit, money.currency)
    return !parsed.ok || money.minor > parsed.value.minor
  })
}

/** The outcome that a form leads to. @throws Error when none fits; {@link checkType} rules that out */
export function outcomeOf(type: OrderType, form: Json): Outcome {
  const found = type.outcomes.find(({ when }) =>
    when === undefined || at(form, when.field) === when.is
  )
  if (found === undefined) throw new Error('no outcome fits')
  return found
}

/** One line that tells an order from another. */
export function summaryOf(type: OrderType, form: Json): string {
  return type.fields.summary.map((field) => textAt(form, field)).filter(Boolean).join(' · ')
    .slice(0, 300).toWellFormed()
}

/** The accounting part of an event that the ledger posts. */
export function accountingOf(
  type: OrderType,
  order: { serial: string; form: Json; money: Money; institution: string; summary: string },
  event: string,
): Record<string, Json> {
  const dimensions: Record<string, string> = {}
  for (const [name, field] of Object.entries(type.dimensions)) {
    const value = textAt(order.form, field)
    if (value !== '') dimensions[name] = value
  }
  return {
    type: event,
    serial: order.serial,
    institution: order.institution,
    currency: order.money.currency,
    valueOn: textAt(order.form, type.fields.valueOn),
    summary: order.summary,
    reference: textAt(order.form, type.reference),
    components: { amount: formatMoney(order.money) },
    dimensions,
  }
}

/** Checks the parts of a type that no form can make up for. */
export function checkType(body: unknown): Result<OrderType, TypeCode> {
  const type = body as OrderType
  const malformed = (place: string) =>
    refuse('TYPE_MALFORMED', `The order type cannot be read at ${place}.`, place)
  if (typeof type !== 'object' || type === null) return malformed('')
  for (const name of ['zh', 'en', 'reference'] as const) {
    if (typeof type[name] !== 'string') return malformed(`/${name}`)
  }
  for (const name of ['form', 'fields', 'dimensions'] as const) {
    if (typeof type[name] !== 'object' || type[name] === null) return malformed(`/${name}`)
  }
  if (!Array.isArray(type.steps)) return malformed('/steps')
  for (const [i, step] of type.steps.entries()) {
    if (typeof step !== 'object' || step === null) return malformed(`/steps/${i}`)
    if (typeof step.role !== 'string') return malformed(`/steps/${i}/role`)
    for (const [currency, limit] of Object.entries(step.above ?? {})) {
      if (!isCurrency(currency) || !parseMoney(limit, currency).ok) {
        return malformed(`/steps/${i}/above/${currency}`)
      }
    }
  }
  // The last outcome takes every form that no earlier one takes.
  const last = Array.isArray(type.outcomes) ? type.outcomes.at(-1) : undefined
  if (last === undefined || last.when !== undefined) return malformed('/outcomes')
  return ok(type)
}
