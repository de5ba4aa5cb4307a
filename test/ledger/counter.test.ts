import { describe, expect, it } from 'vitest'
import { ledgerSchema } from '../../subgraphs/ledger/graph.ts'
import { eachEngine } from '../rig/engines.ts'
import { actor } from '../support/actors.ts'
import { endDay } from '../support/day-end.ts'
import { dataOf } from '../support/graph.ts'
import { type LedgerDesk, openFunded, ownLedgerDesks } from '../support/ledger.ts'
import { newKey } from '../support/orders.ts'
import { findings, granted, refusal } from '../support/rig.ts'

const CNY = (amount: string) => ({ amount, currency: 'CNY' })

eachEngine((engine) => {
  const newDesk = ownLedgerDesks(engine)
  const schema = ledgerSchema()
  const teller = (desk: LedgerDesk, name = 'teller-li') =>
    desk.context(actor(desk.tenant, name, ['accountant'])).ledger.teller
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
      const desk = await newDesk()
      const { account } = await openFunded(desk, '500.00')
      granted(await cash(desk, account, 'IN', '100.00'))
      granted(await cash(desk, account, 'OUT', '30.00'))
      expect(refusal(await cash(desk, account, 'OUT', '70.01'))).toBe('INSUFFICIENT_FUNDS /legs/0')
      expect(refusal(await cash(desk, account, 'OUT', '1.00', 'teller-wang')))
        .toBe('INSUFFICIENT_FUNDS /legs/0')
      expect(refusal(await cash(desk, 'acc_none', 'IN', '1.00'))).toBe('ACCOUNT_UNKNOWN /account')
      const drawers = await desk.db.selectFrom('account').select(['number', 'balance'])
        .where('tenant_id', '=', desk.tenant).where('product', '=', 'teller-drawer').execute()
      expect(drawers).toEqual([{ number: 'CASH.1001.CNY.teller-li', balance: 7000n }])
      const channels = await desk.db.selectFrom('voucher').select('channel').distinct()
        .where('tenant_id', '=', desk.tenant).where('channel', 'is not', null).execute()
      expect(channels).toEqual([{ channel: 'counter' }])
      expect(await findings(desk.running)).toEqual([])
    })

    it('balances the drawer once a day, and a difference goes into suspense when it is accepted', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '500.00')
      expect(refusal(await balance(desk, '0'))).toBe('ACCOUNT_UNKNOWN /institution')
      granted(await cash(desk, account, 'IN', '100.00'))
      expect(refusal(await balance(desk, '99.50'))).toBe('COUNT_MISMATCH /counted')
      expect(refusal(await balance(desk, '-1', true))).toBe('LEG_NOT_POSITIVE /counted')
      const { voucher } = granted(await balance(desk, '99.50', true))
      expect(voucher).not.toBeNull()
      const [item] = await desk.suspense()
      expect(item).toMatchObject({ reference: '短款 short: teller-li 2026-11-23', state: 'OPEN' })
      expect(await desk.balances()).toMatchObject({ '1001 122199 CNY': 50n })
      expect(refusal(await balance(desk, '99.50'))).toBe('DRAWER_CLOSED /institution')
      expect(refusal(await cash(desk, account, 'IN', '1.00'))).toBe('DRAWER_CLOSED /account')
      await endDay(desk)
      granted(await cash(desk, account, 'IN', '1.00'))
      expect(granted(await balance(desk, '100.50'))).toEqual({ voucher: null })
      expect(await findings(desk.running)).toEqual([])
    })

    it('is shown with what was counted', async () => {
      const desk = await newDesk()
      const { account } = await openFunded(desk, '500.00')
      granted(await cash(desk, account, 'IN', '100.00'))
      const as = desk.context(actor(desk.tenant, 'teller-li', ['accountant']))
      const { balanceDrawer } = await dataOf(
        schema,
        as,
        `mutation { balanceDrawer(input: {
          institution: "1001", currency: "CNY", counted: "100.20", acceptDifference: true
        }) { ... on DrawerCount { teller booked { amount } difference { amount } voucher { id } } } }`,
      )
      expect(balanceDrawer).toMatchObject({
        teller: 'teller-li',
        booked: { amount: '100.00' },
        difference: { amount: '0.20' },
      })
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
      await limit(desk, 'counter', '100.00')
      expect(refusal(await cash(desk, account, 'IN', '100.01'))).toBe('CHANNEL_LIMIT /amount')
      granted(await cash(desk, account, 'IN', '100.00'))
    })
  })
})
