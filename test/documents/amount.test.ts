import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  add,
  agree,
  compare,
  type Decimal,
  intervalOf,
  isEmptySlot,
  overlap,
  printDecimal,
  readAmount,
  scaled,
  subtract,
  timesInterval,
} from '../../subgraphs/documents/amount.ts'

const decimal: fc.Arbitrary<Decimal> = fc.record({
  digits: fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
  decimals: fc.integer({ min: 0, max: 6 }),
})

describe('a printed figure', () => {
  it('is read as it is printed, whatever it is', () => {
    fc.assert(fc.property(decimal, (value) => {
      expect(readAmount(printDecimal(value))).toEqual({ ...value, percent: false, grouped: true })
    }))
  })

  it.each([
    ['1,234.50', 123450n, 2],
    ['(1,234.50)', -123450n, 2],
    ['（1,234.50）', -123450n, 2],
    ['-1,234.50', -123450n, 2],
    ['－12', -12n, 0],
    ['１２．５％', 125n, 1],
    ['0.00', 0n, 2],
  ])('%s', (text, digits, decimals) => {
    expect(readAmount(text)).toMatchObject({ digits, decimals })
  })

  it.each(['', '-', '2021年', '七、1', '1-2', '(1', '1)', '600519.SH', '12.5.1', 'abc', '—'])(
    '%s is none',
    (text) => expect(readAmount(text)).toBeUndefined(),
  )

  it('with separators in the wrong places says so', () => {
    expect(readAmount('1,23,456.00')).toMatchObject({ digits: 12345600n, grouped: false })
    expect(readAmount('1234,567.00')).toMatchObject({ grouped: false })
  })

  it('is not there where a slot is empty', () => {
    for (const text of ['', '-', '—', '/', '不适用', ' ']) expect(isEmptySlot(text)).toBe(true)
    for (const text of ['0', '1', '否']) expect(isEmptySlot(text)).toBe(false)
  })
})

describe('exact arithmetic', () => {
  it('adding and taking away again leaves the figure', () => {
    fc.assert(fc.property(decimal, decimal, (a, b) => {
      expect(compare(subtract(add(a, b), b), a)).toBe(0)
    }))
  })

  it('a figure rounded to fewer digits agrees with the one it came from', () => {
    fc.assert(fc.property(decimal, fc.integer({ min: 1, max: 8 }), (exact, places) => {
      const unit = 10n ** BigInt(places)
      const half = unit / 2n
      const rounded = (exact.digits >= 0n ? exact.digits + half : exact.digits - half) / unit
      const printed = scaled({ digits: rounded, decimals: exact.decimals }, places)
      expect(agree(printed, exact)).toBe(true)
      const other = scaled(
        { digits: rounded + (places === 0 ? 1n : 2n), decimals: exact.decimals },
        places,
      )
      expect(agree(other, exact)).toBe(false)
    }))
  })

  it('an interval times a negative number stays in order', () => {
    fc.assert(fc.property(decimal, fc.bigInt({ min: -9n, max: 9n }), (value, factor) => {
      const interval = timesInterval(intervalOf(value), factor)
      expect(compare(interval.low, interval.high)).toBeLessThanOrEqual(0)
      expect(overlap(interval, interval)).toBe(true)
    }))
  })
})
