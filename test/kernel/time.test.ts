import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fixedPorts } from '../../subgraphs/kernel/ports.ts'
import {
  dateOf,
  daysBetween,
  instantOf,
  parseDate,
  parseInstant,
  periodOf,
  plusDays,
  plusMonths,
  plusMs,
} from '../../subgraphs/kernel/time.ts'

const epochMs = fc.integer({ min: 0, max: Date.parse('9999-12-30T00:00:00Z') })

describe('time', () => {
  it('instants sort as text in time order', () => {
    fc.assert(fc.property(epochMs, epochMs, (a, b) => {
      expect(Math.sign(a - b)).toBe(
        instantOf(a) < instantOf(b) ? -1 : instantOf(a) > instantOf(b) ? 1 : 0,
      )
    }))
  })

  it('plusMs adds milliseconds', () => {
    fc.assert(fc.property(epochMs, fc.integer({ min: 0, max: 86_400_000 }), (at, ms) => {
      expect(plusMs(instantOf(at), ms)).toBe(instantOf(at + ms))
    }))
    expect(plusMs('2026-12-31T23:59:59.999Z', 1)).toBe('2027-01-01T00:00:00.000Z')
  })

  it('a day of the bank begins at 16:00 UTC', () => {
    expect(dateOf('2026-11-23T15:59:59.999Z')).toBe('2026-11-23')
    expect(dateOf('2026-11-23T16:00:00.000Z')).toBe('2026-11-24')
    expect(dateOf('2026-12-31T16:00:00.000Z')).toBe('2027-01-01')
  })

  it('every date of the bank reads back', () => {
    fc.assert(fc.property(epochMs, (at) => {
      const date = dateOf(instantOf(at))
      expect(parseDate(date)).toEqual({ ok: true, value: date })
      expect(date.startsWith(periodOf(date))).toBe(true)
    }))
  })

  it.each(['2026-02-29', '2026-02-30', '2026-04-31', '2026-13-01', '2026-00-01', '2026-01-00'])(
    '%s does not exist',
    (date) => {
      expect(parseDate(date, '/valueOn')).toMatchObject({
        code: 'DATE_MALFORMED',
        place: '/valueOn',
      })
    },
  )

  it('leap days exist', () => {
    expect(parseDate('2028-02-29').ok).toBe(true)
  })

  it.each([
    '2026-1-01',
    '20260101',
    '2026-01-01T00:00:00Z',
    ' 2026-01-01',
    '2026-01-01\n',
    20260101,
    null,
  ])(
    '%j is no date',
    (text) => {
      expect(parseDate(text).ok).toBe(false)
    },
  )

  it('every instant reads back, and so does it with an offset', () => {
    fc.assert(fc.property(epochMs, (at) => {
      expect(parseInstant(instantOf(at))).toEqual({ ok: true, value: instantOf(at) })
      const shanghai = instantOf(at + 8 * 3_600_000).replace('Z', '+08:00')
      expect(parseInstant(shanghai)).toEqual({ ok: true, value: instantOf(at) })
    }))
    expect(parseInstant('2026-11-23T02:03:04Z'))
      .toEqual({ ok: true, value: '2026-11-23T02:03:04.000Z' })
  })

  it.each([
    '1',
    '2026-11-23',
    '2026-11-23T02:03:04',
    '2026-11-23 02:03:04Z',
    '2026-02-30T02:03:04Z',
    '2026-11-23T24:00:00Z',
    '2026-11-23T02:60:04Z',
    '2026-11-23T02:03:04.567Z\n',
    '9999-12-31T23:59:59-01:00',
    '0000-01-01T00:00:00+01:00',
    'Mon Nov 23 2026',
    1_700_000_000_000,
    null,
  ])('%j is no instant', (text) => {
    expect(parseInstant(text)).toMatchObject({ code: 'INSTANT_MALFORMED' })
  })

  it('a fixed clock stands still until it is moved', () => {
    const ports = fixedPorts('2026-11-23T00:00:00.000Z')
    expect(ports.clock.now()).toBe('2026-11-23T00:00:00.000Z')
    ports.advance(1_500)
    expect(ports.clock.now()).toBe('2026-11-23T00:00:01.500Z')
  })

  it('days are counted and added alike, across leap days and years', () => {
    const date = fc.integer({ min: 0, max: 60_000 }).map((n) => plusDays('1970-01-01', n))
    fc.assert(fc.property(date, fc.integer({ min: -4000, max: 4000 }), (from, days) => {
      const to = plusDays(from, days)
      expect(parseDate(to).ok).toBe(true)
      expect(daysBetween(from, to)).toBe(days)
      expect(daysBetween(to, from) + days).toBe(0)
    }))
    expect(daysBetween('2024-02-28', '2024-03-01')).toBe(2)
  })

  it.each([
    ['2026-01-31', 1, '2026-02-28'],
    ['2024-01-31', 1, '2024-02-29'],
    ['2026-01-31', 2, '2026-03-31'],
    ['2026-11-15', 2, '2027-01-15'],
    ['2026-03-31', -1, '2026-02-28'],
    ['2024-02-29', 12, '2025-02-28'],
    ['2026-11-23', 0, '2026-11-23'],
  ])('%s and %i months is %s', (from, months, to) => {
    expect(plusMonths(from, months)).toBe(to)
  })
})
