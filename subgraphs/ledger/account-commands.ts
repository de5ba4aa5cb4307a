/**
 * What people do with accounts: open them for customers, limit, stop and freeze them, and hold parts
 * of what is in them.
 */
import { canonicalJson } from '../kernel/canonical-json.ts'
import { type CommandTextCode, textMalformed } from '../kernel/command.ts'
import { isCurrency, type Money, type MoneyCode, parseMoney } from '../kernel/money.ts'
import type { OnceCode } from '../kernel/once.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import { nextNumber } from '../kernel/sequence.ts'
import { type Instant, parseInstant } from '../kernel/time.ts'
import {
  type AccountCode,
  accountNumber,
  type AccountState,
  type AccountStatus,
  availableOf,
  checkTakesEntries,
} from './account.ts'
import type { BookCode } from './book.ts'
import type { Side } from './chart.ts'
import { checkReason, type CommandDesk, isText } from './command-desk.ts'
import { type CommandCode, type LegInput, readLegs } from './commands.ts'
import { captureHold, type HoldCode, type HoldStep, voidHold } from './hold.ts'
import type { Leg } from './posting-rule.ts'
import {
  accountsById,
  accountState,
  findAccount,
  insertChange,
  moveHeld,
  openAccount,
  placeExists,
  setLimits,
  setStatus,
} from './store/account.ts'
import type { LedgerTx } from './store/handle.ts'
import { expiredHolds, holdById, holdsDue, holdState, insertHold, putHold } from './store/hold.ts'

export type AccountCommandCode =
  | AccountCode
  | BookCode
  | CommandCode
  | CommandTextCode
  | HoldCode
  | MoneyCode
  | OnceCode
  | 'ACCOUNT_NOT_EMPTY'
  | 'ACCOUNT_STATUS'
  | 'CUSTOMER_MISSING'
  | 'HOLD_UNKNOWN'
  | 'INSTANT_MALFORMED'
  | 'LIMITS_CROSSED'

/** How many expired holds are given up in one unit. */
const EXPIRE_PAGE = 200

type Answer = Promise<Result<string, AccountCommandCode>>

interface Amount {
  readonly amount: string
  readonly currency: string
}

/** What may be done with accounts and holds, for one actor. */
export class AccountCommands {
  readonly #desk: CommandDesk

  constructor(desk: CommandDesk) {
    this.#desk = desk
  }

