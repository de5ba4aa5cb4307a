import { expect, it } from 'vitest'
import { bankInstant, bankTime, bankToday } from '../../web/parts/instant.tsx'

it('a date and time that is filled in is the bank’s, wherever the browser is', () => {
  expect(bankInstant('2026-11-23T10:03')).toBe('2026-11-23T02:03:00.000Z')
  expect(bankTime(bankInstant('2026-01-01T00:30'))).toBe('2026-01-01 00:30')
})

it('today is the bank’s day, which begins before that of Greenwich', () => {
  expect(bankToday(new Date('2026-11-23T15:59:59Z'))).toBe('2026-11-23')
  expect(bankToday(new Date('2026-11-23T16:00:00Z'))).toBe('2026-11-24')
})
