/**
 * From what a product did to a voucher: the same way as events of other subgraphs, by the posting
 * rule that is in force.
 */
import { canonicalJson } from '../../kernel/canonical-json.ts'
import { sha256Hex } from '../../kernel/chain.ts'
import { versionInForce } from '../../kernel/four-eyes.ts'
import { type Currency, formatMoney } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { AccountCache } from '../account-cache.ts'
import { bookAll, type BookCode, type Draft } from '../book.ts'
import { RULE_KIND } from '../post-event.ts'
import { applyRule, type PostingRule, type RuleCode } from '../posting-rule.ts'
import { insertEvent } from '../store/event.ts'
import type { LedgerTx } from '../store/handle.ts'

/**
 * What a product did, in amounts.
 *
 * @property reference what it was done to and when; with `type` it happens once, ever
 * @property ids of the voucher, the event and its announcement, made before the unit
 * @property day booked on this day although another is open: a step of its end
 */
export interface ProductEvent {
  readonly type: string
  readonly reference: string
  readonly institution: string
  readonly currency: Currency
  readonly components: Readonly<Record<string, bigint>>
  readonly dimensions: Readonly<Record<string, string>>
  readonly summary: string
  readonly ids: { readonly voucher: `vch_${string}`; readonly event: string }
  readonly bookingOn: LocalDate
  readonly day?: boolean
}

export type ProductEventCode = BookCode | RuleCode | 'RULE_MISSING'

/**
 * Posts events of one tenant in order; each is posted or refused for itself. Events of which every
 * amount is nothing make no voucher.
 */
export async function postProductEvents(
  tx: LedgerTx,
  cache: AccountCache,
  tenant: string,
  by: { readonly at: Instant; readonly actor: string },
  events: readonly ProductEvent[],
): Promise<Result<string | null, ProductEventCode>[]> {
  const rules = new Map<string, { rule: PostingRule; version: bigint } | undefined>()
  const answers: Result<string | null, ProductEventCode>[] = []
  const drafts: { draft: Draft; event: ProductEvent; body: string; answer: number }[] = []
  for (const event of events) {
    const known = `${event.type}@${event.bookingOn}`
    if (!rules.has(known)) {
      const version = await versionInForce(tx, tenant, RULE_KIND, event.type, event.bookingOn)
      rules.set(
        known,
        version && { rule: JSON.parse(version.body) as PostingRule, version: version.version },
      )
    }
    const found = rules.get(known)
    if (found === undefined) {
      answers.push(refuse('RULE_MISSING', `No posting rule is in force for ${event.type}.`))
      continue
    }
    const legs = applyRule(found.rule, event)
    if (!legs.ok) {
      answers.push(legs)
      continue
    }
    answers.push(ok(null))
    if (legs.value.length === 0) continue
    const body = bodyOf(event)
    drafts.push({
      event,
      body,
      answer: answers.length - 1,
      draft: {
        head: {
          tenant,
          id: event.ids.voucher,
          kind: 'PRODUCT',
          serial: null,
          eventId: event.ids.event,
          eventType: event.type,
          eventHash: sha256Hex(body),
          ruleVersion: found.version,
          reverses: null,
          bookingOn: event.bookingOn,
          valueOn: event.bookingOn,
          recordedAt: by.at,
          postedBy: by.actor,
          summary: event.summary,
        },
        legs: legs.value,
        announceId: '',
        ...(event.day ? { ofEndingDay: true } : {}),
      },
    })
  }
  if (drafts.length === 0) return answers
  const booked = await bookAll(tx, cache, tenant, drafts.map(({ draft }) => draft))
  for (const [i, { event, body, answer }] of drafts.entries()) {
    const result = booked[i]!
    answers[answer] = result.ok ? ok(event.ids.voucher) : result
    if (!result.ok) continue
    await insertEvent(tx, {
      tenant,
      id: event.ids.event,
      source: 'ledger',
      type: event.type,
      serial: event.reference,
      bodyHash: sha256Hex(body),
      body,
      outcome: 'POSTED',
      code: null,
      message: null,
      at: by.at,
    })
  }
  return answers
}

/** As events of other subgraphs have it: `{accounting: {…}}` with amounts as decimal strings. */
function bodyOf(event: ProductEvent): string {
  const { type, reference, institution, currency, dimensions, summary, bookingOn } = event
  const components = Object.fromEntries(
    Object.entries(event.components).map((
      [name, minor],
    ) => [name, formatMoney({ minor, currency })]),
  )
  return canonicalJson({
    accounting: {
      type,
      serial: reference,
      institution,
      currency,
      dimensions,
      summary,
      components,
      valueOn: bookingOn,
      reference,
    },
  })
}
