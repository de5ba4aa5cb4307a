/**
 * What people do with products: pay interest on an account, make and withdraw term deposits, grant,
 * repay, prepay and reprice loans.
 */
import type { CommandTextCode } from '../../kernel/command.ts'
import { textMalformed } from '../../kernel/command.ts'
import {
  type Currency,
  divideRounded,
  type Money,
  type MoneyCode,
  parseMoney,
} from '../../kernel/money.ts'
import type { OnceCode } from '../../kernel/once.ts'
import { ok, type Refusal, refuse, type Result } from '../../kernel/result.ts'
import { nextNumber } from '../../kernel/sequence.ts'
import {
  daysBetween,
  type Instant,
  type LocalDate,
  plusDays,
  plusMonths,
} from '../../kernel/time.ts'
import { type AccountCode, accountNumber, type AccountState, availableOf } from '../account.ts'
import type { Side } from '../chart.ts'
import type { BookCode } from '../book.ts'
import { businessDate } from '../business-date.ts'
import { type CommandDesk, isText } from '../command-desk.ts'
import { type Parameters, parametersOn } from '../parameter/in-force.ts'
import type { PriceCode } from '../parameter/pricing.ts'
import { RATE_ONE } from '../parameter/rate.ts'
import {
  accountsById,
  accountState,
  findAccount,
  openAccount,
  placeExists,
} from '../store/account.ts'
import {
  addInterestAccount,
  contractById,
  type ContractRow,
  dropInstalments,
  insertContract,
  insertInstalments,
  type InstalmentRow,
  instalmentsOf,
  interestAccountsOf,
  putInstalment,
  saveContract,
} from '../store/contract.ts'
import type { LedgerReader, LedgerTx } from '../store/handle.ts'
import { DAY_COUNTS } from './day-count.ts'
import { termMonths, withdrawalInterest } from './deposit.ts'
import { postProductEvents, type ProductEvent, type ProductEventCode } from './event.ts'
import { duesOf, type InstalmentState, outstandingOf, penaltyBy } from './loan.ts'
import { isNonAccrual, type LoanGrade, settleDues } from './overdue.ts'
import {
  afterPrepayment,
  afterRepricing,
  type Instalment,
  type LoanTerms,
  makeSchedule,
  type Prepayment,
  type RepaymentMethod,
  type RestOfLoan,
  type ScheduleCode,
} from './schedule.ts'

export type ProductCode =
  | AccountCode
  | BookCode
  | CommandTextCode
  | MoneyCode
  | OnceCode
  | PriceCode
  | ProductEventCode
  | ScheduleCode
  | 'CONTRACT_ENDED'
  | 'CONTRACT_UNKNOWN'
  | 'CONTRACT_KIND'
  | 'DAY_COUNT_UNKNOWN'
  | 'INTEREST_BORNE'
  | 'LOAN_OVERDUE'
  | 'NOTHING_DUE'
  | 'SETTLE_ACCOUNT'
  | 'TERM_UNKNOWN'

type Answer = Promise<Result<string, ProductCode>>
interface Amount {
  readonly amount: string
  readonly currency: string
}

/** The subjects of products' accounts. */
const LOAN_SUBJECT = '1303'
const DEPOSIT_SUBJECT = '2011'
const PENALTY_KEY = 'rate.loan.penalty'

