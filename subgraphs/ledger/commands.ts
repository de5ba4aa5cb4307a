/**
 * What people do in the ledger. Each command is one unit of work for one actor.
 */
import type { Actor } from '../kernel/actor.ts'
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import {
  decide,
  type Proposal,
  type ProposalCode,
  type ProposalKey,
  propose,
} from '../kernel/four-eyes.ts'
import { type Money, type MoneyCode, parseMoney } from '../kernel/money.ts'
import { once, type OnceCode } from '../kernel/once.ts'
import type { Ports } from '../kernel/ports.ts'
import { checkIdempotencyKey, runCommand, textMalformed } from '../kernel/command.ts'
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import type { Store } from '../kernel/store.ts'
import { dateOf, type LocalDate, parseDate } from '../kernel/time.ts'
import { book, type BookCode } from './book.ts'
import { SUSPENSE_SUBJECT } from './chart.ts'
import { postAgain, type PostEventCode, postingIds, RULE_KIND } from './post-event.ts'
import { checkRule, type Leg, type RuleCode } from './posting-rule.ts'
import { subjects } from './store/chart.ts'
import { eventsById, postedEvent } from './store/event.ts'
import type { LedgerTx } from './store/handle.ts'
import { closePeriodRow, reopenPeriodRow } from './store/period.ts'
import {
  clearSuspenseRow,
  reopenSuspense,
  suspenseById,
  suspenseOfVoucher,
} from './store/suspense.ts'
import { entriesOf, reversalOf, voucherById } from './store/voucher.ts'
import type { LedgerTables } from './tables.ts'
import { reversed, type VoucherKind } from './voucher.ts'

export type CommandCode =
  | BookCode
  | PostEventCode
  | MoneyCode
  | OnceCode
  | ProposalCode
  | RuleCode
  | 'VOUCHER_UNKNOWN'
  | 'ALREADY_REVERSED'
  | 'REVERSAL_OF_REVERSAL'
  | 'SUSPENSE_CLEARED_ALREADY'
  | 'SUSPENSE_UNKNOWN'
  | 'SUSPENSE_NOT_OPEN'
  | 'SUSPENSE_DIRECT'
  | 'EVENT_UNKNOWN'
  | 'EVENT_POSTED'
  | 'TEXT_MALFORMED'
  | 'PERIOD_MALFORMED'
  | 'DATE_MALFORMED'
  | 'KEY_MALFORMED'

/** A leg as a person gives it. */
export interface LegInput {
  readonly institution: string
  readonly subject: string
  readonly side: 'DEBIT' | 'CREDIT'
  readonly amount: { readonly amount: string; readonly currency: string }
}

/** The commands of one actor. */
export class LedgerCommands {
  readonly #store: Store<LedgerTables>
  readonly #ports: Ports
  readonly #actor: Actor

  constructor(store: Store<LedgerTables>, ports: Ports, actor: Actor) {
    this.#store = store
    this.#ports = ports
    this.#actor = actor
  }

