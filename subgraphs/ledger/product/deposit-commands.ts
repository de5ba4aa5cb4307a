/**
 * Deposits: balances that bear interest, and terms that are opened and paid out.
 */
import { textMalformed } from '../../kernel/command.ts'
import { type Money, type MoneyCode, parseMoney } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type Instant, type LocalDate, plusDays, plusMonths } from '../../kernel/time.ts'
import { businessDate } from '../business-date.ts'
import { type CommandDesk, isText } from '../command-desk.ts'
import { type Parameters, parametersOn } from '../parameter/in-force.ts'
import type { PriceCode } from '../parameter/pricing.ts'
import {
  addInterestAccount,
  type ContractRow,
  interestAccountsOf,
  saveContract,
} from '../store/contract.ts'
import type { LedgerTx } from '../store/handle.ts'
import { DAY_COUNTS } from './day-count.ts'
import { type TermDeposit, termMonths, withdrawalInterest } from './deposit.ts'
import { checkPartial, type PartialLimits, withdrawPart } from './partial-withdrawal.ts'
import {
  type Amount,
  type Answer,
  ContractDesk,
  dimensionsOf,
  namedAccount,
  type ProductCode,
} from './contract-desk.ts'

/** The subject of customers' deposits. */
const DEPOSIT_SUBJECT = '2011'
const WITHDRAWALS_KEY = 'count.term-deposit.withdrawals'
const REST_KEY = 'limit.term-deposit.rest'

