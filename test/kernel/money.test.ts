import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  allocate,
  CURRENCIES,
  type Currency,
  divideRounded,
  exponentOf,
  formatMoney,
  MINOR_MAX,
  parseMoney,
  type Rounding,
} from '../../subgraphs/kernel/money.ts'

const currency = fc.constantFrom(...CURRENCIES)
const minor = fc.bigInt({ min: -MINOR_MAX, max: MINOR_MAX })
const rounding = fc.constantFrom<Rounding>('half-up', 'half-even', 'down', 'up')

function refusalOf(amount: unknown, code: unknown): string {
  const parsed = parseMoney(amount, code)
  return parsed.ok ? `${parsed.value.minor}` : parsed.code
}

describe('parseMoney and formatMoney', () => {
  it('read back every amount that they write', () => {
    fc.assert(fc.property(minor, currency, (minor, currency) => {
      expect(parseMoney(formatMoney({ minor, currency }), currency))
        .toEqual({ ok: true, value: { minor, currency } })
    }))
  })

  it('write exactly the decimals of the currency', () => {
    fc.assert(fc.property(minor, currency, (minor, currency) => {
      const [, fraction = ''] = formatMoney({ minor, currency }).split('.')
      expect(fraction).toHaveLength(exponentOf(currency))
    }))
  })

  it.each<[string, Currency, bigint]>([
    ['1234.50', 'CNY', 123450n],
    ['1234.5', 'CNY', 123450n],
    ['1234', 'CNY', 123400n],
    ['-0.05', 'GBP', -5n],
    ['-0.00', 'GBP', 0n],
    ['700', 'JPY', 700n],
    ['1.234', 'KWD', 1234n],
    ['90000000000000.00', 'CNY', MINOR_MAX],
    ['-90000000000000.00', 'CNY', -MINOR_MAX],
  ])('%s %s is %s minor units', (amount, currency, expected) => {
    expect(parseMoney(amount, currency)).toEqual({ ok: true, value: { minor: expected, currency } })
  })

  it.each<[unknown, unknown, string]>([
    ['1.00', 'XTS', 'CURRENCY_UNKNOWN'],
    ['1.00', 'cny', 'CURRENCY_UNKNOWN'],
    ['1.00', 'toString', 'CURRENCY_UNKNOWN'],
    ['1.00', undefined, 'CURRENCY_UNKNOWN'],
    [1.5, 'CNY', 'AMOUNT_NOT_TEXT'],
    [1n, 'CNY', 'AMOUNT_NOT_TEXT'],
    ['', 'CNY', 'AMOUNT_MALFORMED'],
    ['1,000.00', 'CNY', 'AMOUNT_MALFORMED'],
    ['+1', 'CNY', 'AMOUNT_MALFORMED'],
    ['1.', 'CNY', 'AMOUNT_MALFORMED'],
    ['.5', 'CNY', 'AMOUNT_MALFORMED'],
    ['1e3', 'CNY', 'AMOUNT_MALFORMED'],
    [' 1', 'CNY', 'AMOUNT_MALFORMED'],
    ['1\n', 'CNY', 'AMOUNT_MALFORMED'],
    ['１', 'CNY', 'AMOUNT_MALFORMED'],
    ['1.000', 'GBP', 'AMOUNT_TOO_PRECISE'],
    ['1.0', 'JPY', 'AMOUNT_TOO_PRECISE'],
    ['90000000000000.01', 'CNY', 'AMOUNT_TOO_LARGE'],
    ['-90000000000000.01', 'CNY', 'AMOUNT_TOO_LARGE'],
  ])('%s %s is refused with %s', (amount, currency, code) => {
    expect(refusalOf(amount, currency)).toBe(code)
  })

  it('a refusal points at the place that was named', () => {
    expect(parseMoney('x', 'CNY', '/lines/0/amount')).toMatchObject({ place: '/lines/0/amount' })
  })
})

describe('divideRounded', () => {
  const denominator = fc.bigInt({ min: 1n, max: 1_000_000n })
  const numerator = fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n })

  it('is less than one unit from the exact quotient, half a unit when it rounds to the nearest', () => {
    fc.assert(fc.property(numerator, denominator, rounding, (n, d, rounding) => {
      const error = divideRounded(n, d, rounding) * d - n
      const distance = error < 0n ? -error : error
      if (rounding.startsWith('half')) expect(2n * distance <= d).toBe(true)
      else expect(distance < d).toBe(true)
    }))
  })

  it('mirrors at zero', () => {
    fc.assert(fc.property(numerator, denominator, rounding, (n, d, rounding) => {
      expect(divideRounded(-n, d, rounding)).toBe(-divideRounded(n, d, rounding))
    }))
  })

  it('is exact when the denominator divides', () => {
    fc.assert(fc.property(numerator, denominator, rounding, (n, d, rounding) => {
      expect(divideRounded(n * d, d, rounding)).toBe(n)
    }))
  })

  it.each<[bigint, bigint, Rounding, bigint]>([
    [5n, 2n, 'half-up', 3n],
    [5n, 2n, 'half-even', 2n],
    [7n, 2n, 'half-even', 4n],
    [-5n, 2n, 'half-up', -3n],
    [-5n, 2n, 'half-even', -2n],
    [5n, 2n, 'down', 2n],
    [-5n, 2n, 'down', -2n],
    [1n, 1000n, 'up', 1n],
    [-1n, 1000n, 'up', -1n],
    [0n, 7n, 'up', 0n],
  ])('%s / %s %s is %s', (n, d, rounding, expected) => {
    expect(divideRounded(n, d, rounding)).toBe(expected)
  })

  it('throws when the denominator is not positive', () => {
    expect(() => divideRounded(1n, 0n, 'down')).toThrow(RangeError)
    expect(() => divideRounded(1n, -1n, 'down')).toThrow(RangeError)
  })
})

describe('allocate', () => {
  const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 20 })
    .filter((weights) => weights.some((w) => w > 0n))

  it('loses nothing', () => {
    fc.assert(fc.property(minor, weights, (total, weights) => {
      expect(allocate(total, weights).reduce((a, b) => a + b, 0n)).toBe(total)
    }))
  })

  it('gives each part its exact share to within one unit, and a weight of nothing nothing', () => {
    fc.assert(fc.property(minor, weights, (total, weights) => {
      const sum = weights.reduce((a, b) => a + b, 0n)
      allocate(total, weights).forEach((part, i) => {
        const error = part * sum - total * weights[i]!
        expect((error < 0n ? -error : error) < sum).toBe(true)
        if (weights[i] === 0n) expect(part).toBe(0n)
      })
    }))
  })

  it('gives the odd unit to the largest remainder, and in a tie to the earlier part', () => {
    expect(allocate(100n, [1n, 1n, 1n])).toEqual([34n, 33n, 33n])
    expect(allocate(-100n, [1n, 1n, 1n])).toEqual([-34n, -33n, -33n])
    expect(allocate(10n, [1n, 5n])).toEqual([2n, 8n])
    expect(allocate(5n, [0n, 3n, 0n])).toEqual([0n, 5n, 0n])
  })

  it('throws when no weight is positive or one is negative', () => {
    expect(() => allocate(1n, [])).toThrow(RangeError)
    expect(() => allocate(1n, [0n, 0n])).toThrow(RangeError)
    expect(() => allocate(1n, [2n, -1n])).toThrow(RangeError)
  })
})
