/**
 * Vouchers of many callers, booked many at a time.
 *
 * What callers hand in while one group commits makes up the next one: a group is one unit of work
 * whose rows go in few statements, however many vouchers it has. Each voucher is checked whole before
 * it changes anything, so that a refused one harms no neighbour; nobody is answered before the commit.
 */
import { StoreError } from '../kernel/store.ts'
import { nextTurn } from '../kernel/store/turn.ts'
import { currentTrace } from '../kernel/trace.ts'
import type { Posting, PostingAnswer, PostingEngine } from './posting-engine.ts'

/** The most vouchers of one group: about 10 ms of work. */
const GROUP_MAX = 256

/** The most legs of one group, whatever the vouchers: their rows are held in memory. */
const GROUP_LEGS_MAX = 10_000

/** The most turns of the event loop that a group waits for more. */
const GATHER_TURNS_MAX = 16

interface Waiting {
  readonly posting: Posting
  readonly resolve: (answer: PostingAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Books vouchers in the order in which they are handed in, tenant by tenant. */
export class PostingQueue {
  readonly #engine: PostingEngine
  readonly #waiting = new Map<string, Waiting[]>()

  constructor(engine: PostingEngine) {
    this.#engine = engine
  }

  /** Answers after the commit. Text in the draft must be such that databases store it as given. */
  post(posting: Posting): Promise<PostingAnswer> {
    const { tenant } = posting.draft.head
    const trace = currentTrace()
    if (trace !== undefined) posting = { ...posting, draft: { ...posting.draft, trace } }
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
      await gathered(waiting)
      let group: Waiting[] | undefined
      // Taken once the transaction has begun: whoever comes until then is in it.
      await this.#commit(tenant, () => group ??= takeGroup(waiting))
    }
    this.#waiting.delete(tenant)
  }

  /** Settles every posting of a group; never rejects. @param take answers the same group every time */
  async #commit(tenant: string, take: () => readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#engine.book(tenant, () => take().map(({ posting }) => posting))
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

/**
 * Settles when a turn of the event loop has brought nobody more: requests that came together are read
 * over some turns, and each group costs a commit. One that comes alone waits for one turn.
 */
async function gathered(waiting: readonly Waiting[]): Promise<void> {
  for (let turn = 0, before = 0; turn < GATHER_TURNS_MAX; turn++) {
    before = waiting.length
    await nextTurn()
    if (waiting.length === before || waiting.length >= GROUP_MAX) return
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
