import { describe, expect, it } from 'vitest'
import { eachEngine } from '../rig/engines.ts'
import { branchTransfer, expenseClaim, supplierPayment } from '../support/forms.ts'
import {
  approve,
  entriesOf,
  kindsOf,
  minor,
  submit,
  trialBalance,
  untilBooked,
} from '../support/journey.ts'
import { sharedServer } from '../support/server.ts'

eachEngine((engine) => {
  const server = sharedServer(engine)

  describe('one query by serial shows the whole way of', () => {
    it('an expense claim that two people approve', async () => {
      const bank = await server().bank()
      const form = expenseClaim({ amount: '58000.50', purpose: '全国出差' })
      const serial = await submit(bank, 'expense-claim', form)
      await approve(bank, serial)
      await approve(bank, serial, 'accountant')
      const order = await untilBooked(bank, serial, 2)

      expect(order).toMatchObject({
        serial,
        type: 'expense-claim',
        typeVersion: 1,
        status: 'COMPLETED',
        maker: 'maker',
        form,
        amount: { amount: '58000.50', currency: 'CNY' },
        approvals: [
          { step: 1, role: 'checker', decidedBy: 'checker', verdict: 'APPROVE' },
          { step: 2, role: 'accountant', decidedBy: 'accountant', verdict: 'APPROVE' },
        ],
        accountingEvents: [
          { type: 'expense-claim.approved', source: 'orders', outcome: 'POSTED' },
          { type: 'expense-claim.settled', source: 'payments', outcome: 'POSTED' },
        ],
        payments: [{
          round: 1,
          direction: 'PAY',
          state: 'SETTLED',
          amount: { amount: '58000.50', currency: 'CNY' },
          channel: { code: 'bank-simulator', simulated: true },
          attempts: [{ kind: 'SEND' }, { kind: 'ANSWER', outcome: 'SETTLED' }],
        }],
        suspense: [],
      })
      expect(kindsOf(order).slice(0, 5)).toEqual([
        'SUBMITTED',
        'STEP_APPROVED',
        'APPROVED',
        'POSTED',
        'PAYMENT_REQUESTED',
      ])
      // The settlement and its voucher are reported by two subgraphs: either may come first.
      expect(kindsOf(order).slice(5).toSorted()).toEqual(['PAYMENT_SETTLED', 'POSTED'])
      const [approval, settlement] = order.vouchers
      expect(approval.rule).toMatchObject({
        event: 'expense-claim.approved',
        version: 1,
        state: 'APPROVED',
      })
      expect(approval.event.id).toBe(order.accountingEvents[0].id)
      expect(settlement.event.id).toBe(order.accountingEvents[1].id)
      expect(entriesOf(approval)).toEqual([
        'DEBIT 1001 660202 58000.50',
        'CREDIT 1001 224102 58000.50',
      ])
      expect(entriesOf(settlement)).toEqual([
        'DEBIT 1001 224102 58000.50',
        'CREDIT 1001 1003 58000.50',
      ])
    })

    it('a supplier payment that its rule approves', async () => {
      const bank = await server().bank()
      const serial = await submit(bank, 'supplier-payment', supplierPayment({ amount: '0.01' }))
      const order = await untilBooked(bank, serial, 2)
      expect(order).toMatchObject({ status: 'COMPLETED', approvals: [] })
      expect(order.timeline[1]).toMatchObject({
        kind: 'APPROVED',
        actor: 'rule:supplier-payment@1',
        actorKind: 'RULE',
      })
      expect(order.vouchers.map(entriesOf)).toEqual([
        ['DEBIT 1001 660208 0.01', 'CREDIT 1001 224101 0.01'],
        ['DEBIT 1001 224101 0.01', 'CREDIT 1001 1003 0.01'],
      ])
      expect(order.payments).toHaveLength(1)
      expect(await server().statement(order.payments[0].id)).toMatchObject([
        { amount: '0.01', currency: 'CNY', direction: 'PAY' },
      ])
    })

    it('a credit note, which gives money back', async () => {
      const bank = await server().bank()
      const form = supplierPayment({ kind: 'CREDIT_NOTE', amount: '75', currency: 'GBP' })
      const serial = await submit(bank, 'supplier-payment', form)
      const order = await untilBooked(bank, serial, 2)
      expect(order.vouchers.map(entriesOf)).toEqual([
        ['DEBIT 1001 224101 75.00', 'CREDIT 1001 660208 75.00'],
        ['DEBIT 1001 1003 75.00', 'CREDIT 1001 224101 75.00'],
      ])
      expect(order.payments).toMatchObject([{ direction: 'COLLECT', state: 'SETTLED' }])
      expect(await trialBalance(bank)).toMatchObject({
        balanced: true,
        closing: { '660208 GBP': -7500n, '1003 GBP': 7500n, '224101 GBP': 0n },
      })
    })

    it('a transfer between branches, which pays nobody', async () => {
      const bank = await server().bank()
      const form = branchTransfer({ amount: '1000000.01' })
      const serial = await submit(bank, 'branch-transfer', form)
      await approve(bank, serial)
      await approve(bank, serial, 'accountant')
      const order = await untilBooked(bank, serial, 1)
      expect(order.payments).toEqual([])
      expect(order.vouchers.map(entriesOf)).toEqual([[
        'DEBIT 1001 3001 1000000.01',
        'CREDIT 1001 1003 1000000.01',
        'DEBIT 1002 1003 1000000.01',
        'CREDIT 1002 3001 1000000.01',
      ]])
      expect(kindsOf(order)).toEqual(['SUBMITTED', 'STEP_APPROVED', 'APPROVED', 'POSTED'])
    })
  })

  it('leads back from a voucher and from an instruction to the order', async () => {
    const bank = await server().bank()
    const serial = await submit(bank, 'supplier-payment', supplierPayment())
    const order = await untilBooked(bank, serial, 2)
    for (const { id, number } of order.vouchers) {
      const { voucher } = await bank.ask(
        'accountant',
        `query ($id: ID!) { voucher(id: $id) {
          number order { serial form timeline { kind } payments { id attempts { kind } } }
        } }`,
        { id },
      )
      expect(voucher).toMatchObject({ number, order: { serial, form: order.form } })
      expect(voucher.order.payments).toMatchObject([{ id: order.payments[0].id }])
    }
    const { paymentInstruction } = await bank.ask(
      'maker',
      `query ($id: ID!) { paymentInstruction(id: $id) {
        state order { serial summary vouchers { id entries { line } } }
      } }`,
      { id: order.payments[0].id },
    )
    expect(paymentInstruction).toMatchObject({
      state: 'SETTLED',
      order: {
        serial,
        summary: order.summary,
        vouchers: order.vouchers.map(({ id }: { id: string }) => ({ id })),
      },
    })
  })

  it('books expense, debt and bank so that they add up, whatever was asked for', async () => {
    const bank = await server().bank()
    const amounts = ['0.01', '999.99', '1200', '49999.9', '7.70']
    const serials = await Promise.all(
      amounts.map((amount) => submit(bank, 'supplier-payment', supplierPayment({ amount }))),
    )
    let expense = 0n
    let debt = 0n
    let paid = 0n
    for (const serial of serials) {
      const { vouchers } = await untilBooked(bank, serial, 2)
      for (const { entries } of vouchers) {
        for (const { side, subject: { code }, amount } of entries) {
          const signed = side === 'DEBIT' ? minor(amount.amount) : -minor(amount.amount)
          if (code === '660208') expense += signed
          if (code === '224101') debt += signed
          if (code === '1003') paid += signed
        }
      }
    }
    const sum = 1n + 99_999n + 120_000n + 4_999_990n + 770n
    expect([expense, debt, paid]).toEqual([sum, 0n, -sum])
    expect(await trialBalance(bank)).toEqual({
      balanced: true,
      closing: { '1003 CNY': -sum, '224101 CNY': 0n, '660208 CNY': sum },
    })
  })

  it('answers the demo query with the demo orders, and all books are in order', async () => {
    const { orders } = await server().demo.ask(
      'maker',
      '{ orders(first: 3) { edges { node { type status maker } } } }',
    )
    expect(orders.edges.map(({ node }: { node: { type: string } }) => node.type).toSorted())
      .toEqual(['branch-transfer', 'expense-claim', 'supplier-payment'])
    expect(await server().findings()).toEqual([])
    expect(server().reported).toEqual([])
  })
})
