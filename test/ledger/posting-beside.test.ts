import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { AccountCache } from '../../subgraphs/ledger/account-cache.ts'
import type { Draft } from '../../subgraphs/ledger/book.ts'
import { PostingBeside } from '../../subgraphs/ledger/posting-beside.ts'
import type { Posting } from '../../subgraphs/ledger/posting-engine.ts'
import { packPostings, unpackPostings } from '../../subgraphs/ledger/posting-message.ts'
import { PostingQueue } from '../../subgraphs/ledger/posting-queue.ts'
import type { LedgerTables } from '../../subgraphs/ledger/tables.ts'
import { onEngine } from '../rig/engines.ts'
import { handHead, type LedgerDesk, ledgerDesk, openFunded, placeHold } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings, granted, openRig } from '../support/rig.ts'
import { ledger } from '../../subgraphs/ledger/mod.ts'

const CNY = (amount: string) => ({ amount, currency: 'CNY' })

/** Pays out of an account in cash, by hand: together with others, in the thread. */
const payOut = (desk: LedgerDesk, account: string, amount: string) =>
  desk.commands().post({
    idempotencyKey: newKey(),
    summary: 's',
    legs: [
      { account, side: 'DEBIT', amount: CNY(amount) },
      { institution: '1001', subject: '1001', side: 'CREDIT', amount: CNY(amount) },
    ],
  })

/** A posting of 5.00 out of an account in cash, as the queue takes it. */
const postingOf = (desk: LedgerDesk, account: string, id: string): Posting => ({
  key: newKey(),
  bodyHash: 'ab',
  draft: {
    head: handHead(desk, { id }),
    legs: [
      { account, side: 'DEBIT' as const },
      { subject: '1001', side: 'CREDIT' as const },
    ].map((leg) => ({
      institution: '1001',
      subject: '',
      currency: 'CNY' as const,
      minor: 500n,
      ...leg,
    })),
    announceId: 'evt_1',
  },
})

