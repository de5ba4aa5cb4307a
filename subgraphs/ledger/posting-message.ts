/**
 * Postings and their answers as they go between threads: one text of flat lists, which costs a third of
 * what as many objects cost to copy.
 */
import { ok } from '../kernel/result.ts'
import type { Draft } from './book.ts'
import type { Posting, PostingAnswer } from './posting-engine.ts'
import type { Leg } from './posting-rule.ts'
import { voucherRow } from './store/voucher.ts'

/** Postings as they are sent. */
export interface PackedPostings {
  /** JSON: a list per posting of its own fields, then those of each leg. */
  readonly text: string
  /** What few drafts have, by the place of the posting. */
  readonly rare: ReadonlyMap<number, RareDraft>
}

type Fields = (string | null)[]

/** What few drafts have. */
type RareDraft = Omit<Draft, 'head' | 'legs' | 'announceId' | 'trace'> & {
  readonly head: Partial<Draft['head']>
  readonly suspense: readonly (string | undefined)[]
}

const LEG_FIELDS = 6
const OWN_FIELDS = 13

/** @see unpackPostings */
export function packPostings(postings: readonly Posting[]): PackedPostings {
  const rare = new Map<number, RareDraft>()
  const lists = postings.map(({ key, bodyHash, draft }, i) => {
    const { head, legs, announceId, trace, ...rest } = draft
    const seldom = rareOf(head, legs, rest)
    if (seldom !== null) rare.set(i, seldom)
    const fields: Fields = [
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
      head.channel ?? null,
      trace ?? null,
    ]
    for (const { account, institution, subject, currency, side, minor } of legs) {
      fields.push(account ?? null, institution, subject, currency, side, `${minor}`)
    }
    return fields
  })
  return { text: JSON.stringify(lists), rare }
}

function rareOf(
  head: Draft['head'],
  legs: readonly Leg[],
  rest: Omit<RareDraft, 'head' | 'suspense'>,
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

/** The postings that were packed, of the tenant whose group it is. */
export function unpackPostings(tenant: string, { text, rare }: PackedPostings): Posting[] {
  return (JSON.parse(text) as Fields[]).map((fields, i) => {
    const [key, bodyHash, announceId, id, kind, serial, bookingOn, valueOn, recordedAt, ...rest] =
      fields as [string, ...string[]]
    const legs: Leg[] = []
    for (let at = OWN_FIELDS; at < fields.length; at += LEG_FIELDS) {
      const [account, institution, subject, currency, side, minor] = fields.slice(
        at,
        at + LEG_FIELDS,
      )
      const leg = { institution, subject, currency, side, minor: BigInt(minor!) } as Leg
      legs.push(account === null ? leg : { ...leg, account: account! })
    }
    const [postedBy, summary, channel, trace] = rest as [string, string, ...(string | null)[]]
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
      postedBy,
      summary,
      ...(channel === null ? {} : { channel }),
    } as Draft['head']
    const draft = {
      head,
      legs,
      announceId: announceId!,
      ...(trace == null ? {} : { trace }),
    }
    return { key, bodyHash: bodyHash!, draft: withRare(draft, rare.get(i)) }
  })
}

function withRare(draft: Draft, rare: RareDraft | undefined): Draft {
  if (rare === undefined) return draft
  const { head, suspense, ...rest } = rare
  return {
    ...draft,
    ...rest,
    head: { ...draft.head, ...head },
    legs: draft.legs.map((leg, i) =>
      suspense[i] === undefined ? leg : { ...leg, suspense: suspense[i]! }
    ),
  }
}

/** Answers as they are sent. */
export interface PackedAnswers {
  /** JSON: of each voucher that was booked just now, only what its draft does not say; else null. */
  readonly text: string
  /** Every other answer, by its place. */
  readonly others: ReadonlyMap<number, PostingAnswer>
}

type Booked = [
  no: string,
  number: string,
  bookingOn: string,
  valueOn: string,
  hash: string,
  link: string,
]

/** @see unpackAnswers */
export function packAnswers(
  answers: readonly PostingAnswer[],
  asked: readonly Posting[],
): PackedAnswers {
  const others = new Map<number, PostingAnswer>()
  const booked = answers.map((answer, i): Booked | null => {
    if (!answer.ok || answer.value.id !== asked[i]!.draft.head.id) {
      others.set(i, answer)
      return null
    }
    const { voucher_no, number, booking_on, value_on, hash, link } = answer.value
    const hex = Buffer.from(hash).toString('hex')
    return [`${voucher_no}`, number, booking_on, value_on, hex, `${link}`]
  })
  return { text: JSON.stringify(booked), others }
}

/** The answers that were packed, to the postings that were asked for. */
export function unpackAnswers(
  { text, others }: PackedAnswers,
  asked: readonly Posting[],
): PostingAnswer[] {
  return (JSON.parse(text) as (Booked | null)[]).map((booked, i) => {
    if (booked === null) return others.get(i)!
    const { key, bodyHash, draft } = asked[i]!
    const [no, number, bookingOn, valueOn, hash, link] = booked
    return ok(voucherRow({
      no: BigInt(no),
      head: { ...draft.head, number, bookingOn, valueOn, key, bodyHash },
      entries: [],
      hash,
      link: BigInt(link),
      red: draft.red ?? false,
    }))
  })
}
