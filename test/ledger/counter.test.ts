import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../subgraphs/ledger/graph.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor } from '../support/actors.ts'
import { endDay } from '../support/day-end.ts'
import { dataOf, errorCodes } from '../support/graph.ts'
import { type LedgerDesk, ledgerDesk, openFunded, ownLedgerDesks } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings, granted, refusal } from '../support/rig.ts'

const CNY = (amount: string) => ({ amount, currency: 'CNY' })

eachEngine((engine) => {
  const newDesk = ownLedgerDesks(engine)
  const schema = ledgerSchema()
  const who = (desk: LedgerDesk, name = 'teller-li') => actor(desk.tenant, name, ['teller'])
  const teller = (desk: LedgerDesk, name?: string) => desk.context(who(desk, name)).ledger.teller
  const office = (desk: LedgerDesk) => desk.context(desk.accountant).ledger.teller
  const openDrawer = (desk: LedgerDesk, change: object = {}) =>
    office(desk).openDrawer({
      teller: 'teller-li',
      institution: '1001',
      currency: 'CNY',
      ...change,
    })
  const cash = (
    desk: LedgerDesk,
    account: string,
    direction: 'IN' | 'OUT',
    amount: string,
    by?: string,
  ) =>
    teller(desk, by).cash({
      idempotencyKey: newKey(),
      account,
      amount: CNY(amount),
      direction,
      summary: 'cash',
    })
  const balance = (desk: LedgerDesk, counted: string, acceptDifference = false, by?: string) =>
    teller(desk, by).balanceDrawer({
      institution: '1001',
      currency: 'CNY',
      counted,
      acceptDifference,
    })
  const check = (
    desk: LedgerDesk,
    count: string,
    verdict: 'APPROVED' | 'REJECTED' = 'APPROVED',
    reason = '',
    by = desk.checker,
  ) => desk.context(by).ledger.teller.checkDrawer({ count, verdict, reason })
  /** A desk whose teller has taken 100.00 in. */
  const withCash = async () => {
    const desk = await newDesk()
    const { account } = await openFunded(desk, '500.00')
    granted(await openDrawer(desk))
    granted(await cash(desk, account, 'IN', '100.00'))
    return { desk, account }
  }
  /** A limit of one posting over a channel. */
  const limit = async (desk: LedgerDesk, channel: string, amount: string) => {
    const version = { key: 'limit.posting', version: 1 }
    const body = {
      kind: 'LIMIT',
      currency: 'CNY',
      rows: [{ dimensions: { channel, currency: 'CNY' }, from: '2026-01-01', value: { amount } }],
    }
    granted(
      await desk.context(desk.accountant).ledger.parameters.propose({
        ...version,
        effectiveFrom: '2026-01-01',
        body,
      }),
    )
    granted(
      await desk.context(desk.checker).ledger.parameters.decide({
        ...version,
        verdict: 'APPROVED',
        reason: '',
      }),
    )
  }

  describe('a teller', () => {
    it('takes cash in and pays it out over a drawer of their own, which never goes below nothing', async () => {
      const { desk, account } = await withCash()
      granted(await openDrawer(desk, { teller: 'teller-wang' }))
      granted(await cash(desk, account, 'OUT', '30.00'))
      expect(refusal(await cash(desk, account, 'OUT', '70.01'))).toBe('INSUFFICIENT_FUNDS /legs/0')
      expect(refusal(await cash(desk, account, 'OUT', '1.00', 'teller-wang')))
        .toBe('INSUFFICIENT_FUNDS /legs/0')
      expect(refusal(await cash(desk, 'acc_none', 'IN', '1.00'))).toBe('ACCOUNT_UNKNOWN /account')
      const drawers = await desk.db.selectFrom('account').select(['number', 'balance'])
        .where('tenant_id', '=', desk.tenant).where('product', '=', 'teller-drawer')
        .orderBy('number').execute()
      expect(drawers).toEqual([
        { number: 'CASH.1001.CNY.teller-li', balance: 7000n },
        { number: 'CASH.1001.CNY.teller-wang', balance: 0n },
      ])
      const channels = await desk.db.selectFrom('voucher').select('channel').distinct()
        .where('tenant_id', '=', desk.tenant).where('channel', 'is not', null).execute()
      expect(channels).toEqual([{ channel: 'counter' }])
      expect(await findings(desk.running)).toEqual([])
    })

    it('without a drawer in the institution of the account takes nothing', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '500.00')
      expect(refusal(await cash(desk, account, 'IN', '1.00'))).toBe('DRAWER_UNKNOWN /account')
      granted(await openDrawer(desk, { institution: '1002' }))
      granted(await openDrawer(desk, { currency: 'USD' }))
      expect(refusal(await cash(desk, account, 'IN', '1.00'))).toBe('DRAWER_UNKNOWN /account')
      expect(refusal(await balance(desk, '0'))).toBe('DRAWER_UNKNOWN /institution')
    })

    it('moves nothing from drawer to drawer, nor over the bank’s own accounts', async () => {
      const { desk } = await withCash()
      const other = granted(await openDrawer(desk, { teller: 'teller-wang' }))
      const own = await desk.db.selectFrom('account').select('id')
        .where('tenant_id', '=', desk.tenant).where('subject', '=', '1001')
        .where('number', '=', '').executeTakeFirstOrThrow()
      for (const account of [other, 'CASH.1001.CNY.teller-wang', own.id]) {
        expect(refusal(await cash(desk, account, 'OUT', '1.00'))).toBe('SETTLE_ACCOUNT /account')
      }
      expect(await findings(desk.running)).toEqual([])
    })

    it.each<[string, object]>([
      ['DRAWER_EXISTS /teller', {}],
      ['TELLER_MALFORMED /teller', { teller: '' }],
      ['TELLER_MALFORMED /teller', { teller: 'li wang' }],
      ['TELLER_MALFORMED /teller', { teller: 'x'.repeat(101) }],
      ['ACCOUNT_UNKNOWN /institution', { institution: '9999' }],
      ['CURRENCY_UNKNOWN /currency', { currency: 'XTS' }],
    ])('is given no drawer: %s (%#)', async (expected, change) => {
      const desk = await newDesk()
      granted(await openDrawer(desk))
      expect(refusal(await openDrawer(desk, change))).toBe(expected)
    })
  })

  describe('the count of a drawer', () => {
    it('that is what the books say needs nobody else, and shuts the drawer for the day', async () => {
      const { desk, account } = await withCash()
      expect(refusal(await balance(desk, '-1', true))).toBe('LEG_NOT_POSITIVE /counted')
      const count = granted(await balance(desk, '100.00'))
      expect(refusal(await check(desk, count))).toBe('COUNT_DECIDED /count')
      expect(refusal(await balance(desk, '100.00'))).toBe('DRAWER_CLOSED /institution')
      expect(refusal(await cash(desk, account, 'IN', '1.00'))).toBe('DRAWER_CLOSED /account')
      await endDay(desk)
      granted(await cash(desk, account, 'IN', '1.00'))
      granted(await balance(desk, '101.00'))
      expect(await desk.suspense()).toEqual([])
      expect(await findings(desk.running)).toEqual([])
    })

    it('that differs goes into suspense once a second person accepts it, and not before', async () => {
      const { desk, account } = await withCash()
      expect(refusal(await balance(desk, '99.50'))).toBe('COUNT_MISMATCH /counted')
      const count = granted(await balance(desk, '99.50', true))
      expect(await desk.suspense()).toEqual([])
      // Nothing goes through the drawer while it waits, on the next day neither.
      expect(refusal(await cash(desk, account, 'IN', '1.00'))).toBe('DRAWER_UNCHECKED /account')
      await endDay(desk)
      expect(refusal(await cash(desk, account, 'IN', '1.00'))).toBe('DRAWER_UNCHECKED /account')
      expect(refusal(await balance(desk, '99.50'))).toBe('DRAWER_UNCHECKED /institution')
      // Who counted does not check, whatever else they may do.
      const both = actor(desk.tenant, 'teller-li', ['teller', 'checker'])
      expect(refusal(await check(desk, count, 'APPROVED', '', both))).toBe('SELF_APPROVAL /count')
      granted(await check(desk, count))
      const [item] = await desk.suspense()
      expect(item).toMatchObject({ reference: '短款 short: teller-li 2026-11-23', state: 'OPEN' })
      expect(await desk.balances()).toMatchObject({ '1001 122199 CNY': 50n })
      expect(refusal(await check(desk, count))).toBe('COUNT_DECIDED /count')
      granted(await cash(desk, account, 'IN', '1.00'))
      granted(await balance(desk, '100.50'))
      expect(await findings(desk.running)).toEqual([])
    })

    it('that is rejected is done again, with a reason for it', async () => {
      const { desk, account } = await withCash()
      const count = granted(await balance(desk, '100.20', true))
      expect(refusal(await check(desk, count, 'REJECTED'))).toBe('REASON_MISSING /reason')
      granted(await check(desk, count, 'REJECTED', '重新清点'))
      granted(await cash(desk, account, 'OUT', '10.00'))
      const again = granted(await balance(desk, '90.20', true))
      granted(await check(desk, again))
      expect(await desk.balances()).toMatchObject({ '1001 122199 CNY': -20n })
      expect((await desk.suspense()).map((item) => item.reference))
        .toEqual(['长款 over: teller-li 2026-11-23'])
      expect(refusal(await cash(desk, account, 'IN', '1.00'))).toBe('DRAWER_CLOSED /account')
      expect(await findings(desk.running)).toEqual([])
    })

    it('is accepted only as long as the books are those that it was compared with', async () => {
      const { desk } = await withCash()
      const count = granted(await balance(desk, '99.50', true))
      const drawer = await desk.db.selectFrom('account').select('id')
        .where('tenant_id', '=', desk.tenant).where('product', '=', 'teller-drawer')
        .executeTakeFirstOrThrow()
      granted(
        await desk.commands().postVoucher({
          idempotencyKey: newKey(),
          summary: 'from the vault',
          legs: [
            { account: drawer.id, side: 'DEBIT', amount: CNY('5.00') },
            { institution: '1001', subject: '1001', side: 'CREDIT', amount: CNY('5.00') },
          ],
        }),
      )
      expect(refusal(await check(desk, count))).toBe('DRAWER_MOVED /count')
      expect(await desk.suspense()).toEqual([])
      granted(await check(desk, count, 'REJECTED', 'count again'))
      granted(await balance(desk, '105.00'))
    })

    it('of another bank is none', async () => {
      const { desk } = await withCash()
      const count = granted(await balance(desk, '99.50', true))
      const other = await ledgerDesk(desk.rig)
      expect(refusal(await check(other, count))).toBe('COUNT_UNKNOWN /count')
    })

    it('is shown, with what was said of it', async () => {
      const { desk } = await withCash()
      const as = desk.context(who(desk))
      const { balanceDrawer } = await dataOf(
        schema,
        as,
        `mutation { balanceDrawer(input: {
          institution: "1001", currency: "CNY", counted: "100.20", acceptDifference: true
        }) { ... on DrawerCount {
          id state teller booked { amount } difference { amount } checkedBy voucher { id }
        } } }`,
      )
      expect(balanceDrawer).toMatchObject({
        state: 'TO_CHECK',
        teller: 'teller-li',
        booked: { amount: '100.00' },
        difference: { amount: '0.20' },
        checkedBy: null,
        voucher: null,
      })
      const waiting = () =>
        dataOf(schema, as, `{ drawerCountsToCheck { id } }`)
          .then((data) => data.drawerCountsToCheck)
      expect(await waiting()).toEqual([{ id: balanceDrawer.id }])
      const { checkDrawer } = await dataOf(
        schema,
        desk.context(desk.checker),
        `mutation ($count: ID!) { checkDrawer(input: {
          count: $count, verdict: APPROVED, reason: ""
        }) { ... on DrawerCount { state checkedBy voucher { postedBy } } } }`,
        { count: balanceDrawer.id },
      )
      expect(checkDrawer)
        .toEqual({ state: 'ACCEPTED', checkedBy: 'checker', voucher: { postedBy: 'checker' } })
      expect(await waiting()).toEqual([])
      const { drawerCounts, channelTurnovers } = await dataOf(
        schema,
        as,
        `{ drawerCounts(on: "2026-11-23") { teller counted { amount } }
           channelTurnovers(from: "2026-11-01", to: "2026-11-30") { channel vouchers amount { amount } } }`,
      )
      expect(drawerCounts).toEqual([{ teller: 'teller-li', counted: { amount: '100.20' } }])
      expect(channelTurnovers).toEqual([
        { channel: 'counter', vouchers: 2, amount: { amount: '100.20' } },
      ])
    })
  })

  describe('the counter', () => {
    const asked = {
      openDrawer: `mutation { openDrawer(input: {
        teller: "t", institution: "1001", currency: "CNY" }) { __typename } }`,
      tellerCash: `mutation { tellerCash(input: { idempotencyKey: "k", account: "a",
        amount: { amount: "1", currency: "CNY" }, direction: IN, summary: "s" }) { __typename } }`,
      balanceDrawer: `mutation { balanceDrawer(input: {
        institution: "1001", currency: "CNY", counted: "0", acceptDifference: true
      }) { __typename } }`,
      checkDrawer: `mutation { checkDrawer(input: {
        count: "cnt_1", verdict: APPROVED, reason: "" }) { __typename } }`,
    }

    it.each([
      ['teller', ['tellerCash', 'balanceDrawer']],
      ['accountant', ['openDrawer']],
      ['checker', ['checkDrawer']],
      ['maker', []],
    ])('lets a %s do %j and nothing else', async (role, may) => {
      const desk = await newDesk()
      const context = desk.context(actor(desk.tenant, role, [role]))
      for (const [name, source] of Object.entries(asked)) {
        const codes = await errorCodes(schema, context, source)
        expect([name, codes]).toEqual([name, may.includes(name) ? [] : ['FORBIDDEN']])
      }
    })
  })

  describe('a channel', () => {
    const post = (desk: LedgerDesk, amount: string, channel?: string) =>
      desk.commands().postVoucher({
        idempotencyKey: newKey(),
        summary: 's',
        channel,
        legs: [
          { institution: '1001', subject: '1001', side: 'DEBIT', amount: CNY(amount) },
          { institution: '1001', subject: '4001', side: 'CREDIT', amount: CNY(amount) },
        ],
      })

    it('takes no more at once than its limit; others are not held to it', async () => {
      const desk = await newDesk()
      await limit(desk, 'mobile', '50000.00')
      granted(await post(desk, '50000.00', 'mobile'))
      expect(refusal(await post(desk, '50000.01', 'mobile'))).toBe('CHANNEL_LIMIT /legs')
      granted(await post(desk, '50000.01', 'counter'))
      granted(await post(desk, '50000.01'))
      expect(refusal(await post(desk, '1.00', 'pigeon'))).toBe('CHANNEL_UNKNOWN /channel')
      expect(await findings(desk.running)).toEqual([])
    })

    it('limits cash at the counter, too', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '0')
      granted(await openDrawer(desk))
      await limit(desk, 'counter', '100.00')
      expect(refusal(await cash(desk, account, 'IN', '100.01'))).toBe('CHANNEL_LIMIT /amount')
      granted(await cash(desk, account, 'IN', '100.00'))
    })
  })
})
