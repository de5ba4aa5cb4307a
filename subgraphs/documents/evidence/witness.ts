/**
 * A witness: cosigns a log's checkpoints while each grows out of the one before, and nothing else.
 *
 * It is meant to run at a second institution. What it keeps is one checkpoint per log; with it neither
 * a log that was rolled back nor one that shows different trees to different people gets a signature.
 *
 * @see C2SP tlog-witness
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type Checkpoint, cosign, cosignedAt, parseCheckpoint } from './checkpoint.ts'
import { verifyConsistency } from './merkle.ts'
import {
  base64,
  bytesOf,
  isSignedBy,
  type NoteSignature,
  parseNote,
  signatureLine,
  type Signer,
  type Verifier,
} from './note.ts'

export type WitnessCode =
  | 'LOG_UNKNOWN'
  | 'CHECKPOINT_UNSIGNED'
  | 'CHECKPOINT_STALE'
  | 'CHECKPOINT_INCONSISTENT'
  | 'WITNESS_REQUEST_MALFORMED'

/** The last checkpoint of each log that a witness cosigned. */
export interface WitnessMemory {
  get(origin: string): Promise<Checkpoint | undefined>
  /** Replaces `before`; answers false when something else stands there by now. */
  replace(before: Checkpoint | undefined, after: Checkpoint): Promise<boolean>
}

/** A memory that lasts as long as the process. */
export function witnessMemory(): WitnessMemory {
  const heads = new Map<string, Checkpoint>()
  return {
    get: (origin) => Promise.resolve(heads.get(origin)),
    replace(before, after) {
      if (heads.get(after.origin) !== before) return Promise.resolve(false)
      heads.set(after.origin, after)
      return Promise.resolve(true)
    },
  }
}

/** @property logs the keys of the logs that it watches, by their origin */
export interface WitnessOptions {
  readonly signer: Signer
  readonly logs: ReadonlyMap<string, Verifier>
  readonly memory: WitnessMemory
  readonly now: () => number
}

/** Cosigns a checkpoint. @param old the size that the caller thinks was cosigned last */
export async function addCheckpoint(
  { signer, logs, memory, now }: WitnessOptions,
  old: number,
  proof: readonly Uint8Array[],
  text: string,
): Promise<Result<NoteSignature, WitnessCode>> {
  const note = parseNote(text)
  const checkpoint = note.ok ? parseCheckpoint(note.value.text) : note
  if (!note.ok || !checkpoint.ok) {
    return refuse('WITNESS_REQUEST_MALFORMED', 'The checkpoint cannot be read.')
  }
  const log = logs.get(checkpoint.value.origin)
  if (log === undefined) return refuse('LOG_UNKNOWN', 'This witness does not watch that log.')
  if (!await isSignedBy(note.value, log)) {
    return refuse('CHECKPOINT_UNSIGNED', 'The checkpoint does not carry the log’s signature.')
  }
  const before = await memory.get(checkpoint.value.origin)
  const known = before?.size ?? 0
  if (old !== known || checkpoint.value.size < known) {
    return refuse(
      'CHECKPOINT_STALE',
      `The checkpoint cosigned last has ${known} leaves.`,
      undefined,
      {
        size: known,
      },
    )
  }
  const { size, root } = checkpoint.value
  const grows = before === undefined || before.size === 0
    ? proof.length === 0
    : verifyConsistency(before.size, size, proof, before.root, root)
  if (!grows) {
    return refuse('CHECKPOINT_INCONSISTENT', 'The log does not grow out of what it was.')
  }
  if (!await memory.replace(before, checkpoint.value)) {
    return refuse('CHECKPOINT_STALE', 'Another checkpoint was cosigned meanwhile.')
  }
  return ok(await cosign(note.value.text, signer, BigInt(Math.floor(now() / 1000))))
}

const STATUS: Readonly<Record<WitnessCode, number>> = {
  WITNESS_REQUEST_MALFORMED: 400,
  CHECKPOINT_UNSIGNED: 403,
  LOG_UNKNOWN: 404,
  CHECKPOINT_STALE: 409,
  CHECKPOINT_INCONSISTENT: 422,
}

/** Answers `POST /add-checkpoint` as the protocol has it. */
export function witnessHandler(options: WitnessOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'POST') return new Response(null, { status: 405 })
    const body = await request.text()
    const at = body.indexOf('\n\n')
    const [first, ...lines] = body.slice(0, at).split('\n')
    const old = /^old (0|[1-9]\d{0,15})$/.exec(first ?? '')
    const proof = lines.map(bytesOf)
    if (
      at === -1 || old === null || proof.some((hash) => hash?.length !== 32) || lines.length > 63
    ) {
      return new Response(null, { status: 400 })
    }
    const added = await addCheckpoint(
      options,
      Number(old[1]),
      proof as Uint8Array[],
      body.slice(at + 2),
    )
    if (added.ok) return new Response(signatureLine(added.value))
    return added.code === 'CHECKPOINT_STALE' && added.detail !== undefined
      ? new Response(`${added.detail.size}\n`, {
        status: 409,
        headers: { 'content-type': 'text/x.tlog.size' },
      })
      : new Response(`${added.code}\n`, { status: STATUS[added.code] })
  }
}

/** A witness elsewhere. */
export interface Witness {
  readonly key: Verifier
  cosign(
    old: number,
    proof: readonly Uint8Array[],
    note: string,
  ): Promise<Result<NoteSignature, WitnessCode | 'WITNESS_UNREACHABLE'>>
}

/** A witness at an address. A signature that is not its own is not taken. */
export function remoteWitness(url: string, key: Verifier, fetching: typeof fetch): Witness {
  return {
    key,
    async cosign(old, proof, note) {
      const unreachable = refuse('WITNESS_UNREACHABLE', 'The witness does not answer.')
      let response: Response
      try {
        response = await fetching(new URL('add-checkpoint', url), {
          method: 'POST',
          body: `old ${old}\n${proof.map((hash) => `${base64(hash)}\n`).join('')}\n${note}`,
          signal: AbortSignal.timeout(20_000),
        })
      } catch {
        return unreachable
      }
      if (response.status === 409) {
        return refuse('CHECKPOINT_STALE', 'The witness cosigned another checkpoint last.')
      }
      if (response.status === 422) {
        return refuse('CHECKPOINT_INCONSISTENT', 'The log does not grow out of what it was.')
      }
      if (!response.ok) return unreachable
      const parsed = parseNote(note)
      const text = parsed.ok ? parsed.value.text : ''
      const answer = parseNote(`${text}\n${await response.text()}`)
      if (!answer.ok || await cosignedAt(answer.value, key) === undefined) return unreachable
      return ok(answer.value.signatures.find(({ name, id }) => name === key.name && id === key.id)!)
    },
  }
}
