/**
 * What tellers do: take cash in, pay it out, and balance their drawer at the end of the day.
 */
import { type CommandTextCode, textMalformed } from '../kernel/command.ts'
import {
  type Currency,
  isCurrency,
  type Money,
  type MoneyCode,
  parseMoney,
} from '../kernel/money.ts'
import type { OnceCode } from '../kernel/once.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { BookCode } from './book.ts'
import { type Side, SUSPENSE_SUBJECT } from './chart.ts'
import { checkChannel } from './channel.ts'
import { type CommandDesk, isText } from './command-desk.ts'
import { parametersOn } from './parameter/in-force.ts'
import type { Leg } from './posting-rule.ts'
import { businessDate } from './business-date.ts'
import { findAccount, openAccount, placeExists } from './store/account.ts'
import { countById, type CountRow, insertCheck, insertCount, newestCount } from './store/teller.ts'
import {
  checkVerdict,
  countDrawer,
  type CountVerdict,
  drawerShut,
  type KeptCount,
  type TellerCode,
} from './teller.ts'

export type TellerCommandCode =
  | BookCode
  | CommandTextCode
  | MoneyCode
  | OnceCode
  | TellerCode
  | 'CHANNEL_LIMIT'
  | 'COUNT_UNKNOWN'
  | 'DRAWER_EXISTS'
  | 'DRAWER_UNKNOWN'
  | 'TELLER_MALFORMED'
  | 'SETTLE_ACCOUNT'

/** 库存现金. */
const CASH_SUBJECT = '1001'
/** The product code of drawers. */
const DRAWER_PRODUCT = 'teller-drawer'
/** The subject of a token, in what an account's number may have. */
const TELLER = /^[\w.:@-]{1,100}$/

type Answer = Promise<Result<string, TellerCommandCode>>
interface Amount {
  readonly amount: string
  readonly currency: string
}