  /** Opens an account of a customer. Answers its id. */
  async openAccount(input: {
    idempotencyKey: string
    institution: string
    subject: string
    currency: string
    customer: string
    product?: string | null | undefined
    min?: string | null | undefined
    max?: string | null | undefined
  }): Answer {
    const { currency } = input
    if (!isText(input)) return textMalformed()
    if (!isCurrency(currency)) {
      return refuse('CURRENCY_UNKNOWN', 'The currency is not one booked here.', '/currency')
    }
    if (input.customer.trim() === '') {
      return refuse('CUSTOMER_MISSING', 'An account has its customer.', '/customer')
    }
    const limits = readLimits(input, currency)
    if (!limits.ok) return limits
    const { tenant } = this.#desk
    const id = this.#desk.ports.ids.next('acc')
    const at = this.#desk.now()
    return await this.#desk.once<AccountCommandCode>('OPEN_ACCOUNT', input, async (tx) => {
      const { institution, subject } = input
      const [place] = await placeExists(tx, { tenant, institution, subject })
      if (place === undefined) {
        return refuse('ACCOUNT_UNKNOWN', `No entries are made in ${subject} of ${institution}.`)
      }
      const sequence = await nextNumber(tx, tenant, `account:${institution}`)
      const account = {
        id,
        institution,
        subject,
        currency,
        number: accountNumber(institution, sequence),
        normal: place.normal as Side,
        ...limits.value,
      }
      const product = input.product ?? null
      await openAccount(tx, tenant, account, { customer: input.customer, product, at })
      await this.#note(tx, id, at, 'OPENED', { product }, input.customer)
      return ok(id)
    })
  }

  /** Stops payments from an account, freezes it, opens it again, or closes it when it is empty. */
  async setStatus(input: {
    account: string
    status: AccountStatus
    reason: string
  }): Answer {
    return await this.#change(input, (account) => {
      if (account.status === 'CLOSED' || account.status === input.status) {
        return refuse('ACCOUNT_STATUS', `The account is ${account.status}.`, '/status')
      }
      if (input.status === 'CLOSED' && (account.balance !== 0n || account.held !== 0n)) {
        return refuse('ACCOUNT_NOT_EMPTY', 'Only an empty account is closed.', '/account')
      }
      return ok(async (tx: LedgerTx, at: Instant, change: string) => {
        const { tenant } = this.#desk
        const { id, status: from } = account
        await setStatus(tx, { tenant, id, from, to: input.status })
        await this.#note(tx, id, at, 'STATUS', { from, to: input.status }, input.reason, change)
      })
    })
  }

  /** Sets the bounds of an account's usual balance; absent ones do not bound. */
  async setLimits(input: {
    account: string
    min?: string | null | undefined
    max?: string | null | undefined
    reason: string
  }): Answer {
    return await this.#change(input, (account) => {
      const limits = readLimits(input, account.currency)
      if (!limits.ok) return limits
      return ok(async (tx: LedgerTx, at: Instant, change: string) => {
        const { tenant } = this.#desk
        const { id, min, max } = account
        await setLimits(tx, { tenant, id, ...limits.value })
        const detail = { from: { min, max }, to: limits.value }
        await this.#note(tx, id, at, 'LIMITS', detail, input.reason, change)
      })
    })
  }

  /** Reserves an amount of an account (预授权). Answers the hold's id. */
  async placeHold(input: {
    idempotencyKey: string
    account: string
    amount: Amount
    reference: string
    expiresAt?: Instant | null | undefined
  }): Answer {
    if (!isText(input)) return textMalformed()
    const money: Result<Money, MoneyCode> = parseMoney(input.amount.amount, input.amount.currency)
    if (!money.ok) return money
    if (money.value.minor <= 0n) {
      return refuse('LEG_NOT_POSITIVE', 'A hold is positive.', '/amount')
    }
    const expires = input.expiresAt == null ? ok(null) : parseInstant(input.expiresAt, '/expiresAt')
    if (!expires.ok) return expires
    const { tenant } = this.#desk
    const found = await this.#find(input.account)
    if (!found.ok) return found
    const id = this.#desk.ports.ids.next('hld')
    const at = this.#desk.now()
    if (expires.value !== null && expires.value <= at) {
      return refuse('HOLD_EXPIRED', 'The hold would be over at once.', '/expiresAt')
    }
    return await this.#desk.once<AccountCommandCode>('PLACE_HOLD', input, async (tx) => {
      const { account, over } = await this.#withoutExpired(tx, found.value.id, at)
      if (account.currency !== money.value.currency) {
        return refuse('CURRENCY_MISMATCH', `The account is in ${account.currency}.`, '/amount')
      }
      const blocked = checkTakesEntries(account)
      if (blocked !== undefined) return blocked
      if (account.status === 'STOPPED') {
        return refuse('ACCOUNT_STOPPED', 'Payments from the account are stopped.', '/account')
      }
      if (money.value.minor > availableOf(account)) {
        return refuse('INSUFFICIENT_FUNDS', 'The account has not that much to hold.', '/amount')
      }
      await insertHold(tx, {
        tenant,
        id,
        account: account.id,
        minor: money.value.minor,
        reference: input.reference,
        expiresAt: expires.value,
        by: this.#desk.actor.subject,
        at,
      })
      await over(tx)
      await moveHeld(tx, { tenant, id: account.id, delta: money.value.minor })
      this.#desk.cache.of(tx).forget(tenant, account)
      return ok(id)
    })
  }

  /**
   * Takes all or a part of a hold: its account is charged, and whom `to` names receives. Answers the
   * voucher's id. @param input.final whether the rest is given up
   */
  async captureHold(input: {
    idempotencyKey: string
    hold: string
    amount: Amount
    to: Omit<LegInput, 'side' | 'amount'>
    summary: string
    final?: boolean | null | undefined
  }): Answer {
    if (!isText(input)) return textMalformed()
    const money: Result<Money, MoneyCode> = parseMoney(input.amount.amount, input.amount.currency)
    if (!money.ok) return money
    const { tenant } = this.#desk
    const [known] = await holdById(this.#desk.store.read, { tenant, id: input.hold })
    if (known === undefined) return refuse('HOLD_UNKNOWN', 'There is no such hold.', '/hold')
    const [row] = await accountsById(this.#desk.store.read, tenant, [known.account_id])
    const account = accountState(row!)
    const out: Side = account.normal === 'DEBIT' ? 'CREDIT' : 'DEBIT'
    const to = await readLegs(this.#desk, [
      { ...input.to, side: account.normal, amount: input.amount },
    ])
    if (!to.ok) return to
    const at = this.#desk.now()
    return await this.#desk.bookOnce<AccountCommandCode>(input, {
      kind: 'CAPTURE',
      serial: null,
      summary: input.summary,
      valueOn: undefined,
      reverses: null,
      hold: known.id,
    }, async (tx) => {
      const [hold] = await holdById(tx, { tenant, id: known.id })
      const step = captureHold(holdState(hold!), money.value.minor, input.final ?? false, at)
      if (!step.ok) return step
      const from: Leg = {
        account: account.id,
        institution: '',
        subject: '',
        side: out,
        ...money.value,
      }
      return ok({
        legs: [from, ...to.value],
        freed: new Map([[account.id, step.value.freed]]),
        whenBooked: (tx) => this.#step(tx, known.id, step.value, at),
      })
    })
  }

  /** Gives up what a hold still reserves (撤销). Answers its id. */
  async voidHold(input: { hold: string }): Answer {
    const { tenant } = this.#desk
    const at = this.#desk.now()
    return await this.#desk.write(async (tx): Answer => {
      const [hold] = await holdById(tx, { tenant, id: input.hold })
      if (hold === undefined) return refuse('HOLD_UNKNOWN', 'There is no such hold.', '/hold')
      const step = voidHold(holdState(hold), at)
      if (!step.ok) return step
      await this.#free(tx, hold.account_id, step.value.freed)
      await this.#step(tx, hold.id, step.value, at)
      return ok(hold.id)
    })
  }

  /** Ends the holds whose time has come; answers how many. They reserve nothing since, either way. */
  async expireHolds(): Promise<number> {
    const { tenant } = this.#desk
    const at = this.#desk.now()
    for (let ended = 0;;) {
      const page = await this.#desk.store.write(async (tx) => {
        const due = await holdsDue(tx, { tenant, at, limit: BigInt(EXPIRE_PAGE) })
        for (const { id, account_id, minor, captured } of due) {
          await this.#free(tx, account_id, minor - captured)
          await putHold(tx, { tenant, id, captured, state: 'EXPIRED', endedAt: at })
        }
        return due.length
      }, { lane: tenant })
      ended += page
      if (page < EXPIRE_PAGE) return ended
    }
  }

  async #find(account: string): Promise<Result<AccountState, AccountCommandCode>> {
    const by = account.startsWith('acc_') ? { id: account } : { number: account }
    const row = isText(account)
      ? await findAccount(this.#desk.store.read, this.#desk.tenant, by)
      : undefined
    return row === undefined
      ? refuse('ACCOUNT_UNKNOWN', 'There is no such account.', '/account')
      : ok(accountState(row))
  }

  /** An account as if expired holds had been given up, and the step that gives them up. */
  async #withoutExpired(
    tx: LedgerTx,
    id: string,
    at: Instant,
  ): Promise<{ account: AccountState; over: (tx: LedgerTx) => Promise<void> }> {
    const { tenant } = this.#desk
    const [row] = await accountsById(tx, tenant, [id])
    const account = accountState(row!)
    const holds = account.held === 0n ? [] : await expiredHolds(tx, { tenant, account: id, at })
    const freed = holds.reduce((sum, hold) => sum + hold.minor - hold.captured, 0n)
    return {
      account: { ...account, held: account.held - freed },
      over: async (tx) => {
        if (freed > 0n) await moveHeld(tx, { tenant, id, delta: -freed })
        for (const { id, captured } of holds) {
          await putHold(tx, { tenant, id, captured, state: 'EXPIRED', endedAt: at })
        }
      },
    }
  }

  async #free(tx: LedgerTx, id: string, minor: bigint): Promise<void> {
    const { tenant } = this.#desk
    const [row] = await accountsById(tx, tenant, [id])
    await moveHeld(tx, { tenant, id, delta: -minor })
    this.#desk.cache.of(tx).forget(tenant, accountState(row!))
  }

  async #step(tx: LedgerTx, id: string, step: HoldStep, at: Instant): Promise<void> {
    const { tenant } = this.#desk
    const endedAt = step.state === 'OPEN' ? null : at
    await putHold(tx, { tenant, id, state: step.state, captured: step.captured, endedAt })
  }

  async #change(
    input: { readonly account: string; readonly reason: string },
    plan: (
      account: AccountState,
    ) => Result<(tx: LedgerTx, at: Instant, change: string) => Promise<void>, AccountCommandCode>,
  ): Answer {
    if (!isText(input)) return textMalformed()
    const unexplained = checkReason(input.reason)
    if (unexplained !== undefined) return unexplained
    const found = await this.#find(input.account)
    if (!found.ok) return found
    const { tenant } = this.#desk
    const at = this.#desk.now()
    const change = this.#desk.ports.ids.next('chg')
    return await this.#desk.write(async (tx): Answer => {
      // What an expired hold reserved is nobody's any more, whether it was ended yet or not.
      const { account, over } = await this.#withoutExpired(tx, found.value.id, at)
      const planned = plan(account)
      if (!planned.ok) return planned
      await over(tx)
      await planned.value(tx, at, change)
      this.#desk.cache.of(tx).forget(tenant, account)
      return ok(account.id)
    })
  }

  async #note(
    tx: LedgerTx,
    account: string,
    at: Instant,
    what: string,
    detail: Parameters<typeof canonicalJson>[0],
    reason: string,
    id = `chg${account.slice(account.indexOf('_'))}`,
  ): Promise<void> {
    await insertChange(tx, {
      tenant: this.#desk.tenant,
      id,
      account,
      what,
      detail: canonicalJson(detail),
      reason,
      by: this.#desk.actor.subject,
      at,
    })
  }
}

/** Bounds of a usual balance in a currency, as decimal strings that may be negative. */
function readLimits(
  input: { readonly min?: string | null | undefined; readonly max?: string | null | undefined },
  currency: string,
): Result<{ min: bigint | null; max: bigint | null }, MoneyCode | 'LIMITS_CROSSED'> {
  const min = input.min == null ? ok(null) : parseMoney(input.min, currency, '/min')
  if (!min.ok) return min
  const max = input.max == null ? ok(null) : parseMoney(input.max, currency, '/max')
  if (!max.ok) return max
  const limits = { min: min.value?.minor ?? null, max: max.value?.minor ?? null }
  if (limits.min !== null && limits.max !== null && limits.min > limits.max) {
    return refuse('LIMITS_CROSSED', 'The lower limit is above the upper one.', '/min')
  }
  return ok(limits)
}
