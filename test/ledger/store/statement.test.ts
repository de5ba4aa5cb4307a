import { describe, expect, it } from 'vitest'
import type { Store } from '../../../subgraphs/kernel/store.ts'
import { type LocalDate, plusDays } from '../../../subgraphs/kernel/time.ts'
import { AccountCache } from '../../../subgraphs/ledger/account-cache.ts'
import { bookAll, type Draft } from '../../../subgraphs/ledger/book.ts'
import { entriesBetween } from '../../../subgraphs/ledger/store/statement.ts'
import type { LedgerTables } from '../../../subgraphs/ledger/tables.ts'
import { eachEngine } from '../../rig/engines.ts'
import { handHead, type LedgerDesk, openFunded, ownLedgerDesks } from '../../support/ledger.ts'
import { granted } from '../../support/rig.ts'

const FIRST = '2026-01-05'

/** 5.00 out of an account in cash, booked on a day, by a person or by the end of that day. */
function draftOf(
  desk: LedgerDesk,
  account: string,
  bookingOn: LocalDate,
  byDayEnd: boolean,
): Draft {
  const leg = { institution: '1001', subject: '', currency: 'CNY' as const, minor: 500n }
  return {
    head: handHead(desk, { kind: byDayEnd ? 'PRODUCT' : 'MANUAL', bookingOn, summary: bookingOn }),
    legs: [{ ...leg, account, side: 'DEBIT' }, { ...leg, subject: '1001', side: 'CREDIT' }],
    announceId: desk.rig.ports.ids.next('evt'),
  }
}

/** Thirty days of 45 entries; of each, some come after the first of the next day. */
function bookings(): { on: LocalDate; byDayEnd: boolean }[] {
  const all: { on: LocalDate; byDayEnd: boolean }[] = []
  for (let day = 0; day < 30; day++) {
    const [before, on] = [plusDays(FIRST, day - 1), plusDays(FIRST, day)]
    for (let i = 0; i < 42; i++) {
      all.push({ on, byDayEnd: false })
      // Drafted before midnight, booked after it; and the end of the day before, hours later.
      if (i === 1 && day > 0) all.push({ on: before, byDayEnd: false })
      if (i === 20 && day > 0) {
        all.push({ on: before, byDayEnd: true }, { on: before, byDayEnd: true })
      }
    }
  }
  return all
}

eachEngine((engine) => {
  const newDesk = ownLedgerDesks(engine)

  describe('the entries of a period', () => {
    it('are those booked in it and no others, in booking order, however far back they are', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '100000.00')
      const store = desk.running.store as unknown as Store<LedgerTables>
      const cache = new AccountCache(store)
      const booked = bookings()
      for (let at = 0; at < booked.length; at += 200) {
        const drafts = booked.slice(at, at + 200).map(({ on, byDayEnd }) =>
          draftOf(desk, account, on, byDayEnd)
        )
        const done = await store.write(
          (tx) => bookAll(tx, cache, desk.tenant, drafts),
          { lane: desk.tenant },
        )
        for (const one of done) granted(one)
      }
      for (const day of [-1, 0, 1, 2, 14, 29, 30]) {
        for (const length of [0, 1, 12]) {
          const range = { from: plusDays(FIRST, day), to: plusDays(FIRST, day + length) }
          const rows = await entriesBetween(desk.db, desk.tenant, account, {
            ...range,
            limit: 5000,
          })
          const wanted = booked.filter(({ on }) => on >= range.from && on <= range.to)
          expect(rows.map((row) => row.booking_on)).toEqual(wanted.map(({ on }) => on))
        }
      }
    })

    it('are told to be too many as soon as one more is found', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '100.00')
      const store = desk.running.store as unknown as Store<LedgerTables>
      const drafts = Array.from({ length: 5 }, () => draftOf(desk, account, FIRST, false))
      await store.write(
        (tx) => bookAll(tx, new AccountCache(store), desk.tenant, drafts),
        { lane: desk.tenant },
      )
      const range = { from: FIRST, to: FIRST }
      const counts = []
      for (const limit of [3, 4, 5, 6]) {
        const rows = await entriesBetween(desk.db, desk.tenant, account, { ...range, limit })
        counts.push(rows.length)
      }
      expect(counts).toEqual([4, 5, 5, 5])
    })
  })
})
