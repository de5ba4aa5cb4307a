/**
 * Foreign exchange with customers (外汇买卖): the bank buys and sells at its own price and keeps the
 * difference in a position per pair.
 */
import { textMalformed } from '../../kernel/command.ts'
import {
  type Currency,
  divideRounded,
  exponentOf,
  type Money,
  type MoneyCode,
  parseMoney,
} from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { Instant } from '../../kernel/time.ts'
import type { Side } from '../chart.ts'
import { type CommandDesk, isText } from '../command-desk.ts'
import { parametersOn } from '../parameter/in-force.ts'
import { convert, RATE_ONE } from '../parameter/rate.ts'
import type { Leg } from '../posting-rule.ts'
import { findAccount, openAccount } from '../store/account.ts'
import type { LedgerTx } from '../store/handle.ts'
import { businessDate } from '../business-date.ts'
import { namedAccount, type ProductCode } from './contract-desk.ts'

/** 货币兑换. */
const FX_SUBJECT = '3002'
/** The product code of the bank's own position accounts. */
export const FX_PRODUCT = 'fx-position'

type Answer = Promise<Result<string, ProductCode>>
interface Amount {
  readonly amount: string
  readonly currency: string
}

export class ExchangeCommands {
  readonly #desk: CommandDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
  }

  /**
   * Buys or sells foreign currency of a customer at the bank's price. Answers the voucher's id.
   *
   * @param input.from what the customer gives; `to` receives it in its own currency
   */
  async exchange(input: {
    idempotencyKey: string
    from: string
    to: string
    amount: Amount
  }): Answer {
    if (!isText(input)) return textMalformed()
    const money: Result<Money, MoneyCode> = parseMoney(input.amount.amount, input.amount.currency)
    if (!money.ok) return money
    const from = await namedAccount(this.#desk, input.from, '/from')
    const to = await namedAccount(this.#desk, input.to, '/to')
    if (!from.ok) return from
    if (!to.ok) return to
    const [given, taken] = [from.value.currency as Currency, to.value.currency as Currency]
    if (money.value.currency !== given || given === taken) {
      return refuse('CURRENCY_MISMATCH', 'An exchange is from one currency to another.', '/amount')
    }
    if (from.value.institution !== to.value.institution) {
      return refuse('SETTLE_ACCOUNT', 'Both accounts are of one institution.', '/to')
    }
    const { tenant } = this.#desk
    const at = this.#desk.now()
    const { institution } = from.value
    const key = [given, taken].toSorted().includes('CNY')
      ? `fx.${(given === 'CNY' ? taken : given).toLowerCase()}.cny`
      : `fx.${given.toLowerCase()}.${taken.toLowerCase()}`
    const buying = key.startsWith(`fx.${given.toLowerCase()}`)
    const ids = [this.#desk.ports.ids.next('acc'), this.#desk.ports.ids.next('acc')] as const
    return await this.#desk.bookOnce<ProductCode>(input, {
      kind: 'PRODUCT',
      serial: null,
      summary: `exchange ${given} ${taken}`,
      valueOn: undefined,
      reverses: null,
    }, async (tx) => {
      const today = await businessDate(tx, tenant, at)
      const priced = (await parametersOn(tx, tenant, today)).price(
        key,
        { dimensions: { institution }, on: today },
        buying ? 'buy' : 'sell',
      )
      if (!priced.ok) return priced
      const { minor } = money.value
      const rate = priced.value.rate!
      const other = buying
        ? convert(minor, rate, exponentOf(given), exponentOf(taken))
        : divideRounded(
          minor * RATE_ONE * 10n ** BigInt(exponentOf(taken)),
          rate * 10n ** BigInt(exponentOf(given)),
          'half-up',
        )
      const foreign = buying ? given : taken
      const base = buying ? taken : given
      const position = await positionAccounts(this.#desk, tx, {
        institution,
        foreign,
        base,
        ids,
        at,
      })
      const leg = (account: string, side: Side, amount: bigint, currency: Currency): Leg => ({
        account,
        institution: '',
        subject: '',
        side,
        minor: amount,
        currency,
      })
      return ok({
        legs: [
          leg(from.value.id, 'DEBIT', minor, given),
          leg(given === foreign ? position.foreign : position.base, 'CREDIT', minor, given),
          leg(taken === foreign ? position.foreign : position.base, 'DEBIT', other, taken),
          leg(to.value.id, 'CREDIT', other, taken),
        ],
      })
    })
  }
}

/** The two accounts of a position, opened when the pair is first dealt in. */
async function positionAccounts(
  desk: CommandDesk,
  tx: LedgerTx,
  of: {
    readonly institution: string
    readonly foreign: Currency
    readonly base: Currency
    readonly ids: readonly [string, string]
    readonly at: Instant
  },
): Promise<{ foreign: string; base: string }> {
  const { tenant } = desk
  const { institution, foreign, base, at } = of
  const ids: string[] = []
  for (const [i, [own, other]] of [[foreign, base], [base, foreign]].entries()) {
    const number = `FX.${institution}.${own}.${other}`
    const known = await findAccount(tx, tenant, { number })
    if (known === undefined) {
      await openAccount(tx, tenant, {
        id: of.ids[i]!,
        institution,
        subject: FX_SUBJECT,
        currency: own!,
        number,
        normal: 'DEBIT',
        min: null,
        max: null,
      }, { customer: null, product: FX_PRODUCT, at })
    }
    ids.push(known?.id ?? of.ids[i]!)
  }
  return { foreign: ids[0]!, base: ids[1]! }
}
