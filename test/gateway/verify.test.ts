import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { orderFaults } from '../../gateway/verify.ts'

type Order = Parameters<typeof orderFaults>[0]
type Voucher = Parameters<typeof orderFaults>[1][number]
type Instruction = Parameters<typeof orderFaults>[2][number]

const money = { minor: 1200n, currency: 'CNY' }
const order = (status: string, change: Partial<Order> = {}): Order => ({
  serial: 'OA20261123-000001-1',
  status,
  ...money,
  approvedEvent: 'approved',
  settledEvent: 'settled',
  direction: 'PAY',
  ...change,
})
const approval: Voucher = { eventType: 'approved', ...money }
const settlement: Voucher = { eventType: 'settled', ...money }
const instruction = (state: string): Instruction => ({ state, ...money })
const paid = instruction('SETTLED')
const transfer = { settledEvent: null, direction: null } as const

describe('between an order, its vouchers and its instructions', () => {
  const right: [string, Order, Voucher[], Instruction[]][] = [
    ['in approval', order('IN_APPROVAL'), [], []],
    ['rejected', order('REJECTED'), [], []],
    ['withdrawn', order('WITHDRAWN'), [], []],
    ['approved, the ledger not told yet', order('APPROVED'), [], []],
    ['approved, booked, the order not told yet', order('APPROVED'), [approval], []],
    ['refused by the books', order('POSTING_REFUSED'), [], []],
    ['paying', order('PAYING'), [approval], []],
    ['being paid', order('PAYING'), [approval], [instruction('SENDING')]],
    ['paid, the order not told yet', order('PAYING'), [approval, settlement], [paid]],
    ['unknown', order('PAYMENT_UNKNOWN'), [approval], [instruction('UNKNOWN')]],
    ['failed', order('PAYMENT_FAILED'), [approval], [instruction('FAILED')]],
    ['paid at the second try', order('COMPLETED'), [approval, settlement], [
      instruction('FAILED'),
      paid,
    ]],
    ['settled, its voucher on the way', order('COMPLETED'), [approval], [paid]],
    ['a settlement that the books refused', order('POSTING_REFUSED'), [approval], [paid]],
    ['completed', order('COMPLETED'), [approval, settlement], [paid]],
    ['a transfer', order('COMPLETED', transfer), [approval], []],
    ['reversed', order('REVERSED'), [approval, settlement], [paid]],
  ]
  it.each(right)('nothing is wrong when it is %s', (_, ...facts) => {
    expect(orderFaults(...facts)).toEqual([])
  })

  const otherAmount = { ...money, minor: 1201n }
  const wrong: [string, Order, Voucher[], Instruction[]][] = [
    ['BOOKED_BEFORE_APPROVAL', order('IN_APPROVAL'), [approval], []],
    ['BOOKED_BEFORE_APPROVAL', order('REJECTED'), [approval], []],
    ['NOT_BOOKED', order('PAYING'), [], []],
    ['NOT_BOOKED', order('COMPLETED', transfer), [], []],
    ['BOOKED_TWICE', order('COMPLETED'), [approval, approval, settlement], [paid]],
    ['BOOKED_TWICE', order('COMPLETED'), [approval, settlement, settlement], [paid, paid]],
    ['BOOKED_OTHERWISE', order('PAYING'), [approval, { ...approval, eventType: 'other' }], []],
    ['BOOKED_AMOUNT', order('PAYING'), [{ ...approval, ...otherAmount }], []],
    ['BOOKED_AMOUNT', order('PAYING'), [{ ...approval, currency: 'GBP' }], []],
    ['PAID_TWICE', order('COMPLETED'), [approval, settlement], [paid, paid]],
    ['PAID_AMOUNT', order('PAYING'), [approval], [{ state: 'SENDING', ...otherAmount }]],
    ['PAID_BEFORE_BOOKED', order('APPROVED'), [], [instruction('CREATED')]],
    ['PAID_WITHOUT_CAUSE', order('COMPLETED', transfer), [approval], [paid]],
    ['COMPLETED_NOT_PAID', order('COMPLETED'), [approval], [instruction('UNKNOWN')]],
    ['SETTLEMENT_WITHOUT_PAYMENT', order('PAYING'), [approval, settlement], [
      instruction('UNKNOWN'),
    ]],
  ]
  it.each(wrong)('%s is found', (code, ...facts) => {
    expect(orderFaults(...facts)).toContain(code)
  })

  const statuses = [
    'IN_APPROVAL',
    'REJECTED',
    'WITHDRAWN',
    'APPROVED',
    'POSTING_REFUSED',
    'PAYING',
    'PAYMENT_UNKNOWN',
    'PAYMENT_FAILED',
    'COMPLETED',
    'REVERSED',
  ]
  const minor = fc.bigInt({ min: 1n, max: 3n })
  const currency = fc.constantFrom('CNY', 'GBP')
  const anyOrder: fc.Arbitrary<Order> = fc.record({
    serial: fc.constant('OA1'),
    status: fc.constantFrom(...statuses),
    minor,
    currency,
    approvedEvent: fc.constant('approved'),
    settledEvent: fc.constantFrom('settled', null),
    direction: fc.constantFrom('PAY' as const, 'COLLECT' as const, null),
  })
  const vouchers: fc.Arbitrary<Voucher[]> = fc.array(
    fc.record({ eventType: fc.constantFrom('approved', 'settled', 'other'), minor, currency }),
    { maxLength: 4 },
  )
  const instructions: fc.Arbitrary<Instruction[]> = fc.array(
    fc.record({
      state: fc.constantFrom('CREATED', 'SENDING', 'UNKNOWN', 'SETTLED', 'FAILED'),
      minor,
      currency,
    }),
    { maxLength: 3 },
  )

  it('money that moved twice, in the books or at the bank, is never in order', () => {
    fc.assert(fc.property(anyOrder, vouchers, instructions, (o, v, i) => {
      const faults = orderFaults(o, v, i)
      const twice = (rows: { eventType: string }[], type: string | null) =>
        rows.filter(({ eventType }) => eventType === type).length > 1
      if (twice(v, 'approved') || twice(v, o.settledEvent)) expect(faults).toContain('BOOKED_TWICE')
      if (i.filter(({ state }) => state === 'SETTLED').length > 1) {
        expect(faults).toContain('PAID_TWICE')
      }
      const amounts = [...v, ...i].map((row) => `${row.minor} ${row.currency}`)
      if (amounts.some((amount) => amount !== `${o.minor} ${o.currency}`)) {
        expect(faults.some((fault) => fault.endsWith('_AMOUNT'))).toBe(true)
      }
    }))
  })

  it('the order in which rows come does not matter, and no fault is named twice', () => {
    fc.assert(fc.property(anyOrder, vouchers, instructions, (o, v, i) => {
      const faults = orderFaults(o, v, i)
      expect(orderFaults(o, v.toReversed(), i.toReversed())).toEqual(faults)
      expect(new Set(faults).size).toBe(faults.length)
    }))
  })
})
