/**
 * Where replies are kept by idempotency key.
 */

/** A key belongs to a person or program of a tenant: nobody else meets it. */
export interface KeyId {
  readonly tenant: string
  readonly subject: string
  readonly key: string
}

/**
 * What a request finds under its key.
 *
 * - `begun`: nothing, or what a dead request left: it is ours now
 * - `under-way`: the same request, not answered yet
 * - `done`: its reply
 * - `reused`: another request
 * - `exhausted`: there is no room for another key
 */
export type Begun =
  | { readonly kind: 'begun' | 'under-way' | 'reused' | 'exhausted' }
  | { readonly kind: 'done'; readonly reply: string }

/**
 * @property hash of the request
 * @property owner tells this attempt from every other
 * @property untilMs when the attempt is taken for dead
 * @property goneMs when the key is forgotten
 */
export interface Attempt {
  readonly hash: string
  readonly owner: string
  readonly nowMs: number
  readonly untilMs: number
  readonly goneMs: number
}

export interface IdempotencyStore {
  begin(id: KeyId, attempt: Attempt): Promise<Begun>
  /** Keeps the reply, unless another attempt has taken over. */
  finish(id: KeyId, owner: string, reply: string): Promise<void>
  /** Gives the key back, unless another attempt has taken over. */
  release(id: KeyId, owner: string): Promise<void>
}

interface Kept extends Omit<Attempt, 'nowMs'> {
  reply: string | undefined
}

/** Keys of this process. @param keys the most that are kept: then the oldest that has its reply goes */
export function processKeys(keys: number): IdempotencyStore & { readonly size: number } {
  const kept = new Map<string, Kept>()
  const keyOf = ({ tenant, subject, key }: KeyId) => JSON.stringify([tenant, subject, key])
  const makeRoom = (nowMs: number): boolean => {
    if (kept.size < keys) return true
    for (const [key, { goneMs }] of kept) if (goneMs <= nowMs) kept.delete(key)
    for (const [key, { reply }] of kept) {
      if (kept.size < keys) break
      if (reply !== undefined) kept.delete(key)
    }
    return kept.size < keys
  }
  const mine = (id: KeyId, owner: string) => {
    const found = kept.get(keyOf(id))
    return found?.owner === owner && found.reply === undefined ? found : undefined
  }
  return {
    async begin(id, { nowMs, ...attempt }) {
      const key = keyOf(id)
      const found = kept.get(key)
      if (found !== undefined && found.goneMs > nowMs) {
        if (found.hash !== attempt.hash) return { kind: 'reused' }
        if (found.reply !== undefined) return { kind: 'done', reply: found.reply }
        if (found.untilMs > nowMs) return { kind: 'under-way' }
      }
      kept.delete(key)
      if (!makeRoom(nowMs)) return { kind: 'exhausted' }
      kept.set(key, { ...attempt, reply: undefined })
      return { kind: 'begun' }
    },
    async finish(id, owner, reply) {
      const found = mine(id, owner)
      if (found !== undefined) found.reply = reply
    },
    async release(id, owner) {
      if (mine(id, owner) !== undefined) kept.delete(keyOf(id))
    },
    get size() {
      return kept.size
    },
  }
}
