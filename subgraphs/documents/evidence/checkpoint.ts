/**
 * Checkpoints: the size and root of a log, signed by it and cosigned by witnesses.
 *
 * @see C2SP tlog-checkpoint and tlog-cosignature
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { HASH_BYTES } from './merkle.ts'
import {
  base64,
  bytesOf,
  type Note,
  type NoteSignature,
  type Signer,
  type Verifier,
  verifyEd25519,
} from './note.ts'

/** A tree head. @property origin the log's name */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Uint8Array
}

/** The text that is signed. */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${base64(root)}\n`
}

/** Reads the text of a note as a checkpoint; further lines are let pass. */
export function parseCheckpoint(text: string): Result<Checkpoint, 'CHECKPOINT_MALFORMED'> {
  const malformed = refuse(
    'CHECKPOINT_MALFORMED',
    'A checkpoint is an origin, a size and a root, each on a line.',
    '/checkpoint',
  )
  if (!text.endsWith('\n')) return malformed
  const [origin, size, root, ...extensions] = text.slice(0, -1).split('\n')
  if (origin === undefined || origin === '' || extensions.includes('')) return malformed
  if (size === undefined || !/^(?:0|[1-9]\d{0,15})$/.test(size)) return malformed
  const hash = bytesOf(root ?? '')
  if (hash?.length !== HASH_BYTES || !Number.isSafeInteger(Number(size))) return malformed
  return ok({ origin, size: Number(size), root: hash })
}

const TIME_BYTES = 8

function cosignedMessage(text: string, seconds: bigint): Uint8Array {
  return new TextEncoder().encode(`cosignature/v1\ntime ${seconds}\n${text}`)
}

/** A witness's signature on a checkpoint. @param text of the checkpoint's note */
export async function cosign(
  text: string,
  signer: Signer,
  seconds: bigint,
): Promise<NoteSignature> {
  const bytes = new Uint8Array(TIME_BYTES + 64)
  new DataView(bytes.buffer).setBigUint64(0, seconds)
  bytes.set(await signer.sign(cosignedMessage(text, seconds)), TIME_BYTES)
  return { name: signer.name, id: signer.id, bytes }
}

/** When a witness cosigned a checkpoint, in seconds since 1970; undefined when it did not. */
export async function cosignedAt(note: Note, witness: Verifier): Promise<bigint | undefined> {
  for (const { name, id, bytes } of note.signatures) {
    if (name !== witness.name || id !== witness.id || bytes.length !== TIME_BYTES + 64) continue
    const seconds = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0)
    const message = cosignedMessage(note.text, seconds)
    if (await verifyEd25519(witness.publicKey, message, bytes.subarray(TIME_BYTES))) return seconds
  }
  return undefined
}
