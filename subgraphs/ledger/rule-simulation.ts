/**
 * What the books of a past period would be under another version of a posting rule.
 */
import type { Currency } from '../kernel/money.ts'
import { signed } from './voucher.ts'
import { type AccountingEvent, applyRule, type Leg, type PostingRule } from './posting-rule.ts'

/** A posted event, with the entries that its voucher made of it. */
export interface PostedEvent {
  readonly event: AccountingEvent
  readonly entries: readonly Pick<Leg, 'institution' | 'subject' | 'currency' | 'side' | 'minor'>[]
}

/** One place of the books, debit-positive, as it is and as it would be. */
export interface PlaceDifference {
  readonly institution: string
  readonly subject: string
  readonly currency: Currency
  readonly before: bigint
  readonly after: bigint
}

/**
 * @property events how many were looked at
 * @property refused events that the other version would refuse, by code
 * @property changed events whose voucher would have other entries
 * @property differences places that would come to something else, sorted
 */
export interface RuleSimulation {
  readonly events: number
  readonly changed: number
  readonly refused: Readonly<Record<string, number>>
  readonly differences: readonly PlaceDifference[]
}

/** Adds up events under a rule, as they come. */
export class RuleSimulator {
  readonly #rule: PostingRule
  readonly #places = new Map<
    string,
    { -readonly [K in keyof PlaceDifference]: PlaceDifference[K] }
  >()
  readonly #refused: Record<string, number> = {}
  #events = 0
  #changed = 0

  constructor(rule: PostingRule) {
    this.#rule = rule
  }

  add({ event, entries }: PostedEvent): void {
    this.#events += 1
    for (const entry of entries) this.#place(entry).before += signed(entry.side, entry.minor)
    const legs = applyRule(this.#rule, event)
    if (!legs.ok) {
      this.#refused[legs.code] = (this.#refused[legs.code] ?? 0) + 1
      return
    }
    for (const leg of legs.value) this.#place(leg).after += signed(leg.side, leg.minor)
    if (linesOf(entries) !== linesOf(legs.value)) this.#changed += 1
  }

  result(): RuleSimulation {
    const differences = [...this.#places.entries()]
      .filter(([, place]) => place.before !== place.after)
      .toSorted(([a], [b]) => a < b ? -1 : 1)
      .map(([, place]) => place)
    return {
      events: this.#events,
      changed: this.#changed,
      refused: this.#refused,
      differences,
    }
  }

  #place({ institution, subject, currency }: Pick<Leg, 'institution' | 'subject' | 'currency'>) {
    const key = `${currency} ${institution} ${subject}`
    let place = this.#places.get(key)
    if (place === undefined) {
      place = { institution, subject, currency, before: 0n, after: 0n }
      this.#places.set(key, place)
    }
    return place
  }
}

function linesOf(legs: PostedEvent['entries']): string {
  return legs.map((leg) =>
    [leg.institution, leg.subject, leg.currency, leg.side, leg.minor].join(' ')
  ).join('\n')
}
