import { afterEach, describe, expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { supplierPayment } from '../support/forms.ts'
import {
  entriesOf,
  kindsOf,
  lineage,
  submit,
  trialBalance,
  untilBooked,
  untilStatus,
} from '../support/journey.ts'
import { type Bank, sharedServer, until } from '../support/server.ts'

const RETRY = `mutation ($input: RetryPaymentInput!) {
  retryPayment(input: $input) {
    ... on BusinessOrder { status }
    ... on OrderRefusal { code place }
  }
}`
const QUERY = `mutation ($input: QueryPaymentInput!) {
  queryPayment(input: $input) {
    ... on PaymentInstruction { state }
    ... on PaymentRefusal { code place }
  }
}`
const PERIOD = (verb: 'close' | 'reopen') =>
  `mutation ($input: PeriodInput!) {
    ${verb}Period(input: $input) {
      ... on Period { period open }
      ... on LedgerRefusal { code place }
    }
  }`
const RETRY_EVENT = `mutation ($input: RetryAccountingEventInput!) {
  retryAccountingEvent(input: $input) {
    ... on Voucher { id kind postedBy order { serial } }
    ... on LedgerRefusal { code place }
  }
}`
const CLEAR = `mutation ($input: ClearSuspenseInput!) {
  clearSuspense(input: $input) {
    ... on Voucher { id kind entries { side subject { code } amount { amount } institution } }
    ... on LedgerRefusal { code place }
  }
}`

/** An account whose last four digits choose how the simulated bank behaves. */
const to = (suffix: string, change: Record<string, string> = {}) =>
  supplierPayment({ payee: { name: '华东印刷', account: `622200001111${suffix}` }, ...change })

const BOOKED_AND_PAID = [
  ['DEBIT 1001 660208 1200.00', 'CREDIT 1001 224101 1200.00'],
  ['DEBIT 1001 224101 1200.00', 'CREDIT 1001 1003 1200.00'],
]
const PAID = {
  balanced: true,
  closing: { '660208 CNY': 120000n, '224101 CNY': 0n, '1003 CNY': -120000n },
}
const OWED = { balanced: true, closing: { '660208 CNY': 120000n, '224101 CNY': -120000n } }

const realNow = Date.now

/** Moves the system's clock forward; timers keep their pace. */
function advanceClock(ms: number): void {
  const now = Date.now
  Date.now = () => now() + ms
}

/** Holds the system's clock: nothing becomes due. */
function stopClock(): void {
  const now = realNow()
  Date.now = () => now
}

afterEach(() => {
  Date.now = realNow
})

/** The month that is booked into now. */
async function bookingMonth(bank: Bank): Promise<string> {
  const serial = await submit(bank, 'supplier-payment', supplierPayment({ amount: '1.00' }))
  const { vouchers } = await untilBooked(bank, serial, 2)
  return vouchers[0].number.slice(0, 7)
}

eachEngine((engine) => {
  const server = sharedServer(engine)

  /** Nothing is wrong anywhere, and the bank made so many transfers for the order. */
  async function expectInOrder(order: { payments: { id: string }[] }, transfers: number) {
    expect(await server().findings()).toEqual([])
    const lines = await Promise.all(order.payments.map(({ id }) => server().statement(id)))
    expect(lines.flat()).toHaveLength(transfers)
  }

  it('a payment that fails leaves the debt in the books and can be asked for again', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', to('0001'))
    const failed = await untilStatus(bank, serial, 'PAYMENT_FAILED')
    expect(failed.payments).toMatchObject([
      { round: 1, state: 'FAILED', failureCode: 'ACCOUNT_CLOSED' },
    ])
    expect(failed.vouchers.map(entriesOf)).toEqual(BOOKED_AND_PAID.slice(0, 1))

    expect((await bank.answer('maker', RETRY, { input: { serial } })).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN' } },
    ])
    expect(await bank.ask('accountant', RETRY, { input: { serial } })).toEqual({
      retryPayment: { status: 'PAYING' },
    })
    const again = await until('the second round has failed', async () => {
      const order = await lineage(bank, serial)
      return order.status === 'PAYMENT_FAILED' && order.payments.length === 2 && order
    })
    expect(again.payments).toMatchObject([{ round: 1, state: 'FAILED' }, {
      round: 2,
      state: 'FAILED',
    }])
    expect(kindsOf(again).filter((kind) => kind === 'PAYMENT_FAILED')).toHaveLength(2)
    await expectInOrder(again, 0)
    expect(await trialBalance(bank)).toEqual(OWED)
  })

  it('only a payment that failed is asked for again', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', supplierPayment())
    const order = await untilBooked(bank, serial, 2)
    const { retryPayment } = await bank.ask('accountant', RETRY, { input: { serial } })
    expect(retryPayment).toEqual({ code: 'PAYMENT_NOT_FAILED', place: '/serial' })
    await expectInOrder(order, 1)
  })

  it('an answer that is lost makes the payment unknown until the bank is asked', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', to('0002'))
    const order = await untilBooked(bank, serial, 2)
    expect(kindsOf(order)).toContain('PAYMENT_UNKNOWN')
    expect(order.payments).toMatchObject([{
      state: 'SETTLED',
      attempts: [
        { kind: 'SEND', outcome: null },
        { kind: 'SILENCE', outcome: null },
        { kind: 'QUERY', outcome: null },
        { kind: 'ANSWER', outcome: 'SETTLED' },
      ],
    }])
    expect(order.vouchers.map(entriesOf)).toEqual(BOOKED_AND_PAID)
    await expectInOrder(order, 1)
    expect(await trialBalance(bank)).toEqual(PAID)
  })

  it('an answer that comes three times is booked once', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', to('0003'))
    await untilBooked(bank, serial, 2)
    const order = await until('both notices have come', async () => {
      const now = await lineage(bank, serial)
      const { attempts } = now.payments[0]
      return attempts.filter(({ kind }: { kind: string }) => kind === 'NOTICE').length === 2 && now
    })
    expect(order.payments).toHaveLength(1)
    expect(order.vouchers.map(entriesOf)).toEqual(BOOKED_AND_PAID)
    expect(order.status).toBe('COMPLETED')
    await expectInOrder(order, 1)
    expect(await trialBalance(bank)).toEqual(PAID)
  })

  it('an answer that comes late settles the payment when it comes', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', to('0004'))
    const order = await untilBooked(bank, serial, 2)
    expect(order.payments).toMatchObject([{
      state: 'SETTLED',
      attempts: [{ kind: 'SEND' }, { kind: 'ANSWER', outcome: 'PROCESSING' }, {}],
    }])
    expect(order.payments[0].attempts.at(-1)).toMatchObject({ kind: 'NOTICE', outcome: 'SETTLED' })
    await expectInOrder(order, 1)
    expect(await trialBalance(bank)).toEqual(PAID)
  })

  it('an outcome that the bank never tells stays unknown, however often it is asked', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', to('0005'))
    const unknown = await untilStatus(bank, serial, 'PAYMENT_UNKNOWN')
    const [{ id }] = unknown.payments
    advanceClock(3_600_000)
    expect(await bank.ask('accountant', QUERY, { input: { instruction: id } })).toEqual({
      queryPayment: { state: 'UNKNOWN' },
    })
    const order = await lineage(bank, serial)
    expect(order).toMatchObject({ status: 'PAYMENT_UNKNOWN', payments: [{ state: 'UNKNOWN' }] })
    expect(order.vouchers.map(entriesOf)).toEqual(BOOKED_AND_PAID.slice(0, 1))
    expect(await server().statement(id)).toHaveLength(1)
    expect(await trialBalance(bank)).toEqual(OWED)
    const { retryPayment } = await bank.ask('accountant', RETRY, { input: { serial } })
    expect(retryPayment).toEqual({ code: 'PAYMENT_NOT_FAILED', place: '/serial' })
  })

  it('a request that is lost is asked about before it is sent again', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', to('0006'))
    const order = await untilBooked(bank, serial, 2)
    expect(order.payments).toMatchObject([{ round: 1, state: 'SETTLED' }])
    const { attempts } = order.payments[0]
    expect(attempts.filter(({ kind }: { kind: string }) => kind === 'SEND')).toHaveLength(2)
    const outcomes = attempts.map(({ outcome }: { outcome: string }) => outcome)
    expect(outcomes.indexOf('NOT_FOUND')).toBeGreaterThan(0)
    expect(outcomes.indexOf('NOT_FOUND')).toBeLessThan(outcomes.indexOf('SETTLED'))
    expect(order.vouchers.map(entriesOf)).toEqual(BOOKED_AND_PAID)
    await expectInOrder(order, 1)
    expect(await trialBalance(bank)).toEqual(PAID)
  })

  describe('a closed period', () => {
    const set = async (bank: Bank, verb: 'close' | 'reopen', period: string) =>
      (await bank.ask('accountant', PERIOD(verb), { input: { period } }))[`${verb}Period`]

    it('refuses the posting, and the order goes on once it is reopened and retried', async () => {
      const bank = await server().bank()
      const period = await bookingMonth(bank)
      expect(await set(bank, 'close', period)).toEqual({ period, open: false })
      const serial = await submit(bank, 'supplier-payment', supplierPayment())
      const refused = await untilStatus(bank, serial, 'POSTING_REFUSED')
      expect(refused).toMatchObject({
        accountingEvents: [{ outcome: 'REFUSED', code: 'PERIOD_CLOSED' }],
        vouchers: [],
        payments: [],
      })
      const input = { event: refused.accountingEvents[0].id }
      expect(await bank.ask('accountant', RETRY_EVENT, { input })).toMatchObject({
        retryAccountingEvent: { code: 'PERIOD_CLOSED' },
      })
      expect(await set(bank, 'reopen', period)).toEqual({ period, open: true })
      expect(await bank.ask('accountant', RETRY_EVENT, { input })).toMatchObject({
        retryAccountingEvent: { kind: 'EVENT', postedBy: 'accountant', order: { serial } },
      })
      const order = await untilBooked(bank, serial, 2)
      expect(order.vouchers.map(entriesOf)).toEqual(BOOKED_AND_PAID)
      expect(order.payments).toHaveLength(1)
      expect(await bank.ask('accountant', RETRY_EVENT, { input })).toMatchObject({
        retryAccountingEvent: { code: 'EVENT_POSTED' },
      })
      await expectInOrder(order, 1)
    })

    it('refuses a settlement, too: the money has moved and is booked once it is reopened', async () => {
      const bank = await server().bank()
      const period = await bookingMonth(bank)
      // The bank has made the transfer; that it did is learned when it is asked.
      stopClock()
      const serial = await submit(bank, 'supplier-payment', to('0002'))
      await untilStatus(bank, serial, 'PAYMENT_UNKNOWN')
      await set(bank, 'close', period)
      Date.now = realNow
      const refused = await untilStatus(bank, serial, 'POSTING_REFUSED')
      expect(refused.payments).toMatchObject([{ state: 'SETTLED' }])
      expect(refused.vouchers).toHaveLength(1)
      const [, settlement] = refused.accountingEvents
      expect(settlement).toMatchObject({
        type: 'supplier-payment.settled',
        outcome: 'REFUSED',
        code: 'PERIOD_CLOSED',
      })
      await set(bank, 'reopen', period)
      await bank.ask('accountant', RETRY_EVENT, { input: { event: settlement.id } })
      const order = await untilBooked(bank, serial, 2)
      expect(order.vouchers.map(entriesOf)).toEqual(BOOKED_AND_PAID)
      expect(order.payments).toHaveLength(1)
      await expectInOrder(order, 1)
    })
  })

  it('what no rule knows waits in suspense with its reference until it is cleared', async () => {
    const bank = await server().bank()
    const form = supplierPayment({ accountName: 'Unheard-of Account' })
    const { expenseCategory: _, ...unmapped } = form
    const serial = await submit(bank, 'supplier-payment', unmapped)
    const order = await untilBooked(bank, serial, 2)
    expect(order.suspense).toMatchObject([{
      reference: 'Unheard-of Account',
      state: 'OPEN',
      amount: { amount: '1200.00', currency: 'CNY' },
    }])
    expect(entriesOf(order.vouchers[0])).toEqual([
      'DEBIT 1001 122199 1200.00',
      'CREDIT 1001 224101 1200.00',
    ])
    const { suspenseItems } = await bank.ask(
      'accountant',
      '{ suspenseItems(state: OPEN) { edges { node { id order { serial status } } } } }',
    )
    const [{ id }] = order.suspense
    expect(suspenseItems.edges).toEqual([{ node: { id, order: { serial, status: 'COMPLETED' } } }])

    const clear = async (subject: string, idempotencyKey: string) =>
      (await bank.ask('accountant', CLEAR, {
        input: { idempotencyKey, item: id, subject, reason: 'printing it was' },
      })).clearSuspense
    expect(await clear('660299x', 'clear-it-wrong')).toMatchObject({ code: 'ACCOUNT_UNKNOWN' })
    const cleared = await clear('660208', 'clear-it-once')
    expect(cleared.kind).toBe('CLEARING')
    expect(entriesOf(cleared).toSorted()).toEqual([
      'CREDIT 1001 122199 1200.00',
      'DEBIT 1001 660208 1200.00',
    ])
    expect((await clear('660208', 'clear-it-once')).id).toBe(cleared.id)
    expect(await clear('660208', 'clear-it-twice')).toMatchObject({ code: 'SUSPENSE_NOT_OPEN' })
    expect((await lineage(bank, serial)).suspense).toMatchObject([
      { state: 'CLEARED', clearedBy: cleared.id },
    ])
    expect(await trialBalance(bank)).toEqual({
      balanced: true,
      closing: { ...PAID.closing, '122199 CNY': 0n },
    })
  })

  it('leaves nothing wrong anywhere, and reports no error of ours', async () => {
    expect(await server().findings()).toEqual([])
    expect(server().reported).toEqual([])
  })
})
