/**
 * Tokens that were proven a moment ago, so that a client's next request does not pay for it again.
 *
 * A key that is withdrawn is believed for that moment longer, no token beyond its own end.
 */
import type { Actor } from '../../subgraphs/kernel/actor.ts'

const TTL_MS = 30_000
const TOKENS_MAX = 10_000

interface Verified {
  readonly actor: Actor
  /** Milliseconds since 1970. */
  readonly until: number
}

/** Remembers whom a token proved. */
export class VerifiedTokens {
  readonly #tokens = new Map<string, Verified>()

  get(token: string): Actor | undefined {
    const verified = this.#tokens.get(token)
    if (verified === undefined) return undefined
    if (Date.now() < verified.until) return verified.actor
    this.#tokens.delete(token)
    return undefined
  }

  /** @param expiresAt milliseconds since 1970 */
  add(token: string, actor: Actor, expiresAt: number): void {
    // The oldest goes first: maps keep the order in which they were filled.
    if (this.#tokens.size >= TOKENS_MAX) {
      this.#tokens.delete(this.#tokens.keys().next().value!)
    }
    this.#tokens.set(token, { actor, until: Math.min(expiresAt, Date.now() + TTL_MS) })
  }
}
