/**
 * What people do in the ledger. Each command is one unit of work for one actor.
 */
import type { CanonicalValue } from '../kernel/canonical-json.ts'
import { textMalformed } from '../kernel/command.ts'
import {
  decide,
  findVersion,
  type Proposal,
  type ProposalCode,
  type ProposalKey,
  propose,
} from '../kernel/four-eyes.ts'
import { type Money, type MoneyCode, parseMoney } from '../kernel/money.ts'
import type { OnceCode } from '../kernel/once.ts'
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import { type LocalDate, parseDate } from '../kernel/time.ts'
import type { BookCode } from './book.ts'
import { type Channel, CHANNELS, checkChannel, isChannel } from './channel.ts'
import { SUSPENSE_SUBJECT } from './chart.ts'
import { businessDate } from './business-date.ts'
import { parametersOn } from './parameter/in-force.ts'
import { checkReason, type CommandDesk, isText } from './command-desk.ts'
import { postAgain, type PostEventCode, postingIds, RULE_KIND } from './post-event.ts'
import { readOrderEvent } from './event-body.ts'
import { checkRule, type Leg, type PostingRule, type RuleCode } from './posting-rule.ts'
import { type RuleSimulation, RuleSimulator } from './rule-simulation.ts'
import { accountsByNumber } from './store/account.ts'
import { subjects } from './store/chart.ts'
import { eventsById, postedEvent } from './store/event.ts'
import type { EntryRow, LedgerTx, VoucherRow } from './store/handle.ts'
import { closePeriodRow, reopenPeriodRow } from './store/period.ts'
import {
  clearSuspenseRow,
  reopenSuspense,
  suspenseById,
  suspenseOfVoucher,
} from './store/suspense.ts'
import { entriesOf, reversalOf, voucherById, vouchersOfType } from './store/voucher.ts'
import { reddened, reversed, type VoucherKind } from './voucher.ts'

/** The most events that one simulation looks at, and how many at a time. */
const SIMULATION_MAX = 50_000
const SIMULATION_PAGE = 500

/** The most vouchers, and the most legs in all, of one batch. */
export const BATCH_VOUCHERS_MAX = 1000
export const BATCH_LEGS_MAX = 10_000

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
  | 'LEG_PLACE_MISSING'
  | 'BATCH_TOO_LARGE'
  | 'SIMULATION_TOO_LARGE'
  | 'CHANNEL_LIMIT'
  | 'CHANNEL_UNKNOWN'

/**
 * A leg as a person gives it: in a place of the chart, or in a customer's account.
 *
 * @property account the account's number or id
 */
export interface LegInput {
  readonly institution?: string | null | undefined
  readonly subject?: string | null | undefined
  readonly account?: string | null | undefined
  readonly side: 'DEBIT' | 'CREDIT'
  readonly amount: { readonly amount: string; readonly currency: string }
}

/** A voucher as a person gives it. @property valueOn the booking date when absent */
export interface VoucherInput {
  readonly idempotencyKey: string
  readonly summary: string
  readonly valueOn?: LocalDate | null | undefined
  /** Where it comes in; `desk` when absent, which no limit is looked up for. */
  readonly channel?: string | null | undefined
  readonly legs: readonly LegInput[]
}

