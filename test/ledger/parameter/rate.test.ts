import { Decimal as Decimals } from 'decimal.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  BASIS_POINT,
  convert,
  formatRate,
  parseRate,
  RATE_ONE,
  shareOf,
} from '../../../subgraphs/ledger/parameter/rate.ts'
import { must } from '../../../subgraphs/kernel/result.ts'

const Decimal = Decimals.clone({ precision: 80 })
const rate = fc.bigInt({ min: -1000n * RATE_ONE, max: 1000n * RATE_ONE })
const minor = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })

describe('a rate', () => {
  it('is read from what it is written as, exactly', () => {
    fc.assert(fc.property(rate, (r) => {
      expect(must(parseRate(formatRate(r)))).toBe(r)
      expect(new Decimal(formatRate(r)).mul(RATE_ONE.toString()).toFixed()).toBe(r.toString())
    }))
    expect(formatRate(435_000_000n)).toBe('0.0435')
    expect(formatRate(-BASIS_POINT)).toBe('-0.0001')
  })

  it.each([0.0435, '4.35%', '', '.5', '1e-3', 'NaN', '0.00000000001', '1001', null])(
    'is not read from %j',
    (text) => {
      expect(parseRate(text)).toMatchObject({ ok: false, code: 'RATE_MALFORMED' })
    },
  )

  it('takes its share of an amount as decimal arithmetic has it', () => {
    fc.assert(fc.property(minor, rate, (m, r) => {
      const exact = new Decimal(m.toString()).mul(r.toString()).div(RATE_ONE.toString())
      expect(shareOf(m, r)).toBe(BigInt(exact.toFixed(0, Decimal.ROUND_HALF_UP)))
    }))
  })

  it('converts between currencies of any decimals as decimal arithmetic has it', () => {
    const digits = fc.integer({ min: 0, max: 4 })
    const price = fc.bigInt({ min: 1n, max: 1000n * RATE_ONE })
    fc.assert(fc.property(minor, price, digits, digits, (m, r, from, to) => {
      const exact = new Decimal(m.toString()).mul(r.toString()).div(RATE_ONE.toString())
        .mul(new Decimal(10).pow(to - from))
      expect(convert(m, r, from, to)).toBe(BigInt(exact.toFixed(0, Decimal.ROUND_HALF_UP)))
    }))
    // 100.00 USD at 7.1234 is 712.34 CNY; 1,000 JPY at 0.0472 is 47.20 CNY.
    expect(convert(10_000n, must(parseRate('7.1234')), 2, 2)).toBe(71_234n)
    expect(convert(1_000n, must(parseRate('0.0472')), 0, 2)).toBe(4_720n)
  })
})
