/**
 * Writes vouchers into the books, inside a unit of work.
 *
 * However many there are, each kind of row is written by few statements. Everything is checked before
 * the first row is written, so that a refused voucher leaves nothing and harms no other.
 */
import { extendChain } from '../kernel/chain.ts'
import { formatMoney } from '../kernel/money.ts'
import { emitAll, type NewEvent } from '../kernel/outbox.ts'
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import { nextNumbers } from '../kernel/sequence.ts'
import { periodOf } from '../kernel/time.ts'
import { type AccountState, moveDay } from './account.ts'
import type { AccountCache, AccountOverlay } from './account-cache.ts'
import { Books, placeKey, type PostCode, type Posted } from './books.ts'
import type { Side } from './chart.ts'
import type { Leg } from './posting-rule.ts'
import {
  type AccountDay,
  accountsAt,
  accountsById,
  accountState,
  addToAccountDays,
  addToGeneralDays,
  type GeneralDay,
  type Movement,
  openAccount,
  placeExists,
  writeBalances,
} from './store/account.ts'
import type { LedgerTx, VoucherRow } from './store/handle.ts'
import { expiredHolds, type HoldRow, putHold } from './store/hold.ts'
import { openDay } from './store/business-day.ts'
import { closing } from './store/period.ts'
import { openSuspense } from './store/suspense.ts'
import {
  type EntryLine,
  entryNo,
  insertVouchers,
  type PostingKey,
  type SealedVoucher,
  voucherNumbers,
  voucherRow,
} from './store/voucher.ts'
import { signed, voucherHash, type VoucherHead, type VoucherKind } from './voucher.ts'

/** The chain that vouchers extend. */
export const VOUCHER_CHAIN = 'vouchers'

export type BookCode = PostCode | 'PERIOD_CLOSED'

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
  /** Red entries (红字): every amount is negative. */
  readonly red?: boolean
  /** Books on the day that its head says, though another is open: the steps that end a day. */
  readonly ofEndingDay?: boolean
  /** Held sums that the voucher frees, by account: captures of holds. */
  readonly freed?: ReadonlyMap<string, bigint>
  /** The trace that what is told of it belongs to; that of the unit when absent. */
  readonly trace?: string
  /** The key that answers with this voucher from now on. */
  readonly posting?: PostingKey
}

/** Books a voucher and tells of it (`voucher.posted`). */
export async function book(
  tx: LedgerTx,
  cache: AccountCache,
  draft: Draft,
): Promise<Result<VoucherRow, BookCode>> {
  const [booked] = await bookAll(tx, cache, draft.head.tenant, [draft])
  return booked!
}

/**
 * Books vouchers of one tenant in order. Each is booked or refused for itself; the answers are in the
 * order of the drafts.
 */
export async function bookAll(
  tx: LedgerTx,
  cache: AccountCache,
  tenant: string,
  drafts: readonly Draft[],
): Promise<Result<VoucherRow, BookCode>[]> {
  drafts = await onOpenDay(tx, tenant, drafts)
  const closed = await closedPeriods(tx, tenant, drafts)
  const overlay = cache.of(tx)
  const { books, expired } = await loadBooks(tx, overlay, tenant, drafts)
  const accepted: { draft: Draft; posted: Posted; answer: number }[] = []
  const answers = drafts.map((draft, answer): Result<VoucherRow, BookCode> | undefined => {
    const shut = closed.get(periodOf(draft.head.bookingOn))
    if (shut !== undefined) return shut
    const posted = books.post(draft.legs, {
      newAccountId: (line) => derivedId('acc', draft.head.id, line),
      ...(draft.red === undefined ? {} : { red: draft.red }),
      ...(draft.freed === undefined ? {} : { freed: draft.freed }),
    })
    if (!posted.ok) return posted
    accepted.push({ draft, posted: posted.value, answer })
    return undefined
  }) as Result<VoucherRow, BookCode>[]
  if (accepted.length === 0) return answers
  const sealed = await seal(tx, tenant, accepted)
  const rows = sealed.map(voucherRow)
  rows.forEach((row, i) => answers[accepted[i]!.answer] = ok(row))

  for (const account of books.opened) {
    const { recordedAt } = accepted[0]!.draft.head
    const owner = { customer: null, product: null, at: recordedAt }
    books.opens(account.id, await openAccount(tx, tenant, account, owner))
  }
  const { days, lines } = enter(books, sealed)
  const { changed } = books
  await insertVouchers(tx, rows, lines)
  await writeBalances(tx, changed)
  for (const account of changed) overlay.wrote(tenant, account)
  const written = new Set(changed.map(({ id }) => id))
  for (const { hold, at } of expired) {
    if (!written.has(hold.account_id)) continue
    const { id, captured } = hold
    await putHold(tx, { tenant, id, captured, state: 'EXPIRED', endedAt: at })
  }
  await addToAccountDays(tx, tenant, days)
  await addToGeneralDays(tx, tenant, generalDays(sealed))
  const told: NewEvent[] = []
  for (const [i, { draft, posted }] of accepted.entries()) {
    const { head } = sealed[i]!
    await suspend(tx, head, posted.legs)
    if (head.serial !== null) told.push(announcement(head, draft, posted.legs))
  }
  await emitAll(tx, told)
  return answers
}

