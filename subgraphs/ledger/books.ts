/**
 * The books in memory, while the vouchers of one commit are checked against them.
 *
 * What a voucher needs is loaded before; then vouchers are posted one after another, each checked
 * whole before it changes anything, so that one that is refused harms no neighbour and the next one
 * meets the balances that the one before left.
 */
import { MINOR_MAX } from '../kernel/money.ts'
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import {
  type AccountCode,
  type AccountState,
  checkMovement,
  checkTakesEntries,
  emptyAccount,
  type OpenDay,
} from './account.ts'
import type { Leg } from './posting-rule.ts'
import { checkLegs, type Entry, signed, type VoucherCode } from './voucher.ts'

/** The largest magnitude of a balance: half of what 64 bits hold, in minor units. */
export const BALANCE_MAX = MINOR_MAX * 500n

export type PostCode =
  | VoucherCode
  | AccountCode
  | 'ACCOUNT_UNKNOWN'
  | 'BALANCE_OVERFLOW'
  | 'CURRENCY_MISMATCH'

/** What a posted voucher did: its entries, in the order of its legs. */
export interface Posted {
  readonly legs: readonly Leg[]
  readonly entries: readonly Entry[]
}

/** How a voucher is posted besides its legs. */
export interface PostOptions {
  /** Names the account that a leg opens. @param line from 0 */
  readonly newAccountId: (line: number) => string
  /** Red entries (红字): every amount is negative, on the side of what it undoes. */
  readonly red?: boolean
  /** Held sums that this voucher frees, by account: captures of holds. */
  readonly freed?: ReadonlyMap<string, bigint>
}

/** Accounts by id and by place, as the vouchers of this commit left them. */
export class Books {
  readonly #accounts = new Map<string, AccountState>()
  readonly #places = new Map<string, string>()
  readonly #opened = new Set<string>()
  readonly #touched = new Set<string>()
  readonly #normalOf: (leg: Leg) => AccountState['normal'] | undefined

  /** @param normalOf the usual side of a place that takes entries; undefined where none are made */
  constructor(normalOf: (leg: Leg) => AccountState['normal'] | undefined) {
    this.#normalOf = normalOf
  }

  /** Puts an account in as it is in the database. */
  load(account: AccountState): void {
    this.#accounts.set(account.id, account)
    if (account.number === '') this.#places.set(placeKey(account), account.id)
  }

  get(id: string): AccountState {
    return this.#accounts.get(id)!
  }

  /** Gives an account that was opened here its number. */
  opens(id: string, no: bigint): void {
    this.#accounts.set(id, { ...this.#accounts.get(id)!, no })
  }

  /** Keeps what an account's day and newest entry are after a voucher. */
  entered(id: string, day: OpenDay | null, last: bigint): void {
    this.#accounts.set(id, { ...this.#accounts.get(id)!, day, last })
  }

  /** Frees what a hold reserved that has ended by time. */
  free(id: string, minor: bigint): void {
    const account = this.#accounts.get(id)!
    this.#accounts.set(id, { ...account, held: account.held - minor })
  }

