/**
 * Vouchers of many callers, booked many at a time.
 *
 * What callers hand in while one group commits makes up the next one: a group is one unit of work
 * whose rows go in few statements, however many vouchers it has. Each voucher is checked whole before
 * it changes anything, so that a refused one harms no neighbour; nobody is answered before the commit.
 */
import { type OnceCode, onceConflict } from '../kernel/once.ts'
import { ok, type Result } from '../kernel/result.ts'
import { type Store, StoreError } from '../kernel/store.ts'
import type { AccountCache, AccountOverlay } from './account-cache.ts'
import { bookAll, type BookCode, type Draft } from './book.ts'
import type { LedgerTx, VoucherRow } from './store/handle.ts'
import { vouchersByKey } from './store/voucher.ts'
import type { LedgerTables } from './tables.ts'

/** The most vouchers of one group: about 10 ms of work. */
const GROUP_MAX = 256

/** The most legs of one group, whatever the vouchers: their rows are held in memory. */
const GROUP_LEGS_MAX = 10_000

/**
 * A voucher to be booked once.
 *
 * @property key idempotency key with whatever it is scoped by
 * @property bodyHash sha256 of what was asked, in hex
 */
export interface Posting {
  readonly key: string
  readonly bodyHash: string
  readonly draft: Draft
}

export type PostingCode = BookCode | OnceCode

/** The voucher, or why there is none. */
export type PostingAnswer = Result<VoucherRow, PostingCode>

interface Waiting {
  readonly posting: Posting
  readonly resolve: (answer: PostingAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Books vouchers in the order in which they are handed in, tenant by tenant. */
export class PostingQueue {
  readonly #store: Store<LedgerTables>
  readonly #cache: AccountCache
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(store: Store<LedgerTables>, cache: AccountCache) {
    this.#store = store
    this.#cache = cache
  }

  /** Answers after the commit. Text in the draft must be such that databases store it as given. */
  post(posting: Posting): Promise<PostingAnswer> {
    const { tenant } = posting.draft.head
    return new Promise((resolve, reject) => {
      const waiting = this.#waiting.get(tenant)
      if (waiting !== undefined) {
        waiting.push({ posting, resolve, reject })
        return
      }
      this.#waiting.set(tenant, [{ posting, resolve, reject }])
      void this.#drain(tenant)
    })
  }

  async #drain(tenant: string): Promise<void> {
    const waiting = this.#waiting.get(tenant)!
    while (waiting.length > 0) {
      let group: Waiting[] | undefined
      // Taken once the transaction has begun: whoever comes until then is in it.
      await this.#commit(tenant, () => group ??= takeGroup(waiting))
    }
    this.#waiting.delete(tenant)
  }

  /** Settles every posting of a group; never rejects. @param take answers the same group every time */
  async #commit(tenant: string, take: () => readonly Waiting[]): Promise<void> {
    try {
      let overlay: AccountOverlay | undefined
      const answers = await this.#store.write((tx) => {
        overlay = this.#cache.of(tx)
        return bookOnce(tx, this.#cache, tenant, take().map(({ posting }) => posting))
      }, { lane: tenant })
      this.#cache.keep(overlay!)
      take().forEach(({ resolve }, i) => resolve(answers[i]!))
    } catch (error) {
      const group = take()
      const unknown = error instanceof StoreError && error.code === 'outcome_unknown'
      if (unknown || group.length === 1) {
        for (const { reject } of group) reject(error)
        return
      }
      // Nothing was kept: alone, each meets only its own trouble.
      for (const one of group) await this.#commit(tenant, () => [one])
    }
  }
}

/** Takes the next group. A key that comes twice waits for the answer of the first. */
function takeGroup(waiting: Waiting[]): Waiting[] {
  const keys = new Set<string>()
  let legs = 0
  let count = 0
  while (count < waiting.length && count < GROUP_MAX) {
    const { key, draft } = waiting[count]!.posting
    legs += draft.legs.length
    if (keys.has(key) || (count > 0 && legs > GROUP_LEGS_MAX)) break
    keys.add(key)
    count += 1
  }
  return waiting.splice(0, count)
}

/** Books postings unless their keys were answered before. No key comes twice. */
export async function bookOnce(
  tx: LedgerTx,
  cache: AccountCache,
  tenant: string,
  postings: readonly Posting[],
): Promise<PostingAnswer[]> {
  const before = new Map(
    (await vouchersByKey(tx, tenant, postings.map(({ key }) => key)))
      .map((row) => [row.posting_key!, row]),
  )
  const fresh = postings.filter(({ key }) => !before.has(key))
  const booked = fresh.length === 0 ? [] : await bookAll(tx, cache, tenant, fresh.map(draftOf))
  const answers = new Map(fresh.map(({ key }, i) => [key, booked[i]!]))
  return postings.map(({ key, bodyHash }) => {
    const known = before.get(key)
    if (known === undefined) return answers.get(key)!
    return Buffer.from(known.body_hash!).toString('hex') === bodyHash ? ok(known) : onceConflict()
  })
}

function draftOf({ key, bodyHash, draft }: Posting): Draft {
  return { ...draft, posting: { key, bodyHash } }
}