onEngine('sqlite', (engine) => {
  const open = async () => {
    const rig = await openRig(ledger, await engine.freshUrl())
    onTestFinished(() => rig.close())
    return await ledgerDesk(rig)
  }

  describe('the thread that books', () => {
    it('knows what units of this thread did to its accounts', async () => {
      const desk = await open()
      const { account } = await openFunded(desk, '100.00')
      granted(await payOut(desk, account, '10.00'))
      const hold = await placeHold(desk, account, '80.00')
      expect(await payOut(desk, account, '20.00')).toMatchObject({ code: 'INSUFFICIENT_FUNDS' })
      granted(await desk.accounts().voidHold({ hold }))
      granted(await payOut(desk, account, '20.00'))
      granted(await desk.accounts().setStatus({ account, status: 'STOPPED', reason: 'r' }))
      expect(await payOut(desk, account, '1.00')).toMatchObject({ code: 'ACCOUNT_STOPPED' })
      granted(await desk.accounts().setStatus({ account, status: 'OPEN', reason: 'r' }))
      granted(await payOut(desk, account, '70.00'))
      expect(await findings(desk.running)).toEqual([])
    })

    it('answers the voucher as the books have it', async () => {
      const desk = await open()
      const { account } = await openFunded(desk, '100.00')
      const posted = granted(await payOut(desk, account, '10.00'))
      const [row] = await desk.db.selectFrom('voucher').selectAll().where('id', '=', posted.id)
        .execute()
      const plain = (voucher: typeof posted) => ({
        ...voucher,
        hash: Buffer.from(voucher.hash).toString('hex'),
        body_hash: Buffer.from(voucher.body_hash!).toString('hex'),
      })
      expect(plain(posted)).toEqual(plain(row!))
    })

    it('takes turns with units of this thread, whoever comes first', async () => {
      const desk = await open()
      const { account } = await openFunded(desk, '1000.00')
      await Promise.all(Array.from({ length: 60 }, async (_, i) => {
        if (i % 3 === 0) await placeHold(desk, account, '1.00')
        else granted(await payOut(desk, account, '1.00'))
      }))
      const row = await desk.db.selectFrom('account').select(['balance', 'held'])
        .where('id', '=', account).executeTakeFirstOrThrow()
      expect(row).toEqual({ balance: -96_000n, held: 2_000n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('makes room for a unit of this thread though a group follows each', async () => {
      const desk = await open()
      const { account } = await openFunded(desk, '100.00')
      const store = desk.running.store as unknown as Store<LedgerTables>
      const cache = new AccountCache(store)
      const beside = new PostingBeside(desk.rig.env.databaseUrl, store, cache)
      let groups = 0
      let metAt: number | undefined
      const next = () => {
        groups += 1
        const group = [postingOf(desk, account, `vch_${groups}`)]
        return beside.book(desk.tenant, () => {
          began()
          return group
        })
      }
      let began!: () => void
      const first = new Promise<void>((resolve) => began = resolve)
      let before = next()
      await first
      let unit: Promise<unknown> | undefined
      while (metAt === undefined && groups < 200) {
        // From here on one group is always under way: a turn of theirs would never end.
        if (groups === 20) unit = store.write(() => Promise.resolve()).then(() => metAt = groups)
        const after = next()
        await before
        before = after
      }
      await Promise.all([before, unit])
      await beside.close()
      expect(metAt).toBeLessThan(30)
    })

    it('books once what is asked again while the group before is not answered', async () => {
      const desk = await open()
      const { account } = await openFunded(desk, '100.00')
      const asked = Array.from({ length: 12 }, () => newKey())
      const pay = (idempotencyKey: string) =>
        desk.commands().post({
          idempotencyKey,
          summary: 's',
          legs: [
            { account, side: 'DEBIT', amount: CNY('1.00') },
            { institution: '1001', subject: '1001', side: 'CREDIT', amount: CNY('1.00') },
          ],
        })
      // In every order of the halves: a key may be in the group that is booked and in the next one.
      const answers = await Promise.all([...asked, ...asked.toReversed(), ...asked].map(pay))
      const ids = new Set(answers.map((answer) => granted(answer).id))
      expect(ids.size).toBe(12)
      expect(await desk.balances()).toMatchObject({ '1001 1001 CNY': 8_800n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('leaves the outcome open when it dies, and another takes its place', async () => {
      const desk = await open()
      const { account } = await openFunded(desk, '100.00')
      const store = desk.running.store as unknown as Store<LedgerTables>
      const beside = new PostingBeside(
        desk.rig.env.databaseUrl,
        store,
        new AccountCache(store),
        new URL('./dying-thread.ts', import.meta.url),
      )
      const queue = new PostingQueue(beside)
      for (const id of ['vch_1', 'vch_2']) {
        await expect(queue.post(postingOf(desk, account, id))).rejects.toMatchObject({
          code: 'outcome_unknown',
        })
      }
      // Asked for at once: the end of the thread before must not pass for that of this one.
      granted(await queue.post(postingOf(desk, account, 'vch_3')))
      await beside.close()
      await expect(queue.post(postingOf(desk, account, 'vch_4'))).rejects.toMatchObject({
        code: 'closed',
      })
      expect(await desk.balances()).toMatchObject({ '1001 1001 CNY': 9_500n })
      expect(await findings(desk.running)).toEqual([])
    })
  })
})

describe('a posting that is sent to the thread', () => {
  it('arrives as it was, whatever is in it', () => {
    const text = fc.string()
    const maybe = fc.option(text)
    const leg = fc.record({
      institution: text,
      subject: text,
      currency: fc.constant('CNY'),
      side: fc.constantFrom('DEBIT', 'CREDIT'),
      minor: fc.bigInt(),
      account: text,
      suspense: text,
    }, { requiredKeys: ['institution', 'subject', 'currency', 'side', 'minor'] })
    const head = fc.record({
      tenant: fc.constant('bank'),
      id: text,
      kind: fc.constant('MANUAL'),
      serial: maybe,
      eventId: maybe,
      eventType: maybe,
      eventHash: maybe,
      ruleVersion: fc.option(fc.bigInt()),
      reverses: maybe,
      bookingOn: text,
      valueOn: text,
      recordedAt: text,
      postedBy: text,
      summary: text,
      hold: text,
      channel: text,
    }, {
      requiredKeys: [
        ...['tenant', 'id', 'kind', 'serial', 'eventId', 'eventType', 'eventHash', 'ruleVersion'],
        ...['reverses', 'bookingOn', 'valueOn', 'recordedAt', 'postedBy', 'summary'],
      ] as never[],
    })
    const drafts = fc.record({
      head,
      legs: fc.array(leg),
      announceId: text,
      red: fc.boolean(),
      ofEndingDay: fc.boolean(),
      reversedKind: fc.constant('MANUAL'),
      freed: fc.constant(new Map([['acc_1', 5n]])),
      trace: text,
    }, { requiredKeys: ['head', 'legs', 'announceId'] }) as unknown as fc.Arbitrary<Draft>
    fc.assert(fc.property(text, text, drafts, (key, bodyHash, draft) => {
      const posting = { key, bodyHash, draft }
      const sent = structuredClone(packPostings([posting, posting]))
      expect(unpackPostings('bank', sent)).toEqual([posting, posting])
    }))
  })
})
