/**
 * What an account (分户账) allows: its state, its limits, and what is held of it.
 *
 * Limits count on the account's usual side: a deposit of 5.00 has a usual balance of +5.00 although
 * it is a credit. Balances elsewhere are debit-positive.
 */
import { type Refusal, refuse } from '../kernel/result.ts'
import type { LocalDate } from '../kernel/time.ts'
import type { Side } from './chart.ts'

/**
 * - `OPEN`: takes entries
 * - `STOPPED` (止付): nothing is taken out, money still comes in
 * - `FROZEN` (冻结): no entries at all
 * - `CLOSED` (销户): no entries ever again
 */
export type AccountStatus = 'OPEN' | 'STOPPED' | 'FROZEN' | 'CLOSED'

/**
 * An account at one moment. Amounts are minor units.
 *
 * @property no its number inside the store; 0 until it is opened
 * @property number of a customer's account; empty for the one account of a place
 * @property min, max bounds of the usual balance, holds counted out; null for none
 * @property held the sum of what open holds still reserve, never negative
 * @property balance debit-positive
 * @property last its newest entry, by number; null without any
 * @property day what it moved on the newest booking day that it has, apart from value-dated entries
 */
export interface AccountState {
  readonly no: bigint
  readonly id: string
  readonly institution: string
  readonly subject: string
  readonly currency: string
  readonly number: string
  readonly normal: Side
  readonly status: AccountStatus
  readonly min: bigint | null
  readonly max: bigint | null
  readonly held: bigint
  readonly balance: bigint
  readonly last: bigint | null
  readonly day: OpenDay | null
}

/** The sums of one booking day whose entries count from that day. */
export interface OpenDay {
  readonly on: LocalDate
  readonly debit: bigint
  readonly credit: bigint
}

/** What an account is when it is opened. */
export type NewAccount = Pick<
  AccountState,
  'id' | 'institution' | 'subject' | 'currency' | 'number' | 'normal' | 'min' | 'max'
>

/** An account with nothing on it, before it has a number inside the store. */
export function emptyAccount(record: NewAccount): AccountState {
  return { ...record, no: 0n, status: 'OPEN', held: 0n, balance: 0n, last: null, day: null }
}

export type AccountCode =
  | 'ACCOUNT_CLOSED'
  | 'ACCOUNT_FROZEN'
  | 'ACCOUNT_STOPPED'
  | 'INSUFFICIENT_FUNDS'
  | 'BALANCE_ABOVE_LIMIT'

/** The balance on the side where this account's balance usually is. */
export function usualBalance(account: Pick<AccountState, 'normal' | 'balance'>): bigint {
  return account.normal === 'DEBIT' ? account.balance : -account.balance
}

/** What may still be taken out: the usual balance without holds, down to the lower limit. */
export function availableOf(account: AccountState): bigint {
  return usualBalance(account) - account.held - (account.min ?? 0n)
}

/** Why no entry may be made in the account whatever its amount. */
export function checkTakesEntries(account: AccountState): Refusal<AccountCode> | undefined {
  if (account.status === 'CLOSED') {
    return refuse('ACCOUNT_CLOSED', `The account ${nameOf(account)} is closed.`)
  }
  if (account.status === 'FROZEN') {
    return refuse('ACCOUNT_FROZEN', `The account ${nameOf(account)} is frozen.`)
  }
  return undefined
}

/**
 * Why an account may not go from one moment to another. A limit binds only what moves towards it, so
 * that an account beyond a limit that was set later can still be brought back.
 */
export function checkMovement(
  before: AccountState,
  after: AccountState,
): Refusal<AccountCode> | undefined {
  const [from, to] = [usualBalance(before), usualBalance(after)]
  if (to < from && after.status === 'STOPPED') {
    return refuse('ACCOUNT_STOPPED', `Payments from ${nameOf(after)} are stopped.`)
  }
  const free = to - after.held
  if (after.min !== null && free < after.min && free < from - before.held) {
    return refuse(
      'INSUFFICIENT_FUNDS',
      `The account ${nameOf(after)} would fall below its limit, holds counted out.`,
    )
  }
  if (after.max !== null && to > after.max && to > from) {
    return refuse('BALANCE_ABOVE_LIMIT', `The account ${nameOf(after)} would pass its upper limit.`)
  }
  return undefined
}

/** What is to be added to the stored days of an account: of one booking date and value date. */
export interface DayMovement {
  readonly bookingOn: LocalDate
  readonly valueOn: LocalDate
  readonly debit: bigint
  readonly credit: bigint
}

/**
 * The open day after an entry, and what goes into a stored day instead. Most entries move their
 * account on the day that it is in already; a row of its own is written only once the day is over.
 */
export function moveDay(
  day: OpenDay | null,
  entry: DayMovement,
): { day: OpenDay | null; stored: DayMovement | undefined } {
  const { bookingOn, valueOn, debit, credit } = entry
  if (bookingOn !== valueOn || (day !== null && bookingOn < day.on)) return { day, stored: entry }
  if (day !== null && day.on === bookingOn) {
    return {
      day: { on: day.on, debit: day.debit + debit, credit: day.credit + credit },
      stored: undefined,
    }
  }
  return {
    day: { on: bookingOn, debit, credit },
    stored: day === null ? undefined : {
      bookingOn: day.on,
      valueOn: day.on,
      debit: day.debit,
      credit: day.credit,
    },
  }
}

/** A name for a person to read. */
export function nameOf(account: Pick<AccountState, 'institution' | 'subject' | 'number'>): string {
  return account.number === '' ? `${account.subject} of ${account.institution}` : account.number
}

/**
 * The number of a customer's account: institution, nine digits, and a check digit over the digits
 * (Luhn, ISO/IEC 7812-1 annex B), so that a mistyped one is not another's.
 */
export function accountNumber(institution: string, sequence: bigint): string {
  const body = `${institution.replaceAll(/\D/g, '')}${sequence.toString().padStart(9, '0')}`
  return `${body}${luhnDigit(body)}`
}

/** Whether the last digit of a number checks the others. */
export function isAccountNumber(number: string): boolean {
  return /^\d{10,40}$/.test(number) && luhnDigit(number.slice(0, -1)) === Number(number.at(-1))
}

function luhnDigit(digits: string): number {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return (10 - sum % 10) % 10
}