/** What people do with deposits. */
export class DepositCommands {
  readonly #desk: CommandDesk
  readonly #contracts: ContractDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
    this.#contracts = new ContractDesk(desk)
  }

  /** Has the balance of a deposit account bear interest from today on. Answers the account's id. */
  async bearInterest(input: {
    account: string
    rateKey: string
    dayCount?: string | null | undefined
  }): Answer {
    if (!isText(input)) return textMalformed()
    const dayCount = input.dayCount ?? 'ACT/360'
    if (!(DAY_COUNTS as readonly string[]).includes(dayCount)) {
      return refuse('DAY_COUNT_UNKNOWN', `A day count is one of ${DAY_COUNTS.join(', ')}.`)
    }
    const found = await namedAccount(this.#desk, input.account)
    if (!found.ok) return found
    const { tenant } = this.#desk
    const at = this.#desk.now()
    return await this.#desk.write(async (tx): Answer => {
      const today = await businessDate(tx, tenant, at)
      const priced = (await parametersOn(tx, tenant, today))
        .price(input.rateKey, { dimensions: dimensionsOf(found.value), on: today })
      if (!priced.ok) return priced
      if ((await interestAccountsOf(tx, tenant, [found.value.id])).length > 0) {
        return refuse('INTEREST_BORNE', 'The account bears interest already.', '/account')
      }
      await addInterestAccount(tx, {
        tenant,
        account: found.value.id,
        rateKey: input.rateKey,
        dayCount,
        accruedTo: plusDays(today, -1),
      })
      return ok(found.value.id)
    })
  }

  /** Moves money of a demand account into a term deposit. Answers the contract's id. */
  async openTermDeposit(input: {
    idempotencyKey: string
    settleAccount: string
    amount: Amount
    term: string
    product?: string | null | undefined
  }): Answer {
    if (!isText(input)) return textMalformed()
    const months = termMonths(input.term)
    if (months === undefined) {
      return refuse('TERM_UNKNOWN', 'A term looks like 3M or 1Y.', '/term')
    }
    const product = input.product ?? 'term-deposit'
    return await this.#contracts.open(
      input,
      'TERM_DEPOSIT',
      product,
      (parameters, settle, money, today) => {
        const priced = parameters.price('rate.deposit.term', {
          dimensions: { ...dimensionsOf(settle, product), term: input.term },
          minor: money.minor,
          on: today,
        })
        if (!priced.ok) return priced
        return ok({
          rate: priced.value.rate!,
          rateKey: 'rate.deposit.term',
          method: null,
          periods: null,
          interestOnly: null,
          term: input.term,
          repricing: null,
          baseKey: null,
          spread: null,
          dueDay: null,
          maturesOn: plusMonths(today, months),
          schedule: [],
          event: 'term-deposit.opened',
          subject: DEPOSIT_SUBJECT,
        })
      },
    )
  }

  /**
   * Pays out a term deposit: its rate at maturity, the demand rate before. Answers the voucher's id.
   */
  async withdrawTermDeposit(input: { idempotencyKey: string; contract: string }): Answer {
    if (!isText(input)) return textMalformed()
    return await this.#contracts.change(
      input,
      'TERM_DEPOSIT',
      'WITHDRAW_TERM_DEPOSIT',
      (tx, contract, today, at) =>
        this.payOut(tx, contract, today, at, { actor: this.#desk.actor.subject }),
    )
  }

  /**
   * Pays out a part of a term deposit before its time, with the demand rate for its days. How often,
   * and how much is to stay, are parameters. Answers the voucher's id.
   */
  async withdrawPartOfTermDeposit(
    input: { idempotencyKey: string; contract: string; amount: Amount },
  ): Answer {
    if (!isText(input)) return textMalformed()
    const money: Result<Money, MoneyCode> = parseMoney(input.amount.amount, input.amount.currency)
    if (!money.ok) return money
    const { minor, currency } = money.value
    return await this.#contracts.change(
      input,
      'TERM_DEPOSIT',
      'WITHDRAW_PART',
      async (tx, contract, today, at) => {
        if (currency !== contract.currency) {
          return refuse('CURRENCY_MISMATCH', `The deposit is in ${contract.currency}.`, '/amount')
        }
        const parameters = await parametersOn(tx, this.#desk.tenant, today)
        const limits = partialLimits(parameters, contract, today)
        if (!limits.ok) return limits
        const deposit = termDeposit(contract)
        const times = Number(contract.withdrawals)
        const refused = checkPartial(deposit, times, minor, today, limits.value)
        if (refused !== undefined) return refused
        const demand = parameters.price('rate.deposit.demand', { dimensions: {}, on: today })
        if (!demand.ok) return demand
        const { accrued, more, less, keeps } = withdrawPart(
          deposit,
          minor,
          today,
          demand.value.rate!,
          contract.posted,
          contract.accrued_to,
        )
        const posted = await this.#contracts.post(
          tx,
          at,
          contract,
          today,
          'term-deposit.withdrawn',
          { principal: minor, accrued, more, less },
          `part ${times + 1}`,
        )
        if (!posted.ok) return posted
        await saveContract(tx, {
          ...contract,
          posted: keeps,
          prepaid: contract.prepaid + minor,
          withdrawals: contract.withdrawals + 1n,
        })
        return posted
      },
    )
  }

  /** As {@link withdrawTermDeposit}, inside a unit. @param how.day booked on the day that is being ended */
  async payOut(
    tx: LedgerTx,
    contract: ContractRow,
    today: LocalDate,
    at: Instant,
    how: { readonly actor: string; readonly day?: boolean },
  ): Promise<Result<string, ProductCode>> {
    const parameters = await parametersOn(tx, this.#desk.tenant, today)
    const demand = parameters.price('rate.deposit.demand', { dimensions: {}, on: today })
    if (!demand.ok) return demand
    const deposit = termDeposit(contract)
    const { minor } = deposit
    const interest = withdrawalInterest(deposit, minor, today, demand.value.rate!)
    const accrued = interest < contract.posted ? interest : contract.posted
    const posted = await this.#contracts.post(
      tx,
      at,
      contract,
      today,
      'term-deposit.withdrawn',
      {
        principal: minor,
        accrued,
        more: interest - accrued,
        less: contract.posted - accrued,
      },
      'withdrawal',
      how,
    )
    if (!posted.ok) return posted
    await saveContract(tx, { ...contract, status: 'ENDED', posted: 0n, accrued_to: today })
    return posted
  }
}

/** A term deposit as the rules take it: what lies there still. */
export function termDeposit(contract: ContractRow): TermDeposit {
  return {
    minor: contract.principal - contract.prepaid,
    rate: contract.rate,
    startedOn: contract.started_on,
    maturesOn: contract.matures_on,
  }
}

/** A limit in another currency limits nothing of this one. */
function partialLimits(
  parameters: Parameters,
  contract: ContractRow,
  on: LocalDate,
): Result<PartialLimits, PriceCode> {
  const { currency, term } = contract
  const dimensions = {
    ...dimensionsOf(contract, contract.product),
    ...(term === null ? {} : { term }),
  }
  const query = { dimensions, minor: contract.principal, on }
  const times = parameters.price(WITHDRAWALS_KEY, query)
  if (!times.ok) return times
  const rest = parameters.price(REST_KEY, query)
  const restMinor = rest.ok && rest.value.currency === currency ? rest.value.minor! : 0n
  return ok({ times: times.value.count ?? 0, restMinor })
}
