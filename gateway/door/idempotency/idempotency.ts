/**
 * Mutations that may be sent again: the first reply is kept under its key and given again.
 *
 * A key is held while its request is under way. When the process dies meanwhile, the key can be used
 * again after `underWaySeconds`, and the request is executed again: what makes money move once is the
 * command's own `idempotencyKey`, in the database of the command (`subgraphs/kernel/once.ts`).
 */
import type { ExecutionResult } from 'graphql'
import { refuse } from '../../../subgraphs/kernel/result.ts'
import type { IdempotencySettings } from '../config.ts'
import type { Admitted } from '../operation.ts'
import type { DoorRefusal } from '../refusal.ts'
import { digestOf, readKey, replayed, replyToKeep, TOO_LARGE } from './key.ts'
import type { IdempotencyStore, KeyId } from './store.ts'

type Executed = ExecutionResult | AsyncIterable<ExecutionResult>

/** What becomes of a mutation. @property run executes it and keeps its reply */
export type Outcome =
  | { readonly kind: 'untouched' }
  | {
    readonly kind: 'begun'
    run(execute: () => Promise<Executed> | Executed): Promise<Executed>
  }
  | { readonly kind: 'replayed'; readonly result: ExecutionResult }
  | {
    readonly kind: 'refused'
    readonly refusal: DoorRefusal
    readonly headers: Readonly<Record<string, string>>
  }

export interface Idempotency {
  /** @param header `Idempotency-Key` as it was sent */
  begin(header: string | null, mutation: Admitted, how: { batch: boolean }): Promise<Outcome>
}

export interface IdempotencyDeps {
  readonly store: IdempotencyStore
  readonly nowMs: () => number
  readonly newOwner: () => string
  readonly report: (error: unknown) => void
}

export function idempotency(settings: IdempotencySettings, deps: IdempotencyDeps): Idempotency {
  const { store, report } = deps
  return {
    async begin(header, { actor, known, operation, variables }, { batch }) {
      const read = readKey(header)
      if (!read.ok) return refused(read)
      if (read.value === undefined) {
        return settings.required
          ? refused(refuse('IDEMPOTENCY_KEY_MISSING', 'A mutation carries an Idempotency-Key.'))
          : { kind: 'untouched' }
      }
      if (batch || operation?.streams) {
        const why = 'An Idempotency-Key is for one mutation that is answered at once.'
        return refused(refuse('IDEMPOTENCY_UNSUPPORTED', why))
      }
      // Nobody in particular has keys: what they send is refused by its access rule.
      if (actor === undefined) return { kind: 'untouched' }
      const id: KeyId = { tenant: actor.tenant, subject: actor.subject, key: read.value }
      const owner = deps.newOwner()
      const nowMs = deps.nowMs()
      const attempt = {
        hash: await digestOf(known.text, operation?.name, variables),
        owner,
        nowMs,
        untilMs: nowMs + settings.underWaySeconds * 1000,
        goneMs: nowMs + settings.keepSeconds * 1000,
      }
      try {
        const begun = await store.begin(id, attempt)
        if (begun.kind === 'done') return repeat(begun.reply)
        if (begun.kind !== 'begun') return refused(WHY[begun.kind], RETRY[begun.kind])
      } catch (error) {
        report(error)
        const why = 'Idempotency keys cannot be kept at the moment.'
        return refused(refuse('IDEMPOTENCY_UNAVAILABLE', why), { 'retry-after': '5' })
      }
      return { kind: 'begun', run: (execute) => runOnce(id, owner, execute) }
    },
  }

  async function runOnce(id: KeyId, owner: string, execute: () => Promise<Executed> | Executed) {
    let reply: string | undefined
    try {
      const result = await execute()
      if (!(Symbol.asyncIterator in result)) reply = replyToKeep(result, settings.replyBytes)
      return result
    } finally {
      // The command has done what it has done: its caller is told, whether or not that can be kept.
      const settled = reply === undefined
        ? store.release(id, owner)
        : store.finish(id, owner, reply)
      await settled.catch(report)
    }
  }
}

const WHY: Readonly<Record<'under-way' | 'reused' | 'exhausted', DoorRefusal>> = {
  'under-way': refuse('IDEMPOTENCY_IN_PROGRESS', 'The request with this key is under way.'),
  reused: refuse('IDEMPOTENCY_KEY_REUSED', 'This key was used for another request.'),
  exhausted: refuse('IDEMPOTENCY_KEYS_EXHAUSTED', 'There is no room for another key today.'),
}

const RETRY: Readonly<Record<string, Record<string, string>>> = {
  'under-way': { 'retry-after': '1' },
  exhausted: { 'retry-after': '60' },
}

function repeat(reply: string): Outcome {
  if (reply !== TOO_LARGE) return { kind: 'replayed', result: replayed(reply) }
  const why = 'The request was carried out; its reply was too large to keep.'
  return refused(refuse('IDEMPOTENCY_REPLY_GONE', why))
}

function refused(refusal: DoorRefusal, headers: Record<string, string> = {}): Outcome {
  return { kind: 'refused', refusal, headers }
}