export class ProductCommands {
  readonly #desk: CommandDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
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
    return await this.#open(input, 'TERM_DEPOSIT', product, (parameters, settle, money, today) => {
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
        maturesOn: plusMonths(today, months),
        schedule: [],
        event: 'term-deposit.opened',
        subject: DEPOSIT_SUBJECT,
      })
    })
  }

  /**
   * Pays out a term deposit: its rate at maturity, the demand rate before. Answers the voucher's id.
   */
  async withdrawTermDeposit(input: { idempotencyKey: string; contract: string }): Answer {
    if (!isText(input)) return textMalformed()
    return await this.#change(
      input,
      'TERM_DEPOSIT',
      (tx, contract, today, at) =>
        this.payOut(tx, contract, today, at, { actor: this.#desk.actor.subject }),
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
    const deposit = {
      minor: contract.principal,
      rate: contract.rate,
      startedOn: contract.started_on,
      maturesOn: contract.matures_on,
    }
    const interest = withdrawalInterest(deposit, contract.principal, today, demand.value.rate!)
    const accrued = interest < contract.posted ? interest : contract.posted
    const posted = await this.#post(
      tx,
      at,
      contract,
      today,
      'term-deposit.withdrawn',
      {
        principal: contract.principal,
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

  /** Grants a loan and pays it out into the customer's account. Answers the contract's id. */
  async grantLoan(input: {
    idempotencyKey: string
    settleAccount: string
    amount: Amount
    method: RepaymentMethod
    periods: number
    interestOnly?: number | null | undefined
    product?: string | null | undefined
  }): Answer {
    if (!isText(input)) return textMalformed()
    const product = input.product ?? 'loan'
    return await this.#open(input, 'LOAN', product, (parameters, settle, money, today) => {
      const priced = parameters.price('rate.loan', {
        dimensions: dimensionsOf(settle, product),
        minor: money.minor,
        on: today,
      })
      if (!priced.ok) return priced
      const terms: LoanTerms = {
        method: input.method,
        minor: money.minor,
        rate: priced.value.rate!,
        periods: input.periods,
        startedOn: today,
        interestOnly: input.interestOnly ?? 0,
      }
      const schedule = makeSchedule(terms)
      if (!schedule.ok) return schedule
      return ok({
        rate: terms.rate,
        rateKey: 'rate.loan',
        method: input.method,
        periods: BigInt(input.periods),
        interestOnly: BigInt(terms.interestOnly!),
        term: null,
        maturesOn: schedule.value.at(-1)!.dueOn,
        schedule: schedule.value,
        event: 'loan.granted',
        subject: LOAN_SUBJECT,
      })
    })
  }

  /**
   * Collects what is due of a loan, as far as the customer's account has it: the oldest instalment
   * first, penalty before interest before principal. Answers the voucher's id.
   */
  async repayLoan(input: { idempotencyKey: string; contract: string }): Answer {
    if (!isText(input)) return textMalformed()
    return await this.#change(
      input,
      'LOAN',
      (tx, contract, today, at) =>
        this.collect(tx, contract, today, at, { actor: this.#desk.actor.subject }),
    )
  }

  /** As {@link repayLoan}, inside a unit. @param how.day booked on the day that is being ended */
  async collect(
    tx: LedgerTx,
    contract: ContractRow,
    today: LocalDate,
    at: Instant,
    how: { readonly actor: string; readonly day?: boolean },
  ): Promise<Result<string, ProductCode>> {
    const { tenant } = this.#desk
    const rows = await instalmentsOf(tx, tenant, [contract.id])
    const raise = await penaltyRaise(tx, tenant, today)
    const states = rows.map(instalmentState)
    const dues = duesOf(states, today, contract.rate, raise)
    if (dues.length === 0) return refuse('NOTHING_DUE', 'Nothing of the loan is due.', '/contract')
    const [settleRow] = await accountsById(tx, tenant, [contract.settle_account_id])
    const settle = accountState(settleRow!)
    const free = settle.status === 'OPEN' ? availableOf(settle) : 0n
    const { settled } = settleDues(dues, free > 0n ? free : 0n)
    if (settled.length === 0) {
      return refuse('INSUFFICIENT_FUNDS', 'The account has nothing to take.', '/contract')
    }
    const sum = (part: 'principal' | 'interest' | 'penalty') =>
      settled.reduce((total, one) => total + one[part], 0n)
    const suspended = isNonAccrual(contract.grade as LoanGrade)
    const interest = sum('interest')
    // Interest that is paid on the day it is due may not have been accrued to that day.
    const accrued = suspended ? 0n : interest < contract.posted ? interest : contract.posted
    const noted = suspended && contract.off_posted > 0n
      ? interest < contract.off_posted ? interest : contract.off_posted
      : 0n
    const posted = await this.#post(
      tx,
      at,
      contract,
      today,
      'loan.repaid',
      {
        principal: sum('principal'),
        interest: accrued,
        income: sum('penalty') + interest - accrued,
        noted,
      },
      `repayment ${rows.reduce((n, row) => n + row.paid_principal + row.paid_interest, 0n)}`,
      how,
    )
    if (!posted.ok) return posted
    const after = new Map<number, InstalmentState>(states.map((state) => [state.period, state]))
    for (const one of settled) {
      const state = after.get(one.period)!
      const penalty = penaltyBy(state, today, contract.rate, raise)
      const next: InstalmentState = {
        ...state,
        penalty,
        penaltyTo: state.dueOn > today ? state.dueOn : today,
        paidPrincipal: state.paidPrincipal + one.principal,
        paidInterest: state.paidInterest + one.interest,
        paidPenalty: state.paidPenalty + one.penalty,
      }
      after.set(one.period, next)
      await saveInstalment(tx, tenant, contract.id, next)
    }
    const left = outstandingOf(contract.principal - contract.prepaid, [...after.values()])
    const owed = duesOf([...after.values()], today, contract.rate, raise).length
    await saveContract(tx, {
      ...contract,
      posted: contract.posted - accrued,
      off_posted: contract.off_posted - noted,
      status: left === 0n && owed === 0 ? 'ENDED' : 'ACTIVE',
    })
    return posted
  }

  /**
   * Repays a part of the principal, or all of it, before it is due; interest on that part up to today
   * is paid with it. Answers the voucher's id.
   */
  async prepayLoan(input: {
    idempotencyKey: string
    contract: string
    amount: Amount
    how: Prepayment
  }): Answer {
    if (!isText(input)) return textMalformed()
    const money: Result<Money, MoneyCode> = parseMoney(input.amount.amount, input.amount.currency)
    if (!money.ok) return money
    const { minor } = money.value
    return await this.#change(input, 'LOAN', async (tx, contract, today, at) => {
      const { tenant } = this.#desk
      if (money.value.currency !== contract.currency) {
        return refuse('CURRENCY_MISMATCH', `The loan is in ${contract.currency}.`, '/amount')
      }
      const rows = await instalmentsOf(tx, tenant, [contract.id])
      const unpaid = checkPaid(rows, today)
      if (unpaid !== undefined) return unpaid
      const loan = restOfLoan(contract, rows, today)
      if (loan === undefined) {
        return refuse('NOTHING_DUE', 'Nothing is left to prepay.', '/contract')
      }
      const all = minor === loan.owed
      const next = all ? ok<Instalment[]>([]) : afterPrepayment(loan, minor, input.how)
      if (!next.ok) return next
      const since = rows.findLast((row) => row.due_on <= today)?.due_on ?? contract.started_on
      const income = divideRounded(
        minor * contract.rate * BigInt(Math.max(0, daysBetween(since, today))),
        RATE_ONE * 360n,
        'half-up',
      )
      const posted = await this.#post(tx, at, contract, today, 'loan.repaid', {
        principal: minor,
        interest: 0n,
        income,
        noted: 0n,
      }, `prepayment ${input.idempotencyKey}`)
      if (!posted.ok) return posted
      const passed = BigInt(loan.coming[0]!.period - 1)
      await dropInstalments(tx, { tenant, contract: contract.id, after: passed })
      await insertInstalments(tx, tenant, contract.id, next.value)
      // What was earned of an instalment that will not come was paid with the prepayment.
      if (all && contract.posted > 0n) {
        const undone = await this.#post(tx, at, contract, today, 'loan.interest-reduced', {
          interest: contract.posted,
        }, `settlement ${input.idempotencyKey}`)
        if (!undone.ok) return undone
      }
      await saveContract(tx, {
        ...contract,
        prepaid: contract.prepaid + minor,
        matures_on: next.value.at(-1)?.dueOn ?? today,
        ...(all ? { status: 'ENDED', posted: 0n } : {}),
      })
      return posted
    })
  }

  /** Takes today's rate for what is not yet due of a loan (重定价). Answers the contract's id. */
  async repriceLoan(input: { idempotencyKey: string; contract: string }): Answer {
    if (!isText(input)) return textMalformed()
    return await this.#change(input, 'LOAN', async (tx, contract, today) => {
      const { tenant } = this.#desk
      const rows = await instalmentsOf(tx, tenant, [contract.id])
      const unpaid = checkPaid(rows, today)
      if (unpaid !== undefined) return unpaid
      const priced = (await parametersOn(tx, tenant, today)).price(contract.rate_key, {
        dimensions: {
          product: contract.product,
          institution: contract.institution,
          currency: contract.currency,
        },
        minor: contract.principal,
        on: today,
      })
      if (!priced.ok) return priced
      const loan = restOfLoan(contract, rows, today)
      if (loan === undefined) {
        return refuse('NOTHING_DUE', 'Nothing is left to reprice.', '/contract')
      }
      const next = afterRepricing(loan, priced.value.rate!)
      if (!next.ok) return next
      const passed = BigInt(loan.coming[0]!.period - 1)
      await dropInstalments(tx, { tenant, contract: contract.id, after: passed })
      await insertInstalments(tx, tenant, contract.id, next.value)
      await saveContract(tx, { ...contract, rate: priced.value.rate! })
      return ok(contract.id)
    })
  }

  async #open(
    input: {
      readonly idempotencyKey: string
      readonly settleAccount: string
      readonly amount: Amount
    },
    kind: 'LOAN' | 'TERM_DEPOSIT',
    product: string,
    plan: (
      parameters: Parameters,
      settle: AccountState,
      money: Money,
      today: LocalDate,
    ) => Result<Plan, ProductCode>,
  ): Answer {
    const money: Result<Money, MoneyCode> = parseMoney(input.amount.amount, input.amount.currency)
    if (!money.ok) return money
    if (money.value.minor <= 0n) {
      return refuse('LEG_NOT_POSITIVE', 'The amount is positive.', '/amount')
    }
    const found = await namedAccount(this.#desk, input.settleAccount, '/settleAccount')
    if (!found.ok) return found
    const { ids } = this.#desk.ports
    const [id, account] = [ids.next('ctr'), ids.next('acc')]
    const event = { voucher: ids.next('vch'), event: ids.next('evt') }
    const { tenant } = this.#desk
    const at = this.#desk.now()
    return await this.#desk.once<ProductCode>(kind, input, async (tx) => {
      const [row] = await accountsById(tx, tenant, [found.value.id])
      const settle = accountState(row!)
      if (row!.customer === null || settle.currency !== money.value.currency) {
        return refuse(
          'SETTLE_ACCOUNT',
          'The account is a customer’s and in the currency of the contract.',
          '/settleAccount',
        )
      }
      const today = await businessDate(tx, tenant, at)
      const parameters = await parametersOn(tx, tenant, today)
      const planned = plan(parameters, settle, money.value, today)
      if (!planned.ok) return planned
      const { schedule, event: type, subject, ...terms } = planned.value
      const { institution, currency } = settle
      const place = await openProductAccount(tx, tenant, {
        id: account,
        institution,
        subject,
        currency,
        customer: row!.customer,
        product,
        at,
      })
      if (!place.ok) return place
      await insertContract(tx, {
        tenant,
        id,
        kind,
        product,
        customer: row!.customer,
        institution,
        currency,
        account,
        settleAccount: settle.id,
        principal: money.value.minor,
        startedOn: today,
        ...terms,
      })
      await insertInstalments(tx, tenant, id, schedule)
      const [posted] = await postProductEvents(
        tx,
        this.#desk.cache,
        tenant,
        { at, actor: this.#desk.actor.subject },
        [{
          type,
          reference: id,
          institution,
          currency: money.value.currency,
          components: { principal: money.value.minor },
          dimensions: { account, settle: settle.id, product },
          summary: `${type} ${id}`,
          ids: event,
          bookingOn: today,
        }],
      )
      return posted!.ok ? ok(id) : posted!
    })
  }

  async #change(
    input: { readonly idempotencyKey: string; readonly contract: string },
    kind: 'LOAN' | 'TERM_DEPOSIT',
    change: (
      tx: LedgerTx,
      contract: ContractRow,
      today: LocalDate,
      at: Instant,
    ) => Promise<Result<string, ProductCode>>,
  ): Answer {
    const { tenant } = this.#desk
    const at = this.#desk.now()
    return await this.#desk.once<ProductCode>(`CHANGE_${kind}`, input, async (tx) => {
      const [contract] = await contractById(tx, { tenant, id: input.contract })
      if (contract === undefined) {
        return refuse('CONTRACT_UNKNOWN', 'There is no such contract.', '/contract')
      }
      if (contract.kind !== kind) {
        return refuse('CONTRACT_KIND', `The contract is a ${contract.kind}.`, '/contract')
      }
      if (contract.status !== 'ACTIVE') {
        return refuse('CONTRACT_ENDED', 'The contract has ended.', '/contract')
      }
      return await change(tx, contract, await businessDate(tx, tenant, at), at)
    })
  }

  async #post(
    tx: LedgerTx,
    at: Instant,
    contract: ContractRow,
    today: LocalDate,
    type: string,
    components: Readonly<Record<string, bigint>>,
    what: string,
    how: { readonly actor: string; readonly day?: boolean } = { actor: this.#desk.actor.subject },
  ): Promise<Result<string, ProductCode>> {
    const { ids } = this.#desk.ports
    const event: ProductEvent = {
      type,
      reference: `${contract.id} ${today} ${what}`,
      institution: contract.institution,
      currency: contract.currency as Currency,
      components,
      dimensions: {
        account: contract.account_id,
        settle: contract.settle_account_id,
        product: contract.product,
      },
      summary: `${type} ${contract.id}`,
      ids: { voucher: ids.next('vch'), event: ids.next('evt') },
      bookingOn: today,
      ...(how.day ? { day: true } : {}),
    }
    const by = { at, actor: how.actor }
    const [posted] = await postProductEvents(tx, this.#desk.cache, this.#desk.tenant, by, [event])
    return posted!.ok ? ok(posted!.value ?? '') : posted!
  }
}

