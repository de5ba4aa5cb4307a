import { describe, expect, it } from 'vitest'
import { refuse } from '../../subgraphs/kernel/result.ts'
import { StoreError } from '../../subgraphs/kernel/store.ts'
import { AccountCache, type AccountOverlay } from '../../subgraphs/ledger/account-cache.ts'
import type { LedgerTables } from '../../subgraphs/ledger/tables.ts'
import { book, type Draft } from '../../subgraphs/ledger/book.ts'
import { inThread } from '../../subgraphs/ledger/posting-engine.ts'
import { PostingQueue } from '../../subgraphs/ledger/posting-queue.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { onEngine } from '../rig/engines.ts'
import { handHead, type LedgerDesk, ledgerDesks } from '../support/ledger.ts'
import { findings, granted } from '../support/rig.ts'

onEngine('sqlite', (engine) => {
  const newDesk = ledgerDesks(engine)

  const draft = (desk: LedgerDesk, minor: bigint, from = '4001'): Draft => ({
    head: handHead(desk),
    legs: [
      { institution: '1001', subject: '1001', currency: 'CNY', side: 'DEBIT', minor },
      { institution: '1001', subject: from, currency: 'CNY', side: 'CREDIT', minor },
    ],
    announceId: desk.rig.ports.ids.next('evt'),
  })
  const posting = (desk: LedgerDesk, minor: bigint) => {
    const made = draft(desk, minor)
    return { key: made.head.id, bodyHash: 'ab', draft: made }
  }
  const works = (desk: LedgerDesk) => {
    const store = desk.running.store as unknown as Store<LedgerTables>
    const cache = new AccountCache(store)
    return { store, cache, queue: new PostingQueue(inThread(store, cache)) }
  }

  describe('accounts in memory', () => {
    it('forget what a unit of the same commit did that was undone', async () => {
      const desk = await newDesk()
      const { store, cache, queue } = works(desk)
      granted(await queue.post(posting(desk, 100n)))
      const undone = (why: () => unknown) =>
        store.write(async (tx) => {
          granted(await book(tx, cache, draft(desk, 5_000n)))
          granted(await book(tx, cache, draft(desk, 70n, '1002')))
          return why()
        }, { lane: desk.tenant }).catch(() => {})
      await Promise.all([
        queue.post(posting(desk, 1n)),
        undone(() => refuse('NO', 'Not today.')),
        store.write((tx) => book(tx, cache, draft(desk, 10n)), { lane: desk.tenant }),
        undone(() => {
          throw new StoreError('failed', 'disk')
        }),
        store.write((tx) => book(tx, cache, draft(desk, 20n)), { lane: desk.tenant }),
      ])
      granted(await queue.post(posting(desk, 2n)))
      expect(await desk.balances()).toEqual({ '1001 1001 CNY': 133n, '1001 4001 CNY': -133n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('are read again when others have written since', async () => {
      const desk = await newDesk()
      const { store, cache, queue } = works(desk)
      granted(await queue.post(posting(desk, 100n)))
      // Not reported to the cache: whoever books outside the queue need not know of it.
      granted(await store.write((tx) => book(tx, cache, draft(desk, 10n)), { lane: desk.tenant }))
      granted(await queue.post(posting(desk, 1n)))
      expect(await desk.balances()).toEqual({ '1001 1001 CNY': 111n, '1001 4001 CNY': -111n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('are not kept while a group is written elsewhere', async () => {
      const desk = await newDesk()
      const { cache, queue } = works(desk)
      const other = works(desk)
      granted(await queue.post(posting(desk, 100n)))
      cache.beginElsewhere()
      // Committed before the other's, and heard of while the other's is on its way.
      granted(await queue.post(posting(desk, 10n)))
      granted(await other.queue.post(posting(desk, 1n)))
      cache.endElsewhere()
      granted(await queue.post(posting(desk, 2n)))
      expect(await desk.balances()).toEqual({ '1001 1001 CNY': 113n, '1001 4001 CNY': -113n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('are not kept from a group that came before another', async () => {
      const desk = await newDesk()
      const { store, cache, queue } = works(desk)
      const overlays: AccountOverlay[] = []
      const seen = (minor: bigint) =>
        store.write((tx) => {
          overlays.push(cache.of(tx))
          return book(tx, cache, draft(desk, minor))
        }, { lane: desk.tenant })
      granted(await seen(100n))
      granted(await seen(10n))
      // The first group's view comes too late.
      cache.keep(overlays[0]!)
      granted(await queue.post(posting(desk, 1n)))
      expect(await desk.balances()).toEqual({ '1001 1001 CNY': 111n, '1001 4001 CNY': -111n })
      expect(await findings(desk.running)).toEqual([])
    })
  })
})