  /** Accounts that were opened here, in order. */
  get opened(): AccountState[] {
    return Array.from(this.#opened, (id) => this.#accounts.get(id)!)
  }

  /** Accounts that changed, those that were opened here as well. */
  get changed(): AccountState[] {
    return Array.from(this.#touched, (id) => this.#accounts.get(id)!)
  }

  /** Checks a voucher whole, then posts it. */
  post(draft: readonly Leg[], options: PostOptions): Result<Posted, PostCode> {
    const placed = this.#place(draft)
    if (!placed.ok) return placed
    const legs = checkLegs(placed.value, options.red)
    if (!legs.ok) return legs
    const after = new Map<string, AccountState>()
    const opening = new Map<string, string>()
    const reach = new Map<string, bigint>()
    const entries: Entry[] = []
    for (const [i, leg] of legs.value.entries()) {
      const found = this.#accountOf(leg, after, opening, i, options)
      if (!found.ok) return found
      const account = found.value
      const blocked = checkTakesEntries(account)
      if (blocked !== undefined) return { ...blocked, place: `/legs/${i}` }
      // Legs of one voucher add up in an account before others bring it back.
      const far = (reach.get(account.id) ?? magnitude(account.balance)) + magnitude(leg.minor)
      if (far > BALANCE_MAX) {
        return refuse('BALANCE_OVERFLOW', 'The balance would not fit.', `/legs/${i}`)
      }
      reach.set(account.id, far)
      const balance = account.balance + signed(leg.side, leg.minor)
      after.set(account.id, { ...account, balance })
      entries.push({
        line: BigInt(i + 1),
        accountId: account.id,
        institution: account.institution,
        subject: account.subject,
        currency: account.currency,
        side: leg.side,
        minor: leg.minor,
        balanceAfter: balance,
      })
    }
    const moved = this.#settle(after, entries, options)
    if (moved !== undefined) return moved
    return ok({ legs: legs.value, entries })
  }

  /** Looks up the place of legs that name an account. */
  #place(draft: readonly Leg[]): Result<readonly Leg[], PostCode> {
    if (draft.every((leg) => leg.account === undefined)) return ok(draft)
    const legs: Leg[] = []
    for (const [i, leg] of draft.entries()) {
      if (leg.account === undefined) {
        legs.push(leg)
        continue
      }
      const account = this.#accounts.get(leg.account)
      if (account === undefined) {
        return refuse('ACCOUNT_UNKNOWN', 'There is no such account.', `/legs/${i}/account`)
      }
      if (account.currency !== leg.currency) {
        return refuse(
          'CURRENCY_MISMATCH',
          `The account is in ${account.currency}, the amount in ${leg.currency}.`,
          `/legs/${i}/amount`,
        )
      }
      legs.push({ ...leg, institution: account.institution, subject: account.subject })
    }
    return ok(legs)
  }

  #accountOf(
    leg: Leg,
    after: ReadonlyMap<string, AccountState>,
    opening: Map<string, string>,
    line: number,
    options: PostOptions,
  ): Result<AccountState, PostCode> {
    const key = leg.account === undefined ? placeKey(leg) : ''
    const id = leg.account ?? this.#places.get(key) ?? opening.get(key)
    if (id !== undefined) return ok(after.get(id) ?? this.#accounts.get(id)!)
    const normal = this.#normalOf(leg)
    if (normal === undefined) {
      return refuse(
        'ACCOUNT_UNKNOWN',
        `No entries are made in ${leg.subject} of ${leg.institution}.`,
        `/legs/${line}`,
        { subject: leg.subject, institution: leg.institution },
      )
    }
    const { institution, subject, currency } = leg
    const newId = options.newAccountId(line)
    opening.set(key, newId)
    const record = { id: newId, institution, subject, currency, number: '', normal }
    return ok(emptyAccount({ ...record, min: null, max: null }))
  }

  /** Checks what the voucher did to each account as a whole, and keeps it. */
  #settle(
    after: Map<string, AccountState>,
    entries: readonly Entry[],
    { freed }: PostOptions,
  ): Refusal<PostCode> | undefined {
    for (const [id, account] of after) {
      const free = freed?.get(id)
      if (free !== undefined) after.set(id, { ...account, held: account.held - free })
      const before = this.#accounts.get(id)
      if (before === undefined) continue
      const refused = checkMovement(before, after.get(id)!)
      if (refused !== undefined) {
        const line = entries.findIndex((entry) => entry.accountId === id)
        return { ...refused, place: `/legs/${line}` }
      }
    }
    for (const [id, account] of after) {
      if (!this.#accounts.has(id)) this.#opened.add(id)
      this.#accounts.set(id, account)
      if (account.number === '') this.#places.set(placeKey(account), id)
      this.#touched.add(id)
    }
    return undefined
  }
}

/** One text per place, whatever its parts hold. */
export function placeKey(
  place: { readonly institution: string; readonly subject: string; readonly currency: string },
): string {
  return `${place.currency} ${place.institution.length} ${place.institution} ${place.subject}`
}

function magnitude(minor: bigint): bigint {
  return minor < 0n ? -minor : minor
}