/** What a contract is opened with. */
interface Plan {
  readonly rate: bigint
  readonly rateKey: string
  readonly method: string | null
  readonly periods: bigint | null
  readonly interestOnly: bigint | null
  readonly term: string | null
  readonly maturesOn: LocalDate
  readonly schedule: readonly Instalment[]
  readonly event: string
  readonly subject: string
}

/** An account by number or id. */
export async function namedAccount(
  desk: CommandDesk,
  account: string,
  place = '/account',
): Promise<Result<AccountState, 'ACCOUNT_UNKNOWN'>> {
  const by = account.startsWith('acc_') ? { id: account } : { number: account }
  const row = await findAccount(desk.store.read, desk.tenant, by)
  return row === undefined
    ? refuse('ACCOUNT_UNKNOWN', 'There is no such account.', place)
    : ok(accountState(row))
}

/** By how much of itself the rate is raised for what is overdue. */
export async function penaltyRaise(
  db: LedgerReader,
  tenant: string,
  on: LocalDate,
): Promise<bigint> {
  const priced = (await parametersOn(db, tenant, on)).price(PENALTY_KEY, { dimensions: {}, on })
  return priced.ok ? priced.value.rate! : 0n
}

/** An instalment as the rules take it. */
export function instalmentState(row: InstalmentRow): InstalmentState {
  return {
    period: Number(row.period),
    dueOn: row.due_on,
    principal: row.principal,
    interest: row.interest,
    paidPrincipal: row.paid_principal,
    paidInterest: row.paid_interest,
    penalty: row.penalty,
    paidPenalty: row.paid_penalty,
    penaltyTo: row.penalty_to,
  }
}

