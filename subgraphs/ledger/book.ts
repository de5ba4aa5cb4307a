/**
 * Writes one voucher into the books, inside a unit of work.
 *
 * Everything is checked before the first row is written, so that a refused voucher leaves nothing.
 */
import { extendChain } from '../kernel/chain.ts'
import { formatMoney, MINOR_MAX } from '../kernel/money.ts'
import { emit } from '../kernel/outbox.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import { nextNumber } from '../kernel/sequence.ts'
import { type LocalDate, periodOf } from '../kernel/time.ts'
import type { Leg } from './posting-rule.ts'
import { accountAt, addToDay, moveBalance, openAccount, placeExists } from './store/account.ts'
import type { LedgerTx } from './store/handle.ts'
import { closing } from './store/period.ts'
import { openSuspense } from './store/suspense.ts'
import { insertVoucher } from './store/voucher.ts'
import {
  checkLegs,
  type Entry,
  signed,
  type VoucherCode,
  voucherHash,
  type VoucherHead,
  type VoucherKind,
} from './voucher.ts'

/** The largest magnitude of a balance: half of what 64 bits hold, in minor units. */
const BALANCE_MAX = MINOR_MAX * 500n

/** The chain that vouchers extend. */
export const VOUCHER_CHAIN = 'vouchers'

export type BookCode = VoucherCode | 'PERIOD_CLOSED' | 'ACCOUNT_UNKNOWN' | 'BALANCE_OVERFLOW'

/**
 * A voucher to be booked. Its ids are made by the caller, so that the unit can be run again; accounts
 * that it opens and items that it puts into suspense are named after it and their line.
 */
export interface Draft {
  readonly head: Omit<VoucherHead, 'number'>
  readonly legs: readonly Leg[]
  readonly announceId: string
  /** What kind of voucher a reversal undoes: an order is told, and is undone itself only by some. */
  readonly reversedKind?: VoucherKind
}

/** Books a voucher and tells of it (`voucher.posted`). Answers the head with its number. */
export async function book(tx: LedgerTx, draft: Draft): Promise<Result<VoucherHead, BookCode>> {
  const { tenant, bookingOn } = draft.head
  const legs = checkLegs(draft.legs)
  if (!legs.ok) return legs
  const open = await requireOpenPeriod(tx, tenant, bookingOn)
  if (!open.ok) return open
  const accounts = await findAccounts(tx, draft)
  if (!accounts.ok) return accounts

  const number = await nextNumber(tx, tenant, `voucher:${periodOf(bookingOn)}`)
  const head: VoucherHead = {
    ...draft.head,
    number: `${periodOf(bookingOn)}-${number.toString().padStart(6, '0')}`,
  }
  const entries: Entry[] = []
  for (const [i, leg] of draft.legs.entries()) {
    const accountId = accounts.value[i]!
    const delta = signed(leg.side, leg.minor)
    const [moved] = await moveBalance(tx, { tenant, id: accountId, delta })
    await addToDay(tx, {
      tenant,
      account: accountId,
      on: bookingOn,
      debit: leg.side === 'DEBIT' ? leg.minor : 0n,
      credit: leg.side === 'CREDIT' ? leg.minor : 0n,
    })
    entries.push({
      line: BigInt(i + 1),
      accountId,
      ...placeOf(leg),
      side: leg.side,
      minor: leg.minor,
      balanceAfter: moved!.balance,
    })
  }
  const hash = voucherHash(head, entries)
  const place = await extendChain(tx, tenant, VOUCHER_CHAIN, hash)
  await insertVoucher(tx, head, entries, { hash, ...place })
  for (const [i, leg] of draft.legs.entries()) {
    if (leg.suspense === undefined) continue
    await openSuspense(tx, {
      tenant,
      id: derivedId('sus', head.id, i),
      voucher: head.id,
      line: BigInt(i + 1),
      serial: head.serial,
      reference: leg.suspense,
      on: bookingOn,
    })
  }
  if (head.serial !== null) await announce(tx, head, draft)
  return ok(head)
}

async function requireOpenPeriod(
  tx: LedgerTx,
  tenant: string,
  bookingOn: LocalDate,
): Promise<Result<null, 'PERIOD_CLOSED'>> {
  const period = periodOf(bookingOn)
  const closed = await closing(tx, { tenant, period })
  return closed.length === 0
    ? ok(null)
    : refuse('PERIOD_CLOSED', `The period ${period} is closed.`, '/bookingOn', { period })
}

/** The account of each leg, opened where it is missing. */
async function findAccounts(
  tx: LedgerTx,
  draft: Draft,
): Promise<Result<string[], 'ACCOUNT_UNKNOWN' | 'BALANCE_OVERFLOW'>> {
  const { tenant, recordedAt } = draft.head
  const missing: number[] = []
  const ids: string[] = []
  const reach = new Map<string, bigint>()
  for (const [i, leg] of draft.legs.entries()) {
    const [account] = await accountAt(tx, { tenant, ...placeOf(leg) })
    if (account === undefined) {
      const known = await placeExists(tx, { tenant, ...placeOf(leg) })
      if (known.length === 0) {
        return refuse(
          'ACCOUNT_UNKNOWN',
          `No entries are made in ${leg.subject} of ${leg.institution}.`,
          `/legs/${i}`,
          { subject: leg.subject, institution: leg.institution },
        )
      }
      missing.push(i)
    }
    // Legs of one voucher add up in an account before others bring it back.
    const at = JSON.stringify(placeOf(leg))
    const far = (reach.get(at) ?? magnitude(account?.balance ?? 0n)) + leg.minor
    if (far > BALANCE_MAX) {
      return refuse('BALANCE_OVERFLOW', 'The balance would not fit.', `/legs/${i}`)
    }
    reach.set(at, far)
    ids.push(account?.id ?? '')
  }
  for (const i of missing) {
    const leg = draft.legs[i]!
    // An earlier leg of this voucher may have opened the same account.
    const [account] = await accountAt(tx, { tenant, ...placeOf(leg) })
    const id = account?.id ?? derivedId('acc', draft.head.id, i)
    if (account === undefined) {
      await openAccount(tx, { tenant, id, ...placeOf(leg), at: recordedAt })
    }
    ids[i] = id
  }
  return ok(ids)
}

async function announce(tx: LedgerTx, head: VoucherHead, draft: Draft): Promise<void> {
  const debit = draft.legs.filter((leg) => leg.side === 'DEBIT')
  await emit(tx, {
    tenant: head.tenant,
    id: draft.announceId,
    topic: 'voucher.posted',
    key: head.serial!,
    at: head.recordedAt,
    payload: {
      serial: head.serial,
      voucher: head.id,
      number: head.number,
      kind: head.kind,
      eventType: head.eventType,
      reverses: head.reverses,
      reversedKind: draft.reversedKind ?? null,
      debit: debit.map((leg) => ({ amount: formatMoney(leg), currency: leg.currency })),
      suspense: draft.legs.some((leg) => leg.suspense !== undefined),
    },
  })
}

/** `acc_01K…-02`: sorts like the voucher that it comes from, and needs no random inside the unit. */
function derivedId(prefix: string, voucher: string, index: number): string {
  return `${prefix}${voucher.slice(voucher.indexOf('_'))}-${
    (index + 1).toString().padStart(2, '0')
  }`
}

function placeOf(leg: Leg): { institution: string; subject: string; currency: string } {
  return { institution: leg.institution, subject: leg.subject, currency: leg.currency }
}

function magnitude(minor: bigint): bigint {
  return minor < 0n ? -minor : minor
}
