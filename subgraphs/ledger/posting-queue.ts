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

/** What a tenant's callers have handed in. */
interface Lane {
  readonly waiting: Waiting[]
  /** Groups that the engine was asked to book and has not answered. */
  underway: number
  /** Whether a group is being made up. */
  gathering: boolean
}

/**
 * Books vouchers in the order in which they are handed in, tenant by tenant. Only those of a group that
 * the store failed come later, each alone.
 */
export class PostingQueue {
  readonly #engine: PostingEngine
  readonly #lanes = new Map<string, Lane>()

  constructor(engine: PostingEngine) {
    this.#engine = engine
  }

  /** Answers after the commit. Text in the draft must be such that databases store it as given. */
  post(posting: Posting): Promise<PostingAnswer> {
    const { tenant } = posting.draft.head
    const trace = currentTrace()
    if (trace !== undefined) posting = { ...posting, draft: { ...posting.draft, trace } }
    return new Promise((resolve, reject) => {
      let lane = this.#lanes.get(tenant)
      if (lane === undefined) {
        this.#lanes.set(tenant, lane = { waiting: [], underway: 0, gathering: false })
      }
      lane.waiting.push({ posting, resolve, reject })
      void this.#advance(tenant, lane)
    })
  }

  /** Makes up and hands in groups for as long as the engine takes them; never rejects. */
  async #advance(tenant: string, lane: Lane): Promise<void> {
    const { waiting } = lane
    if (lane.gathering) return
    lane.gathering = true
    while (waiting.length > 0 && lane.underway < this.#engine.depth) {
      // While one is under way, the next is not taken before it is over.
      if (lane.underway === 0) await gathered(waiting)
      const share = lane.underway === 0 && this.#engine.halves ? 2 : 1
      lane.underway += 1
      await new Promise<void>((taken) => {
        let group: Waiting[] | undefined
        // Taken once the transaction has begun: whoever comes until then is in it.
        const take = () => {
          if (group === undefined) {
            group = takeGroup(waiting, Math.ceil(waiting.length / share))
            taken()
          }
          return group
        }
        void this.#commit(tenant, take).then(() => {
          lane.underway -= 1
          void this.#advance(tenant, lane)
        })
      })
    }
    lane.gathering = false
    if (waiting.length === 0 && lane.underway === 0) this.#lanes.delete(tenant)
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
function takeGroup(waiting: Waiting[], most: number): Waiting[] {
  const keys = new Set<string>()
  let legs = 0
  let count = 0
  while (count < Math.min(most, GROUP_MAX)) {
    const { key, draft } = waiting[count]!.posting
    legs += draft.legs.length
    if (keys.has(key) || (count > 0 && legs > GROUP_LEGS_MAX)) break
    keys.add(key)
    count += 1
  }
  return waiting.splice(0, count)
}