async function saveInstalment(
  tx: LedgerTx,
  tenant: string,
  contract: string,
  state: InstalmentState,
): Promise<void> {
  await putInstalment(tx, {
    tenant,
    contract,
    period: BigInt(state.period),
    paidPrincipal: state.paidPrincipal,
    paidInterest: state.paidInterest,
    penalty: state.penalty,
    paidPenalty: state.paidPenalty,
    penaltyTo: state.penaltyTo,
  })
}

function termsOf(contract: ContractRow): LoanTerms {
  return {
    method: contract.method as RepaymentMethod,
    minor: contract.principal,
    rate: contract.rate,
    periods: Number(contract.periods),
    startedOn: contract.started_on,
    interestOnly: Number(contract.interest_only),
  }
}

/** What is left of a loan after a day; nothing when all of it is due. */
function restOfLoan(
  contract: ContractRow,
  rows: readonly InstalmentRow[],
  today: LocalDate,
): RestOfLoan | undefined {
  const coming = rows.filter((row) => row.due_on > today).map((row) => ({
    period: Number(row.period),
    dueOn: row.due_on,
    principal: row.principal,
    interest: row.interest,
    remaining: row.remaining,
  }))
  if (coming.length === 0) return undefined
  const owed = outstandingOf(contract.principal - contract.prepaid, rows.map(instalmentState))
  return { terms: termsOf(contract), coming, owed }
}

