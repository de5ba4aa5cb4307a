import { describe, expect, it, onTestFinished } from 'vitest'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { AccountCache } from '../../subgraphs/ledger/account-cache.ts'
import { book } from '../../subgraphs/ledger/book.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'
import { PostingBeside } from '../../subgraphs/ledger/posting-beside.ts'
import { PostingChoice } from '../../subgraphs/ledger/posting-choice.ts'
import { inThread, type Posting } from '../../subgraphs/ledger/posting-engine.ts'
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

/** An engine that counts its groups; each takes so many milliseconds of the clock. */
function fakeEngine(clock: { now: number }) {
  const engine = {
    depth: 2,
    halves: true,
    commitMs: 0.1,
    groupMs: 0,
    groups: 0,
    book() {
      engine.groups += 1
      clock.now += engine.groupMs
      return Promise.resolve([])
    },
    close: () => Promise.resolve(),
  }
  return engine
}

/** A choice of two such engines, whose callers come again after so many milliseconds. */
function fakeChoice(options: { votes?: number } = {}) {
  const clock = { now: 0 }
  const [here, beside] = [fakeEngine(clock), fakeEngine(clock)]
  const cache = new AccountCache({ exclusive: true })
  const choice = new PostingChoice(here, beside, cache, { now: () => clock.now, ...options })
  const load = async (pause: number, count: number) => {
    for (let i = 0; i < count; i++) {
      clock.now += pause
      await choice.book('bank', () => [])
    }
  }
  return { here, beside, choice, load }
}

describe('the choice of where a group is booked', () => {
  it('goes beside once callers take long to come again, and back once they do not', async () => {
    const { here, beside, choice, load } = fakeChoice()
    here.groupMs = beside.groupMs = 5
    await load(1, 5)
    expect([here.groups, beside.groups, choice.depth]).toEqual([5, 0, 1])
    // Eight in a row have to say so.
    await load(10, 7)
    await load(1, 1)
    await load(10, 8)
    expect([here.groups, beside.groups]).toEqual([21, 0])
    await load(10, 3)
    expect([here.groups, beside.groups]).toEqual([21, 3])
    expect([choice.depth, choice.halves]).toEqual([2, true])
    // A pause of a second is no load at all, and says nothing.
    await load(1_000, 3)
    await load(1, 8)
    expect([here.groups, beside.groups]).toEqual([21, 14])
    await load(1, 3)
    expect([here.groups, beside.groups]).toEqual([24, 14])
  })

  it('goes beside while a commit takes long, whatever callers do', async () => {
    const { here, beside, load } = fakeChoice({ votes: 1 })
    here.groupMs = beside.groupMs = 5
    here.commitMs = beside.commitMs = 9
    await load(0, 4)
    expect([here.groups, beside.groups]).toEqual([1, 3])
    here.commitMs = beside.commitMs = 0.1
    await load(0, 3)
    expect([here.groups, beside.groups]).toEqual([3, 4])
  })
})

onEngine('sqlite', (engine) => {
  const open = async () => {
    const rig = await openRig(ledger, await engine.freshUrl())
    onTestFinished(() => rig.close())
    const desk = await ledgerDesk(rig)
    const store = desk.running.store as unknown as Store<LedgerTables>
    return { desk, store, cache: new AccountCache(store) }
  }

  describe('what is booked here and beside', () => {
    it('finds accounts as the other left them, however often it changes its mind', async () => {
      const { desk, store, cache } = await open()
      const { account } = await openFunded(desk, '100.00')
      const { account: other } = await openFunded(desk, '100.00')
      let now = 0
      const beside = new PostingBeside(desk.rig.env.databaseUrl, store, cache)
      const choice = new PostingChoice(inThread(store, cache), beside, cache, {
        now: () => now,
        votes: 1,
      })
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
