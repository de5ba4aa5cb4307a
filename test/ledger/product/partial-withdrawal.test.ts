import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../../subgraphs/ledger/graph.ts'
import { plusDays, plusMonths } from '../../../subgraphs/kernel/time.ts'
import { pieceInterest } from '../../../subgraphs/ledger/product/deposit.ts'
import { checkPartial, withdrawPart } from '../../../subgraphs/ledger/product/partial-withdrawal.ts'
import { eachEngine, onEngine } from '../../rig/engines.ts'
import { endDay, endDaysUntil, passDays } from '../../support/day-end.ts'
import { dataOf } from '../../support/graph.ts'
import { type LedgerDesk, ledgerDesk, openFunded } from '../../support/ledger.ts'
import { newKey } from '../../support/orders.ts'
import { CNY, decided, productTools } from '../../support/products.ts'
import { findings, granted, refusal } from '../../support/rig.ts'

const BP = 1_000_000n
const deposit = {
  minor: 10_000_000n,
  rate: 150n * BP,
  startedOn: '2026-11-23',
  maturesOn: '2027-11-23',
}

describe('a part of a term deposit', () => {
  const limits = { times: 2, restMinor: 5_000n }
  const check = (minor: bigint, times = 0, on = '2026-12-01') => {
    const { code, place } = checkPartial(deposit, times, minor, on, limits)!
    return `${code} ${place}`
  }

  it('is withdrawn as often as the limits allow, and leaves what they want', () => {
    expect(checkPartial(deposit, 1, 9_995_000n, '2027-11-22', limits)).toBeUndefined()
    expect(check(0n)).toBe('LEG_NOT_POSITIVE /amount')
    expect(check(-1n)).toBe('LEG_NOT_POSITIVE /amount')
    expect(check(9_995_001n)).toBe('REST_TOO_SMALL /amount')
    expect(check(1n, 2)).toBe('WITHDRAWALS_SPENT /contract')
    expect(check(1n, 0, '2027-11-23')).toBe('DEPOSIT_MATURED /contract')
    // All of it, and more, are no part even where nothing has to stay.
    for (const minor of [deposit.minor, deposit.minor + 1n]) {
      expect(checkPartial(deposit, 0, minor, '2026-12-01', { times: 1, restMinor: 0n }))
        .toMatchObject({ code: 'REST_TOO_SMALL' })
    }
  })

  it('earns the demand rate, while the rest keeps what is set aside for it', () => {
    // 100 days; 40,000.00 at 0.35%: 38.89. Set aside: 100,000.00 at 1.50% for three months and 8 days,
    // 408.33; of that 245.00 for the 60,000.00 that stay and 163.33 for the part.
    const on = plusDays(deposit.startedOn, 100)
    expect(on).toBe('2027-03-03')
    const booked = pieceInterest(deposit.minor, deposit.rate, deposit.startedOn, on)
    expect(withdrawPart(deposit, 4_000_000n, on, 35n * BP, booked, on)).toEqual({
      interest: 3_889n,
      accrued: 3_889n,
      more: 0n,
      less: 12_444n,
      keeps: 24_500n,
    })
  })

  it('takes of what was set aside what is not the rest’s, to the fen', () => {
    fc.assert(fc.property(
      fc.bigInt({ min: 2n, max: 10n ** 12n }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat({ max: 1_000 }),
      fc.nat({ max: 1_000 }),
      fc.integer({ min: 0, max: 364 }),
      fc.nat({ max: 5 }),
      (minor, share, term, demand, days, late) => {
        const one = { ...deposit, minor, rate: BigInt(term) * BP }
        const part = BigInt(Math.floor(share * 1000)) * (minor - 1n) / 1000n + 1n
        fc.pre(part < minor)
        const on = plusDays(one.startedOn, days)
        const accruedTo = plusDays(one.startedOn, Math.max(0, days - late))
        const booked = pieceInterest(minor, one.rate, one.startedOn, accruedTo)
        const done = withdrawPart(one, part, on, BigInt(demand) * BP, booked, accruedTo)
        expect(Object.values(done).every((some) => some >= 0n)).toBe(true)
        expect(done.accrued + done.less + done.keeps).toBe(booked)
        expect(done.accrued + done.more).toBe(done.interest)
        expect(done.accrued === 0n || done.accrued <= done.interest).toBe(true)
      },
    ))
  })
})

eachEngine((engine) => {
  const { newDesk, deposits, contractOf, usual, gl, events } = productTools(engine)
  const open = async (desk: LedgerDesk, amount = '10000.00') => {
    const { account } = await openFunded(desk, amount)
    const contract = granted(
      await deposits(desk).openTermDeposit({
        idempotencyKey: newKey(),
        settleAccount: account,
        amount: CNY(amount),
        term: '1Y',
      }),
    )
    return { account, contract }
  }
  const part = (desk: LedgerDesk, contract: string, amount: string, idempotencyKey = newKey()) =>
    deposits(desk).withdrawPartOfTermDeposit({ idempotencyKey, contract, amount: CNY(amount) })

  describe('a term deposit', () => {
    it('pays out a part early at the demand rate, and the rest is as if it had been opened alone', async () => {
      const desk = await newDesk()
      const { account, contract } = await open(desk)
      passDays(desk, 99)
      await endDay(desk)
      passDays(desk, 1)
      // 10,000.00 at 1.50% for three months and 7 days: 40.42.
      expect((await contractOf(desk, contract)).posted).toBe(4_042n)
      const key = newKey()
      const voucher = granted(await part(desk, contract, '4000.00', key))
      expect(granted(await part(desk, contract, '4000.00', key))).toBe(voucher)
      // 4,000.00 at 0.35% for 100 days: 3.89. For 6,000.00 stay 24.25, and 12.28 was in vain.
      expect(await usual(desk, account)).toBe(400_389n)
      expect(await events(desk, 'term-deposit.withdrawn'))
        .toEqual([{ principal: '4000.00', accrued: '3.89', more: '0.00', less: '12.28' }])
      expect(await contractOf(desk, contract)).toMatchObject({
        status: 'ACTIVE',
        principal: 1_000_000n,
        prepaid: 400_000n,
        withdrawals: 1n,
        posted: 2_425n,
        rate: 150_000_000n,
        matures_on: '2027-11-23',
      })
      await endDay(desk)
      expect((await contractOf(desk, contract)).posted).toBe(2_450n)
      expect([await gl(desk, '2231'), await gl(desk, '6411')]).toEqual([-2_450n, 2_839n])
      expect(await findings(desk.running)).toEqual([])
      // All the rest before its time: 6,000.00 at 0.35% for 101 days.
      passDays(desk, 1)
      granted(await deposits(desk).withdrawTermDeposit({ idempotencyKey: newKey(), contract }))
      expect(await usual(desk, account)).toBe(1_000_389n + 589n)
      expect([await gl(desk, '2231'), await gl(desk, '6411')]).toEqual([0n, 978n])
      expect(await findings(desk.running)).toEqual([])
    })

    it('pays out no part that the parameters do not allow, and nothing of it is written', async () => {
      const desk = await newDesk()
      const { account, contract } = await open(desk)
      expect(refusal(await part(desk, contract, '0'))).toBe('LEG_NOT_POSITIVE /amount')
      expect(refusal(await part(desk, contract, '1e3'))).toBe('AMOUNT_MALFORMED /amount')
      expect(refusal(await part(desk, 'ctr_none', '1.00'))).toBe('CONTRACT_UNKNOWN /contract')
      const dollars = { amount: '1.00', currency: 'USD' }
      expect(refusal(
        await deposits(desk).withdrawPartOfTermDeposit({
          idempotencyKey: newKey(),
          contract,
          amount: dollars,
        }),
      )).toBe('CURRENCY_MISMATCH /amount')
      // 50.00 are to stay, and one part is all, as shipped.
      expect(refusal(await part(desk, contract, '9950.01'))).toBe('REST_TOO_SMALL /amount')
      expect(await usual(desk, account)).toBe(0n)
      granted(await part(desk, contract, '9000.00'))
      expect(refusal(await part(desk, contract, '1.00'))).toBe('WITHDRAWALS_SPENT /contract')
      const rows = [{ dimensions: {}, from: '2015-10-24', value: { count: 2 } }]
      await decided(desk, 'count.term-deposit.withdrawals', { kind: 'COUNT', rows })
      granted(await part(desk, contract, '950.00'))
      expect(await contractOf(desk, contract)).toMatchObject({ prepaid: 995_000n, withdrawals: 2n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('of another bank is none', async () => {
      const desk = await newDesk()
      const other = await ledgerDesk(desk.rig)
      const { contract } = await open(desk)
      expect(refusal(await part(other, contract, '1.00'))).toBe('CONTRACT_UNKNOWN /contract')
    })

    it('is shown with what is left of it', async () => {
      const desk = await newDesk()
      const { contract } = await open(desk)
      const { withdrawPartOfTermDeposit } = await dataOf(
        ledgerSchema(),
        desk.context(desk.accountant),
        `mutation ($input: WithdrawPartInput!) {
          withdrawPartOfTermDeposit(input: $input) { ... on Voucher { id } }
        }`,
        { input: { idempotencyKey: newKey(), contract, amount: CNY('1000.00') } },
      )
      expect(withdrawPartOfTermDeposit.id).toMatch(/^vch_/)
      const shown = await dataOf(
        ledgerSchema(),
        desk.context(desk.accountant),
        `query ($id: ID!) { contract(id: $id) {
          principal { amount } outstanding { amount } partialWithdrawals
        } }`,
        { id: contract },
      )
      expect(shown.contract).toEqual({
        principal: { amount: '10000.00' },
        outstanding: { amount: '9000.00' },
        partialWithdrawals: 1,
      })
    })
  })
})

// Three months of days: one engine is enough.
onEngine('sqlite', (engine) => {
  const { newDesk, deposits, usual, gl, contractOf } = productTools(engine)

  it(
    'the rest of a term deposit is paid out at maturity at its rate, and not a day later',
    async () => {
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
      await endDaysUntil(desk, '2026-12-13')
      granted(
        await deposits(desk).withdrawPartOfTermDeposit({
          idempotencyKey: newKey(),
          contract,
          amount: CNY('4000.00'),
        }),
      )
      await endDaysUntil(desk, plusDays(plusMonths('2026-11-23', 3), 1))
      // 4,000.00 at 0.35% for 20 days: 0.78; 6,000.00 at 1.10% for three months: 16.50.
      expect(await usual(desk, account)).toBe(1_000_000n + 78n + 1_650n)
      expect([await gl(desk, '2231'), await gl(desk, '6411')]).toEqual([0n, 1_728n])
      expect(await contractOf(desk, contract)).toMatchObject({ status: 'ENDED', posted: 0n })
      expect(await findings(desk.running)).toEqual([])
    },
    60_000,
  )
})
