import { describe, expect, it } from 'vitest'
import { idFloor } from '../../subgraphs/kernel/ids.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { type Instant, plusMs } from '../../subgraphs/kernel/time.ts'
import { AccountCache } from '../../subgraphs/ledger/account-cache.ts'
import { inThread } from '../../subgraphs/ledger/posting-engine.ts'
import { PostingQueue } from '../../subgraphs/ledger/posting-queue.ts'
import { balanceAsOf } from '../../subgraphs/ledger/store/account.ts'
import type { LedgerTables } from '../../subgraphs/ledger/tables.ts'
import { voucherIdFloor } from '../../subgraphs/ledger/voucher-id.ts'
import { eachEngine } from '../rig/engines.ts'
import { handHead, type LedgerDesk, ledgerDesks, openFunded, placeHold } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings, granted, refusal } from '../support/rig.ts'

const CNY = (amount: string) => ({ amount, currency: 'CNY' })
const CASH = { institution: '1001', subject: '1001' }

eachEngine((engine) => {
  const newDesk = ledgerDesks(engine)
  const accountOf = (desk: LedgerDesk, id: string) =>
    desk.db.selectFrom('account').selectAll().where('tenant_id', '=', desk.tenant)
      .where('id', '=', id).executeTakeFirstOrThrow()
  const move = (
    desk: LedgerDesk,
    from: string,
    to: string,
    amount: string,
    change: { valueOn?: string; currency?: string } = {},
  ) => {
    const { currency = 'CNY', ...more } = change
    return desk.commands().postVoucher({
      idempotencyKey: newKey(),
      summary: 'transfer',
      legs: [
        { account: from, side: 'DEBIT', amount: { amount, currency } },
        { account: to, side: 'CREDIT', amount: { amount, currency } },
      ],
      ...more,
    })
  }
  const capture = (desk: LedgerDesk, hold: string, amount: string, change: object = {}) =>
    desk.accounts().captureHold({
      idempotencyKey: newKey(),
      hold,
      amount: CNY(amount),
      to: CASH,
      summary: 'bill',
      ...change,
    })

  describe('a customer’s account', () => {
    it('is opened once per key, with a number of its own, beside the account of its place', async () => {
      const desk = await newDesk()
      const open = (idempotencyKey: string, customer = 'cus_1') =>
        desk.accounts().openAccount({
          idempotencyKey,
          institution: '1001',
          subject: '2011',
          currency: 'CNY',
          customer,
        })
      const key = newKey()
      const first = granted(await open(key))
      expect(granted(await open(key))).toBe(first)
      expect(refusal(await open(key, 'cus_2'))).toBe('IDEMPOTENCY_CONFLICT /idempotencyKey')
      const second = granted(await open(newKey()))
      await desk.post(['1001', '1001', 'DEBIT', '7'], ['1001', '2011', 'CREDIT', '7'])
      const rows = await desk.db.selectFrom('account').selectAll()
        .where('tenant_id', '=', desk.tenant).where('subject', '=', '2011').orderBy('number')
        .execute()
      expect(rows.map(({ number, balance }) => [number, balance])).toEqual([
        ['', -700n],
        ['10010000000015', 0n],
        ['10010000000023', 0n],
      ])
      expect(new Set(rows.map(({ id }) => id))).toContain(second)
    })

    it.each([
      ['ACCOUNT_UNKNOWN', { subject: '6602' }],
      ['ACCOUNT_UNKNOWN', { institution: '9' }],
      ['CURRENCY_UNKNOWN /currency', { currency: 'XTS' }],
      ['CUSTOMER_MISSING /customer', { customer: ' ' }],
      ['AMOUNT_MALFORMED /min', { min: 'NaN' }],
      ['AMOUNT_TOO_LARGE /max', { max: '9223372036854775808' }],
      ['LIMITS_CROSSED /min', { min: '5', max: '4' }],
      ['TEXT_MALFORMED', { customer: 'a\0' }],
      ['KEY_MALFORMED /idempotencyKey', { idempotencyKey: 'x' }],
    ])('is not opened: %s (%#)', async (expected, change) => {
      const desk = await newDesk()
      expect(refusal(
        await desk.accounts().openAccount({
          idempotencyKey: newKey(),
          institution: '1001',
          subject: '2011',
          currency: 'CNY',
          customer: 'cus_1',
          ...change,
        }),
      )).toBe(expected)
      expect(
        await desk.db.selectFrom('account').select('id').where('tenant_id', '=', desk.tenant)
          .execute(),
      ).toEqual([])
    })

    it('moves money to another, and both are in the general ledger of their subject', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0')
      granted(await move(desk, a, b, '40.00'))
      expect((await accountOf(desk, a)).balance).toBe(-6000n)
      expect((await accountOf(desk, b)).balance).toBe(-4000n)
      const general = await desk.db.selectFrom('general_day').select(['subject', 'debit', 'credit'])
        .where('tenant_id', '=', desk.tenant).orderBy('subject').execute()
      expect(general).toEqual([
        { subject: '1001', debit: 10000n, credit: 0n },
        { subject: '2011', debit: 4000n, credit: 14000n },
      ])
      expect(await findings(desk.running)).toEqual([])
    })

    it('is named by number as well as by id', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0')
      const { number } = await accountOf(desk, a)
      granted(await move(desk, number, b, '1.00'))
      expect((await accountOf(desk, a)).balance).toBe(-9900n)
    })

    it('is not overdrawn, not even by vouchers of one moment', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0')
      const answers = await Promise.all(Array.from({ length: 10 }, () => move(desk, a, b, '30.00')))
      expect(answers.filter((answer) => answer.ok)).toHaveLength(3)
      expect(new Set(answers.filter((answer) => !answer.ok).map(refusal)))
        .toEqual(new Set(['INSUFFICIENT_FUNDS /legs/0']))
      expect((await accountOf(desk, a)).balance).toBe(-1000n)
      expect(await findings(desk.running)).toEqual([])
    })

    it.each<[string, string, 'STOPPED' | 'FROZEN' | 'CLOSED']>([
      ['ACCOUNT_STOPPED /legs/0', 'STOPPED', 'STOPPED'],
      ['ACCOUNT_FROZEN /legs/0', 'FROZEN', 'FROZEN'],
    ])('refuses with %s when it is %s', async (expected, _, status) => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '50.00')
      const set = (to: 'OPEN' | 'STOPPED' | 'FROZEN' | 'CLOSED') =>
        desk.accounts().setStatus({ account: a, status: to, reason: 'court order 2026-17' })
      granted(await set(status))
      expect(refusal(await set(status))).toBe('ACCOUNT_STATUS /status')
      expect(refusal(await move(desk, a, b, '1.00'))).toBe(expected)
      if (status === 'STOPPED') granted(await move(desk, b, a, '1.00'))
      else expect(refusal(await move(desk, b, a, '1.00'))).toBe('ACCOUNT_FROZEN /legs/1')
      granted(await set('OPEN'))
      granted(await move(desk, a, b, '1.00'))
      const changes = await desk.db.selectFrom('account_change').select(['what', 'changed_by'])
        .where('tenant_id', '=', desk.tenant).where('account_id', '=', a).execute()
      expect(changes).toHaveLength(3)
      expect(changes.every((change) => change.changed_by === 'accountant')).toBe(true)
    })

    it('is closed when it is empty, for good', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '1.00')
      const { account: b } = await openFunded(desk, '0')
      const close = () =>
        desk.accounts().setStatus({ account: a, status: 'CLOSED', reason: 'wished' })
      expect(refusal(await close())).toBe('ACCOUNT_NOT_EMPTY /account')
      granted(await move(desk, a, b, '1.00'))
      granted(await close())
      expect(refusal(await move(desk, b, a, '1.00'))).toBe('ACCOUNT_CLOSED /legs/1')
      const reopen = { account: a, status: 'OPEN', reason: 'r' } as const
      expect(refusal(await desk.accounts().setStatus(reopen))).toBe('ACCOUNT_STATUS /status')
    })

    it('is closed when its only hold has expired, though nobody has ended that yet', async () => {
      const desk = await newDesk()
      // An overdraft is what can be held of an account that is empty.
      const { account } = await openFunded(desk, '0', { min: '-50.00' })
      const until = new Date(Date.parse(desk.rig.ports.clock.now()) + 60_000).toISOString()
      await placeHold(desk, account, '20.00', until)
      const close = () => desk.accounts().setStatus({ account, status: 'CLOSED', reason: 'wished' })
      expect(refusal(await close())).toBe('ACCOUNT_NOT_EMPTY /account')
      desk.rig.ports.advance(60_000)
      granted(await close())
      expect(await accountOf(desk, account)).toMatchObject({ status: 'CLOSED', held: 0n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('refuses another currency than its own, an account of nobody, and another tenant’s', async () => {
      const desk = await newDesk()
      const other = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0')
      const { account: theirs } = await openFunded(other, '100.00')
      expect(refusal(await move(desk, a, b, '1', { currency: 'USD' })))
        .toBe('CURRENCY_MISMATCH /legs/0/amount')
      expect(refusal(await move(desk, a, 'acc_none', '1'))).toBe('ACCOUNT_UNKNOWN /legs/1/account')
      expect(refusal(await move(desk, a, '10019999', '1'))).toBe('ACCOUNT_UNKNOWN /legs/1/account')
      expect(refusal(await move(desk, a, theirs, '1'))).toBe('ACCOUNT_UNKNOWN /legs/1/account')
      expect(refusal(
        await desk.accounts().setStatus({
          account: theirs,
          status: 'FROZEN',
          reason: 'r',
        }),
      )).toBe('ACCOUNT_UNKNOWN /account')
      const { account: _, ...bare } = { account: a, side: 'DEBIT' as const, amount: CNY('1') }
      expect(refusal(
        await desk.commands().postVoucher({
          idempotencyKey: newKey(),
          summary: 's',
          legs: [bare, { account: a, side: 'CREDIT', amount: CNY('1') }],
        }),
      )).toBe('LEG_PLACE_MISSING /legs/0')
    })
  })

  describe('limits', () => {
    it('may allow an overdraft, and bound from above', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0', { max: '120.00' })
      const set = (account: string, min: string | null, max: string | null, reason = 'agreed') =>
        desk.accounts().setLimits({ account, min, max, reason })
      granted(await set(a, '-50.00', null))
      expect(refusal(await move(desk, a, b, '150.00'))).toBe('BALANCE_ABOVE_LIMIT /legs/1')
      granted(await set(b, null, null))
      granted(await move(desk, a, b, '150.00'))
      expect(refusal(await move(desk, a, b, '0.01'))).toBe('INSUFFICIENT_FUNDS /legs/0')
      expect(refusal(await set(a, '0', null, ' '))).toBe('REASON_MISSING /reason')
      expect(refusal(await set(a, '0.001', null))).toBe('AMOUNT_TOO_PRECISE /min')
    })
  })

  describe('a hold', () => {
    it('keeps its amount from everybody else until it is captured', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0')
      const hold = await placeHold(desk, a, '70.00')
      expect(refusal(await move(desk, a, b, '30.01'))).toBe('INSUFFICIENT_FUNDS /legs/0')
      granted(await move(desk, a, b, '30.00'))
      const voucher = granted(await capture(desk, hold, '50.00'))
      expect(await accountOf(desk, a)).toMatchObject({ balance: -2000n, held: 2000n })
      expect(refusal(await capture(desk, hold, '20.01'))).toBe('CAPTURE_TOO_LARGE /amount')
      granted(await capture(desk, hold, '5.00', { final: true }))
      expect(await accountOf(desk, a)).toMatchObject({ balance: -1500n, held: 0n })
      expect(refusal(await capture(desk, hold, '1.00'))).toBe('HOLD_NOT_OPEN /hold')
      const row = await desk.db.selectFrom('voucher').selectAll().where(
        'tenant_id',
        '=',
        desk.tenant,
      )
        .where('id', '=', voucher).executeTakeFirstOrThrow()
      expect(row).toMatchObject({ kind: 'CAPTURE', hold_id: hold })
      expect(await findings(desk.running)).toEqual([])
    })

    it('is captured once per key', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const hold = await placeHold(desk, a, '70.00')
      const idempotencyKey = newKey()
      const ids = await Promise.all(
        [1, 2, 3].map(() => capture(desk, hold, '50.00', { idempotencyKey })),
      )
      expect(new Set(ids.map(granted)).size).toBe(1)
      expect(await accountOf(desk, a)).toMatchObject({ balance: -5000n, held: 2000n })
    })

    it('is given back when voided, and expires by itself', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0')
      const voided = await placeHold(desk, a, '40.00')
      const until = new Date(Date.parse(desk.rig.ports.clock.now()) + 60_000).toISOString()
      const short = await placeHold(desk, a, '40.00', until)
      granted(await desk.accounts().voidHold({ hold: voided }))
      expect(refusal(await desk.accounts().voidHold({ hold: voided }))).toBe('HOLD_NOT_OPEN /hold')
      expect(refusal(await move(desk, a, b, '60.01'))).toBe('INSUFFICIENT_FUNDS /legs/0')
      desk.rig.ports.advance(60_000)
      expect(refusal(await capture(desk, short, '1.00'))).toBe('HOLD_EXPIRED /hold')
      // Nobody has ended it yet, but it holds nothing any more.
      granted(await move(desk, a, b, '100.00'))
      expect(await accountOf(desk, a)).toMatchObject({ balance: 0n, held: 0n })
      const states = await desk.db.selectFrom('account_hold').select('state')
        .where('tenant_id', '=', desk.tenant).orderBy('id').execute()
      expect(states.map(({ state }) => state)).toEqual(['VOIDED', 'EXPIRED'])
      expect(await findings(desk.running)).toEqual([])
    })

    it('whose time has come is ended by a sweep, with the account as it should be', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const until = new Date(Date.parse(desk.rig.ports.clock.now()) + 60_000).toISOString()
      for (let i = 0; i < 3; i++) await placeHold(desk, a, '10.00', until)
      await placeHold(desk, a, '5.00')
      expect(await desk.accounts().expireHolds()).toBe(0)
      desk.rig.ports.advance(60_000)
      expect(await desk.accounts().expireHolds()).toBe(3)
      expect(await accountOf(desk, a)).toMatchObject({ held: 500n })
      const { account: b } = await openFunded(desk, '0')
      granted(await move(desk, a, b, '95.00'))
      expect(await findings(desk.running)).toEqual([])
    })

    it.each([
      ['INSUFFICIENT_FUNDS /amount', { amount: CNY('100.01') }],
      ['LEG_NOT_POSITIVE /amount', { amount: CNY('0') }],
      ['CURRENCY_MISMATCH /amount', { amount: { amount: '1', currency: 'USD' } }],
      ['ACCOUNT_UNKNOWN /account', { account: 'acc_none' }],
      ['INSTANT_MALFORMED /expiresAt', { expiresAt: 'tomorrow' }],
      ['HOLD_EXPIRED /expiresAt', { expiresAt: '2020-01-01T00:00:00.000Z' }],
    ])('is not placed: %s', async (expected, change) => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '100.00')
      expect(refusal(
        await desk.accounts().placeHold({
          idempotencyKey: newKey(),
          account,
          amount: CNY('1'),
          reference: 'r',
          ...change,
        }),
      )).toBe(expected)
      expect(await accountOf(desk, account)).toMatchObject({ held: 0n })
    })

    it('of nobody is neither captured nor voided', async () => {
      const desk = await newDesk()
      expect(refusal(await capture(desk, 'hld_none', '1'))).toBe('HOLD_UNKNOWN /hold')
      expect(refusal(await desk.accounts().voidHold({ hold: 'hld_none' })))
        .toBe('HOLD_UNKNOWN /hold')
    })
  })

  describe('many vouchers at once', () => {
    it('are posted or refused each for itself, in order', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '100.00')
      const { account: b } = await openFunded(desk, '0')
      const voucher = (amount: string, key = newKey()) => ({
        idempotencyKey: key,
        summary: 's',
        legs: [
          { account: a, side: 'DEBIT' as const, amount: CNY(amount) },
          { account: b, side: 'CREDIT' as const, amount: CNY(amount) },
        ],
      })
      const key = newKey()
      const answers = granted(
        await desk.commands().postVouchers([
          voucher('60.00', key),
          voucher('50.00'),
          voucher('0'),
          voucher('40.00'),
          voucher('60.00', key),
          voucher('0.01'),
        ]),
      )
      expect(answers.map((answer) => answer.ok ? 'posted' : answer.code)).toEqual([
        'posted',
        'INSUFFICIENT_FUNDS',
        'LEG_NOT_POSITIVE',
        'posted',
        'posted',
        'INSUFFICIENT_FUNDS',
      ])
      expect(granted(answers[4]!).id, 'the same key is the same voucher')
        .toBe(granted(answers[0]!).id)
      expect(await desk.counts()).toMatchObject({ voucher: 3n })
      expect(await findings(desk.running)).toEqual([])
    })

    it('are refused as a whole when they are too many', async () => {
      const desk = await newDesk()
      const leg = { ...CASH, side: 'DEBIT' as const, amount: CNY('1') }
      const one = (legs: number) => ({
        idempotencyKey: newKey(),
        summary: 's',
        legs: Array.from({ length: legs }, () => leg),
      })
      expect(
        refusal(await desk.commands().postVouchers(Array.from({ length: 1001 }, () => one(2)))),
      )
        .toBe('BATCH_TOO_LARGE /vouchers')
      expect(refusal(await desk.commands().postVouchers([one(10_001)])))
        .toBe('BATCH_TOO_LARGE /vouchers')
      expect(await desk.counts()).toMatchObject({ voucher: 0n })
    })
  })

  describe('a red reversal', () => {
    it('undoes balance and turnover, negative on the same sides', async () => {
      const desk = await newDesk()
      const id = await desk.post(['1001', '1001', 'DEBIT', '5'], ['1001', '4001', 'CREDIT', '5'])
      const undoing = granted(
        await desk.commands().reverseVoucher({
          idempotencyKey: newKey(),
          voucher: id,
          reason: 'wrong',
          red: true,
        }),
      )
      expect(await desk.balances()).toEqual({})
      const entries = await desk.db.selectFrom('entry').select(['side', 'minor'])
        .where('tenant_id', '=', desk.tenant).where('voucher_id', '=', undoing).orderBy('line')
        .execute()
      expect(entries).toEqual([{ side: 'DEBIT', minor: -500n }, { side: 'CREDIT', minor: -500n }])
      const general = await desk.db.selectFrom('general_day').select(['debit', 'credit'])
        .where('tenant_id', '=', desk.tenant).execute()
      expect(general).toEqual([{ debit: 0n, credit: 0n }, { debit: 0n, credit: 0n }])
      expect(await findings(desk.running)).toEqual([])
    })
  })

  describe('the balance as of a moment', () => {
    it('leaves out what came later, though a voucher that was made before was booked after it', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '0', { min: null })
      const { account: other } = await openFunded(desk, '0', { min: null })
      const store = desk.running.store as unknown as Store<LedgerTables>
      const queue = new PostingQueue(inThread(store, new AccountCache(store)))
      const now = desk.rig.ports.clock.now()
      const minutes = (count: number) => plusMs(now, count * 60_000)
      const bookedAt = async (recordedAt: Instant, minor: bigint) => {
        const head = handHead(desk, { id: idFloor('vch', Date.parse(recordedAt)), recordedAt })
        const place = { institution: '1001', subject: '2011', currency: 'CNY' as const, minor }
        const legs = [
          { ...place, account: other, side: 'DEBIT' as const },
          { ...place, account, side: 'CREDIT' as const },
        ]
        const draft = { head, legs, announceId: head.id }
        granted(await queue.post({ key: newKey(), bodyHash: 'ab', draft }))
      }
      await bookedAt(minutes(20), 700n)
      await bookedAt(minutes(5), 200n)
      const knownAt = minutes(10)
      const firstId = voucherIdFloor(knownAt)
      // What a customer has is the bank's debt: negative where debits are positive.
      expect(await balanceAsOf(desk.db, desk.tenant, account, {})).toBe(-900n)
      expect(await balanceAsOf(desk.db, desk.tenant, account, { knownAt, firstId })).toBe(-200n)
    })

    it('is that of a replay, on every axis and any two together', async () => {
      const desk = await newDesk()
      const { account: a } = await openFunded(desk, '0', { min: null })
      const { account: b } = await openFunded(desk, '0', { min: null })
      const day = 24 * 3600 * 1000
      const moments: string[] = []
      const valueDates = ['2026-11-20', '2026-11-23', '2026-11-24', '2026-12-01']
      for (let i = 0; i < 24; i++) {
        const [from, to] = i % 3 === 0 ? [a, b] : [b, a]
        const valueOn = i % 2 === 0 ? undefined : valueDates[i % valueDates.length]
        granted(await move(desk, from, to, `${i + 1}.00`, valueOn === undefined ? {} : { valueOn }))
        moments.push(desk.rig.ports.clock.now())
        desk.rig.ports.advance(i % 5 === 4 ? day : 1000)
      }
      const entries = await desk.db.selectFrom('entry as e')
        .innerJoin(
          'voucher as v',
          (j) => j.onRef('v.tenant_id', '=', 'e.tenant_id').onRef('v.id', '=', 'e.voucher_id'),
        )
        .select(['e.side', 'e.minor', 'e.booking_on', 'e.value_on', 'v.recorded_at'])
        .where('e.tenant_id', '=', desk.tenant).where('e.account_id', '=', a).execute()
      const dates = [
        undefined,
        '2026-11-19',
        '2026-11-23',
        '2026-11-24',
        '2026-11-26',
        '2027-01-01',
      ]
      const known = [
        undefined,
        '2026-01-01T00:00:00.000Z',
        ...moments.filter((_, i) => i % 4 === 0),
      ]
      let checked = 0
      for (const bookedBy of dates) {
        for (const valueBy of dates) {
          for (const knownAt of known) {
            const replayed = entries
              .filter((e) => bookedBy === undefined || e.booking_on <= bookedBy)
              .filter((e) => valueBy === undefined || e.value_on <= valueBy)
              .filter((e) => knownAt === undefined || e.recorded_at <= knownAt)
              .reduce((sum, e) => sum + (e.side === 'DEBIT' ? e.minor : -e.minor), 0n)
            const asked = { bookedBy, valueBy, knownAt }
            const floor = knownAt === undefined ? {} : { firstId: voucherIdFloor(knownAt) }
            expect(
              await balanceAsOf(desk.db, desk.tenant, a, { ...asked, ...floor }),
              `${JSON.stringify(asked)}`,
            ).toBe(replayed)
            checked += 1
          }
        }
      }
      expect(checked).toBe(288)
      expect(await findings(desk.running)).toEqual([])
    })
  })
})
