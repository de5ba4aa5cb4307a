/**
 * Books each group where it takes least: in this thread, or in one of its own beside it.
 *
 * A thread beside pays where this one has something else to do meanwhile: requests to read and to
 * answer, or a slow disk to wait for. Where callers are back at once and a commit takes a millisecond,
 * it costs a third of the rate: what it books goes from one core to another and back.
 */
import type { AccountCache } from './account-cache.ts'
import type { Posting, PostingAnswer, PostingEngine, TimedEngine } from './posting-engine.ts'

/** The longest commit that this thread waits for, in milliseconds. */
const SHORT_COMMIT_MS = 2
/** The longest that callers under load take to come again, in milliseconds: beyond it there is none. */
const PAUSE_MAX_MS = 50
/**
 * How many groups in a row have to speak for the other engine: a log that is carried over, or garbage
 * that is collected, is a slow group now and then, and each change forgets all accounts.
 */
const VOTES = 8
/** Every so many groups one is handed in alone, to see how long its callers take to come again. */
const LOOK_EVERY = 32

/** Engines on one database, of which each group takes one. */
export class PostingChoice implements PostingEngine {
  readonly #here: TimedEngine
  readonly #beside: TimedEngine
  readonly #cache: AccountCache
  readonly #now: () => number
  readonly #votesNeeded: number
  #isBeside = false
  #votes = 0
  /** How long callers last took to come again. */
  #pauseMs = 0
  #idleSince = -Infinity
  #groups = 0
  #open = 0

  /**
   * @param here books in this thread
   * @param cache what `here` knows of accounts
   * @param options.now milliseconds from any beginning
   * @param options.votes how many groups in a row have to speak for a change
   */
  constructor(
    here: TimedEngine,
    beside: TimedEngine,
    cache: AccountCache,
    { now = () => performance.now(), votes = VOTES }: { now?: () => number; votes?: number } = {},
  ) {
    this.#here = here
    this.#beside = beside
    this.#cache = cache
    this.#now = now
    this.#votesNeeded = votes
  }

  /** Whether groups are booked beside. */
  get beside(): boolean {
    return this.#isBeside
  }

  get depth(): number {
    return this.beside && this.#groups % LOOK_EVERY !== 0 ? this.#beside.depth : 1
  }

  get halves(): boolean {
    return this.depth > 1
  }

  async book(tenant: string, take: () => readonly Posting[]): Promise<readonly PostingAnswer[]> {
    const began = this.#now()
    const alone = this.#open === 0
    const pause = began - this.#idleSince
    if (alone && pause < PAUSE_MAX_MS) this.#pauseMs = pause
    this.#groups += 1
    this.#open += 1
    const beside = this.#isBeside
    const engine = beside ? this.#beside : this.#here
    if (beside) this.#cache.beginElsewhere()
    try {
      return await engine.book(tenant, take)
    } finally {
      if (beside) this.#cache.endElsewhere()
      this.#open -= 1
      const ended = this.#now()
      if (alone) this.#vote(ended - began, engine.commitMs)
      if (this.#open === 0) this.#idleSince = ended
    }
  }

  #vote(groupMs: number, commitMs: number): void {
    const beside = commitMs >= SHORT_COMMIT_MS || this.#pauseMs > groupMs / 2
    this.#votes = beside === this.#isBeside ? 0 : this.#votes + 1
    if (this.#votes < this.#votesNeeded) return
    this.#isBeside = beside
    this.#votes = 0
  }

  async close(): Promise<void> {
    await this.#here.close()
    await this.#beside.close()
  }
}
