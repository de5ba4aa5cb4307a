/**
 * Loans: granted, repaid, prepaid and repriced.
 */
import { textMalformed } from '../../kernel/command.ts'
import { type Money, type MoneyCode, parseMoney } from '../../kernel/money.ts'
import { ok, type Refusal, refuse, type Result } from '../../kernel/result.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import { availableOf } from '../account.ts'
import { type CommandDesk, isText } from '../command-desk.ts'
import { parametersOn } from '../parameter/in-force.ts'
import { baseOf } from '../parameter/pricing.ts'
import { accountsById, accountState } from '../store/account.ts'
import {
  type ContractRow,
  dropInstalments,
  insertInstalments,
  type InstalmentRow,
  instalmentsOf,
  instalmentState,
  saveContract,
  writeInstalments,
} from '../store/contract.ts'
import type { LedgerTx } from '../store/handle.ts'
import { accruePenalty, duesOf, type InstalmentState, outstandingOf } from './loan.ts'
import { dueDayRule, mover, moverOf } from './loan-due-day.ts'
import { plannedOf, repriceRest, termsOf } from './loan-repricing.ts'
import { settleDues } from './overdue.ts'
import { bookPenalty, penaltyRaises } from './penalty-booking.ts'
import type { RepricingRule } from './repricing.ts'
import { afterPrepayment, prepaidInterest, type Prepayment } from './prepayment.ts'
import {
  type Instalment,
  type LoanTerms,
  makeSchedule,
  type RepaymentMethod,
  type RestOfLoan,
} from './schedule.ts'
import {
  type Amount,
  type Answer,
  ContractDesk,
  dimensionsOf,
  type ProductCode,
} from './contract-desk.ts'

/** The subject of loans. */
const LOAN_SUBJECT = '1303'

