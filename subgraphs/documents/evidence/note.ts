/**
 * Signed notes: text with the signatures of named keys below it.
 *
 * @see C2SP signed-note, https://c2sp.org/signed-note
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'

/** What a key signs, by the byte that its id is made with. */
export const ED25519 = 0x01
export const COSIGNATURE = 0x04

/** A key that verifies. @property id four bytes as 8 hex digits */
export interface Verifier {
  readonly name: string
  readonly id: string
  readonly kind: number
  readonly publicKey: Uint8Array
}

/** A key that signs. */
export interface Signer extends Verifier {
  sign(message: Uint8Array): Promise<Uint8Array>
}

/** One signature line. @property bytes what follows the key's id */
export interface NoteSignature {
  readonly name: string
  readonly id: string
  readonly bytes: Uint8Array
}

/** A note. @property text with its final newline */
export interface Note {
  readonly text: string
  readonly signatures: readonly NoteSignature[]
}

export type NoteCode = 'NOTE_MALFORMED' | 'KEY_MALFORMED'

const encoder = new TextEncoder()
const KEY_BYTES = 32
const ID_BYTES = 4
/** The most signatures that a note may carry. */
const SIGNATURES_MAX = 100

/** The id of a key. */
export async function keyId(name: string, kind: number, key: Uint8Array): Promise<string> {
  const input = new Uint8Array([...encoder.encode(`${name}\n`), kind, ...key])
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
  return hex(digest.subarray(0, ID_BYTES))
}

/** A key as one text: `name+id+base64(kind ‖ key)`. */
export function formatKey({ name, id, kind, publicKey }: Verifier): string {
  return `${name}+${id}+${base64(new Uint8Array([kind, ...publicKey]))}`
}

/** Reads a key. Refuses one whose id is not its own. */
export async function parseKey(text: string): Promise<Result<Verifier, NoteCode>> {
  const malformed = refuse('KEY_MALFORMED', 'A key looks like name+id+base64.', '/key')
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]+=*)$/.exec(text)
  const bytes = match === null ? undefined : bytesOf(match[3]!)
  if (match === null || bytes === undefined || bytes.length !== 1 + KEY_BYTES) return malformed
  const [kind] = bytes
  const publicKey = bytes.subarray(1)
  const name = match[1]!
  if (await keyId(name, kind!, publicKey) !== match[2]) return malformed
  return ok({ name, id: match[2]!, kind: kind!, publicKey })
}

/** A signing key. @param pkcs8 an Ed25519 private key */
export async function signerOf(
  name: string,
  kind: number,
  pkcs8: Uint8Array,
  publicKey: Uint8Array,
): Promise<Signer> {
  const key = await crypto.subtle.importKey('pkcs8', buffer(pkcs8), 'Ed25519', false, ['sign'])
  return {
    name,
    kind,
    publicKey,
    id: await keyId(name, kind, publicKey),
    sign: async (message) =>
      new Uint8Array(await crypto.subtle.sign('Ed25519', key, buffer(message))),
  }
}

/** A new key pair. @returns pkcs8 to keep */
export async function generateKey(): Promise<{ pkcs8: Uint8Array; publicKey: Uint8Array }> {
  const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify']) as CryptoKeyPair
  return {
    pkcs8: new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey)),
    publicKey: new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)),
  }
}

/** Whether an Ed25519 signature is a key's. */
export async function verifyEd25519(
  publicKey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<boolean> {
  const key = await crypto.subtle.importKey('raw', buffer(publicKey), 'Ed25519', false, ['verify'])
  return await crypto.subtle.verify('Ed25519', key, buffer(signature), buffer(message))
}

/** Reads a note. */
export function parseNote(text: string): Result<Note, NoteCode> {
  const malformed = refuse(
    'NOTE_MALFORMED',
    'A note is text, an empty line and signatures.',
    '/note',
  )
  const at = text.lastIndexOf('\n\n')
  // deno-lint-ignore no-control-regex
  if (at === -1 || !text.endsWith('\n') || /[\u0000-\u0009\u000b-\u001f\u007f]/.test(text)) {
    return malformed
  }
  const lines = text.slice(at + 2, -1).split('\n')
  if (lines.length > SIGNATURES_MAX) return malformed
  const signatures: NoteSignature[] = []
  for (const line of lines) {
    const match = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+=*)$/.exec(line)
    const bytes = match === null ? undefined : bytesOf(match[2]!)
    if (match === null || bytes === undefined || bytes.length <= ID_BYTES) return malformed
    signatures.push({
      name: match[1]!,
      id: hex(bytes.subarray(0, ID_BYTES)),
      bytes: bytes.subarray(ID_BYTES),
    })
  }
  return ok({ text: text.slice(0, at + 1), signatures })
}

/** Writes a note. @param text with its final newline */
export function formatNote({ text, signatures }: Note): string {
  if (!text.endsWith('\n')) throw new RangeError('a note ends with a newline')
  return `${text}\n${signatures.map(signatureLine).join('')}`
}

/** One line of a note. */
export function signatureLine({ name, id, bytes }: NoteSignature): string {
  return `\u2014 ${name} ${base64(new Uint8Array([...bytesOfHex(id), ...bytes]))}\n`
}

/** Signs a text with a key of kind `ED25519`. */
export async function signNote(text: string, signer: Signer): Promise<string> {
  const bytes = await signer.sign(encoder.encode(text))
  return formatNote({ text, signatures: [{ name: signer.name, id: signer.id, bytes }] })
}

/** Whether a note carries a good signature of a key of kind `ED25519`. */
export async function isSignedBy(note: Note, verifier: Verifier): Promise<boolean> {
  const own = note.signatures.filter(({ name, id }) => name === verifier.name && id === verifier.id)
  for (const { bytes } of own) {
    if (await verifyEd25519(verifier.publicKey, encoder.encode(note.text), bytes)) return true
  }
  return false
}

export function base64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Bytes of base64 text; undefined when it is none, or not the only way to write them. */
export function bytesOf(text: string): Uint8Array | undefined {
  try {
    const bytes = Uint8Array.from(atob(text), (c) => c.charCodeAt(0))
    return base64(bytes) === text ? bytes : undefined
  } catch {
    return undefined
  }
}

export function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

export function bytesOfHex(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16))
}

/** WebCrypto takes no view of a shared buffer. */
function buffer(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return bytes as Uint8Array<ArrayBuffer>
}
