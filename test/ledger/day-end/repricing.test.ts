import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import { eachEngine } from '../../rig/engines.ts'
import { endDay, passDays } from '../../support/day-end.ts'
import { dataOf } from '../../support/graph.ts'
import { type LedgerDesk, openFunded } from '../../support/ledger.ts'
import { newKey } from '../../support/orders.ts'
import { CNY, decided, productTools } from '../../support/products.ts'
import { granted, refusal } from '../../support/rig.ts'

eachEngine((engine) => {
  const { newDesk, loans, contractOf, instalments, grant, cash, reconciled } = productTools(engine)
  const history = (desk: LedgerDesk) =>
    desk.db.selectFrom('contract_repricing').select(['on_date', 'rule', 'rate_before', 'rate'])
      .where('tenant_id', '=', desk.tenant).orderBy('id').execute()
  /** LPR of one year: 3.00%, and 2.80% from 21 December 2026, 2.50% from 20 November 2027. */
  const cheaper = (desk: LedgerDesk) =>
    decided(desk, 'rate.lpr.1y', {
      kind: 'RATE',
      rows: [
        { dimensions: {}, from: '2025-05-20', to: '2026-12-21', value: { rate: '0.0300' } },
        { dimensions: {}, from: '2026-12-21', to: '2027-11-20', value: { rate: '0.0280' } },
        { dimensions: {}, from: '2027-11-20', value: { rate: '0.0250' } },
      ],
    })
  /** 12,000.00 at LPR and 60 bp, interest only until the end. */
  const loan = async (desk: LedgerDesk, repricing: string, change: object = {}) => {
    const { account } = await openFunded(desk, '1000.00')
    const id = await grant(desk, account, {
      method: 'INTEREST_FIRST',
      periods: 24,
      repricing,
      ...change,
    })
    return { id, account }
  }
  const nextDay = async (desk: LedgerDesk) => {
    await endDay(desk)
    passDays(desk, 1)
  }

  describe('a loan over LPR', () => {
    it('is repriced on 1 January at LPR and its own spread, and earns each rate on its own days', async () => {
      const desk = await newDesk()
      const { id } = await loan(desk, 'NEW_YEAR')
      await cheaper(desk)
      // What new loans cost is nothing to this one: its spread is agreed.
      await decided(desk, 'rate.loan', {
        kind: 'RATE',
        rows: [{ dimensions: {}, from: '2023-06-20', value: { base: 'rate.lpr.1y', bp: 90 } }],
      })
      passDays(desk, 38)
      await nextDay(desk)
      // 31 December: 36.00 × 8 / 31 of the second period, rounded down; the first was paid.
      expect(await contractOf(desk, id)).toMatchObject({ rate: 360_000_000n, posted: 929n })
      await nextDay(desk)
      expect(await contractOf(desk, id)).toMatchObject({ rate: 340_000_000n, posted: 1_045n })
      await nextDay(desk)
      // 36.00 + (34.00 − 36.00) × 22 / 31 = 34.58, of which (34.58 − 10.45) / 22 are of the day.
      expect(await contractOf(desk, id)).toMatchObject({ rate: 340_000_000n, posted: 1_154n })
      const rows = await instalments(desk, id)
      expect(rows[0]).toMatchObject({ interest: 3_600n, paid_interest: 3_600n, split_on: null })
      expect(rows[1]).toMatchObject({
        interest: 3_458n,
        split_on: '2027-01-01',
        split_earned: 1_045n,
      })
      expect(new Set(rows.slice(2).map((row) => row.interest))).toEqual(new Set([3_400n]))
      expect(await history(desk)).toEqual([
        { on_date: '2027-01-01', rule: 'NEW_YEAR', rate_before: 360_000_000n, rate: 340_000_000n },
      ])
      await reconciled(desk)
    })

    it('is repriced once, however often the end of the day is run', async () => {
      const desk = await newDesk()
      const { id } = await loan(desk, 'NEW_YEAR')
      await cheaper(desk)
      passDays(desk, 39)
      await endDay(desk)
      const before = [await contractOf(desk, id), await instalments(desk, id), await desk.counts()]
      await desk.rig.running.store.write(async (tx) => {
        await (tx as never as typeof desk.db).updateTable('business_day')
          .set({ state: 'ENDING', report: null }).where('tenant_id', '=', desk.tenant)
          .where('on_date', '=', '2027-01-01').execute()
      }, { lane: desk.tenant })
      await endDay(desk)
      expect([await contractOf(desk, id), await instalments(desk, id), await desk.counts()])
        .toEqual(before)
      expect(await history(desk)).toHaveLength(1)
    })

    it('is repriced for each date of days that nobody ended', async () => {
      const desk = await newDesk()
      const { id } = await loan(desk, 'ANNIVERSARY', { periods: 36 })
      const never = await loan(desk, 'NEVER')
      await cheaper(desk)
      passDays(desk, 2 * 365 + 5)
      await endDay(desk)
      expect(await history(desk)).toEqual([
        {
          on_date: '2027-11-23',
          rule: 'ANNIVERSARY',
          rate_before: 360_000_000n,
          rate: 310_000_000n,
        },
        {
          on_date: '2028-11-23',
          rule: 'ANNIVERSARY',
          rate_before: 310_000_000n,
          rate: 310_000_000n,
        },
      ])
      const rows = await instalments(desk, id)
      expect(rows.map((row) => row.interest)).toEqual([
        ...Array<bigint>(12).fill(3_600n),
        ...Array<bigint>(24).fill(3_100n),
      ])
      expect(rows.every((row) => row.split_on === null)).toBe(true)
      expect(await contractOf(desk, never.id)).toMatchObject({ rate: 360_000_000n })
      await reconciled(desk)
    })

    it('that is overdue has penalty at each rate for its own days, and its overdue part is no other', async () => {
      const desk = await newDesk()
      const { id, account } = await loan(desk, 'NEW_YEAR')
      await cash(desk, account, '-13000.00')
      await cheaper(desk)
      passDays(desk, 40)
      await endDay(desk)
      // 36.00 at 5.40% for 9 days and at 5.10% for one: 0.0486 + 0.0051 = 0.0537.
      const [first, second] = await instalments(desk, id)
      expect(first).toMatchObject({
        interest: 3_600n,
        penalty: 5n,
        penalty_rest: 1_332_000_000_000n,
      })
      expect(second).toMatchObject({ interest: 3_458n, penalty: 0n })
      await reconciled(desk)
    })

    it('stops the end of the day while its base has no rate, and goes on when it has one', async () => {
      const desk = await newDesk()
      const { id } = await loan(desk, 'NEW_YEAR')
      const rows = (to?: string) => [
        { dimensions: {}, from: '2025-05-20', ...(to ? { to } : {}), value: { rate: '0.0300' } },
      ]
      await decided(desk, 'rate.lpr.1y', { kind: 'RATE', rows: rows('2026-12-31') })
      passDays(desk, 39)
      const { days, jobs } = desk.context(desk.accountant).ledger
      const job = granted(await days.endDay({ dryRun: false }))
      let last
      for await (const one of jobs.watch(desk.tenant, job)) last = one
      expect(last).toMatchObject({ state: 'FAILED' })
      expect(last!.error).toContain('PRICE_MISSING')
      expect(await contractOf(desk, id)).toMatchObject({ rate: 360_000_000n })
      await decided(desk, 'rate.lpr.1y', { kind: 'RATE', rows: rows() }, 3)
      await endDay(desk)
      expect(await history(desk)).toMatchObject([{ rate_before: 360_000_000n, rate: 360_000_000n }])
    })

    it('is refused a rule where its rate rests on nothing', async () => {
      const desk = await newDesk()
      await decided(desk, 'rate.loan', {
        kind: 'RATE',
        rows: [{ dimensions: {}, from: '2023-06-20', value: { rate: '0.0400' } }],
      })
      const { account } = await openFunded(desk, '0')
      const ask = (repricing: 'NEVER' | 'NEW_YEAR') =>
        loans(desk).grantLoan({
          idempotencyKey: newKey(),
          settleAccount: account,
          amount: CNY('1.00'),
          method: 'BULLET',
          periods: 1,
          repricing,
        })
      expect(refusal(await ask('NEW_YEAR'))).toBe('RATE_WITHOUT_BASE /repricing')
      granted(await ask('NEVER'))
    })

    it('is repriced for the days from today on when somebody asks', async () => {
      const desk = await newDesk()
      const { id } = await loan(desk, 'NEVER')
      await cheaper(desk)
      passDays(desk, 39)
      granted(await loans(desk).repayLoan({ idempotencyKey: newKey(), contract: id }))
      granted(await loans(desk).repriceLoan({ idempotencyKey: newKey(), contract: id }))
      expect((await instalments(desk, id)).slice(1, 3).map((row) => row.interest))
        .toEqual([3_458n, 3_400n])
      expect(await history(desk)).toMatchObject([{ on_date: '2027-01-01', rule: 'ASKED' }])
      expect(await contractOf(desk, id)).toMatchObject({ spread: 60_000_000n })
      // Its spread is then that of the day.
      await decided(desk, 'rate.loan', {
        kind: 'RATE',
        rows: [{ dimensions: {}, from: '2023-06-20', value: { base: 'rate.lpr.5y', bp: -20 } }],
      })
      granted(await loans(desk).repriceLoan({ idempotencyKey: newKey(), contract: id }))
      expect(await contractOf(desk, id))
        .toMatchObject({ rate: 330_000_000n, base_key: 'rate.lpr.5y', spread: -20_000_000n })
    })

    it('is shown with its rule, what its rate rests on and what its rates were', async () => {
      const desk = await newDesk()
      const { id } = await loan(desk, 'NEW_YEAR')
      await cheaper(desk)
      passDays(desk, 39)
      await endDay(desk)
      const { contract } = await dataOf(
        ledgerSchema(),
        desk.context(desk.accountant),
        `query ($id: ID!) { contract(id: $id) {
          rate repricing rateBase rateSpread nextRepricingOn
          repricings { on cause rateBefore rate repricedBy }
        } }`,
        { id },
      )
      expect(contract).toEqual({
        rate: '0.034',
        repricing: 'NEW_YEAR',
        rateBase: 'rate.lpr.1y',
        rateSpread: '0.006',
        nextRepricingOn: '2028-01-01',
        repricings: [{
          on: '2027-01-01',
          cause: 'NEW_YEAR',
          rateBefore: '0.036',
          rate: '0.034',
          repricedBy: 'day-end',
        }],
      })
    })
  })
})