/** What people do with loans. */
export class LoanCommands {
  readonly #desk: CommandDesk
  readonly #contracts: ContractDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
    this.#contracts = new ContractDesk(desk)
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
    repricing?: RepricingRule | null | undefined
  }): Answer {
    if (!isText(input)) return textMalformed()
    const product = input.product ?? 'loan'
    const repricing = input.repricing ?? 'NEVER'
    return await this.#contracts.open(
      input,
      'LOAN',
      product,
      (parameters, settle, money, today) => {
        const priced = parameters.price('rate.loan', {
          dimensions: dimensionsOf(settle, product),
          minor: money.minor,
          on: today,
        })
        if (!priced.ok) return priced
        const base = baseOf(priced.value)
        if (repricing !== 'NEVER' && base === undefined) {
          return refuse(
            'RATE_WITHOUT_BASE',
            'The rate rests on no other: there is nothing to take anew.',
            '/repricing',
          )
        }
        const terms: LoanTerms = {
          method: input.method,
          minor: money.minor,
          rate: priced.value.rate!,
          periods: input.periods,
          startedOn: today,
          interestOnly: input.interestOnly ?? 0,
        }
        const dimensions = dimensionsOf(settle, product)
        const dueDay = dueDayRule(parameters, dimensions, today)
        const schedule = makeSchedule(terms, mover(parameters, dueDay, dimensions))
        if (!schedule.ok) return schedule
        return ok({
          rate: terms.rate,
          rateKey: 'rate.loan',
          method: input.method,
          periods: BigInt(input.periods),
          interestOnly: BigInt(terms.interestOnly!),
          term: null,
          repricing,
          baseKey: base?.key ?? null,
          spread: base?.spread ?? null,
          dueDay,
          maturesOn: schedule.value.at(-1)!.dueOn,
          schedule: schedule.value,
          event: 'loan.granted',
          subject: LOAN_SUBJECT,
        })
      },
    )
  }

  /**
   * Collects what is due of a loan, as far as the customer's account has it: the oldest instalment
   * first, penalty before interest before principal. Answers the voucher's id.
   */
  async repayLoan(input: { idempotencyKey: string; contract: string }): Answer {
    if (!isText(input)) return textMalformed()
    return await this.#contracts.change(
      input,
      'LOAN',
      'REPAY_LOAN',
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
    const raiseOn = await penaltyRaises(tx, tenant, today)
    const states = rows.map((row) =>
      accruePenalty(instalmentState(row), today, contract.rate, raiseOn)
    )
    const dues = duesOf(states, today)
    if (dues.length === 0) return refuse('NOTHING_DUE', 'Nothing of the loan is due.', '/contract')
    const [settleRow] = await accountsById(tx, tenant, [contract.settle_account_id])
    const settle = accountState(settleRow!)
    const free = settle.status === 'OPEN' ? availableOf(settle) : 0n
    const { settled } = settleDues(dues, free > 0n ? free : 0n)
    if (settled.length === 0) {
      return refuse('INSUFFICIENT_FUNDS', 'The account has nothing to take.', '/contract')
    }
    // Penalty since the last end of a day is booked first: what is paid is what the books say.
    const booked = bookPenalty(contract, states)
    const raised = await this.#raisePenalty(tx, at, booked, today, how)
    if (!raised.ok) return raised
    const sum = (part: 'principal' | 'interest' | 'penalty') =>
      settled.reduce((total, one) => total + one[part], 0n)
    const suspended = booked.noted
    const interest = sum('interest')
    const penalty = sum('penalty')
    // Interest that is paid on the day it is due may not have been accrued to that day.
    const accrued = suspended ? 0n : interest < contract.posted ? interest : contract.posted
    const noted = suspended && contract.off_posted > 0n
      ? interest < contract.off_posted ? interest : contract.off_posted
      : 0n
    const posted = await this.#contracts.post(
      tx,
      at,
      contract,
      today,
      'loan.repaid',
      {
        principal: sum('principal'),
        interest: accrued,
        penalty: suspended ? 0n : penalty,
        income: interest - accrued + (suspended ? penalty : 0n),
        noted: noted + (suspended ? penalty : 0n),
      },
      `repayment ${paidSoFar(states)}`,
      how,
    )
    if (!posted.ok) return posted
    const after = new Map<number, InstalmentState>(states.map((state) => [state.period, state]))
    for (const one of settled) {
      const state = after.get(one.period)!
      after.set(one.period, {
        ...state,
        paidPrincipal: state.paidPrincipal + one.principal,
        paidInterest: state.paidInterest + one.interest,
        paidPenalty: state.paidPenalty + one.penalty,
      })
    }
    const next = [...after.values()]
    await writeInstalments(
      tx,
      tenant,
      next.filter(({ dueOn }) => dueOn <= today)
        .map((state) => ({ contract: contract.id, state })),
    )
    const left = outstandingOf(contract.principal - contract.prepaid, next)
    const owed = duesOf(next, today).length
    await saveContract(tx, {
      ...booked.contract,
      posted: contract.posted - accrued,
      off_posted: contract.off_posted - noted,
      penalty_posted: booked.contract.penalty_posted - (suspended ? 0n : penalty),
      penalty_off: booked.contract.penalty_off - (suspended ? penalty : 0n),
      status: left === 0n && owed === 0 ? 'ENDED' : 'ACTIVE',
    })
    return posted
  }

  async #raisePenalty(
    tx: LedgerTx,
    at: Instant,
    { contract, minor, noted }: ReturnType<typeof bookPenalty>,
    today: LocalDate,
    how: { readonly actor: string; readonly day?: boolean },
  ): Promise<Result<string, ProductCode>> {
    if (minor === 0n) return ok('')
    const type = noted ? 'loan.penalty-noted' : 'loan.penalty-accrued'
    return await this.#contracts.post(
      tx,
      at,
      contract,
      today,
      type,
      { penalty: minor },
      'penalty',
      how,
    )
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
    return await this.#contracts.change(
      input,
      'LOAN',
      'PREPAY_LOAN',
      async (tx, contract, today, at) => {
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
        const move = moverOf(contract, await parametersOn(tx, tenant, today))
        const next = all ? ok<Instalment[]>([]) : afterPrepayment(loan, minor, input.how, move)
        if (!next.ok) return next
        const since = rows.findLast((row) => row.due_on <= today)?.due_on ?? contract.started_on
        const income = prepaidInterest(loan, minor, since, today)
        const posted = await this.#contracts.post(tx, at, contract, today, 'loan.repaid', {
          principal: minor,
          interest: 0n,
          penalty: 0n,
          income,
          noted: 0n,
        }, `prepayment ${input.idempotencyKey}`)
        if (!posted.ok) return posted
        const passed = BigInt(loan.coming[0]!.period - 1)
        await dropInstalments(tx, { tenant, contract: contract.id, after: passed })
        await insertInstalments(tx, tenant, contract.id, next.value)
        // What was earned of an instalment that will not come was paid with the prepayment.
        if (all && contract.posted > 0n) {
          const undone = await this.#contracts.post(
            tx,
            at,
            contract,
            today,
            'loan.interest-reduced',
            {
              interest: contract.posted,
            },
            `settlement ${input.idempotencyKey}`,
          )
          if (!undone.ok) return undone
        }
        await saveContract(tx, {
          ...contract,
          prepaid: contract.prepaid + minor,
          matures_on: next.value.at(-1)?.dueOn ?? today,
          ...(all ? { status: 'ENDED', posted: 0n } : {}),
        })
        return posted
      },
    )
  }

  /** Takes today's rate for what is not yet due of a loan (重定价). Answers the contract's id. */
  async repriceLoan(input: { idempotencyKey: string; contract: string }): Answer {
    if (!isText(input)) return textMalformed()
    return await this.#contracts.change(
      input,
      'LOAN',
      'REPRICE_LOAN',
      async (tx, contract, today, at) => {
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
        // What is agreed today is what the loan is repriced by from here on.
        const base = baseOf(priced.value)
        const agreed = { ...contract, base_key: base?.key ?? null, spread: base?.spread ?? null }
        const done = await repriceRest(tx, this.#desk.ports, agreed, rows, {
          rate: priced.value.rate!,
          on: today,
          cause: 'ASKED',
          by: this.#desk.actor.subject,
          at,
        })
        return done.ok ? ok(contract.id) : done
      },
    )
  }
}

/** All that was paid of a loan's instalments: no two repayments find the same. */
function paidSoFar(instalments: readonly InstalmentState[]): bigint {
  return instalments.reduce(
    (sum, one) => sum + one.paidPrincipal + one.paidInterest + one.paidPenalty,
    0n,
  )
}

/** What is left of a loan after a day; nothing when all of it is due. */
function restOfLoan(
  contract: ContractRow,
  rows: readonly InstalmentRow[],
  today: LocalDate,
): RestOfLoan | undefined {
  const coming = rows.filter((row) => row.due_on > today).map(plannedOf)
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