function checkPaid(
  rows: readonly InstalmentRow[],
  today: LocalDate,
): Refusal<'LOAN_OVERDUE'> | undefined {
  const unpaid = rows.find((row) =>
    row.due_on <= today && row.paid_principal + row.paid_interest < row.principal + row.interest
  )
  return unpaid === undefined
    ? undefined
    : refuse('LOAN_OVERDUE', `The instalment of ${unpaid.due_on} is to be paid first.`, '/contract')
}

function dimensionsOf(
  account: Pick<AccountState, 'institution' | 'currency'>,
  product?: string,
): Record<string, string> {
  const { institution, currency } = account
  return { institution, currency, ...(product === undefined ? {} : { product }) }
}

async function openProductAccount(
  tx: LedgerTx,
  tenant: string,
  account: {
    readonly id: string
    readonly institution: string
    readonly subject: string
    readonly currency: string
    readonly customer: string
    readonly product: string
    readonly at: Instant
  },
): Promise<Result<null, 'ACCOUNT_UNKNOWN'>> {
  const { id, institution, subject, currency, customer, product, at } = account
  const [place] = await placeExists(tx, { tenant, institution, subject })
  if (place === undefined) {
    return refuse('ACCOUNT_UNKNOWN', `No entries are made in ${subject} of ${institution}.`)
  }
  const number = accountNumber(institution, await nextNumber(tx, tenant, `account:${institution}`))
  const state: AccountState = {
    id,
    institution,
    subject,
    currency,
    number,
    normal: place.normal as Side,
    status: 'OPEN',
    min: 0n,
    max: null,
    held: 0n,
    balance: 0n,
    day: null,
  }
  await openAccount(tx, tenant, state, { customer, product, at })
  return ok(null)
}
