/**
 * An engine in a thread of its own (`posting-thread.ts`), with a writer of its own.
 *
 * While a group is checked, written and synced there, this thread reads what comes next and answers
 * what came before; the next group is sent before anybody hears of the one before, so that neither
 * thread waits for the other. There are never two writers: groups have the store's turn until they are
 * committed, and no more of them join a turn once anybody waits for its end.
 */
import { Worker } from 'node:worker_threads'
import { type Store, type StoreCode, StoreError, type Turn } from '../kernel/store.ts'
import type { AccountCache, Changed } from './account-cache.ts'
import type { Posting, PostingAnswer, TimedEngine } from './posting-engine.ts'
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

/** @property commitMs how long the disk took to have it, in milliseconds */
export type GroupAnswered =
  | { readonly answers: PackedAnswers; readonly commitMs: number }
  | { readonly failed: Failed }

/** Why a group was not booked. @property stack where in the thread, for whoever looks into it */
interface Failed {
  readonly code: StoreCode
  readonly message: string
  readonly stack: string | undefined
}

/** What the thread is sent to close its database, and answers when it has. */
export const CLOSE = 'close'

/** Starts its thread with the first group, and another after one that died. */
export class PostingBeside implements TimedEngine {
  readonly depth = 2
  readonly halves = true
  commitMs = 0
  readonly #databaseUrl: string
  readonly #store: Store<LedgerTables>
  readonly #cache: AccountCache
  readonly #thread: URL
  #closed = false
  #worker: Worker | undefined
  /** Of the group that is in the thread. */
  #settle: ((reply: GroupAnswered | StoreError) => void) | undefined
  /** Ends the turn that groups have. */
  #over: (() => void) | undefined
  /** Sends the group that is handed in already, once the one in the thread is answered. */
  #next: ((turn: Turn) => void) | undefined

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
    if (this.#settle === undefined || this.#next !== undefined) return this.#inTurn(tenant, take)
    return new Promise((resolve) => {
      this.#next = (turn) =>
        resolve(turn.contended() ? this.#inTurn(tenant, take) : this.#send(turn, tenant, take))
    })
  }

  /** Books a group, and those that follow without a pause, in a turn of the store. */
  #inTurn(tenant: string, take: () => readonly Posting[]): Promise<readonly PostingAnswer[]> {
    return new Promise((resolve, reject) => {
      this.#store.turn!(async (turn) => {
        // Or it would start a thread that nobody ends.
        if (this.#closed) throw new StoreError('closed', 'nothing is booked any more')
        resolve(this.#send(turn, tenant, take))
        await new Promise<void>((over) => this.#over = over)
      }).catch(reject)
    })
  }

  #send(
    turn: Turn,
    tenant: string,
    take: () => readonly Posting[],
  ): Promise<readonly PostingAnswer[]> {
    const group = take()
    const changed = this.#cache.takeChanged()
    const asked = { tenant, changed, postings: packPostings(group) }
    return this.#ask(turn, asked).then((reply) => {
      if ('answers' in reply) {
        this.commitMs = reply.commitMs
        return unpackAnswers(reply.answers, group)
      }
      const { code, message, stack } = reply.failed
      throw new StoreError(code, message, stack)
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const end = async () => {
      this.#closed = true
      const worker = this.#worker
      if (worker === undefined) return
      // A thread that is ended has no time to close its database itself.
      worker.ref()
      await new Promise((closed) => {
        worker.once('message', closed).once('exit', closed).postMessage(CLOSE)
      })
      await worker.terminate()
    }
    // What is under way is answered first; a store that is closed already has nothing under way.
    await this.#store.turn!(end).catch((error: unknown) => {
      if (error instanceof StoreError && error.code === 'closed') return end()
      throw error
    })
  }

  #ask(turn: Turn, asked: GroupAsked): Promise<GroupAnswered> {
    return new Promise((resolve, reject) => {
      const worker = this.#worker ??= this.#start()
      this.#settle = (reply) => {
        this.#settle = undefined
        // A thread that has nothing to do keeps no process alive.
        worker.unref()
        const next = this.#next
        this.#next = undefined
        next?.(turn)
        if (this.#settle === undefined) this.#over!()
        if (reply instanceof StoreError) {
          reject(reply)
        } else {
          turn.committed()
          resolve(reply)
        }
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