/** What an accountant does to the books. */
export class LedgerCommands {
  readonly #desk: CommandDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
  }

  /** Posts a voucher by hand. Answers its id. */
  async postVoucher(input: VoucherInput): Promise<Result<string, CommandCode>> {
    const posted = await this.post(input)
    return posted.ok ? ok(posted.value.id) : posted
  }

  /** Posts a voucher by hand. Answers it. */
  async post(input: VoucherInput): Promise<Result<VoucherRow, CommandCode>> {
    if (!isText(input)) return textMalformed()
    const legs = await readLegs(this.#desk, input.legs)
    if (!legs.ok) return legs
    if (input.valueOn != null) {
      const valueOn = parseDate(input.valueOn, '/valueOn')
      if (!valueOn.ok) return valueOn
    }
    const channel = await this.#channel(input.channel, legs.value)
    if (!channel.ok) return channel
    return await this.#desk.postOnce(input, {
      kind: 'MANUAL',
      serial: null,
      summary: input.summary,
      valueOn: input.valueOn ?? undefined,
      reverses: null,
      ...(channel.value === undefined ? {} : { channel: channel.value }),
    }, legs.value)
  }

  /**
   * Posts vouchers by hand in order, each for itself: the answers are in the order of the inputs, and
   * one that is refused harms no other. Only a batch that is too large is refused as a whole.
   */
  async postVouchers(
    vouchers: readonly VoucherInput[],
  ): Promise<Result<readonly Result<VoucherRow, CommandCode>[], CommandCode>> {
    const legs = vouchers.reduce((sum, voucher) => sum + voucher.legs.length, 0)
    if (vouchers.length > BATCH_VOUCHERS_MAX || legs > BATCH_LEGS_MAX) {
      return refuse(
        'BATCH_TOO_LARGE',
        `A batch has at most ${BATCH_VOUCHERS_MAX} vouchers and ${BATCH_LEGS_MAX} legs.`,
        '/vouchers',
      )
    }
    return ok(await Promise.all(vouchers.map((voucher) => this.post(voucher))))
  }

  /**
   * Undoes a voucher, once, and never a reversal itself: with its mirror image (冲正 on the same day,
   * 蓝字 later), or in red (红字), negative on the same sides, so that turnovers are undone as well.
   */
  async reverseVoucher(input: {
    idempotencyKey: string
    voucher: string
    reason: string
    red?: boolean | null | undefined
  }): Promise<Result<string, CommandCode>> {
    const { tenant } = this.#desk
    if (!isText(input)) return textMalformed()
    const unexplained = checkReason(input.reason)
    if (unexplained !== undefined) return unexplained
    const [original] = await voucherById(this.#desk.store.read, { tenant, id: input.voucher })
    if (original === undefined) {
      return refuse('VOUCHER_UNKNOWN', 'There is no such voucher.', '/voucher')
    }
    return await this.#desk.bookOnce<CommandCode>(input, {
      kind: 'REVERSAL',
      serial: original.serial,
      summary: input.reason,
      valueOn: original.value_on,
      reverses: original.id,
    }, async (tx, voucher) => {
      if (original.kind === 'REVERSAL') {
        return refuse('REVERSAL_OF_REVERSAL', 'A reversal is not reversed; post anew.', '/voucher')
      }
      if ((await reversalOf(tx, { tenant, id: original.id })).length > 0) {
        return refuse('ALREADY_REVERSED', 'This voucher has been reversed.', '/voucher')
      }
      const items = await suspenseOfVoucher(tx, { tenant, voucher: original.id })
      if (items.some(({ state }) => state !== 'OPEN')) {
        return refuse(
          'SUSPENSE_CLEARED_ALREADY',
          'An amount of this voucher was taken out of suspense; reverse that first.',
          '/voucher',
        )
      }
      const legs = (await entriesOf(tx, tenant, [original.id])).map(legOf)
      return ok({
        legs: input.red ? reddened(legs) : reversed(legs),
        ...(input.red ? { red: true } : {}),
        reversedKind: original.kind as VoucherKind,
        async whenBooked(tx) {
          for (const { id } of items) await clearSuspenseRow(tx, { tenant, id, voucher })
          // What a clearing took out of suspense is there again once the clearing is undone.
          if (original.kind === 'CLEARING') {
            await reopenSuspense(tx, { tenant, voucher: original.id })
          }
        },
      })
    })
  }

  /** Takes one item out of suspense into the account where it belongs (销账). */
  async clearSuspense(input: {
    idempotencyKey: string
    item: string
    subject: string
    reason: string
  }): Promise<Result<string, CommandCode>> {
    const { tenant } = this.#desk
    if (!isText(input)) return textMalformed()
    if (input.subject === SUSPENSE_SUBJECT) return suspenseDirect('/subject')
    const item = await suspenseById(this.#desk.store.read, tenant, input.item)
    if (item === undefined) {
      return refuse('SUSPENSE_UNKNOWN', 'There is no such item in suspense.', '/item')
    }
    return await this.#desk.bookOnce<CommandCode>(input, {
      kind: 'CLEARING',
      serial: item.serial,
      summary: input.reason,
      valueOn: undefined,
      reverses: null,
    }, async (tx, voucher) => {
      const now = await suspenseById(tx, tenant, item.id)
      if (now!.state !== 'OPEN') {
        return refuse('SUSPENSE_NOT_OPEN', 'This item is no longer in suspense.', '/item')
      }
      const [waiting] = (await entriesOf(tx, tenant, [item.voucher_id]))
        .filter((entry) => entry.line === item.line)
      const leg = legOf(waiting!)
      return ok({
        legs: [{ ...leg, subject: input.subject }, ...reversed([leg])],
        async whenBooked(tx) {
          await clearSuspenseRow(tx, { tenant, id: item.id, voucher })
        },
      })
    })
  }

  /**
   * Posts a refused accounting event again, once its cause is mended, so that its order goes on.
   * Answers the voucher's id. Refused again, it is refused with the code of the posting, and nothing
   * is written.
   */
  async retryEvent(id: string): Promise<Result<string, CommandCode>> {
    const { tenant, actor: { subject: by } } = this.#desk
    const ids = postingIds(this.#desk.ports)
    const again = { id: this.#desk.ports.ids.next('evt'), by }
    return await this.#desk.write(async (tx) => {
      const [event] = await eventsById(tx, tenant, [id])
      if (event === undefined) {
        return refuse('EVENT_UNKNOWN', 'There is no such accounting event.', '/event')
      }
      const { serial, type } = event
      // An order's event is posted once, whichever of its arrivals that was.
      if ((await postedEvent(tx, { tenant, serial, type })).length > 0) {
        return refuse('EVENT_POSTED', 'This order and event are in the books.', '/event')
      }
      const posted = await postAgain(tx, this.#desk.cache, event, again, ids)
      return posted.ok ? ok(ids.voucher) : posted
    })
  }

  /** Closes a month: no voucher is booked into it any more. */
  async closePeriod(period: string): Promise<Result<string, CommandCode>> {
    return await this.#changePeriod(period, (tx) =>
      closePeriodRow(tx, {
        tenant: this.#desk.tenant,
        period,
        by: this.#desk.actor.subject,
        at: this.#desk.now(),
      }))
  }

  /** Opens a closed month again. */
  async reopenPeriod(period: string): Promise<Result<string, CommandCode>> {
    return await this.#changePeriod(
      period,
      (tx) => reopenPeriodRow(tx, { tenant: this.#desk.tenant, period }),
    )
  }

  /** Drafts a version of a posting rule for somebody else to approve. */
  async proposeRule(input: {
    event: string
    version: number
    effectiveFrom: LocalDate
    body: unknown
  }): Promise<Result<ProposalKey, CommandCode>> {
    const { tenant, actor: { subject: by } } = this.#desk
    if (!/^[a-z0-9][a-z0-9.-]{0,99}$/.test(input.event)) {
      return refuse('RULE_MALFORMED', 'An event type is lower case with dots.', '/event')
    }
    if (!Number.isSafeInteger(input.version) || input.version < 1) {
      return refuse('RULE_MALFORMED', 'A version is 1 or more.', '/version')
    }
    const from = parseDate(input.effectiveFrom, '/effectiveFrom')
    if (!from.ok) return from
    const at = this.#desk.now()
    return await this.#desk.write(async (tx) => {
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
    const at = this.#desk.now()
    return await this.#desk.write((tx) =>
      decide(tx, this.#ruleKey(input), { ...input, actor: this.#desk.actor, at })
    )
  }

  /**
   * What the books of a past period would be under a version of a rule, whatever its state: every
   * event of its type that was posted is posted again on paper.
   */
  async simulateRule(input: {
    event: string
    version: number
    from: LocalDate
    to: LocalDate
  }): Promise<Result<RuleSimulation, CommandCode>> {
    const { tenant, store } = this.#desk
    const version = Number.isSafeInteger(input.version)
      ? await findVersion(store.read, this.#ruleKey(input))
      : undefined
    if (version === undefined) {
      return refuse('PROPOSAL_UNKNOWN', 'There is no such version.', '/version')
    }
    const { event: type, from, to } = input
    return await store.snapshot(async (db) => {
      const simulator = new RuleSimulator(JSON.parse(version.body) as PostingRule)
      let after = ''
      for (let count = 0;; count += SIMULATION_PAGE) {
        if (count >= SIMULATION_MAX) {
          return refuse(
            'SIMULATION_TOO_LARGE',
            `A simulation looks at no more than ${SIMULATION_MAX} events; take a shorter period.`,
            '/from',
          )
        }
        const limit = BigInt(SIMULATION_PAGE)
        const vouchers = await vouchersOfType(db, { tenant, type, from, to, after, limit })
        const events = await eventsById(db, tenant, vouchers.map((row) => row.event_id!))
        const bodies = new Map(events.map((event) => [event.id, event.body]))
        const entries = Map.groupBy(
          await entriesOf(db, tenant, vouchers.map((row) => row.id)),
          (entry) => entry.voucher_id,
        )
        for (const { id, event_id } of vouchers) {
          const event = readOrderEvent(bodies.get(event_id!)!)
          // What was posted could be read.
          if (!event.ok) throw new Error(event.message)
          simulator.add({ event: event.value, entries: (entries.get(id) ?? []).map(legOf) })
        }
        if (vouchers.length < SIMULATION_PAGE) return ok(simulator.result())
        after = vouchers.at(-1)!.id
      }
    })
  }

  /** The channel of a voucher, once its limit allows the debits. */
  async #channel(
    name: string | null | undefined,
    legs: readonly Leg[],
  ): Promise<Result<Channel | undefined, CommandCode>> {
    if (name == null) return ok(undefined)
    if (!isChannel(name)) {
      return refuse('CHANNEL_UNKNOWN', `A channel is one of ${CHANNELS.join(', ')}.`, '/channel')
    }
    const { store, tenant } = this.#desk
    const today = await businessDate(store.read, tenant, this.#desk.now())
    const parameters = await parametersOn(store.read, tenant, today)
    const debits = legs.filter((leg) => leg.side === 'DEBIT')
    return checkChannel(parameters, name, debits, today) ?? ok(name)
  }

  #ruleKey(input: { event: string; version: number }): ProposalKey {
    return {
      tenant: this.#desk.tenant,
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
    await this.#desk.write(change)
    return ok(period)
  }
}

/** Amounts enter suspense with an item and leave it with one: without, nobody could clear them. */
function suspenseDirect(place: string): Refusal<'SUSPENSE_DIRECT'> {
  return refuse('SUSPENSE_DIRECT', 'No entries are made in suspense by hand.', place)
}

/** Reads the legs of an input; accounts that are given by number are looked up. */
export async function readLegs(
  desk: CommandDesk,
  inputs: readonly LegInput[],
): Promise<Result<Leg[], CommandCode>> {
  const numbers = inputs.flatMap(({ account }) =>
    account == null || account.startsWith('acc_') ? [] : [account]
  )
  const found = numbers.length === 0
    ? []
    : await accountsByNumber(desk.store.read, desk.tenant, numbers)
  const ids = new Map(found.map((row) => [row.number, row.id]))
  const legs: Leg[] = []
  for (const [i, { institution, subject, account, side, amount }] of inputs.entries()) {
    const money: Result<Money, MoneyCode> = parseMoney(
      amount.amount,
      amount.currency,
      `/legs/${i}/amount`,
    )
    if (!money.ok) return money
    if (account != null) {
      const id = account.startsWith('acc_') ? account : ids.get(account)
      if (id === undefined) {
        return refuse('ACCOUNT_UNKNOWN', 'There is no such account.', `/legs/${i}/account`)
      }
      legs.push({ account: id, institution: '', subject: '', side, ...money.value })
      continue
    }
    if (institution == null || subject == null) {
      return refuse(
        'LEG_PLACE_MISSING',
        'A leg names an account, or an institution and a subject.',
        `/legs/${i}`,
      )
    }
    if (subject === SUSPENSE_SUBJECT) return suspenseDirect(`/legs/${i}/subject`)
    legs.push({ institution, subject, side, ...money.value })
  }
  return ok(legs)
}

/** The leg that an entry was made from: of the one account of its place, or of a customer's. */
function legOf(entry: EntryRow): Leg {
  const { institution, subject, currency, minor } = entry
  const place = { institution, subject, currency, minor, side: entry.side as Leg['side'] }
  return entry.number === '' ? place : { ...place, account: entry.account_id }
}
