/**
 * What tellers do: take cash in, pay it out, and balance their drawer at the end of the day.
 */
import { type CommandTextCode, textMalformed } from '../kernel/command.ts'
import { isCurrency, type Money, type MoneyCode, parseMoney } from '../kernel/money.ts'
import type { OnceCode } from '../kernel/once.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Instant } from '../kernel/time.ts'
import { type AccountState, emptyAccount } from './account.ts'
import type { BookCode } from './book.ts'
import { type Side, SUSPENSE_SUBJECT } from './chart.ts'
import { checkChannel } from './channel.ts'
import { type CommandDesk, isText } from './command-desk.ts'
import { parametersOn } from './parameter/in-force.ts'
import type { Leg } from './posting-rule.ts'
import { businessDate } from './business-date.ts'
import { namedAccount } from './product/contract-desk.ts'
import { accountsById, accountState, findAccount, openAccount } from './store/account.ts'
import type { LedgerTx } from './store/handle.ts'
import { insertTellerDay, tellerDay } from './store/teller.ts'
import { countDrawer, type TellerCode } from './teller.ts'

export type TellerCommandCode =
  | BookCode
  | CommandTextCode
  | MoneyCode
  | OnceCode
  | TellerCode
  | 'CHANNEL_LIMIT'
  | 'DRAWER_CLOSED'
  | 'SETTLE_ACCOUNT'

/** 库存现金. */
const CASH_SUBJECT = '1001'
/** The product code of drawers. */
const DRAWER_PRODUCT = 'teller-drawer'

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
    const found = await namedAccount(this.#desk, input.account)
    if (!found.ok) return found
    const account = found.value
    if (account.number === '') {
      return refuse('SETTLE_ACCOUNT', 'Cash is paid to and by customers.', '/account')
    }
    const { tenant } = this.#desk
    const at = this.#desk.now()
    const id = this.#desk.ports.ids.next('acc')
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
      const drawer = await this.#drawer(tx, { id, institution, currency, at })
      const key = { tenant, teller: this.#desk.actor.subject, institution, currency, on: today }
      if ((await tellerDay(tx, key)).length > 0) {
        return refuse('DRAWER_CLOSED', 'The drawer was balanced; its day is over.', '/account')
      }
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
    })
  }

  /**
   * Balances the drawer of this teller: what was counted against the books. Answers the voucher of
   * the difference, or nothing when there is none. Once a day.
   */
  async balanceDrawer(input: {
    institution: string
    currency: string
    counted: string
    acceptDifference: boolean
  }): Promise<Result<{ voucher: string | null }, TellerCommandCode>> {
    const { currency, institution } = input
    if (!isText(input)) return textMalformed()
    if (!isCurrency(currency)) {
      return refuse('CURRENCY_UNKNOWN', 'The currency is not one booked here.', '/currency')
    }
    const counted: Result<Money, MoneyCode> = parseMoney(input.counted, currency, '/counted')
    if (!counted.ok) return counted
    const { tenant, actor: { subject: teller } } = this.#desk
    const at = this.#desk.now()
    const draft = this.#desk.draft([], {
      kind: 'MANUAL',
      serial: null,
      summary: `drawer of ${teller} counted`,
      valueOn: undefined,
      reverses: null,
      channel: 'counter',
    })
    return await this.#desk.write(async (tx) => {
      const today = await businessDate(tx, tenant, at)
      const number = drawerNumber(institution, teller, currency)
      const row = await findAccount(tx, tenant, { number })
      const key = { tenant, teller, institution, currency, on: today }
      if ((await tellerDay(tx, key)).length > 0) {
        return refuse('DRAWER_CLOSED', 'The drawer was balanced; its day is over.', '/institution')
      }
      if (row === undefined) {
        return refuse('ACCOUNT_UNKNOWN', 'The teller has no such drawer.', '/institution')
      }
      const count = countDrawer(row.balance, counted.value.minor, input.acceptDifference)
      if (!count.ok) return count
      const { booked, difference } = count.value
      let voucher: string | null = null
      if (difference !== 0n) {
        const minor = difference < 0n ? -difference : difference
        const over = difference > 0n
        const legs: Leg[] = [
          {
            account: row.id,
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
            suspense: `${over ? '长款 over' : '短款 short'}: ${teller} ${today}`,
          },
        ]
        const posted = await this.#desk.book(tx, { ...draft, legs })
        if (!posted.ok) return posted
        voucher = posted.value.id
      }
      await insertTellerDay(tx, { ...key, booked, counted: counted.value.minor, voucher, at })
      return ok({ voucher })
    })
  }

  async #drawer(
    tx: LedgerTx,
    of: { id: string; institution: string; currency: string; at: Instant },
  ): Promise<AccountState> {
    const { tenant, actor: { subject: teller } } = this.#desk
    const { id, institution, currency, at } = of
    const number = drawerNumber(institution, teller, currency)
    const known = await findAccount(tx, tenant, { number })
    if (known !== undefined) {
      const [row] = await accountsById(tx, tenant, [known.id])
      return accountState(row!)
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
    const owner = { customer: null, product: DRAWER_PRODUCT, at }
    return { ...emptyAccount(drawer), no: await openAccount(tx, tenant, drawer, owner) }
  }
}

/** The number of a teller's drawer, which is theirs alone. */
function drawerNumber(institution: string, teller: string, currency: string): string {
  return `CASH.${institution}.${currency}.${teller}`
}