  /** Posts a voucher by hand. Answers its id. */
  async postVoucher(input: {
    idempotencyKey: string
    summary: string
    valueOn?: LocalDate | null | undefined
    legs: readonly LegInput[]
  }): Promise<Result<string, CommandCode>> {
    if (!isText(input)) return textMalformed()
    const legs: Leg[] = []
    for (const [i, leg] of input.legs.entries()) {
      const money: Result<Money, MoneyCode> = parseMoney(
        leg.amount.amount,
        leg.amount.currency,
        `/legs/${i}/amount`,
      )
      if (!money.ok) return money
      if (leg.subject === SUSPENSE_SUBJECT) return suspenseDirect(`/legs/${i}/subject`)
      const { institution, subject, side } = leg
      legs.push({ institution, subject, side, ...money.value })
    }
    if (input.valueOn != null) {
      const valueOn = parseDate(input.valueOn, '/valueOn')
      if (!valueOn.ok) return valueOn
    }
    return await this.#bookOnce(input, {
      kind: 'MANUAL',
      serial: null,
      summary: input.summary,
      valueOn: input.valueOn ?? undefined,
      reverses: null,
    }, () => Promise.resolve(ok(legs)))
  }

  /** Undoes a voucher with its mirror image (冲正). Once per voucher, and never a reversal itself. */
  async reverseVoucher(input: {
    idempotencyKey: string
    voucher: string
    reason: string
  }): Promise<Result<string, CommandCode>> {
    const { tenant } = this.#actor
    if (!isText(input)) return textMalformed()
    if (input.reason.trim() === '') {
      return refuse('REASON_MISSING', 'A reversal gives its reason.', '/reason')
    }
    const [original] = await voucherById(this.#store.read, { tenant, id: input.voucher })
    if (original === undefined) {
      return refuse('VOUCHER_UNKNOWN', 'There is no such voucher.', '/voucher')
    }
    return await this.#bookOnce(input, {
      kind: 'REVERSAL',
      serial: original.serial,
      summary: input.reason,
      valueOn: original.value_on,
      reverses: original.id,
      reversedKind: original.kind as VoucherKind,
    }, async (tx, voucher) => {
      if (original.kind === 'REVERSAL') {
        return refuse('REVERSAL_OF_REVERSAL', 'A reversal is not reversed; post anew.', '/voucher')
      }
      if ((await reversalOf(tx, { tenant, id: original.id })).length > 0) {
        return refuse('ALREADY_REVERSED', 'This voucher has been reversed.', '/voucher')
      }
      for (const item of await suspenseOfVoucher(tx, { tenant, voucher: original.id })) {
        const closed = await clearSuspenseRow(tx, { tenant, id: item.id, voucher })
        if (closed.affected === 0n) {
          return refuse(
            'SUSPENSE_CLEARED_ALREADY',
            'An amount of this voucher was taken out of suspense; reverse that first.',
            '/voucher',
          )
        }
      }
      // What a clearing took out of suspense is there again once the clearing is undone.
      if (original.kind === 'CLEARING') await reopenSuspense(tx, { tenant, voucher: original.id })
      const entries = await entriesOf(tx, tenant, [original.id])
      return ok(reversed(entries.map((e) => ({ ...e, side: e.side as Leg['side'] }))))
    })
  }

  /** Takes one item out of suspense into the account where it belongs (销账). */
  async clearSuspense(input: {
    idempotencyKey: string
    item: string
    subject: string
    reason: string
  }): Promise<Result<string, CommandCode>> {
    const { tenant } = this.#actor
    if (!isText(input)) return textMalformed()
    if (input.subject === SUSPENSE_SUBJECT) return suspenseDirect('/subject')
    const item = await suspenseById(this.#store.read, tenant, input.item)
    if (item === undefined) {
      return refuse('SUSPENSE_UNKNOWN', 'There is no such item in suspense.', '/item')
    }
    return await this.#bookOnce(input, {
      kind: 'CLEARING',
      serial: item.serial,
      summary: input.reason,
      valueOn: undefined,
      reverses: null,
    }, async (tx, voucher) => {
      const cleared = await clearSuspenseRow(tx, { tenant, id: item.id, voucher })
      if (cleared.affected === 0n) {
        return refuse('SUSPENSE_NOT_OPEN', 'This item is no longer in suspense.', '/item')
      }
      const [waiting] = (await entriesOf(tx, tenant, [item.voucher_id]))
        .filter((entry) => entry.line === item.line)
      const leg: Leg = { ...waiting!, side: waiting!.side as Leg['side'] }
      return ok([{ ...leg, subject: input.subject }, ...reversed([leg])])
    })
  }

  /**
   * Posts a refused accounting event again, once its cause is mended, so that its order goes on.
   * Answers the voucher's id. Refused again, it is refused with the code of the posting, and nothing
   * is written.
   */
  async retryEvent(id: string): Promise<Result<string, CommandCode>> {
    const { tenant, subject: by } = this.#actor
    const ids = postingIds(this.#ports)
    const again = { id: this.#ports.ids.next('evt'), by }
    return await this.#write(async (tx) => {
      const [event] = await eventsById(tx, tenant, [id])
      if (event === undefined) {
        return refuse('EVENT_UNKNOWN', 'There is no such accounting event.', '/event')
      }
      const { serial, type } = event
      // An order's event is posted once, whichever of its arrivals that was.
      if ((await postedEvent(tx, { tenant, serial, type })).length > 0) {
        return refuse('EVENT_POSTED', 'This order and event are in the books.', '/event')
      }
      const posted = await postAgain(tx, event, again, ids)
      return posted.ok ? ok(ids.voucher) : posted
    })
  }

  /** Closes a month: no voucher is booked into it any more. */
  async closePeriod(period: string): Promise<Result<string, CommandCode>> {
    return await this.#changePeriod(period, (tx) =>
      closePeriodRow(tx, {
        tenant: this.#actor.tenant,
        period,
        by: this.#actor.subject,
        at: this.#ports.clock.now(),
      }))
  }

  /** Opens a closed month again. */
  async reopenPeriod(period: string): Promise<Result<string, CommandCode>> {
    return await this.#changePeriod(
      period,
      (tx) => reopenPeriodRow(tx, { tenant: this.#actor.tenant, period }),
    )
  }

  /** Drafts a version of a posting rule for somebody else to approve. */
  async proposeRule(input: {
    event: string
    version: number
    effectiveFrom: LocalDate
    body: unknown
  }): Promise<Result<ProposalKey, CommandCode>> {
    const { tenant, subject: by } = this.#actor
    if (!/^[a-z0-9][a-z0-9.-]{0,99}$/.test(input.event)) {
      return refuse('RULE_MALFORMED', 'An event type is lower case with dots.', '/event')
    }
    if (!Number.isSafeInteger(input.version) || input.version < 1) {
      return refuse('RULE_MALFORMED', 'A version is 1 or more.', '/version')
    }
    const from = parseDate(input.effectiveFrom, '/effectiveFrom')
    if (!from.ok) return from
    const at = this.#ports.clock.now()
    return await this.#write(async (tx) => {
      const chart = await subjects(tx, { tenant })
      const postable = new Set(chart.filter((s) => s.postable === 1n).map((s) => s.code))
      const rule = checkRule(input.body, postable)
      if (!rule.ok) return rule
      return await propose(tx, this.#ruleKey(input), {
        body: rule.value as unknown as CanonicalValue,
        by,
        at,
        from: from.value,
      })
    })
  }

  /** Approves or rejects a version of a posting rule. */
  async decideRule(input: {
    event: string
    version: number
    verdict: 'APPROVED' | 'REJECTED'
    reason: string
  }): Promise<Result<Proposal, CommandCode>> {
    const at = this.#ports.clock.now()
    return await this.#write((tx) =>
      decide(tx, this.#ruleKey(input), { ...input, actor: this.#actor, at })
    )
  }

  #ruleKey(input: { event: string; version: number }): ProposalKey {
    return {
      tenant: this.#actor.tenant,
      kind: RULE_KIND,
      subject: input.event,
      version: BigInt(input.version),
    }
  }

  async #changePeriod(
    period: string,
    change: (tx: LedgerTx) => Promise<unknown>,
  ): Promise<Result<string, CommandCode>> {
    if (!parseDate(`${period}-01`).ok) {
      return refuse('PERIOD_MALFORMED', 'A period looks like 2026-11.', '/period')
    }
    await this.#write(change)
    return ok(period)
  }

  async #bookOnce(
    input: { readonly idempotencyKey: string } & object,
    head: {
      kind: VoucherKind
      serial: string | null
      summary: string
      valueOn: LocalDate | undefined
      reverses: string | null
      reversedKind?: VoucherKind
    },
    makeLegs: (tx: LedgerTx, voucher: string) => Promise<Result<readonly Leg[], CommandCode>>,
  ): Promise<Result<string, CommandCode>> {
    const badKey = checkIdempotencyKey(input.idempotencyKey)
    if (badKey !== undefined) return badKey
    const { tenant, subject } = this.#actor
    const { reversedKind, ...fixed } = head
    const ids = postingIds(this.#ports)
    const bookingOn = dateOf(ids.at)
    const key = `${head.kind}:${subject}:${input.idempotencyKey}`
    const body = input as unknown as CanonicalValue
    return await this.#write(async (tx) => {
      const done = await once<LedgerTables, CommandCode>(
        tx,
        { tenant, key, body, at: ids.at },
        async () => {
          const legs = await makeLegs(tx, ids.voucher)
          if (!legs.ok) return legs
          const booked = await book(tx, {
            head: {
              tenant,
              id: ids.voucher,
              ...fixed,
              eventId: null,
              eventType: null,
              eventHash: null,
              ruleVersion: null,
              bookingOn,
              valueOn: head.valueOn ?? bookingOn,
              recordedAt: ids.at,
              postedBy: subject,
            },
            legs: legs.value,
            announceId: ids.announce,
            ...(reversedKind === undefined ? {} : { reversedKind }),
          })
          return booked.ok ? ok(booked.value.id) : booked
        },
      )
      return done.ok ? ok(done.value.result) : done
    })
  }

  #write<R>(unit: (tx: LedgerTx) => Promise<R>): Promise<R | Refusal<'TEXT_MALFORMED'>> {
    return runCommand(this.#store, this.#actor.tenant, unit)
  }
}

/** Amounts enter suspense with an item and leave it with one: without, nobody could clear them. */
function suspenseDirect(place: string): Refusal<'SUSPENSE_DIRECT'> {
  return refuse('SUSPENSE_DIRECT', 'No entries are made in suspense by hand.', place)
}

/** Whether every engine stores each text of an input as given. */
function isText(input: unknown): boolean {
  if (typeof input === 'string') return input.isWellFormed() && !input.includes('\0')
  return typeof input !== 'object' || input === null || Object.values(input).every(isText)
}
