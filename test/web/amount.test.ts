import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { groupDigits, sumsOf } from '../../web/parts/amount.tsx'

describe('an amount', () => {
  it.each([
    ['0.00', '0.00'],
    ['-1234567.50', '-1,234,567.50'],
    ['999', '999'],
    ['1000', '1,000'],
    ['not a number', 'not a number'],
  ])('%s is read as %s', (amount, read) => expect(groupDigits(amount)).toBe(read))

  it('keeps every digit, however long it is', () => {
    fc.assert(fc.property(fc.bigInt(-(10n ** 18n), 10n ** 18n), (minor) => {
      const text = `${minor}.05`
      expect(groupDigits(text).replaceAll(',', '')).toBe(text)
    }))
  })

  it('sums to the penny by currency', () => {
    const sums = sumsOf([
      { amount: '9007199254740993.01', currency: 'CNY' },
      { amount: '0.02', currency: 'CNY' },
      { amount: '-0.05', currency: 'GBP' },
      { amount: '120', currency: 'JPY' },
      { amount: '0.01', currency: 'GBP' },
    ])
    expect(sums).toEqual([
      { amount: '9007199254740993.03', currency: 'CNY' },
      { amount: '-0.04', currency: 'GBP' },
      { amount: '120', currency: 'JPY' },
    ])
  })
})
