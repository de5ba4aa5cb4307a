/**
 * What all commands of contracts have in common.
 */
import type { CommandTextCode } from '../../kernel/command.ts'
import { type Currency, type Money, type MoneyCode, parseMoney } from '../../kernel/money.ts'
import type { OnceCode } from '../../kernel/once.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { nextNumber } from '../../kernel/sequence.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import { type AccountCode, accountNumber, type AccountState } from '../account.ts'
import type { BookCode } from '../book.ts'
import { businessDate } from '../business-date.ts'
import type { Side } from '../chart.ts'
import type { CommandDesk } from '../command-desk.ts'
import { type Parameters, parametersOn } from '../parameter/in-force.ts'
import type { PriceCode } from '../parameter/pricing.ts'
import {
  accountsById,
  accountState,
  findAccount,
  openAccount,
  placeExists,
} from '../store/account.ts'
import {
  contractById,
  type ContractRow,
  insertContract,
  insertInstalments,
} from '../store/contract.ts'
import type { LedgerTx } from '../store/handle.ts'
import { postProductEvents, type ProductEvent, type ProductEventCode } from './event.ts'
import type { PartialCode } from './partial-withdrawal.ts'
import type { Instalment, ScheduleCode } from './schedule.ts'

export type ProductCode =
  | AccountCode
  | BookCode
  | CommandTextCode
  | MoneyCode
  | OnceCode
  | PriceCode
  | PartialCode
  | ProductEventCode
  | ScheduleCode
  | 'CONTRACT_ENDED'
  | 'CONTRACT_UNKNOWN'
  | 'CONTRACT_KIND'
  | 'DAY_COUNT_UNKNOWN'
  | 'INTEREST_BORNE'
  | 'LOAN_OVERDUE'
  | 'NOTHING_DUE'
  | 'RATE_WITHOUT_BASE'
  | 'SETTLE_ACCOUNT'
  | 'TERM_UNKNOWN'

/** An amount as people give it. */
export interface Amount {
  readonly amount: string
  readonly currency: string
}

/** What most commands answer: an id. */
export type Answer = Promise<Result<string, ProductCode>>

/** How contracts are opened, changed and posted, for one actor. */
export class ContractDesk {
  readonly desk: CommandDesk

  constructor(desk: CommandDesk) {
    this.desk = desk
  }

  /** Opens a contract over a customer's account, with what `plan` makes of the prices of the day. */
  async open(
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
    const found = await namedAccount(this.desk, input.settleAccount, '/settleAccount')
    if (!found.ok) return found
    const { ids } = this.desk.ports
    const [id, account] = [ids.next('ctr'), ids.next('acc')]
    const event = { voucher: ids.next('vch'), event: ids.next('evt') }
    const { tenant } = this.desk
    const at = this.desk.now()
    return await this.desk.once<ProductCode>(kind, input, async (tx) => {
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
        this.desk.cache,
        tenant,
        { at, actor: this.desk.actor.subject },
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

  /** Changes an active contract of a kind once per key. @param command has keys of its own */
  async change(
    input: { readonly idempotencyKey: string; readonly contract: string },
    kind: 'LOAN' | 'TERM_DEPOSIT',
    command: string,
    change: (
      tx: LedgerTx,
      contract: ContractRow,
      today: LocalDate,
      at: Instant,
    ) => Promise<Result<string, ProductCode>>,
  ): Answer {
    const { tenant } = this.desk
    const at = this.desk.now()
    return await this.desk.once<ProductCode>(command, input, async (tx) => {
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

  /** Posts what was done to a contract, by the rule that is in force. Answers the voucher's id. */
  async post(
    tx: LedgerTx,
    at: Instant,
    contract: ContractRow,
    today: LocalDate,
    type: string,
    components: Readonly<Record<string, bigint>>,
    what: string,
    how: { readonly actor: string; readonly day?: boolean } = { actor: this.desk.actor.subject },
  ): Promise<Result<string, ProductCode>> {
    const { ids } = this.desk.ports
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
    const [posted] = await postProductEvents(tx, this.desk.cache, this.desk.tenant, by, [event])
    return posted!.ok ? ok(posted!.value ?? '') : posted!
  }
}

/** What a contract is opened with. */
export interface Plan {
  readonly rate: bigint
  readonly rateKey: string
  readonly method: string | null
  readonly periods: bigint | null
  readonly interestOnly: bigint | null
  readonly term: string | null
  readonly repricing: string | null
  readonly baseKey: string | null
  readonly spread: bigint | null
  readonly dueDay: string | null
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

/** What prices of an account, or of a product over it, may depend on. */
export function dimensionsOf(
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
  const opened = {
    id,
    institution,
    subject,
    currency,
    number,
    normal: place.normal as Side,
    min: 0n,
    max: null,
  }
  await openAccount(tx, tenant, opened, { customer, product, at })
  return ok(null)
}