export class TellerCommands {
  readonly #desk: CommandDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
  }

  /** Takes a customer's cash in, or pays it out, over this teller's drawer. Answers the voucher's id. */
  async cash(input: {
    idempotencyKey: string
    account: string
    amount: Amount
    direction: 'IN' | 'OUT'
    summary: string
  }): Answer {
    if (!isText(input)) return textMalformed()
    const money: Result<Money, MoneyCode> = parseMoney(input.amount.amount, input.amount.currency)
    if (!money.ok) return money
    const by = input.account.startsWith('acc_') ? { id: input.account } : { number: input.account }
    const account = await findAccount(this.#desk.store.read, this.#desk.tenant, by)
    if (account === undefined) {
      return refuse('ACCOUNT_UNKNOWN', 'There is no such account.', '/account')
    }
    // Neither the bank's own accounts nor another teller's drawer.
    if (account.customer === null) {
      return refuse('SETTLE_ACCOUNT', 'Cash is paid to and by customers.', '/account')
    }
    const { tenant } = this.#desk
    const at = this.#desk.now()
    const { minor, currency } = money.value
    return await this.#desk.bookOnce<TellerCommandCode>(input, {
      kind: 'MANUAL',
      serial: null,
      summary: input.summary,
      valueOn: undefined,
      reverses: null,
      channel: 'counter',
    }, async (tx) => {
      const today = await businessDate(tx, tenant, at)
      const parameters = await parametersOn(tx, tenant, today)
      const limited = checkChannel(parameters, 'counter', [{ minor, currency }], today)
      if (limited !== undefined) return { ...limited, place: '/amount' }
      const { institution } = account
      const of = { tenant, teller: this.#desk.actor.subject, institution, currency }
      const drawer = await findAccount(tx, tenant, { number: drawerNumber(of) })
      if (drawer === undefined) {
        return refuse(
          'DRAWER_UNKNOWN',
          `The teller has no such drawer in ${institution}.`,
          '/account',
        )
      }
      const shut = drawerShut(keptCount(await newestCount(tx, of)), today, '/account')
      if (shut !== undefined) return shut
      const [from, to]: [Side, Side] = input.direction === 'IN'
        ? ['DEBIT', 'CREDIT']
        : ['CREDIT', 'DEBIT']
      const leg = (account: string, side: Side): Leg => ({
        account,
        institution: '',
        subject: '',
        side,
        minor,
        currency,
      })
      return ok({ legs: [leg(drawer.id, from), leg(account.id, to)] })
    }, 'CASH')
  }

  /**
   * Opens a drawer for a teller in an institution: empty, and theirs alone. Answers the account's id.
   */
  async openDrawer(
    input: { teller: string; institution: string; currency: string },
  ): Answer {
    const { teller, institution, currency } = input
    if (!isText(input)) return textMalformed()
    if (!TELLER.test(teller)) {
      return refuse('TELLER_MALFORMED', 'A teller is named as their token does.', '/teller')
    }
    if (!isCurrency(currency)) {
      return refuse('CURRENCY_UNKNOWN', 'The currency is not one booked here.', '/currency')
    }
    const { tenant } = this.#desk
    const at = this.#desk.now()
    const id = this.#desk.ports.ids.next('acc')
    return await this.#desk.write(async (tx): Answer => {
      const [place] = await placeExists(tx, { tenant, institution, subject: CASH_SUBJECT })
      if (place === undefined) {
        return refuse('ACCOUNT_UNKNOWN', 'There is no such institution.', '/institution')
      }
      const number = drawerNumber(input)
      if (await findAccount(tx, tenant, { number }) !== undefined) {
        return refuse('DRAWER_EXISTS', 'The teller has this drawer already.', '/teller')
      }
      const drawer = {
        id,
        institution,
        subject: CASH_SUBJECT,
        currency,
        number,
        normal: 'DEBIT' as const,
        // No more is paid out than the drawer has.
        min: 0n,
        max: null,
      }
      await openAccount(tx, tenant, drawer, { customer: null, product: DRAWER_PRODUCT, at })
      return ok(id)
    })
  }

  /**
   * Compares the drawer of this teller with what was counted, once a day. A count that differs waits
   * for a second person, and the drawer is shut until then. Answers the count's id.
   */
  async balanceDrawer(input: {
    institution: string
    currency: string
    counted: string
    acceptDifference: boolean
  }): Answer {
    const { currency, institution } = input
    if (!isText(input)) return textMalformed()
    if (!isCurrency(currency)) {
      return refuse('CURRENCY_UNKNOWN', 'The currency is not one booked here.', '/currency')
    }
    const counted: Result<Money, MoneyCode> = parseMoney(input.counted, currency, '/counted')
    if (!counted.ok) return counted
    const { tenant, actor: { subject: teller } } = this.#desk
    const at = this.#desk.now()
    const id = this.#desk.ports.ids.next('cnt')
    const of = { tenant, teller, institution, currency }
    return await this.#desk.write(async (tx): Answer => {
      const today = await businessDate(tx, tenant, at)
      const row = await findAccount(tx, tenant, { number: drawerNumber(of) })
      if (row === undefined) {
        return refuse('DRAWER_UNKNOWN', 'The teller has no such drawer.', '/institution')
      }
      const shut = drawerShut(keptCount(await newestCount(tx, of)), today, '/institution')
      if (shut !== undefined) return shut
      const count = countDrawer(row.balance, counted.value.minor, input.acceptDifference)
      if (!count.ok) return count
      const { booked } = count.value
      await insertCount(tx, { ...of, id, on: today, booked, counted: counted.value.minor, at })
      return ok(id)
    })
  }

  /**
   * Checks somebody else's count that differs. Accepted, the difference goes into suspense under the
   * teller's name; rejected, the drawer is counted again. Answers the count's id.
   */
  async checkDrawer(
    input: { count: string; verdict: CountVerdict; reason: string },
  ): Answer {
    if (!isText(input)) return textMalformed()
    const { verdict, reason } = input
    const { tenant, actor: { subject: by } } = this.#desk
    const at = this.#desk.now()
    const draft = this.#desk.draft([], {
      kind: 'MANUAL',
      serial: null,
      summary: `count ${input.count} checked`,
      valueOn: undefined,
      reverses: null,
      channel: 'counter',
    })
    return await this.#desk.write(async (tx): Answer => {
      const row = await countById(tx, tenant, input.count)
      if (row === undefined) return refuse('COUNT_UNKNOWN', 'There is no such count.', '/count')
      const drawer = (await findAccount(tx, tenant, { number: drawerNumber(row) }))!
      const refused = checkVerdict(keptCount(row)!, drawer.balance, by, verdict, reason)
      if (refused !== undefined) return refused
      let voucher: string | null = null
      if (verdict === 'APPROVED') {
        const posted = await this.#desk.book(tx, { ...draft, legs: legsOf(row, drawer.id) })
        if (!posted.ok) return posted
        voucher = posted.value.id
      }
      await insertCheck(tx, { tenant, count: row.id, verdict, reason, by, at, voucher })
      return ok(row.id)
    })
  }
}

/** What was counted too much or too little, against suspense. */
function legsOf(count: CountRow, drawer: string): Leg[] {
  const { institution, teller, on_date: on } = count
  const currency = count.currency as Currency
  const difference = count.counted - count.booked
  const over = difference > 0n
  const minor = over ? difference : -difference
  return [
    {
      account: drawer,
      institution: '',
      subject: '',
      side: over ? 'DEBIT' : 'CREDIT',
      minor,
      currency,
    },
    {
      institution,
      subject: SUSPENSE_SUBJECT,
      side: over ? 'CREDIT' : 'DEBIT',
      minor,
      currency,
      suspense: `${over ? '长款 over' : '短款 short'}: ${teller} ${on}`,
    },
  ]
}

function keptCount(row: CountRow | undefined): KeptCount | undefined {
  return row && {
    teller: row.teller,
    on: row.on_date,
    booked: row.booked,
    counted: row.counted,
    verdict: row.verdict as CountVerdict | null,
  }
}

/** The number of a teller's drawer, which is theirs alone. */
function drawerNumber(
  { institution, teller, currency }: { institution: string; teller: string; currency: string },
): string {
  return `CASH.${institution}.${currency}.${teller}`
}
