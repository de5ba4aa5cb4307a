import { expect, it } from 'vitest'
import { monthBefore } from '../../web/parts/month.ts'

it('the month before is that of the calendar, over the end of a year and from its last day', () => {
  expect(monthBefore('2026-01-31')).toBe('2025-12')
  expect(monthBefore('2026-03-31')).toBe('2026-02')
  expect(monthBefore('2026-11-01')).toBe('2026-10')
})
