/**
 * Signed requests between our own processes: the rules, for the side that signs and the side that
 * checks.
 *
 * HMAC-SHA-256 over everything that a request means: to whom, by which method and path, when, under
 * which nonce, with which body, for whom (the identity that the gateway proved) and in which trace.
 *
 * @see RFC 2104, HMAC; RFC 9421, HTTP Message Signatures, for what a signature has to cover
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { KeyRing } from './keys.ts'
import type { ReplayMemory } from './replay.ts'

/** Why a request is not believed. */
export type SignatureCode =
  | 'SIGNATURE_MISSING'
  | 'SIGNATURE_INVALID'
  | 'SIGNATURE_EXPIRED'
  | 'SIGNATURE_REPLAYED'
  | 'KEY_UNKNOWN'

/** Headers of a signed request. Absent identity means: nobody is signed in. */
export const HEADERS = {
  key: 'x-huitong-key',
  timestamp: 'x-huitong-timestamp',
  nonce: 'x-huitong-nonce',
  signature: 'x-huitong-signature',
  identity: 'x-huitong-identity',
  traceparent: 'traceparent',
} as const

/**
 * What is signed, before the signature.
 *
 * @property audience the subgraph that is meant: a request for one is worth nothing at another
 * @property path with its query string, as it is sent
 * @property identity as `identity.ts` writes it
 */
export interface Unsigned {
  readonly audience: string
  readonly method: string
  readonly path: string
  readonly body: Uint8Array<ArrayBuffer>
  readonly identity: string | undefined
  readonly traceparent: string | undefined
}

/** A request whose signature holds. */
export interface Believed {
  readonly identity: string | undefined
  readonly traceparent: string | undefined
}

/** @property timestampMs since 1970, UTC @property nonce never used before with this key */
interface Stamp {
  readonly keyId: string
  readonly timestampMs: number
  readonly nonce: string
}

const VERSION = 'huitong-hmac-sha256-v1'
const NONCE_BYTES = 16
const NONCE = /^[0-9a-f]{32}$/
const TIMESTAMP = /^[1-9]\d{0,14}$/
/** 32 bytes in their one way: the last digit holds two bits that must be zero. */
const SIGNATURE = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/

const utf8 = new TextEncoder()

/** How far two clocks may be apart, and so how long a signature is good for. */
export const SKEW_MS = 30_000

/** Headers that make a request believed. A request that is sent again is signed again. */
export async function sign(
  request: Unsigned,
  keys: KeyRing,
  nowMs: number,
  nonce = newNonce(),
): Promise<Record<string, string>> {
  const stamp = { keyId: keys.signing.id, timestampMs: nowMs, nonce }
  const text = await signedText(request, stamp)
  const signature = await crypto.subtle.sign('HMAC', keys.signing.key, utf8.encode(text))
  return {
    [HEADERS.key]: stamp.keyId,
    [HEADERS.timestamp]: String(stamp.timestampMs),
    [HEADERS.nonce]: stamp.nonce,
    [HEADERS.signature]: btoa(String.fromCharCode(...new Uint8Array(signature))),
    ...(request.identity === undefined ? {} : { [HEADERS.identity]: request.identity }),
    ...(request.traceparent === undefined ? {} : { [HEADERS.traceparent]: request.traceparent }),
  }
}

/** What `verify` checks with. @property nowMs the time @property replays of this process */
export interface Verification {
  readonly audience: string
  readonly keys: KeyRing
  readonly replays: ReplayMemory
  readonly nowMs: number
}

/**
 * Whether a request is one of ours, meant for this subgraph, now, and for the first time.
 *
 * The signature comes before the nonce: only what holds a key may fill the memory of nonces.
 */
export async function verify(
  request: Pick<Unsigned, 'method' | 'path' | 'body'> & { readonly headers: Headers },
  { audience, keys, replays, nowMs }: Verification,
): Promise<Result<Believed, SignatureCode>> {
  const { headers } = request
  const stamp = readStamp(headers)
  if (!stamp.ok) return stamp
  const { keyId, timestampMs, nonce, signature } = stamp.value
  const key = keys.find(keyId)
  if (key === undefined) return refuse('KEY_UNKNOWN', 'The signature names a key that is not here.')
  const believed = {
    identity: headers.get(HEADERS.identity) ?? undefined,
    traceparent: headers.get(HEADERS.traceparent) ?? undefined,
  }
  const text = await signedText({ ...request, ...believed, audience }, stamp.value)
  // WebCrypto compares in constant time.
  if (!await crypto.subtle.verify('HMAC', key, signature, utf8.encode(text))) {
    return refuse('SIGNATURE_INVALID', 'The signature does not belong to this request.')
  }
  if (Math.abs(nowMs - timestampMs) > SKEW_MS) {
    return refuse('SIGNATURE_EXPIRED', `The signature is more than ${SKEW_MS / 1000} s off.`)
  }
  switch (replays.take(`${keyId}:${nonce}`, timestampMs, nowMs)) {
    case 'seen':
      return refuse('SIGNATURE_REPLAYED', 'The request was here before.')
    case 'forgotten':
      return refuse('SIGNATURE_EXPIRED', 'The signature is older than what is remembered here.')
    case 'new':
      return ok(believed)
  }
}

/** What the signature is made over. Lines cannot run into one another: none of them holds a break. */
export async function signedText(request: Unsigned, stamp: Stamp): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', request.body)
  return [
    VERSION,
    stamp.keyId,
    request.audience,
    request.method,
    request.path,
    String(stamp.timestampMs),
    stamp.nonce,
    hex(new Uint8Array(digest)),
    // Absent and empty are not the same.
    request.identity === undefined ? '-' : `=${request.identity}`,
    request.traceparent === undefined ? '-' : `=${request.traceparent}`,
  ].join('\n')
}

function readStamp(
  headers: Headers,
): Result<Stamp & { signature: Uint8Array<ArrayBuffer> }, SignatureCode> {
  const keyId = headers.get(HEADERS.key)
  const timestamp = headers.get(HEADERS.timestamp)
  const nonce = headers.get(HEADERS.nonce)
  const signature = headers.get(HEADERS.signature)
  if (keyId === null || timestamp === null || nonce === null || signature === null) {
    return refuse('SIGNATURE_MISSING', 'Only signed requests are answered here.')
  }
  if (!TIMESTAMP.test(timestamp) || !NONCE.test(nonce) || !SIGNATURE.test(signature)) {
    return refuse('SIGNATURE_INVALID', 'The signature is not written as one.')
  }
  return ok({
    keyId,
    timestampMs: Number(timestamp),
    nonce,
    signature: Uint8Array.from(atob(signature), (char) => char.charCodeAt(0)),
  })
}

function newNonce(): string {
  return hex(crypto.getRandomValues(new Uint8Array(NONCE_BYTES)))
}

/** Bytes as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