/**
 * Drafts on the business day that is open (会计日): the calendar's where a tenant's days are not kept.
 *
 * Decided here, in the transaction, so that a day that was cut takes nothing more. What counted from
 * the day it was drafted on counts from the day it is booked on.
 */
async function onOpenDay(
  tx: LedgerTx,
  tenant: string,
  drafts: readonly Draft[],
): Promise<readonly Draft[]> {
  const [open] = await openDay(tx, { tenant })
  if (open === undefined) return drafts
  return drafts.map((draft) => {
    const { bookingOn, valueOn } = draft.head
    if (draft.ofEndingDay || bookingOn === open.on_date) return draft
    const moved = valueOn === bookingOn ? open.on_date : valueOn
    return { ...draft, head: { ...draft.head, bookingOn: open.on_date, valueOn: moved } }
  })
}

async function closedPeriods(
  tx: LedgerTx,
  tenant: string,
  drafts: readonly Draft[],
): Promise<Map<string, Refusal<'PERIOD_CLOSED'>>> {
  const closed = new Map<string, Refusal<'PERIOD_CLOSED'>>()
  for (const period of new Set(drafts.map(({ head }) => periodOf(head.bookingOn)))) {
    if ((await closing(tx, { tenant, period })).length === 0) continue
    const why = `The period ${period} is closed.`
    closed.set(period, refuse('PERIOD_CLOSED', why, '/bookingOn', { period }))
  }
  return closed
}

/** What the drafts need to know of accounts, and holds in them that have ended by time. */
async function loadBooks(
  tx: LedgerTx,
  overlay: AccountOverlay,
  tenant: string,
  drafts: readonly Draft[],
): Promise<{ books: Books; expired: { hold: HoldRow; at: string }[] }> {
  const ids = new Set<string>()
  const places = new Map<string, Leg>()
  for (const { legs } of drafts) {
    for (const leg of legs) {
      if (leg.account !== undefined) ids.add(leg.account)
      else places.set(placeKey(leg), leg)
    }
  }
  const states = new Map<string, AccountState>()
  const open = new Set<string>()
  const know = (account: AccountState) => {
    states.set(account.id, account)
    if (account.number === '') open.add(placeKey(account))
  }
  for (const id of ids) {
    const known = overlay.byId(tenant, id)
    if (known !== undefined) know(known)
  }
  for (const place of places.keys()) {
    const known = overlay.byPlace(tenant, place)
    if (known !== undefined) know(known)
  }
  const missing = [...ids].filter((id) => !states.has(id))
  const unopened = [...places].filter(([place]) => !open.has(place)).map(([, leg]) => leg)
  for (
    const row of [
      ...missing.length === 0 ? [] : await accountsById(tx, tenant, missing),
      ...unopened.length === 0 ? [] : await accountsAt(tx, tenant, unopened),
    ]
  ) {
    const account = accountState(row)
    overlay.read(tenant, account)
    know(account)
  }
  const normals = new Map<string, Side>()
  for (const [key, { institution, subject }] of places) {
    if (open.has(key)) continue
    const [place] = await placeExists(tx, { tenant, institution, subject })
    if (place !== undefined) normals.set(key, place.normal as Side)
  }
  const books = new Books((leg) => normals.get(placeKey(leg)))
  const expired: { hold: HoldRow; at: string }[] = []
  // Of one commit, the first moment: nothing is given up before its time.
  const at = drafts[0]!.head.recordedAt
  for (const account of states.values()) {
    books.load(account)
    if (account.held === 0n) continue
    for (const hold of await expiredHolds(tx, { tenant, account: account.id, at })) {
      books.free(account.id, hold.minor - hold.captured)
      expired.push({ hold, at })
    }
  }
  return { books, expired }
}

