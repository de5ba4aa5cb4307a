import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import { eachEngine } from '../../rig/engines.ts'
import { endDay, passDays } from '../../support/day-end.ts'
import { dataOf } from '../../support/graph.ts'
import { type LedgerDesk, openFunded } from '../../support/ledger.ts'
import { newKey } from '../../support/orders.ts'
import { productTools } from '../../support/products.ts'
import { findings, granted, refusal } from '../../support/rig.ts'

eachEngine((engine) => {
  const { newDesk, loans, contractOf, instalments, gl, grant, cash, events, reconciled } =
    productTools(engine)
  const nextDay = async (desk: LedgerDesk) => {
    await endDay(desk)
    passDays(desk, 1)
  }
  const repay = (desk: LedgerDesk, contract: string) =>
    loans(desk).repayLoan({ idempotencyKey: newKey(), contract })
  /** 12,000.00 at 3.60% in three parts, spent; the first part is due on 23 December. */
  const overdue = async (desk: LedgerDesk, days: number) => {
    const { account } = await openFunded(desk, '0')
    const id = await grant(desk, account, { periods: 3, method: 'EQUAL_PRINCIPAL' })
    await cash(desk, account, '-12000.00')
    passDays(desk, 30 + days)
    return { id, account }
  }

  describe('penalty on an overdue loan', () => {
    it('is booked each day, rounded once: what was rounded away is carried on', async () => {
      const desk = await newDesk()
      const { id } = await overdue(desk, 2)
      // 4,036.00 at 3.60% × 1.5 are 0.6054 a day: 1.2108 after two, 1.8162 after three, 2.4216.
      for (const booked of [121n, 182n, 242n]) {
        await nextDay(desk)
        expect(await contractOf(desk, id)).toMatchObject({
          penalty_posted: booked,
          penalty_off: 0n,
        })
      }
      expect(await events(desk, 'loan.penalty-accrued'))
        .toEqual([{ penalty: '1.21' }, { penalty: '0.61' }, { penalty: '0.60' }])
      const [first, second] = await instalments(desk, id)
      // 0.16 fen in units of accrual: a fen is 360 × 10¹⁰ of them.
      expect(first).toMatchObject({ penalty: 242n, penalty_rest: 576_000_000_000n })
      expect(second).toMatchObject({ penalty: 0n, penalty_rest: 0n })
      await reconciled(desk)
    })

    it('is not booked again when the end of a day is run again', async () => {
      const desk = await newDesk()
      const { id } = await overdue(desk, 2)
      await endDay(desk)
      const before = [await contractOf(desk, id), await instalments(desk, id), await desk.counts()]
      await desk.rig.running.store.write(async (tx) => {
        await (tx as never as typeof desk.db).updateTable('business_day')
          .set({ state: 'ENDING', report: null }).where('tenant_id', '=', desk.tenant)
          .where('on_date', '=', '2026-12-25').execute()
      }, { lane: desk.tenant })
      await endDay(desk)
      expect([await contractOf(desk, id), await instalments(desk, id), await desk.counts()])
        .toEqual(before)
    })

    it('is settled first, from what was booked, that of the day of payment included', async () => {
      const desk = await newDesk()
      const { id, account } = await overdue(desk, 2)
      await nextDay(desk)
      await cash(desk, account, '20.00')
      granted(await repay(desk, id))
      expect(await events(desk, 'loan.penalty-accrued'))
        .toEqual([{ penalty: '1.21' }, { penalty: '0.61' }])
      expect(await events(desk, 'loan.repaid')).toEqual([
        { principal: '0.00', interest: '18.18', penalty: '1.82', income: '0.00', noted: '0.00' },
      ])
      expect((await instalments(desk, id))[0])
        .toMatchObject({ paid_penalty: 182n, paid_interest: 1818n, paid_principal: 0n })
      expect(await contractOf(desk, id)).toMatchObject({ penalty_posted: 0n })
      await reconciled(desk)
      // From here on 4,017.82 are overdue: 0.602673 a day on top of 1.8162, of which 1.82 is paid.
      await nextDay(desk)
      expect(await contractOf(desk, id)).toMatchObject({ penalty_posted: 0n })
      await nextDay(desk)
      expect(await contractOf(desk, id)).toMatchObject({ penalty_posted: 60n })
      await reconciled(desk)
    })

    it('is paid twice on one day, a part of it each time', async () => {
      const desk = await newDesk()
      const { id, account } = await overdue(desk, 10)
      for (const paid of ['0.10', '0.20']) {
        await cash(desk, account, paid)
        granted(await repay(desk, id))
      }
      expect((await events(desk, 'loan.repaid')).map(({ penalty }) => penalty))
        .toEqual(['0.10', '0.20'])
      expect((await instalments(desk, id))[0]).toMatchObject({ paid_penalty: 30n })
      expect(refusal(await repay(desk, id))).toBe('INSUFFICIENT_FUNDS /contract')
      await reconciled(desk)
    })

    it('of a loan that bears no income any more is noted off the balance sheet, and is income when it is paid', async () => {
      const desk = await newDesk()
      const { id, account } = await overdue(desk, 91)
      await nextDay(desk)
      // 91 days at 0.6054 a day, 60 at 0.6036 (of 4,024.00), 29 at 0.6018: 55.09, 36.22 and 17.45.
      expect(await contractOf(desk, id))
        .toMatchObject({ grade: 'SUBSTANDARD', penalty_posted: 0n, penalty_off: 10_876n })
      expect(await gl(desk, '6011'), 'no income of it is left').toBe(0n)
      await nextDay(desk)
      expect((await events(desk, 'loan.penalty-noted')).length).toBe(1)
      await reconciled(desk)
      const before = await contractOf(desk, id)
      await cash(desk, account, '10.00')
      granted(await repay(desk, id))
      expect(await gl(desk, '6011')).toBe(-1_000n)
      const after = await contractOf(desk, id)
      // A day more was noted first: from 55.70, 36.82 and 18.05 to 56.30, 37.42 and 18.66.
      expect(after.penalty_off - before.penalty_off).toBe(181n - 1_000n)
      await reconciled(desk)
      await cash(desk, account, '20000.00')
      await nextDay(desk)
      expect(await contractOf(desk, id))
        .toMatchObject({ status: 'ENDED', grade: 'PASS', penalty_posted: 0n, penalty_off: 0n })
      await reconciled(desk)
    })

    it('that the books and the instalments tell apart is found', async () => {
      const desk = await newDesk()
      const { id } = await overdue(desk, 3)
      await nextDay(desk)
      // 1.82, of which 1.81 are whole and the rest is rounded up.
      expect((await instalments(desk, id))[0]).toMatchObject({ penalty: 181n })
      expect(await findings(desk.running)).toEqual([])
      await desk.rig.running.store.write(
        (tx) =>
          (tx as never as typeof desk.db).updateTable('contract').set({ penalty_posted: 181n })
            .where('tenant_id', '=', desk.tenant).execute(),
        { lane: desk.tenant },
      )
      expect(await findings(desk.running)).toEqual([`PENALTY_WRONG ${id}`])
    })

    it('is shown: what is owed by today, and what of it is booked', async () => {
      const desk = await newDesk()
      const { id } = await overdue(desk, 2)
      await nextDay(desk)
      const { contract } = await dataOf(
        ledgerSchema(),
        desk.context(desk.accountant),
        `query ($id: ID!) { contract(id: $id) {
          accruedPenalty { amount } offBalancePenalty { amount } instalments { penalty { amount } }
        } }`,
        { id },
      )
      expect(contract).toEqual({
        accruedPenalty: { amount: '1.21' },
        offBalancePenalty: { amount: '0.00' },
        instalments: ['1.82', '0.00', '0.00'].map((amount) => ({ penalty: { amount } })),
      })
    })
  })
})
