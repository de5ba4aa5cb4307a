/**
 * Events of a signing session, each linked to the one before.
 *
 * An event holds no personal data: what could name a person or a place is committed to with a salt of
 * its own, and the value is kept elsewhere, where it can be erased.
 */
import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { canonicalJson, type CanonicalValue } from '../../kernel/canonical-json.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { Instant } from '../../kernel/time.ts'
import { hex } from './note.ts'

/** What may happen in a case, in words of the domain. */
export const EVENT_KINDS = {
  'session.opened': '会话开启',
  'disclosure.shown': '条款展示',
  'clause.confirmed': '条款确认',
  'liveness.result': '活体检测结果',
  'face.match': '人脸比对结果',
  'signature.strokes': '签字笔迹',
  'geo.located': '地理位置',
  'document.signed': '文件签署',
  'receipt.signed': '回执签署',
  'review.decided': '审核决定',
  'approval.decided': '审批决定',
  'case.closed': '归档',
} as const

export type EventKind = keyof typeof EVENT_KINDS

/** What an event proves once its case is verified, and where it stops: nobody should read more into it. */
export const WHAT_IT_PROVES: Readonly<
  Record<EventKind, { readonly en: string; readonly zh: string }>
> = {
  'session.opened': {
    en: 'The case is about the document with this hash and was opened then.',
    zh: '案卷针对该哈希值的文件，并于该时刻开启。',
  },
  'disclosure.shown': {
    en: 'This text was on the screen for so long; not that it was read.',
    zh: '该条款在屏幕上展示了相应时长；不证明已阅读。',
  },
  'clause.confirmed': {
    en: 'The clause was confirmed in this session.',
    zh: '该条款在本次会话中被确认。',
  },
  'liveness.result': {
    en:
      'The provider gave this answer for this case and document; a simulated one looked at nothing.',
    zh: '供应商针对本案卷和文件给出了该结果；标为模拟的结果未作任何检测。',
  },
  'face.match': {
    en: 'The provider compared a face with an identity and gave this score.',
    zh: '供应商将人脸与身份比对并给出该分数。',
  },
  'signature.strokes': {
    en: 'These strokes were made in this session; whose hand it was takes a certificate.',
    zh: '该笔迹在本次会话中产生；签署人身份需由电子认证证明。',
  },
  'geo.located': {
    en: 'The device reported this place.',
    zh: '设备报告了该位置。',
  },
  'document.signed': {
    en: 'The document that the case is about was signed; another one has another hash.',
    zh: '案卷所针对的文件被签署；其他文件的哈希值不同。',
  },
  'receipt.signed': {
    en: 'The receipt was signed in this session.',
    zh: '回执在本次会话中签署。',
  },
  'review.decided': {
    en: 'A run of the review, or a decision about a finding, with its reason’s hash.',
    zh: '一次审核运行，或对一项问题的决定及其理由的哈希值。',
  },
  'approval.decided': {
    en: 'This person approved what has this hash, at that step and time.',
    zh: '该人员在该步骤和时刻批准了该哈希值所对应的内容。',
  },
  'case.closed': {
    en: 'The case has so many events and no more: its end was not cut off.',
    zh: '案卷仅有该数量的事件：结尾未被截断。',
  },
}

/** What an event says. @property seq from 0 @property prev hash of the event before, 64 hex digits */
export interface EvidenceEvent {
  readonly case: string
  readonly seq: number
  readonly kind: EventKind
  readonly at: Instant
  readonly prev: string
  readonly body: { readonly [key: string]: CanonicalValue }
  /** Name → commitment as 64 hex digits. */
  readonly commitments: { readonly [name: string]: string }
}

/** What the first event follows. */
export const NO_EVENT = '0'.repeat(64)

/** The bytes that are hashed. */
export function eventBytes(event: EvidenceEvent): Uint8Array {
  return new TextEncoder().encode(canonicalJson({ ...event }))
}

/** The hash of an event, which is the data of its leaf. */
export function eventHash(event: EvidenceEvent): Uint8Array {
  return sha256(eventBytes(event))
}

/** A commitment to a value. @param salt 16 bytes or more, of its own for each */
export function commitment(name: string, value: string, salt: Uint8Array): string {
  if (salt.length < 16) throw new RangeError('a salt has at least 16 bytes')
  return hex(hmac(sha256, salt, new TextEncoder().encode(canonicalJson({ name, value }))))
}

/**
 * The nonce that a liveness check has to bring back: bound to the case and to what is signed in it,
 * so that a result of another session does not fit.
 */
export function livenessNonce(caseId: string, documentHash: string): string {
  return hex(sha256(new TextEncoder().encode(`liveness/v1\n${caseId}\n${documentHash}\n`)))
}

export type EventCode =
  | 'EVENT_UNKNOWN'
  | 'EVENT_ORDER'
  | 'CASE_CLOSED'
  | 'NONCE_FOREIGN'
  | 'DOCUMENT_FOREIGN'
  | 'PERSONAL_DATA_IN_EVENT'

/** What is known of a case so far. */
export interface CaseSoFar {
  readonly id: string
  readonly documentHash: string
  readonly events: number
  readonly closed: boolean
}

/** Names of members that would hold what has to be committed to. */
const PERSONAL =
  /^(?:name|idNumber|phone|mobile|face|image|photo|lat|lon|latitude|longitude|address|strokes|birthday|account)$/i

/** Checks what is about to be added to a case. */
export function checkEvent(
  so: CaseSoFar,
  kind: string,
  body: EvidenceEvent['body'],
): Result<EventKind, EventCode> {
  if (!Object.hasOwn(EVENT_KINDS, kind)) {
    return refuse('EVENT_UNKNOWN', `There is no event ${kind}.`, '/kind')
  }
  if (so.closed) return refuse('CASE_CLOSED', 'The case is closed.')
  if ((so.events === 0) !== (kind === 'session.opened')) {
    return refuse('EVENT_ORDER', 'A case opens with session.opened, once.', '/kind')
  }
  const personal = Object.keys(body).find((key) => PERSONAL.test(key))
  if (personal !== undefined) {
    return refuse(
      'PERSONAL_DATA_IN_EVENT',
      'Personal data is committed to, not written into an event.',
      `/body/${personal}`,
    )
  }
  if (kind === 'liveness.result' && body.nonce !== livenessNonce(so.id, so.documentHash)) {
    return refuse('NONCE_FOREIGN', 'The liveness result belongs to another session.', '/body/nonce')
  }
  if (kind === 'document.signed' && body.document !== so.documentHash) {
    return refuse('DOCUMENT_FOREIGN', 'The session is about another document.', '/body/document')
  }
  return ok(kind as EventKind)
}
