import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import { eachEngine, onEngine } from '../../rig/engines.ts'
import { endDay, endDaysUntil, passDays } from '../../support/day-end.ts'
import { dataOf } from '../../support/graph.ts'
import { type LedgerDesk, openFunded } from '../../support/ledger.ts'
import { newKey } from '../../support/orders.ts'
import { CNY, productTools } from '../../support/products.ts'
import { findings, granted, refusal } from '../../support/rig.ts'

eachEngine((engine) => {
  const {
    newDesk,
    deposits,
    loans,
    exchange,
    contractOf,
    instalments,
    usual,
    gl,
    grant,
    reconciled,
  } = productTools(engine)
  const schema = ledgerSchema()

  describe('a loan', () => {
    it('is paid out at the price of its day, with its schedule, once per key', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '0')
      const idempotencyKey = newKey()
      const id = await grant(desk, account, { idempotencyKey })
      expect(await grant(desk, account, { idempotencyKey })).toBe(id)
      // LPR 1Y 3.00% and 60 bp.
      expect(await contractOf(desk, id)).toMatchObject({ rate: 360_000_000n, status: 'ACTIVE' })
      const rows = await instalments(desk, id)
      expect(rows).toHaveLength(12)
      expect(rows[0]).toMatchObject({ due_on: '2026-12-23', interest: 3600n })
      expect(await usual(desk, account)).toBe(1_200_000n)
      expect(await gl(desk, '1303')).toBe(1_200_000n)
      await reconciled(desk)
    })

    it.each<[string, object]>([
      ['TERMS_MALFORMED /periods', { periods: 0 }],
      ['TERMS_MALFORMED /periods', { periods: 601 }],
      ['TERMS_MALFORMED /interestOnly', { interestOnly: 12 }],
      ['LEG_NOT_POSITIVE /amount', { amount: CNY('0') }],
      ['AMOUNT_MALFORMED /amount', { amount: CNY('NaN') }],
      ['SETTLE_ACCOUNT /settleAccount', { amount: { amount: '1', currency: 'USD' } }],
      ['ACCOUNT_UNKNOWN /settleAccount', { settleAccount: 'acc_none' }],
    ])('is not granted: %s (%#)', async (expected, change) => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '0')
      expect(refusal(
        await loans(desk).grantLoan({
          idempotencyKey: newKey(),
          settleAccount: account,
          amount: CNY('12000.00'),
          method: 'BULLET',
          periods: 12,
          ...change,
        }),
      )).toBe(expected)
      expect(await gl(desk, '1303')).toBe(0n)
    })

    it('is prepaid in part, repriced and settled early; what is not due stays owed', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '20000.00')
      const id = await grant(desk, account, { product: 'mortgage' })
      desk.rig.ports.advance(10 * 86_400_000)
      const prepay = (amount: string, how: 'SHORTER' | 'LOWER' = 'LOWER') =>
        loans(desk).prepayLoan({
          idempotencyKey: newKey(),
          contract: id,
          amount: CNY(amount),
          how,
        })
      const before = await usual(desk, account)
      granted(await prepay('6000.00'))
      // 6,000.00 at 3.30% (LPR 5Y less 20 bp) for 10 days: 5.50.
      expect(before - await usual(desk, account)).toBe(600_550n)
      const rows = await instalments(desk, id)
      expect(rows).toHaveLength(12)
      expect(rows.reduce((sum, row) => sum + row.principal, 0n)).toBe(600_000n)
      granted(await prepay('3000.00', 'SHORTER'))
      expect((await instalments(desk, id)).length).toBeLessThan(12)
      expect(refusal(await prepay('3000.01'))).toBe('TERMS_MALFORMED /amount')
      granted(await loans(desk).repriceLoan({ idempotencyKey: newKey(), contract: id }))
      granted(await prepay('3000.00'))
      expect(await contractOf(desk, id)).toMatchObject({ status: 'ENDED', prepaid: 1_200_000n })
      expect(refusal(await prepay('1.00'))).toBe('CONTRACT_ENDED /contract')
      expect(await gl(desk, '1303')).toBe(0n)
      await reconciled(desk)
    })

    it('that pays at its end pays, with what is prepaid, all the interest that it has earned', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '1000.00')
      const id = await grant(desk, account, { method: 'BULLET' })
      passDays(desk, 73)
      const before = await usual(desk, account)
      granted(
        await loans(desk).prepayLoan({
          idempotencyKey: newKey(),
          contract: id,
          amount: CNY('6000.00'),
          how: 'LOWER',
        }),
      )
      // 12,000.00 at 3.60% are 432.00 at the end; 73 of 365 days are 86.40, of half of it 43.20.
      expect(before - await usual(desk, account)).toBe(604_320n)
      expect((await instalments(desk, id)).at(-1))
        .toMatchObject({ principal: 600_000n, interest: 21_600n })
      await reconciled(desk)
    })

    it('of nobody, or of another kind, is none', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '100.00')
      const ask = (contract: string) =>
        loans(desk).repayLoan({ idempotencyKey: newKey(), contract })
      expect(refusal(await ask('ctr_none'))).toBe('CONTRACT_UNKNOWN /contract')
      const deposit = granted(
        await deposits(desk).openTermDeposit({
          idempotencyKey: newKey(),
          settleAccount: account,
          amount: CNY('100.00'),
          term: '1Y',
        }),
      )
      expect(refusal(await ask(deposit))).toBe('CONTRACT_KIND /contract')
      expect(refusal(await ask(await grant(desk, account)))).toBe('NOTHING_DUE /contract')
    })
  })

  describe('a term deposit', () => {
    it('earns the demand rate when it is withdrawn early', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '10000.00')
      const open = (change: object = {}) =>
        deposits(desk).openTermDeposit({
          idempotencyKey: newKey(),
          settleAccount: account,
          amount: CNY('10000.00'),
          term: '1Y',
          ...change,
        })
      expect(refusal(await open({ term: '1D' }))).toBe('TERM_UNKNOWN /term')
      expect(refusal(await open({ term: '9Y' }))).toBe('PRICE_MISSING /key')
      expect(refusal(await open({ amount: CNY('10000.01') }))).toBe('INSUFFICIENT_FUNDS /legs/0')
      const contract = granted(await open())
      expect(await usual(desk, account)).toBe(0n)
      await endDay(desk)
      desk.rig.ports.advance(86_400_000)
      await endDay(desk)
      desk.rig.ports.advance(86_400_000)
      expect((await contractOf(desk, contract)).posted).toBe(42n)
      granted(
        await deposits(desk).withdrawTermDeposit({ idempotencyKey: newKey(), contract }),
      )
      // 10,000.00 at 0.35% for 2 days: 0.19; what was set aside besides is given back.
      expect(await usual(desk, account)).toBe(1_000_019n)
      expect([await gl(desk, '2231'), await gl(desk, '6411')]).toEqual([0n, 19n])
      expect(await contractOf(desk, contract)).toMatchObject({ status: 'ENDED', posted: 0n })
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('foreign exchange', () => {
    const price = async (desk: LedgerDesk, version: number, mid: string) => {
      const { parameters } = desk.context(desk.accountant).ledger
      const key = 'fx.usd.cny'
      const value = {
        mid,
        buy: (Number(mid) - 0.01).toFixed(4),
        sell: (Number(mid) + 0.01).toFixed(4),
      }
      granted(
        await parameters.propose({
          key,
          version,
          effectiveFrom: '2026-11-01',
          body: { kind: 'FX', rows: [{ dimensions: {}, from: '2026-01-01', value }] },
        }),
      )
      granted(
        await desk.context(desk.checker).ledger.parameters.decide({
          key,
          version,
          verdict: 'APPROVED',
          reason: '',
        }),
      )
    }

    it('is dealt in at the bank’s price, and the position is carried at the day’s middle', async () => {
      const desk = await newDesk()
      await price(desk, 1, '7.1000')
      const { account: usd } = await openFunded(desk, '1000.00', { currency: 'USD' })
      const { account: cny } = await openFunded(desk, '10000.00')
      const deal = (from: string, to: string, amount: string, currency: string) =>
        exchange(desk).exchange({
          idempotencyKey: newKey(),
          from,
          to,
          amount: { amount, currency },
        })
      granted(await deal(usd, cny, '100.00', 'USD'))
      expect([await usual(desk, usd), await usual(desk, cny)]).toEqual([90_000n, 1_070_900n])
      granted(await deal(cny, usd, '355.50', 'CNY'))
      // 355.50 at 7.11 is 50.00.
      expect([await usual(desk, usd), await usual(desk, cny)]).toEqual([95_000n, 1_035_350n])
      expect(refusal(await deal(usd, cny, '1.00', 'CNY'))).toBe('CURRENCY_MISMATCH /amount')
      expect(refusal(await deal(usd, cny, '950.01', 'USD'))).toBe('INSUFFICIENT_FUNDS /legs/0')
      // Long 50.00 USD for 709.00 − 355.50 = 353.50; at 7.20 they are worth 360.00.
      await price(desk, 2, '7.2000')
      await endDay(desk)
      expect(await gl(desk, '6061')).toBe(-650n)
      const again = await gl(desk, '6061')
      await price(desk, 3, '7.0000')
      desk.rig.ports.advance(86_400_000)
      await endDay(desk)
      expect(await gl(desk, '6061') - again).toBe(1000n)
      expect(await findings(desk.running)).toEqual([])
    })

    it('without a price is refused', async () => {
      const desk = await newDesk()
      const { account: usd } = await openFunded(desk, '1000.00', { currency: 'USD' })
      const { account: cny } = await openFunded(desk, '0')
      expect(refusal(
        await exchange(desk).exchange({
          idempotencyKey: newKey(),
          from: usd,
          to: cny,
          amount: { amount: '1.00', currency: 'USD' },
        }),
      )).toBe('PARAMETER_UNKNOWN /key')
    })
  })

  describe('in the schema', () => {
    it('a loan is granted and shown with its schedule, below its customer', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '0', { customer: 'cus_9' })
      const as = desk.context(desk.accountant)
      const { grantLoan } = await dataOf(
        schema,
        as,
        `mutation ($input: GrantLoanInput!) {
          grantLoan(input: $input) { ... on Contract { id kind rate outstanding { amount } grade
            instalments { period dueOn payment { amount } penalty { amount } } } }
        }`,
        {
          input: {
            idempotencyKey: newKey(),
            settleAccount: account,
            amount: CNY('12000.00'),
            method: 'INTEREST_FIRST',
            periods: 2,
          },
        },
      )
      expect(grantLoan).toMatchObject({
        kind: 'LOAN',
        rate: '0.036',
        outstanding: { amount: '12000.00' },
        grade: 'PASS',
        instalments: [
          { period: 1, dueOn: '2026-12-23', payment: { amount: '36.00' } },
          { period: 2, dueOn: '2027-01-23', payment: { amount: '12036.00' } },
        ],
      })
      const { _entities } = await dataOf(
        schema,
        as,
        `query ($r: [_Any!]!) { _entities(representations: $r) { ... on Customer {
          accounts { number usualBalance { amount } available { amount } interest { rateKey } }
          contracts { id }
        } } }`,
        { r: [{ __typename: 'Customer', id: 'cus_9' }] },
      )
      expect(_entities).toEqual([{
        accounts: [
          {
            number: '1001…0015',
            usualBalance: { amount: '12000.00' },
            available: { amount: '12000.00' },
            interest: null,
          },
          {
            number: '1001…0023',
            usualBalance: { amount: '12000.00' },
            available: { amount: '12000.00' },
            interest: null,
          },
        ],
        contracts: [{ id: grantLoan.id }],
      }])
    })
  })
})

