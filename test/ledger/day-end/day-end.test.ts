import { parse, subscribe } from 'graphql'
import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import type { DayEndProgress } from '../../../subgraphs/ledger/day-end/job.ts'
import { eachEngine } from '../../rig/engines.ts'
import { endDay, endDaysUntil, tryEndDay } from '../../support/day-end.ts'
import { dataOf } from '../../support/graph.ts'
import { type LedgerDesk, openFunded, ownLedgerDesks } from '../../support/ledger.ts'
import { newKey } from '../../support/orders.ts'
import { findings, granted, refusal } from '../../support/rig.ts'

const CNY = (amount: string) => ({ amount, currency: 'CNY' })

eachEngine((engine) => {
  const newDesk = ownLedgerDesks(engine)
  const schema = ledgerSchema()
  const deposits = (desk: LedgerDesk) => desk.context(desk.accountant).ledger.deposits
  const tally = (job: { progress: unknown }) => (job.progress as DayEndProgress).tally
  const bear = async (desk: LedgerDesk, account: string) =>
    granted(await deposits(desk).bearInterest({ account, rateKey: 'rate.deposit.demand' }))
  const move = (desk: LedgerDesk, account: string, amount: string, valueOn?: string) =>
    desk.commands().postVoucher({
      idempotencyKey: newKey(),
      summary: 's',
      valueOn,
      legs: [
        { institution: '1001', subject: '1001', side: 'DEBIT', amount: CNY(amount) },
        { account, side: 'CREDIT', amount: CNY(amount) },
      ],
    })
  const balance = async (desk: LedgerDesk, subject: string) =>
    (await desk.balances())[`1001 ${subject} CNY`] ?? 0n
  const days = (desk: LedgerDesk) =>
    desk.db.selectFrom('business_day').select(['on_date', 'state'])
      .where('tenant_id', '=', desk.tenant).orderBy('on_date').execute()
  const counts = async (desk: LedgerDesk) => {
    const { voucher, entry, accounting_event } = await desk.counts()
    return { voucher, entry, accounting_event }
  }

  describe('the end of a day', () => {
    it('closes it with a report, while entries go on under the next day', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '36000.00')
      await bear(desk, account)
      const job = await endDay(desk)
      expect(await days(desk)).toEqual([
        { on_date: '2026-11-23', state: 'CLOSED' },
        { on_date: '2026-11-24', state: 'OPEN' },
      ])
      // 36,000.00 at 0.35% for a day, by a 360th: 0.35.
      expect(tally(job)).toEqual({
        'accounts accrued': '1',
        'deposit.interest-accrued 1001 CNY': '35',
      })
      expect([await balance(desk, '6411'), await balance(desk, '2231')]).toEqual([35n, -35n])
      const id = granted(await move(desk, account, '1.00'))
      const { booking_on, value_on } = await desk.db.selectFrom('voucher').selectAll()
        .where('tenant_id', '=', desk.tenant).where('id', '=', id).executeTakeFirstOrThrow()
      expect({ booking_on, value_on }).toEqual({ booking_on: '2026-11-24', value_on: '2026-11-24' })
      expect(await findings(desk.running)).toEqual([])
    })

    it('has events of orders posted on the open day, by the rule of that day', async () => {
      const desk = await newDesk()
      await endDay(desk)
      granted(
        await desk.commands().proposeRule({
          event: 'supplier-payment.approved',
          version: 2,
          effectiveFrom: '2026-11-24',
          body: {
            legs: [
              { side: 'DEBIT', subject: '660299', component: 'amount' },
              { side: 'CREDIT', subject: '1003', component: 'amount' },
            ],
          },
        }),
      )
      granted(
        await desk.commands(desk.checker).decideRule({
          event: 'supplier-payment.approved',
          version: 2,
          verdict: 'APPROVED',
          reason: '',
        }),
      )
      const { serial } = await desk.approve()
      expect(await desk.voucherOf(serial))
        .toMatchObject({ booking_on: '2026-11-24', rule_version: 2n })
    })

    it('accrues what was there by the end of the day, not what came after the cut', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '36000.00')
      await bear(desk, account)
      const ending = tryEndDay(desk)
      await move(desk, account, '36000.00')
      await ending
      // Whether it came before or after the cut, it earns from its own booking date on.
      const [{ booking_on }] = await desk.db.selectFrom('voucher').select('booking_on')
        .where('tenant_id', '=', desk.tenant).where('kind', '=', 'MANUAL').orderBy('id', 'desc')
        .limit(1).execute() as [{ booking_on: string }]
      expect(await balance(desk, '2231')).toBe(booking_on === '2026-11-23' ? -70n : -35n)
      expect(await findings(desk.running)).toEqual([])
    })

    it('that is run again does nothing a second time', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '36000.00')
      await bear(desk, account)
      await endDay(desk)
      const before = await counts(desk)
      // As if the process had died before the day was closed and its job were lost.
      await desk.rig.running.store.write(async (tx) => {
        await (tx as never as typeof desk.db).updateTable('business_day')
          .set({ state: 'ENDING', report: null }).where('tenant_id', '=', desk.tenant)
          .where('on_date', '=', '2026-11-23').execute()
      }, { lane: desk.tenant })
      const again = await endDay(desk)
      expect(tally(again)).toEqual({})
      expect(await counts(desk)).toEqual(before)
      expect((await days(desk)).map((day) => day.state)).toEqual(['CLOSED', 'OPEN'])
    })

    it('goes on where it was stopped, once what stopped it is mended', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '36000.00')
      await bear(desk, account)
      granted(await desk.commands().closePeriod('2026-11'))
      const stopped = await tryEndDay(desk)
      expect(stopped).toMatchObject({ state: 'FAILED' })
      expect(stopped.error).toContain('PERIOD_CLOSED')
      expect((await days(desk)).map((day) => day.state)).toEqual(['ENDING', 'OPEN'])
      granted(await desk.commands().reopenPeriod('2026-11'))
      await endDay(desk)
      expect(await balance(desk, '2231')).toBe(-35n)
      expect((await days(desk)).map((day) => day.state)).toEqual(['CLOSED', 'OPEN'])
    })

    it('tells in a dry run what it would do, and does nothing', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '36000.00')
      await bear(desk, account)
      const before = await counts(desk)
      const dry = await endDay(desk, true)
      expect(tally(dry)).toEqual({
        'accounts accrued': '1',
        'deposit.interest-accrued 1001 CNY': '35',
      })
      expect(await counts(desk)).toEqual(before)
      expect(await days(desk)).toEqual([])
      expect(tally(await endDay(desk))).toEqual(tally(dry))
    })

    it('of a day that has not begun is refused', async () => {
      const desk = await newDesk()
      await endDay(desk)
      const { days } = desk.context(desk.accountant).ledger
      expect(refusal(await days.endDay({ dryRun: false }))).toBe('DAY_AHEAD /')
    })

    it('does not close when the general ledger is not the sum of its accounts', async () => {
      const desk = await newDesk()
      await openFunded(desk, '1.00')
      await desk.rig.running.store.write(async (tx) => {
        await (tx as never as typeof desk.db).updateTable('general_day').set({ debit: 7n })
          .where('tenant_id', '=', desk.tenant).where('subject', '=', '1001').execute()
      }, { lane: desk.tenant })
      const job = await tryEndDay(desk)
      expect(job).toMatchObject({ state: 'FAILED', error: 'TOTALS_DIFFER: 1001 1001 CNY' })
    })

    it('ends holds whose time has come', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '10.00')
      granted(
        await desk.accounts().placeHold({
          idempotencyKey: newKey(),
          account,
          amount: CNY('5'),
          reference: 'r',
          expiresAt: '2026-11-23T05:00:00.000Z',
        }),
      )
      desk.rig.ports.advance(3_600_000)
      expect(tally(await endDay(desk))).toEqual({ 'holds expired': '1' })
    })
  })

  describe('interest of a demand deposit', () => {
    it('is paid out after the 20th of the quarter, to the fen, and begins anew', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '10000.00')
      await bear(desk, account)
      await endDaysUntil(desk, '2026-12-20')
      const before = await balance(desk, '2231')
      await endDay(desk)
      // 28 days, 23 November to 20 December: 10,000.00 × 0.35% × 28 / 360 = 2.72.
      expect(before).toBe(-263n)
      const row = await desk.db.selectFrom('account').selectAll().where(
        'tenant_id',
        '=',
        desk.tenant,
      )
        .where('id', '=', account).executeTakeFirstOrThrow()
      expect(row.balance).toBe(-1_000_272n)
      expect(await balance(desk, '2231')).toBe(0n)
      const paid = await desk.db.selectFrom('voucher').selectAll().where(
        'tenant_id',
        '=',
        desk.tenant,
      )
        .where('event_type', '=', 'deposit.interest-settled').executeTakeFirstOrThrow()
      expect(paid).toMatchObject({ booking_on: '2026-12-21', kind: 'PRODUCT', rule_version: 1n })
      expect(await findings(desk.running)).toEqual([])
    }, 60_000)

    it('of a change that counts from an earlier day is recomputed, and the difference is today’s', async () => {
      const [late, early] = [await newDesk(), await newDesk()]
      for (const desk of [late, early]) {
        const { account } = await openFunded(desk, '100000.00')
        await bear(desk, account)
        if (desk === early) granted(await move(desk, account, '50000.00'))
        for (let i = 0; i < 5; i++) {
          await endDay(desk)
          desk.rig.ports.advance(86_400_000)
        }
        if (desk === late) granted(await move(desk, account, '50000.00', '2026-11-23'))
        await endDay(desk)
        expect(await findings(desk.running)).toEqual([])
      }
      expect(await balance(late, '2231')).toBe(await balance(early, '2231'))
      // 150,000.00 × 0.35% × 6 / 360 = 8.75.
      expect(await balance(late, '2231')).toBe(-875n)
    })
  })

  describe('in the schema', () => {
    it('a day is ended, watched and shown, with the statements over it', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '36000.00')
      await bear(desk, account)
      const asked = await dataOf(
        schema,
        desk.context(desk.accountant),
        `mutation { endDay(input: { dryRun: false }) { ... on DayEnd { id on state } } }`,
      )
      expect(asked.endDay).toMatchObject({ on: '2026-11-23' })
      for await (
        const _ of desk.context(desk.accountant).ledger.jobs.watch(
          desk.tenant,
          asked.endDay.id,
        )
      );
      const answer = await dataOf(
        schema,
        desk.context(desk.accountant),
        `query ($id: ID!) {
          dayEnd(id: $id) { state step report error }
          businessDays { edges { node { on state report } } }
          balanceSheet(on: "2026-11-23") {
            assets { amount } liabilities { amount } equity { amount } profit { amount } balanced
          }
          incomeStatement(from: "2026-11-01", to: "2026-11-30", institution: "1001") {
            income { amount } expense { amount } profit { amount }
          }
          other: incomeStatement(from: "2026-11-01", to: "2026-11-30", institution: "1002") {
            profit { amount }
          }
        }`,
        { id: asked.endDay.id },
      )
      const report = { 'accounts accrued': '1', 'deposit.interest-accrued 1001 CNY': '35' }
      expect(answer).toEqual({
        dayEnd: { state: 'DONE', step: 'close', report, error: null },
        businessDays: {
          edges: [
            { node: { on: '2026-11-24', state: 'OPEN', report: null } },
            { node: { on: '2026-11-23', state: 'CLOSED', report } },
          ],
        },
        balanceSheet: [{
          assets: { amount: '36000.00' },
          liabilities: { amount: '36000.35' },
          equity: { amount: '0.00' },
          profit: { amount: '-0.35' },
          balanced: true,
        }],
        incomeStatement: [{
          income: { amount: '0.00' },
          expense: { amount: '0.35' },
          profit: { amount: '-0.35' },
        }],
        other: [],
      })
    })

    it('its progress is told page by page, and of a job of nobody nothing', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '36000.00')
      await bear(desk, account)
      const context = desk.context(desk.accountant)
      const id = granted(await context.ledger.days.endDay({ dryRun: false }))
      const watch = (of: string) =>
        subscribe({
          schema,
          document: parse(`subscription { dayEndProgress(id: "${of}") { state step } }`),
          contextValue: context,
        })
      const told: unknown[] = []
      const results = await watch(id)
      if (!(Symbol.asyncIterator in results)) expect.fail(JSON.stringify(results))
      for await (const { data } of results) told.push(data!.dayEndProgress)
      expect(told.at(-1)).toEqual({ state: 'DONE', step: 'close' })
      expect(await watch('job_none')).toMatchObject({
        errors: [{ extensions: { code: 'DAY_END_UNKNOWN' } }],
      })
    })
  })
})
