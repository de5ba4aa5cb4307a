import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  findOddPayments,
  type Payment,
  PAYMENT_LIMITS,
} from '../../../subgraphs/risk-graph/spending/find.ts'

let documents = 0
const pay = (change: Partial<Payment>): Payment => ({
  document: documents++,
  vendor: 1,
  account: null,
  payer: 100,
  minor: 500_000n,
  currency: 'GBP',
  day: 1000,
  reference: '',
  ...change,
})
const kinds = (payments: readonly Payment[]) =>
  findOddPayments(payments).map(({ kind, score }) => `${kind} ${score}`)

describe('a payment', () => {
  it.each<[string, Partial<Payment>[], string[]]>([
    ['made twice for one document', [{ reference: 'A1' }, { reference: 'A1', day: 1200 }], [
      'DUPLICATE 0.95',
    ]],
    ['made twice on one day', [{}, {}], ['DUPLICATE 0.7']],
    ['made again some days later', [{}, { day: 1010 }], ['DUPLICATE 0.45']],
    ['made again much later', [{}, { day: 1100 }], []],
    ['for two documents', [{ reference: 'A1' }, { reference: 'A2' }], []],
    ['to two suppliers', [{}, { vendor: 2 }], []],
    ['in two currencies', [{}, { currency: 'EUR' }], []],
    ['that recurs', [0, 7, 14, 21, 28].map((d) => ({ day: 1000 + d })), []],
    ['of small change', [{ minor: 500n }, { minor: 500n }], []],
    ['made twice and credited', [{}, {}, { minor: -500_000n, day: 1030 }], []],
    ['made three times and credited once', [{}, {}, {}, { minor: -500_000n, day: 1030 }], [
      'DUPLICATE 0.7',
    ]],
    ['split below the limit', [{ minor: 950_000n }, { minor: 900_000n, day: 1002 }], [
      'SPLIT 0.75',
    ]],
    ['split in halves', [{ minor: 520_000n }, { minor: 510_000n }], ['SPLIT 0.5']],
    ['below the limit beside one above', [{ minor: 950_000n }, { minor: 2_000_000n }], []],
    ['in parts that are far apart', [{ minor: 950_000n }, { minor: 900_000n, day: 1009 }], []],
    [
      'given back and paid to another',
      [{ day: 1000 }, { minor: -500_000n, day: 1020 }, { vendor: 2, day: 1030 }],
      ['ROUND_TRIP 0.4'],
    ],
    [
      'given back and paid to another with the same account',
      [{ account: 7 }, { minor: -500_000n, day: 1020 }, { vendor: 2, account: 7, day: 1030 }],
      ['ROUND_TRIP 0.9'],
    ],
    [
      'that comes back from the supplier',
      [{ minor: 2_000_000n }, { payer: 1, vendor: 100, minor: 1_950_000n, day: 1030 }],
      ['ROUND_TRIP 0.85'],
    ],
    [
      'of which little comes back',
      [{ minor: 2_000_000n }, { payer: 1, vendor: 100, minor: 100_000n, day: 1030 }],
      [],
    ],
  ])('%s gives what it should', (_, changes, expected) => {
    expect(kinds(changes.map(pay))).toEqual(expected)
  })

  it('is found whatever the order in which documents come', () => {
    const payment = fc.record({
      vendor: fc.nat(2),
      minor: fc.constantFrom(500_000n, 950_000n, -500_000n, 900_000n),
      day: fc.integer({ min: 1000, max: 1060 }),
      reference: fc.constantFrom('', 'A', 'B'),
    })
    fc.assert(fc.property(fc.array(payment, { maxLength: 14 }), (changes) => {
      const payments = changes.map((change, document) => pay({ ...change, document }))
      const told = findOddPayments(payments)
      expect(findOddPayments(payments.toReversed())).toEqual(told)
      for (const { documents, score, reason } of told) {
        expect(new Set(documents).size).toBe(documents.length)
        expect(documents.length).toBeGreaterThan(1)
        expect(score > 0 && score <= 1 && reason.length > 10).toBe(true)
      }
    }))
  })

  it('is split by the limit that is given', () => {
    const parts = [pay({ minor: 950_000n }), pay({ minor: 900_000n })]
    const limits = { ...PAYMENT_LIMITS, limitMinor: 5_000_000n }
    expect(findOddPayments(parts, limits)).toEqual([])
  })
})