// A year of days: one engine is enough, what they do differently is tested above.
onEngine('sqlite', (engine) => {
  const { newDesk, contractOf, instalments, usual, gl, grant, reconciled } = productTools(engine)
  const { deposits, loans } = productTools(engine)

  describe('the life of a loan', () => {
    it('is accrued day by day to its instalments, collected when due, and ends', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '1000.00')
      const id = await grant(desk, account, { periods: 3, method: 'EQUAL_PRINCIPAL' })
      await endDaysUntil(desk, '2026-12-08')
      // 15 of 30 days, up to the 7th: 36.00 × 14 / 30, rounded down.
      expect((await contractOf(desk, id)).posted).toBe(1_680n)
      await endDaysUntil(desk, '2026-12-24')
      const [first] = await instalments(desk, id)
      expect(first).toMatchObject({ paid_principal: 400_000n, paid_interest: 3_600n })
      expect(await contractOf(desk, id)).toMatchObject({ posted: 0n, grade: 'PASS' })
      await reconciled(desk)
      await endDaysUntil(desk, '2027-02-24')
      expect(await contractOf(desk, id)).toMatchObject({
        status: 'ENDED',
        posted: 0n,
        provision: 0n,
      })
      const interest = (await instalments(desk, id)).reduce((sum, row) => sum + row.interest, 0n)
      expect(await usual(desk, account)).toBe(100_000n - interest)
      expect([await gl(desk, '6011'), await gl(desk, '1303'), await gl(desk, '1132')])
        .toEqual([-interest, 0n, 0n])
      await reconciled(desk)
    }, 60_000)

    it(
      'that is not paid is graded down, leaves the balance sheet, and comes back when it is',
      async () => {
        const desk = await newDesk()
        const { account } = await openFunded(desk, '0')
        const id = await grant(desk, account, { periods: 12 })
        // The money is spent at once.
        granted(
          await desk.commands().postVoucher({
            idempotencyKey: newKey(),
            summary: 'spent',
            legs: [
              { account, side: 'DEBIT', amount: CNY('12000.00') },
              { institution: '1001', subject: '1001', side: 'CREDIT', amount: CNY('12000.00') },
            ],
          }),
        )
        await endDaysUntil(desk, '2026-12-25')
        expect(await contractOf(desk, id)).toMatchObject({
          grade: 'SPECIAL_MENTION',
          provision: 24_000n,
        })
        // 90 days after 23 December are 23 March.
        await endDaysUntil(desk, '2027-03-24')
        expect((await contractOf(desk, id)).grade).toBe('SPECIAL_MENTION')
        expect((await contractOf(desk, id)).posted).toBeGreaterThan(0n)
        await endDay(desk)
        const bad = await contractOf(desk, id)
        expect(bad).toMatchObject({ grade: 'SUBSTANDARD', posted: 0n, provision: 300_000n })
        expect(bad.off_posted).toBeGreaterThan(0n)
        expect(await gl(desk, '6011'), 'no income of it is left').toBe(0n)
        await reconciled(desk)

        // Some money comes in: the oldest instalment first, penalty before interest before principal.
        const pay = async (amount: string) => {
          granted(
            await desk.commands().postVoucher({
              idempotencyKey: newKey(),
              summary: 'paid in',
              legs: [
                { institution: '1001', subject: '1001', side: 'DEBIT', amount: CNY(amount) },
                { account, side: 'CREDIT', amount: CNY(amount) },
              ],
            }),
          )
          return loans(desk).repayLoan({ idempotencyKey: newKey(), contract: id })
        }
        expect(refusal(
          await loans(desk).repayLoan({ idempotencyKey: newKey(), contract: id }),
        )).toBe('INSUFFICIENT_FUNDS /contract')
        granted(await pay('20.00'))
        const [first, second] = await instalments(desk, id)
        expect(first!.paid_penalty + first!.paid_interest).toBe(2_000n)
        expect(first!.paid_penalty).toBeGreaterThan(0n)
        expect(first).toMatchObject({ paid_principal: 0n })
        expect(second).toMatchObject({ paid_interest: 0n, paid_penalty: 0n })
        await reconciled(desk)

        granted(await pay('6000.00'))
        const caught = await contractOf(desk, id)
        desk.rig.ports.advance(86_400_000)
        await endDay(desk)
        expect(caught.grade).toBe('SUBSTANDARD')
        const well = await contractOf(desk, id)
        expect(well).toMatchObject({ grade: 'PASS', off_posted: 0n })
        await reconciled(desk)
      },
      120_000,
    )
  })

  describe('a term deposit', () => {
    it('is paid out by itself when it matures, at the rate of its term', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '10000.00')
      const contract = granted(
        await deposits(desk).openTermDeposit({
          idempotencyKey: newKey(),
          settleAccount: account,
          amount: CNY('10000.00'),
          term: '3M',
        }),
      )
      await endDaysUntil(desk, '2027-02-24')
      // 10,000.00 at 1.10% for three months: 27.50.
      expect(await usual(desk, account)).toBe(1_002_750n)
      expect(await contractOf(desk, contract)).toMatchObject({ status: 'ENDED', posted: 0n })
      expect([await gl(desk, '2231'), await gl(desk, '6411')]).toEqual([0n, 2_750n])
      expect(await findings(desk.running)).toEqual([])
    }, 60_000)
  })
})
