import { describe, expect, it, onTestFinished } from 'vitest'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { AccountCache } from '../../subgraphs/ledger/account-cache.ts'
import { book } from '../../subgraphs/ledger/book.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import { PostingBeside } from '../../subgraphs/ledger/posting-beside.ts'
import { PostingChoice } from '../../subgraphs/ledger/posting-choice.ts'
import type { Posting, TimedEngine } from '../../subgraphs/ledger/posting-engine.ts'
import { PostingQueue } from '../../subgraphs/ledger/posting-queue.ts'
import type { LedgerTables } from '../../subgraphs/ledger/tables.ts'
import { onEngine } from '../rig/engines.ts'
import { handHead, type LedgerDesk, ledgerDesk, openFunded } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings, openRig } from '../support/rig.ts'

/** 5.00 out of an account in cash. */
function postingOf(desk: LedgerDesk, account: string): Posting {
  const leg = { institution: '1001', subject: '', currency: 'CNY' as const, minor: 500n }
  const head = handHead(desk)
  return {
    key: newKey(),
    bodyHash: 'ab',
    draft: {
      head,
      legs: [{ ...leg, account, side: 'DEBIT' }, { ...leg, subject: '1001', side: 'CREDIT' }],
      announceId: `evt_${head.id}`,
    },
  }
}

onEngine('sqlite', (engine) => {
  const open = async () => {
    const rig = await openRig(ledger, await engine.freshUrl())
    onTestFinished(() => rig.close())
    const desk = await ledgerDesk(rig)
    const store = desk.running.store as unknown as Store<LedgerTables>
    return { desk, store, cache: new AccountCache(store) }
  }

  describe('the choice of where a group is booked', () => {
    it('goes beside once callers take long to come again, and back once they do not', async () => {
      const { desk, store, cache } = await open()
      const { account } = await openFunded(desk, '1000.00')
      let now = 0
      let took = 0
      let groups = 0
      const beside: TimedEngine = {
        depth: 2,
        halves: true,
        commitMs: 0.1,
        book: () => {
          groups += 1
          now += took
          return Promise.resolve([])
        },
        close: () => Promise.resolve(),
      }
      const choice = new PostingChoice(store, cache, beside, { now: () => now })
      const load = async (pause: number, count: number) => {
        for (let i = 0; i < count; i++) {
          now += pause
          await choice.book(desk.tenant, () => [postingOf(desk, account)])
        }
      }
      await load(0, 5)
      expect({ groups, depth: choice.depth }).toEqual({ groups: 0, depth: 1 })
      await load(10, 8)
      expect(groups).toBe(0)
      await load(10, 1)
      expect({ groups, depth: choice.depth, halves: choice.halves }).toEqual({
        groups: 1,
        depth: 2,
        halves: true,
      })
      // A pause of a second is no load at all, and says nothing.
      await load(1_000, 3)
      expect(groups).toBe(4)
      took = 5
      await load(1, 8)
      expect(groups).toBe(12)
      await load(1, 3)
      expect(groups).toBe(12)
    })

    it('goes beside while a commit takes long, whatever callers do', async () => {
      const { desk, store, cache } = await open()
      const { account } = await openFunded(desk, '1000.00')
      let commitMs = 9
      let groups = 0
      const beside: TimedEngine = {
        depth: 2,
        halves: true,
        get commitMs() {
          return commitMs
        },
        book: () => Promise.resolve((groups += 1, [])),
        close: () => Promise.resolve(),
      }
      let now = 0
      const choice = new PostingChoice(store, cache, beside, { now: () => now, votes: 1 })
      const one = () => choice.book(desk.tenant, () => [postingOf(desk, account)])
      now += 10
      await one()
      now += 10
      await one()
      for (let i = 0; i < 3; i++) await one()
      expect(groups).toBe(3)
      commitMs = 0.1
      await one()
      await one()
      expect(groups).toBe(4)
    })

    it('finds accounts as the other left them, however often it changes its mind', async () => {
      const { desk, store, cache } = await open()
      const { account } = await openFunded(desk, '100.00')
      const { account: other } = await openFunded(desk, '100.00')
      let now = 0
      const beside = new PostingBeside(desk.rig.env.databaseUrl, store, cache)
      const choice = new PostingChoice(store, cache, beside, { now: () => now, votes: 1 })
      const queue = new PostingQueue(choice)
      const where = { here: 0, beside: 0 }
      let paid = 0
      for (let round = 0; round < 40; round++) {
        // Two groups here, one by another unit of this thread, three beside, and so on.
        now += round % 6 < 3 ? 0 : 10
        where[choice.beside ? 'beside' : 'here'] += 1
        const postings = [account, other, account].map((from) => postingOf(desk, from))
        const answers = round % 6 === 2
          ? [await store.write((tx) => book(tx, cache, postings[0]!.draft), { lane: desk.tenant })]
          : await Promise.all(postings.map((posting) => queue.post(posting)))
        for (const answer of answers) {
          if (answer.ok) paid += 1
          else expect(answer.code).toBe('INSUFFICIENT_FUNDS')
        }
      }
      await choice.close()
      // 100.00 twice, 5.00 at a time, asked for far more often than there is money.
      expect(paid).toBe(40)
      expect(Math.min(where.here, where.beside)).toBeGreaterThan(10)
      const rows = await desk.db.selectFrom('account').select('balance')
        .where('id', 'in', [account, other]).execute()
      expect(rows).toEqual([{ balance: 0n }, { balance: 0n }])
      expect(await findings(desk.running)).toEqual([])
    })
  })
})