/** Gives vouchers their numbers, hashes and places in the chain. */
async function seal(
  tx: LedgerTx,
  tenant: string,
  accepted: readonly { readonly draft: Draft; readonly posted: Posted }[],
): Promise<SealedVoucher[]> {
  const counts = new Map<string, bigint>()
  for (const { draft } of accepted) {
    const period = periodOf(draft.head.bookingOn)
    counts.set(period, (counts.get(period) ?? 0n) + 1n)
  }
  const next = new Map<string, bigint>()
  for (const [period, count] of counts) {
    next.set(period, await nextNumbers(tx, tenant, `voucher:${period}`, count))
  }
  const numbers = await voucherNumbers(tx, accepted.length)
  const sealed: SealedVoucher[] = []
  for (const [i, { draft, posted }] of accepted.entries()) {
    const period = periodOf(draft.head.bookingOn)
    const number = next.get(period)!
    next.set(period, number + 1n)
    const head = {
      ...draft.head,
      number: `${period}-${number.toString().padStart(6, '0')}`,
      ...draft.posting,
    }
    const hash = voucherHash(head, posted.entries)
    const { link } = await extendChain(tx, tenant, VOUCHER_CHAIN, hash)
    sealed.push({
      no: numbers[i]!,
      head,
      entries: posted.entries,
      hash,
      link,
      red: draft.red ?? false,
    })
  }
  return sealed
}

/**
 * Enters vouchers into their accounts: each entry names the one before it, and moves the open day.
 * Answers the entries as they are stored, and what goes into stored days.
 */
function enter(
  books: Books,
  vouchers: readonly SealedVoucher[],
): { lines: EntryLine[]; days: Movement<AccountDay>[] } {
  const lines: EntryLine[] = []
  const days = new Map<string, Movement<AccountDay>>()
  for (const { no: voucherNo, head: { bookingOn, valueOn }, entries } of vouchers) {
    for (const { line, accountId, side, minor, balanceAfter } of entries) {
      const account = books.get(accountId)
      const no = entryNo(voucherNo, line)
      const amount = signed(side, minor)
      lines.push({ no, account: account.no, amount, balanceAfter, prev: account.last })
      const [debit, credit] = side === 'DEBIT' ? [minor, 0n] : [0n, minor]
      const moved = moveDay(account.day, { bookingOn, valueOn, debit, credit })
      books.entered(accountId, moved.day, no)
      if (moved.stored === undefined) continue
      const { stored } = moved
      add(days, `${stored.bookingOn}${stored.valueOn}${accountId}`, stored, (): AccountDay => [
        accountId,
        stored.bookingOn,
        stored.valueOn,
      ])
    }
  }
  return { lines, days: [...days.values()] }
}

/** What vouchers moved in the general ledger. */
function generalDays(vouchers: readonly SealedVoucher[]): Movement<GeneralDay>[] {
  const days = new Map<string, Movement<GeneralDay>>()
  for (const { head: { bookingOn }, entries } of vouchers) {
    for (const entry of entries) {
      const [debit, credit] = entry.side === 'DEBIT' ? [entry.minor, 0n] : [0n, entry.minor]
      add(days, `${bookingOn}${placeKey(entry)}`, { debit, credit }, (): GeneralDay => [
        entry.institution,
        entry.subject,
        entry.currency,
        bookingOn,
      ])
    }
  }
  return [...days.values()]
}

function add<Key extends readonly string[]>(
  sums: Map<string, Movement<Key>>,
  name: string,
  { debit, credit }: { readonly debit: bigint; readonly credit: bigint },
  keyOf: () => Key,
): void {
  let sum = sums.get(name)
  if (sum === undefined) sums.set(name, sum = { key: keyOf(), debit: 0n, credit: 0n })
  sum.debit += debit
  sum.credit += credit
}

async function suspend(
  tx: LedgerTx,
  head: VoucherHead,
  legs: readonly Leg[],
): Promise<void> {
  for (const [i, leg] of legs.entries()) {
    if (leg.suspense === undefined) continue
    await openSuspense(tx, {
      tenant: head.tenant,
      id: derivedId('sus', head.id, i),
      voucher: head.id,
      line: BigInt(i + 1),
      serial: head.serial,
      reference: leg.suspense,
      on: head.bookingOn,
    })
  }
}

function announcement(head: VoucherHead, draft: Draft, legs: readonly Leg[]): NewEvent {
  const debit = legs.filter((leg) => leg.side === 'DEBIT')
  return {
    tenant: head.tenant,
    id: draft.announceId,
    topic: 'voucher.posted',
    key: head.serial!,
    at: head.recordedAt,
    ...(draft.trace === undefined ? {} : { traceparent: draft.trace }),
    payload: {
      serial: head.serial,
      voucher: head.id,
      number: head.number,
      kind: head.kind,
      eventType: head.eventType,
      reverses: head.reverses,
      reversedKind: draft.reversedKind ?? null,
      debit: debit.map((leg) => ({ amount: formatMoney(leg), currency: leg.currency })),
      suspense: legs.some((leg) => leg.suspense !== undefined),
    },
  }
}

/** `acc_01K…-02`: sorts like the voucher that it comes from, and needs no random inside the unit. */
function derivedId(prefix: string, voucher: string, index: number): string {
  return `${prefix}${voucher.slice(voucher.indexOf('_'))}-${
    (index + 1).toString().padStart(2, '0')
  }`
}
