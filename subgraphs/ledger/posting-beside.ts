/**
 * An engine in a thread of its own (`posting-thread.ts`), with a writer of its own.
 *
 * While a group is checked, written and synced there, this thread reads what comes next and answers
 * what came before. There are never two writers: a group has the store's turn until it is committed.
 */
import { Worker } from 'node:worker_threads'
import { type Store, type StoreCode, StoreError } from '../kernel/store.ts'
import type { AccountCache, Changed } from './account-cache.ts'
import type { Posting, PostingAnswer, PostingEngine } from './posting-engine.ts'
import {
  type PackedAnswers,
  type PackedPostings,
  packPostings,
  unpackAnswers,
} from './posting-message.ts'
import type { LedgerTables } from './tables.ts'

/** A group as it is sent. @property changed accounts that this thread wrote since the last one */
export interface GroupAsked {
  readonly tenant: string
  readonly changed: Changed
  readonly postings: PackedPostings
}

export type GroupAnswered =
  | { readonly answers: PackedAnswers }
  | { readonly failed: Failed }

/** Why a group was not booked. @property stack where in the thread, for whoever looks into it */
interface Failed {
  readonly code: StoreCode
  readonly message: string
  readonly stack: string | undefined
}

/** Starts its thread with the first group, and another after one that died. */
export class PostingBeside implements PostingEngine {
  readonly #databaseUrl: string
  readonly #store: Store<LedgerTables>
  readonly #cache: AccountCache
  readonly #thread: URL
  #closed = false
  #worker: Worker | undefined
  #settle: ((reply: GroupAnswered | StoreError) => void) | undefined

  /** @param cache what units of this thread know of accounts: it says which of them they changed */
  constructor(
    databaseUrl: string,
    store: Store<LedgerTables>,
    cache: AccountCache,
    thread = new URL('./posting-thread.ts', import.meta.url),
  ) {
    this.#thread = thread
    this.#databaseUrl = databaseUrl
    this.#store = store
    this.#cache = cache
  }

  book(tenant: string, take: () => readonly Posting[]): Promise<readonly PostingAnswer[]> {
    return this.#store.turn!(async () => {
      // Or it would start a thread that nobody ends.
      if (this.#closed) throw new StoreError('closed', 'nothing is booked any more')
      const group = take()
      const postings = packPostings(group)
      const reply = await this.#ask({ tenant, changed: this.#cache.takeChanged(), postings })
      if ('failed' in reply) {
        const { code, message, stack } = reply.failed
        throw new StoreError(code, message, stack)
      }
      return unpackAnswers(reply.answers, group)
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const end = async () => {
      this.#closed = true
      await this.#worker?.terminate()
      this.#worker = undefined
    }
    // What is under way is answered first; a store that is closed already has nothing under way.
    await this.#store.turn!(end).catch((error: unknown) => {
      if (error instanceof StoreError && error.code === 'closed') return end()
      throw error
    })
  }

  #ask(asked: GroupAsked): Promise<GroupAnswered> {
    return new Promise((resolve, reject) => {
      const worker = this.#worker ??= this.#start()
      this.#settle = (reply) => {
        this.#settle = undefined
        // A thread that has nothing to do keeps no process alive.
        worker.unref()
        if (reply instanceof StoreError) reject(reply)
        else resolve(reply)
      }
      worker.ref()
      worker.postMessage(asked)
    })
  }

  #start(): Worker {
    const worker = new Worker(this.#thread, {
      workerData: { databaseUrl: this.#databaseUrl },
    })
    let cause: unknown
    worker.on('message', (reply: GroupAnswered) => this.#settle?.(reply))
    worker.on('error', (error) => cause = error)
    // Not before it is gone: until then its transaction may be open, and the turn is still its own.
    worker.on('exit', () => {
      this.#worker = undefined
      const why = 'the thread that books ended while it did'
      this.#settle?.(new StoreError('outcome_unknown', why, cause))
    })
    return worker
  }
}
