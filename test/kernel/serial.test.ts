import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatSerial, isSerial } from '../../subgraphs/kernel/serial.ts'

const serial = fc.tuple(
  fc.date({ min: new Date('2000-01-01'), max: new Date('2999-12-31'), noInvalidDate: true }),
  fc.bigInt({ min: 1n, max: 999_999_999_999n }),
).map(([day, number]) => formatSerial(day.toISOString().slice(0, 10), number))

describe('serial', () => {
  it('holds the day, the number and a check digit', () => {
    expect(formatSerial('2026-11-23', 17n)).toMatch(/^OA20261123-000017-\d$/)
    expect(formatSerial('2026-11-23', 1_234_567n)).toMatch(/^OA20261123-1234567-\d$/)
  })

  it('every serial that was formatted is one', () => {
    fc.assert(fc.property(serial, (text) => {
      expect(isSerial(text)).toBe(true)
    }))
  })

  it('every single mistyped digit is caught', () => {
    fc.assert(fc.property(serial, (text) => {
      for (let i = 0; i < text.length; i++) {
        if (!/\d/.test(text[i]!)) continue
        for (const digit of '0123456789') {
          if (digit === text[i]) continue
          expect(isSerial(text.slice(0, i) + digit + text.slice(i + 1))).toBe(false)
        }
      }
    }))
  })

  it('swapped neighbours are caught, save 09 and 90', () => {
    fc.assert(fc.property(serial, (text) => {
      for (let i = 0; i + 1 < text.length; i++) {
        const [a, b] = [text[i]!, text[i + 1]!]
        if (!/\d\d/.test(a + b) || a === b || a + b === '09' || a + b === '90') continue
        expect(isSerial(text.slice(0, i) + b + a + text.slice(i + 2))).toBe(false)
      }
    }))
  })

  it.each([
    '',
    'OA20261123-17-0',
    'oa20261123-000017-0',
    'OA20261123-000017',
    'OA20261123-000017-00',
  ])(
    '%j is none',
    (text) => {
      expect(isSerial(text)).toBe(false)
    },
  )
})
