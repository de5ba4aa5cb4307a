import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import { eachEngine } from '../../rig/engines.ts'
import { calendarRow } from '../../support/calendar.ts'
import { endDay, passDays } from '../../support/day-end.ts'
import { dataOf, errorCodes } from '../../support/graph.ts'
import { type LedgerDesk, openFunded } from '../../support/ledger.ts'
import { newKey } from '../../support/orders.ts'
import { CNY, decided, productTools } from '../../support/products.ts'
import { granted, refusal } from '../../support/rig.ts'

eachEngine((engine) => {
  const { newDesk, loans, contractOf, instalments, grant, reconciled } = productTools(engine)
  const rule = (desk: LedgerDesk, name: string) =>
    decided(desk, 'due-day.loan', {
      kind: 'DUE_DAY',
      rows: [{ dimensions: {}, from: '2026-01-01', value: { rule: name } }],
    })
  const dueDays = async (desk: LedgerDesk, id: string) =>
    (await instalments(desk, id)).map((row) => row.due_on)
  const loan = async (desk: LedgerDesk, change: object = {}) => {
    const { account } = await openFunded(desk, '1000.00')
    return await grant(desk, account, { method: 'EQUAL_PRINCIPAL', periods: 3, ...change })
  }

  describe('due days of a loan', () => {
    it('stay by the rule that is shipped, and move by the product’s', async () => {
      const desk = await newDesk()
      // 23 January 2027 is a Saturday.
      const agreed = ['2026-12-23', '2027-01-23', '2027-02-23']
      const before = await loan(desk)
      expect(await dueDays(desk, before)).toEqual(agreed)
      await rule(desk, 'FOLLOWING')
      const after = await loan(desk)
      expect(await dueDays(desk, after)).toEqual(agreed.with(1, '2027-01-25'))
      expect(await contractOf(desk, after)).toMatchObject({ due_day: 'FOLLOWING' })
      // What was agreed before stays, in a new schedule too.
      for (const id of [before, after]) {
        granted(
          await loans(desk).prepayLoan({
            idempotencyKey: newKey(),
            contract: id,
            amount: CNY('1000.00'),
            how: 'LOWER',
          }),
        )
      }
      expect(await dueDays(desk, before)).toEqual(agreed)
      expect(await dueDays(desk, after)).toEqual(agreed.with(1, '2027-01-25'))
    })

    it(
      'move once a holiday is entered that the schedule did not know, and only then are collected',
      async () => {
        const desk = await newDesk()
        await rule(desk, 'FOLLOWING')
        const id = await loan(desk, { periods: 1 })
        expect(await dueDays(desk, id)).toEqual(['2026-12-23'])
        passDays(desk, 28)
        await decided(desk, 'calendar', {
          kind: 'CALENDAR',
          rows: [
            calendarRow('2026-12-23', '2026-12-26', 'HOLIDAY', 'made-up holiday'),
            calendarRow('2026-12-26', '2026-12-27', 'WORKING', 'made-up working Saturday'),
          ],
        })
        await endDay(desk)
        expect(await dueDays(desk, id)).toEqual(['2026-12-26'])
        expect(await contractOf(desk, id)).toMatchObject({
          matures_on: '2026-12-26',
          status: 'ACTIVE',
        })
        // The 22nd to the 25th collect nothing, and nothing is overdue by then.
        for (let days = 0; days < 4; days++) {
          passDays(desk, 1)
          await endDay(desk)
        }
        expect((await instalments(desk, id))[0]).toMatchObject({ paid_principal: 0n, penalty: 0n })
        expect(await contractOf(desk, id)).toMatchObject({ grade: 'PASS', status: 'ACTIVE' })
        passDays(desk, 1)
        await endDay(desk)
        expect(await contractOf(desk, id)).toMatchObject({ status: 'ENDED' })
        expect((await instalments(desk, id))[0]).toMatchObject({ paid_penalty: 0n })
        await reconciled(desk)
      },
      60_000,
    )

    it('go back to the day before when the rest of the month is shut, and stay there', async () => {
      const desk = await newDesk()
      await rule(desk, 'MODIFIED_FOLLOWING')
      const id = await loan(desk)
      await decided(desk, 'calendar', {
        kind: 'CALENDAR',
        rows: [calendarRow('2026-12-23', '2027-01-01', 'HOLIDAY', 'made-up holiday')],
      })
      passDays(desk, 1)
      await endDay(desk)
      // All days to the end of the month are holidays: the one before.
      const moved = ['2026-12-22', '2027-01-25', '2027-02-23']
      expect(await dueDays(desk, id)).toEqual(moved)
      passDays(desk, 1)
      await endDay(desk)
      expect(await dueDays(desk, id)).toEqual(moved)
    })
  })

  describe('the calendar in the schema', () => {
    it('tells days by what is in force, four eyes included', async () => {
      const desk = await newDesk()
      const ask = async () =>
        (await dataOf(
          ledgerSchema(),
          desk.context(desk.accountant),
          `{ calendar(from: "2026-11-27", to: "2026-11-30") { on working name } }`,
        )).calendar.map((day: { working: boolean }) => day.working)
      expect(await ask()).toEqual([true, false, false, true])
      const { parameters } = desk.context(desk.accountant).ledger
      const version = { key: 'calendar', version: 2 }
      granted(
        await parameters.propose({
          ...version,
          effectiveFrom: '2026-01-01',
          body: {
            kind: 'CALENDAR',
            rows: [calendarRow('2026-11-28', '2026-11-29', 'WORKING', 'made-up working Saturday')],
          },
        }),
      )
      expect(await ask()).toEqual([true, false, false, true])
      const approve = (by: typeof desk.accountant) =>
        desk.context(by).ledger.parameters.decide({ ...version, verdict: 'APPROVED', reason: '' })
      expect(refusal(await approve(desk.accountant))).toContain('SELF_APPROVAL')
      granted(await approve(desk.checker))
      expect(await ask()).toEqual([true, true, false, true])
    })

    it('is of no more than 400 days', async () => {
      const desk = await newDesk()
      const ask = (to: string) =>
        errorCodes(
          ledgerSchema(),
          desk.context(desk.accountant),
          `{ calendar(from: "2026-01-01", to: "${to}") { on } }`,
        )
      for (const to of ['2025-12-31', '2027-02-05']) {
        expect(await ask(to)).toEqual(['CALENDAR_RANGE'])
      }
      expect(await ask('2027-02-04')).toEqual([])
    })
  })
})
