import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readOrderEvent } from '../../subgraphs/ledger/event-body.ts'
import { granted, refusal } from '../support/rig.ts'

const body = {
  type: 'supplier-payment.approved',
  serial: 'OA20261123-000001-8',
  institution: '1001',
  currency: 'CNY',
  valueOn: '2026-11-20',
  summary: 's',
  reference: 'r',
  components: { amount: '12.30', fee: '0.00' },
  dimensions: { expenseCategory: 'travel' },
}
const read = (accounting: unknown) => readOrderEvent(JSON.stringify({ accounting }))

describe('the accounting part of an event', () => {
  it('is read with amounts in minor units', () => {
    expect(granted(read(body))).toEqual({ ...body, components: { amount: 1230n, fee: 0n } })
  })

  it('keeps components and dimensions whatever they are called', () => {
    const text = '{"__proto__": "1.00", "constructor": "2.00"}'
    const read = granted(readOrderEvent(
      JSON.stringify({ accounting: { ...body, components: 0 } }).replace(
        '"components":0',
        `"components":${text}`,
      ),
    ))
    expect(Object.entries(read.components)).toEqual([['__proto__', 100n], ['constructor', 200n]])
  })

  it.each(
    [
      ['/accounting', undefined],
      ['/accounting', null],
      ['/accounting', 'text'],
      ['/accounting/type', { ...body, type: 7 }],
      ['/accounting/serial', { ...body, serial: undefined }],
      ['/accounting/summary', { ...body, summary: 'a\0b' }],
      ['/accounting/reference', { ...body, reference: null }],
      ['/accounting/currency', { ...body, currency: 'XTS' }],
      ['/accounting/valueOn', { ...body, valueOn: '2026-02-30' }],
      ['/accounting/components/amount', { ...body, components: { amount: 12.3 } }],
      ['/accounting/components/amount', { ...body, components: { amount: '12.345' } }],
    ],
  )('is refused at %s', (place, accounting) => {
    expect(refusal(read(accounting))).toBe(`EVENT_MALFORMED ${place}`)
  })

  it('has an answer for any JSON', () => {
    fc.assert(fc.property(fc.json(), (text) => {
      expect(refusal(readOrderEvent(text))).toMatch(/^EVENT_MALFORMED/)
    }))
    fc.assert(fc.property(fc.jsonValue(), (accounting) => {
      expect(refusal(read(accounting))).toMatch(/^EVENT_MALFORMED/)
    }))
  })
})
