/**
 * Vouchers (记账凭证): legs that balance, and the hash that keeps them as they are.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { MINOR_MAX } from '../kernel/money.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Instant, LocalDate } from '../kernel/time.ts'
import type { Leg } from './posting-rule.ts'

/** The most legs that one voucher has. */
export const LEGS_MAX = 1000

/**
 * - `EVENT`: made by a posting rule
 * - `MANUAL`: written by an accountant
 * - `REVERSAL`: undoes another (冲正)
 * - `CLEARING`: takes an item out of suspense (销账)
 * - `CAPTURE`: takes what a hold reserved (预授权完成)
 * - `PRODUCT`: made by a posting rule from what a product of the ledger's own did
 */
export type VoucherKind = 'EVENT' | 'MANUAL' | 'REVERSAL' | 'CLEARING' | 'CAPTURE' | 'PRODUCT'

/**
 * What a voucher's hash covers, apart from its entries.
 *
 * @property eventHash sha256 of the event's body as it came; null without an event
 * @property hold the hold that it captures
 * @property channel where it came in, such as `counter`
 */
export interface VoucherHead {
  readonly tenant: string
  readonly id: string
  readonly number: string
  readonly kind: VoucherKind
  readonly serial: string | null
  readonly eventId: string | null
  readonly eventType: string | null
  readonly eventHash: string | null
  readonly ruleVersion: bigint | null
  readonly reverses: string | null
  readonly bookingOn: LocalDate
  readonly valueOn: LocalDate
  readonly recordedAt: Instant
  readonly postedBy: string
  readonly summary: string
  // Left out where there is none: vouchers of before have hashes without them.
  readonly hold?: string
  readonly channel?: string
  /** Under which key it was asked for, and sha256 of what was asked, in hex. */
  readonly key?: string
  readonly bodyHash?: string
}

/** One line of a voucher as stored. `minor` is positive, in red entries negative; `balanceAfter` is debit-positive. */
export interface Entry {
  readonly line: bigint
  readonly accountId: string
  readonly institution: string
  readonly subject: string
  readonly currency: string
  readonly side: string
  readonly minor: bigint
  readonly balanceAfter: bigint
}

export type VoucherCode =
  | 'LEGS_MISSING'
  | 'LEGS_TOO_MANY'
  | 'LEG_NOT_POSITIVE'
  | 'AMOUNT_TOO_LARGE'
  | 'VOUCHER_UNBALANCED'

/**
 * Checks that legs are positive and sum to zero per institution and currency.
 *
 * @param red whether they are red (红字): negative instead
 */
export function checkLegs(legs: readonly Leg[], red = false): Result<readonly Leg[], VoucherCode> {
  if (legs.length < 2) return refuse('LEGS_MISSING', 'A voucher has at least two legs.', '/legs')
  if (legs.length > LEGS_MAX) {
    return refuse('LEGS_TOO_MANY', `A voucher has at most ${LEGS_MAX} legs.`, '/legs')
  }
  const sums = new Map<string, bigint>()
  for (const [i, leg] of legs.entries()) {
    const magnitude = red ? -leg.minor : leg.minor
    if (magnitude <= 0n) {
      return refuse('LEG_NOT_POSITIVE', 'A leg is positive; its side says which way.', `/legs/${i}`)
    }
    if (magnitude > MINOR_MAX) {
      return refuse('AMOUNT_TOO_LARGE', 'The amount is larger than is booked.', `/legs/${i}`)
    }
    const key = `${leg.institution} ${leg.currency}`
    sums.set(key, (sums.get(key) ?? 0n) + signed(leg.side, leg.minor))
  }
  const uneven = Array.from(sums).find(([, sum]) => sum !== 0n)
  return uneven === undefined ? ok(legs) : refuse(
    'VOUCHER_UNBALANCED',
    `Debits and credits differ by ${uneven[1]} minor units in ${uneven[0]}.`,
    '/legs',
  )
}

/** Debit-positive amount. */
export function signed(side: string, minor: bigint): bigint {
  return side === 'DEBIT' ? minor : -minor
}

/** The same legs on the other sides, in order: what undoes them. */
export function reversed(legs: readonly Leg[]): Leg[] {
  return legs.map((leg) => ({ ...leg, side: leg.side === 'DEBIT' ? 'CREDIT' : 'DEBIT' }))
}

/** The same legs with negative amounts, in order: what undoes them together with their turnovers. */
export function reddened(legs: readonly Leg[]): Leg[] {
  return legs.map((leg) => ({ ...leg, minor: -leg.minor }))
}

/**
 * sha256 over the canonical JSON of a voucher and its entries, in lower-case hex.
 *
 * Entries are hashed with the place of their account: another subject for an account would otherwise
 * rewrite every voucher that it was used in.
 */
export function voucherHash(head: VoucherHead, entries: readonly Entry[]): string {
  return createHash('sha256').update(voucherText(head, entries)).digest('hex')
}

/**
 * The canonical JSON of a voucher: what `canonicalJson` makes of its head with its entries as lists,
 * written out because every posting waits for it.
 *
 * @throws TypeError on lone surrogates
 */
export function voucherText(head: VoucherHead, entries: readonly Entry[]): string {
  // In the order of their names, as RFC 8785 has it.
  return `{${member('bodyHash', head.bodyHash)}"bookingOn":${quote(head.bookingOn)},${
    member('channel', head.channel)
  }"entries":[${entries.map(entryText).join(',')}],"eventHash":${quote(head.eventHash)},"eventId":${
    quote(head.eventId)
  },"eventType":${quote(head.eventType)},${member('hold', head.hold)}"id":${quote(head.id)},${
    member('key', head.key)
  }"kind":${quote(head.kind)},"number":${quote(head.number)},"postedBy":${
    quote(head.postedBy)
  },"recordedAt":${quote(head.recordedAt)},"reverses":${quote(head.reverses)},"ruleVersion":${
    head.ruleVersion === null ? 'null' : `"${head.ruleVersion}"`
  },"serial":${quote(head.serial)},"summary":${quote(head.summary)},"tenant":${
    quote(head.tenant)
  },"valueOn":${quote(head.valueOn)}}`
}

function entryText(e: Entry): string {
  return `["${e.line}",${quote(e.accountId)},${quote(e.institution)},${quote(e.subject)},${
    quote(e.currency)
  },${quote(e.side)},"${e.minor}","${e.balanceAfter}"]`
}

function member(name: string, text: string | undefined): string {
  return text === undefined ? '' : `"${name}":${quote(text)},`
}

/** Nothing in most texts has to be escaped, and to look is cheaper than to write anew. */
const PLAIN = /^[\x20\x21\x23-\x5b\x5d-\x7e]*$/

function quote(text: string | null): string {
  if (text === null) return 'null'
  return PLAIN.test(text) ? `"${text}"` : canonicalJson(text)
}
