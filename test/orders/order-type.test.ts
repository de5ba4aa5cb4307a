import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CURRENCIES, formatMoney, type Money } from '../../subgraphs/kernel/money.ts'
import { CHART } from '../../subgraphs/ledger/chart.ts'
import { checkRule } from '../../subgraphs/ledger/posting-rule.ts'
import { SHIPPED_RULES } from '../../subgraphs/ledger/shipped-rules.ts'
import {
  accountingOf,
  checkType,
  type OrderType,
  outcomeOf,
  stepsFor,
  summaryOf,
} from '../../subgraphs/orders/order-type.ts'
import { SHIPPED_TYPES } from '../../subgraphs/orders/shipped-types.ts'
import { expenseClaim, supplierPayment } from '../support/forms.ts'
import { refusal } from '../support/rig.ts'

const claim = SHIPPED_TYPES['expense-claim']!
const payment = SHIPPED_TYPES['supplier-payment']!
const roles = (type: OrderType, money: Money) => stepsFor(type, money).map((step) => step.role)

describe('the steps of approval', () => {
  it.each([
    [claim, 100_000n, []],
    [claim, 100_001n, ['checker']],
    [claim, 5_000_000n, ['checker']],
    [claim, 5_000_001n, ['checker', 'accountant']],
    [payment, 5_000_000n, []],
    [payment, 5_000_001n, ['checker']],
  ])('are needed above their limits, not at them (case %#)', (type, minor, expected) => {
    expect(roles(type, { minor, currency: 'CNY' })).toEqual(expected)
  })

  it('are all needed in a currency that has no limit', () => {
    expect(roles(claim, { minor: 1n, currency: 'JPY' })).toEqual(['checker', 'accountant'])
  })

  it('never become fewer when the amount grows', () => {
    const amount = fc.bigInt({ min: 1n, max: 10_000_000_000n })
    const currency = fc.constantFrom(...CURRENCIES)
    const type = fc.constantFrom(...Object.values(SHIPPED_TYPES))
    fc.assert(fc.property(type, currency, amount, amount, (type, currency, a, b) => {
      const [less, more] = a < b ? [a, b] : [b, a]
      const few = roles(type, { minor: less, currency })
      const many = roles(type, { minor: more, currency })
      expect(many.slice(0)).toEqual(expect.arrayContaining(few))
    }))
  })
})

describe('what approval leads to', () => {
  it('is chosen by the form', () => {
    expect(outcomeOf(payment, supplierPayment({ kind: 'CREDIT_NOTE' }))).toMatchObject({
      approvedEvent: 'supplier-credit-note.approved',
      payment: { direction: 'COLLECT' },
    })
    expect(outcomeOf(payment, supplierPayment()).payment?.direction).toBe('PAY')
  })

  it('is an event that a shipped rule posts', () => {
    const postable = new Set(CHART.filter((s) => s.postable).map((s) => s.code))
    const events = Object.values(SHIPPED_TYPES).flatMap((type) =>
      type.outcomes.flatMap((o) => [o.approvedEvent, o.payment?.settledEvent])
    ).filter((event) => event !== undefined)
    expect(new Set(events)).toEqual(new Set(Object.keys(SHIPPED_RULES)))
    for (const event of events) {
      expect(checkRule(SHIPPED_RULES[event], postable).ok, event).toBe(true)
    }
  })

  it('carries the amount with the decimals of its currency and only the dimensions that are there', () => {
    const form = supplierPayment({ expenseCategory: '', currency: 'JPY' })
    const order = { serial: 's', form, institution: '1001', summary: 'x' }
    const money: Money = { minor: 1200n, currency: 'JPY' }
    expect(accountingOf(payment, { ...order, money }, 'e')).toEqual({
      type: 'e',
      serial: 's',
      institution: '1001',
      currency: 'JPY',
      valueOn: '2026-11-20',
      summary: 'x',
      reference: 'Marketing',
      components: { amount: '1200' },
      dimensions: {},
    })
    expect(formatMoney(money)).toBe('1200')
  })
})

describe('a summary', () => {
  it('is one line of at most 300 characters and never half a character', () => {
    const texts = fc.string({ unit: 'grapheme', maxLength: 400 })
    fc.assert(fc.property(texts, texts, (name, purpose) => {
      const summary = summaryOf(claim, expenseClaim({ payee: { name }, purpose }))
      expect(summary.length).toBeLessThanOrEqual(300)
      expect(summary.isWellFormed()).toBe(true)
    }))
  })
})

describe('an order type', () => {
  it('that ships can be read', () => {
    for (const [code, type] of Object.entries(SHIPPED_TYPES)) {
      expect(checkType(type), code).toEqual({ ok: true, value: type })
    }
  })

  it.each([
    ['', null],
    ['/zh', { ...claim, zh: 1 }],
    ['/reference', { ...claim, reference: undefined }],
    ['/form', { ...claim, form: null }],
    ['/steps', { ...claim, steps: {} }],
    ['/steps/0', { ...claim, steps: [null] }],
    ['/steps/0/role', { ...claim, steps: [{}] }],
    ['/steps/0/above/CNY', { ...claim, steps: [{ role: 'x', above: { CNY: '1.005' } }] }],
    ['/steps/0/above/XTS', { ...claim, steps: [{ role: 'x', above: { XTS: '1' } }] }],
    ['/outcomes', { ...claim, outcomes: [] }],
    ['/outcomes', {
      ...claim,
      outcomes: [{ approvedEvent: 'x', payment: null, when: { field: '/a', is: 'b' } }],
    }],
  ])('is refused at %j', (place, body) => {
    expect(refusal(checkType(body))).toBe(`TYPE_MALFORMED ${place}`)
  })
})
