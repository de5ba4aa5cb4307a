/**
 * Postings and their answers as they go between threads: flat lists, which cost a third of what objects
 * cost to copy.
 */
import { ok } from '../kernel/result.ts'
import type { Draft } from './book.ts'
import type { Posting, PostingAnswer } from './posting-engine.ts'
import type { Leg } from './posting-rule.ts'
import { voucherRow } from './store/voucher.ts'

/** A posting as it is sent: its own fields, then those of each leg. */
export type PackedPosting = readonly [rare: RareDraft | null, ...fields: unknown[]]

/** What few drafts have. */
type RareDraft = Omit<Draft, 'head' | 'legs' | 'announceId'> & {
  readonly head: Partial<Draft['head']>
  readonly suspense: readonly (string | undefined)[]
}

const LEG_FIELDS = 6
const OWN_FIELDS = 13

/** @see unpackPosting */
export function packPosting({ key, bodyHash, draft }: Posting): PackedPosting {
  const { head, legs, announceId, ...rest } = draft
  const packed: [RareDraft | null, ...unknown[]] = [
    rareOf(head, legs, rest),
    key,
    bodyHash,
    announceId,
    head.id,
    head.kind,
    head.serial,
    head.bookingOn,
    head.valueOn,
    head.recordedAt,
    head.postedBy,
    head.summary,
    head.channel,
  ]
  for (const { account, institution, subject, currency, side, minor } of legs) {
    packed.push(account, institution, subject, currency, side, minor)
  }
  return packed
}

function rareOf(
  head: Draft['head'],
  legs: readonly Leg[],
  rest: Omit<Draft, 'head' | 'legs' | 'announceId'>,
): RareDraft | null {
  const { eventId, eventType, eventHash, ruleVersion, reverses, hold } = head
  const inHead = eventId ?? eventType ?? eventHash ?? ruleVersion ?? reverses ?? hold ?? null
  const suspense = legs.some((leg) => leg.suspense !== undefined)
  if (inHead === null && !suspense && Object.keys(rest).length === 0) return null
  return {
    ...rest,
    head: {
      eventId,
      eventType,
      eventHash,
      ruleVersion,
      reverses,
      ...(hold === undefined ? {} : { hold }),
    },
    suspense: suspense ? legs.map((leg) => leg.suspense) : [],
  }
}

/** The posting that was packed, of the tenant whose group it is in. */
export function unpackPosting(tenant: string, packed: PackedPosting): Posting {
  const [rare, key, bodyHash, announceId, id, kind, serial, bookingOn, valueOn, recordedAt] =
    packed as [RareDraft | null, ...string[]]
  const legs: Leg[] = []
  for (let at = OWN_FIELDS; at < packed.length; at += LEG_FIELDS) {
    const account = packed[at] as string | undefined
    legs.push({
      ...(account === undefined ? {} : { account }),
      institution: packed[at + 1],
      subject: packed[at + 2],
      currency: packed[at + 3],
      side: packed[at + 4],
      minor: packed[at + 5],
    } as Leg)
  }
  const channel = packed[12] as string | undefined
  const head = {
    tenant,
    id,
    kind,
    serial,
    eventId: null,
    eventType: null,
    eventHash: null,
    ruleVersion: null,
    reverses: null,
    bookingOn,
    valueOn,
    recordedAt,
    postedBy: packed[10],
    summary: packed[11],
    ...(channel === undefined ? {} : { channel }),
  } as Draft['head']
  const draft: Draft = { head, legs, announceId: announceId! }
  if (rare === null) return { key: key!, bodyHash: bodyHash!, draft }
  const { head: rareHead, suspense, ...rest } = rare
  return {
    key: key!,
    bodyHash: bodyHash!,
    draft: {
      ...draft,
      ...rest,
      head: { ...head, ...rareHead },
      legs: legs.map((leg, i) =>
        suspense[i] === undefined ? leg : { ...leg, suspense: suspense[i]! }
      ),
    },
  }
}

/** An answer as it is sent: of a voucher booked just now, only what its draft does not say. */
export type PackedAnswer =
  | readonly [
    no: bigint,
    number: string,
    bookingOn: string,
    valueOn: string,
    hash: string,
    link: bigint,
  ]
  | PostingAnswer

/** @see unpackAnswer */
export function packAnswer(answer: PostingAnswer, { draft }: Posting): PackedAnswer {
  if (!answer.ok || answer.value.id !== draft.head.id) return answer
  const { voucher_no, number, booking_on, value_on, hash, link } = answer.value
  return [voucher_no, number, booking_on, value_on, Buffer.from(hash).toString('hex'), link]
}

/** The answer that was packed, to the posting that was asked for. */
export function unpackAnswer(packed: PackedAnswer, asked: Posting): PostingAnswer {
  if ('ok' in packed) return packed
  const [no, number, bookingOn, valueOn, hash, link] = packed
  const { key, bodyHash, draft } = asked
  const head = { ...draft.head, number, bookingOn, valueOn, key, bodyHash }
  return ok(voucherRow({ no, head, entries: [], hash, link, red: draft.red ?? false }))
}
