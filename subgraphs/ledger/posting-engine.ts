/**
 * What books a group of vouchers: in this thread, or in one of its own (`posting-thread.ts`).
 */
import { type OnceCode, onceConflict } from '../kernel/once.ts'
import { ok, type Result } from '../kernel/result.ts'
import type { Store } from '../kernel/store.ts'
import type { AccountCache, AccountOverlay } from './account-cache.ts'
import { bookAll, type BookCode, type Draft } from './book.ts'
import type { LedgerTx, VoucherRow } from './store/handle.ts'
import { vouchersByKey } from './store/voucher.ts'
import type { LedgerTables } from './tables.ts'

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

/** Books groups, one after another. */
export interface PostingEngine {
  /** How many groups of a tenant are worth handing in before the first of them is answered. */
  readonly depth: number
  /**
   * Whether callers that wait while nothing is booked had better go as two groups. The second is then
   * made up and answered while the first is booked, at the price of a commit more.
   */
  readonly halves: boolean
  /**
   * Books a group of one tenant in one commit and answers in the order of its postings. Groups are
   * booked in the order in which they are handed in.
   *
   * @param take the group, which may grow until it is taken; no key comes twice in it
   * @throws StoreError `outcome_unknown` when nobody knows whether it was committed; after any other
   * error nothing of the group was kept
   */
  book(tenant: string, take: () => readonly Posting[]): Promise<readonly PostingAnswer[]>
  /** Ends whatever it runs in. Nothing is booked after. */
  close(): Promise<void>
}

/** @property commitMs how long its last commit took, in milliseconds; 0 before the first */
export interface TimedEngine extends PostingEngine {
  readonly commitMs: number
}

/** An engine in this thread, on the store's own writer. */
export function inThread(store: Store<LedgerTables>, cache: AccountCache): TimedEngine {
  let commitMs = 0
  return {
    depth: 1,
    halves: false,
    get commitMs() {
      return commitMs
    },
    async book(tenant, take) {
      let overlay: AccountOverlay | undefined
      let written = 0
      const answers = await store.write(async (tx) => {
        overlay = cache.of(tx)
        const booked = await bookOnce(tx, cache, tenant, take())
        written = performance.now()
        return booked
      }, { lane: tenant })
      commitMs = performance.now() - written
      cache.keep(overlay!)
      return answers
    },
    close: () => Promise.resolve(),
  }
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
