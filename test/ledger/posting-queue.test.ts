import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { refuse } from '../../subgraphs/kernel/result.ts'
import { StoreError } from '../../subgraphs/kernel/store.ts'
import type { Posting, PostingEngine } from '../../subgraphs/ledger/posting-engine.ts'
import { PostingQueue } from '../../subgraphs/ledger/posting-queue.ts'

const posting = (key: string, tenant = 'bank') =>
  ({ key, bodyHash: '', draft: { head: { tenant }, legs: [{}, {}] } }) as unknown as Posting

/** Answers a posting with a refusal that names its key, so that callers can tell their answers apart. */
const answerOf = ({ key }: Posting) => refuse('VOUCHER_UNBALANCED', key, '/legs')

/** An engine that answers a group some turns of the event loop after it was taken. */
function slowEngine(
  { depth, halves, fails = () => false }: {
    depth: number
    halves: boolean
    fails?: (group: readonly Posting[]) => boolean
  },
) {
  const groups: string[][] = []
  let most = 0
  let underway = 0
  const engine: PostingEngine = {
    depth,
    halves,
    async book(_, take) {
      most = Math.max(most, ++underway)
      const group = take()
      groups.push(group.map(({ key }) => key))
      await new Promise((later) => setTimeout(later, 2))
      underway -= 1
      if (fails(group)) throw new StoreError('failed', 'the disk is full')
      return group.map(answerOf)
    },
    close: () => Promise.resolve(),
  }
  return { engine, groups, most: () => most }
}

/** Posts all at once; answers the keys that were answered. */
async function postAll(queue: PostingQueue, keys: readonly string[]): Promise<string[]> {
  const answers = await Promise.all(keys.map((key) => queue.post(posting(key))))
  return answers.map((answer) => answer.ok ? '' : answer.message)
}

const engines = fc.record({ depth: fc.constantFrom(1, 2), halves: fc.boolean() })
const keys = fc.array(fc.integer({ min: 0, max: 40 }).map((n) => `k${n}`), { maxLength: 60 })

describe('the queue of postings', () => {
  it('answers everybody for himself, in order, with no key twice in a group', async () => {
    await fc.assert(
      fc.asyncProperty(engines, fc.array(keys, { maxLength: 4 }), async (kind, waves) => {
        const { engine, groups, most } = slowEngine(kind)
        const queue = new PostingQueue(engine)
        const answered = await Promise.all(waves.map(async (wave, i) => {
          await new Promise((later) => setTimeout(later, i))
          return await postAll(queue, wave)
        }))
        expect(answered).toEqual(waves)
        expect(groups.flat()).toEqual(waves.flat())
        for (const group of groups) expect(new Set(group).size).toBe(group.length)
        expect(most()).toBeLessThanOrEqual(kind.depth)
      }),
      { numRuns: 30 },
    )
  })

  it('makes two groups of callers that wait while nothing is booked, where that is worth it', async () => {
    const { engine, groups, most } = slowEngine({ depth: 2, halves: true })
    await postAll(new PostingQueue(engine), Array.from({ length: 10 }, (_, i) => `k${i}`))
    expect(groups.map((group) => group.length)).toEqual([5, 5])
    expect(most()).toBe(2)
  })

  it('makes one group of them where a commit is dear', async () => {
    const { engine, groups } = slowEngine({ depth: 2, halves: false })
    await postAll(new PostingQueue(engine), Array.from({ length: 10 }, (_, i) => `k${i}`))
    expect(groups.map((group) => group.length)).toEqual([10])
  })

  it('hands in each posting of a group that the store failed alone, and fails only one', async () => {
    const { engine, groups } = slowEngine({
      depth: 2,
      halves: true,
      fails: (group) => group.some(({ key }) => key === 'k1'),
    })
    const queue = new PostingQueue(engine)
    const settled = await Promise.allSettled(
      ['k0', 'k1', 'k2', 'k3'].map((key) => queue.post(posting(key))),
    )
    expect(settled.map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ])
    expect(groups).toContainEqual(['k0'])
    expect(groups).toContainEqual(['k1'])
  })
})
