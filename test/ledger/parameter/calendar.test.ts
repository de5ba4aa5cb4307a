import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { must } from '../../../subgraphs/kernel/result.ts'
import { daysBetween, plusDays } from '../../../subgraphs/kernel/time.ts'
import { calendarDay, isWeekend } from '../../../subgraphs/ledger/parameter/calendar.ts'
import { dueDay } from '../../../subgraphs/ledger/parameter/due-day.ts'
import { Parameters } from '../../../subgraphs/ledger/parameter/in-force.ts'
import { checkParameter, type ParameterRow } from '../../../subgraphs/ledger/parameter/table.ts'
import { makeSchedule } from '../../../subgraphs/ledger/product/schedule.ts'
import { CALENDAR_2025, calendarRow } from '../../support/calendar.ts'

const parameters = (rows: readonly ParameterRow[]) =>
  new Parameters(
    new Map([['calendar', {
      key: 'calendar',
      version: 1n,
      table: must(checkParameter({ kind: 'CALENDAR', rows })),
    }]]),
  )
const of2025 = parameters(CALENDAR_2025)
const isWorking = (date: string) => calendarDay(of2025, date).working
const daysOf = (from: string, to: string) =>
  Array.from({ length: daysBetween(from, to) }, (_, n) => plusDays(from, n))

describe('the calendar', () => {
  it('of 2025, as the State Council arranged it, has the working days that law makes of the year', () => {
    // 52 Saturdays, 52 Sundays and 13 days of holidays by 《全国年节及纪念日放假办法》 as of 2025; days off
    // that are worked instead change none of it: 365 − 104 − 13.
    expect(daysOf('2025-01-01', '2026-01-01').filter(isWorking)).toHaveLength(248)
  })

  it('knows weekends that are worked, and workdays that are none', () => {
    expect(calendarDay(of2025, '2025-01-28')).toEqual({
      on: '2025-01-28',
      working: false,
      name: '春节',
    })
    expect(calendarDay(of2025, '2025-02-08')).toEqual({
      on: '2025-02-08',
      working: true,
      name: '春节调休',
    })
    expect(['2025-10-11', '2025-10-12', '2025-10-13'].map(isWorking)).toEqual([true, false, true])
  })

  it('without entries shuts on weekends alone', () => {
    const none = new Parameters(new Map())
    const week = daysOf('2026-11-23', '2026-11-30').map((on) => calendarDay(none, on).working)
    expect(week).toEqual([true, true, true, true, true, false, false])
    expect(daysOf('1969-12-29', '1970-01-05').map(isWeekend))
      .toEqual([false, false, false, false, false, true, true])
  })

  it('of one institution is not that of another', () => {
    const rows = [{
      ...calendarRow('2026-11-24', '2026-11-25', 'HOLIDAY', 'made-up local holiday'),
      dimensions: { institution: '1002' },
    }]
    const own = (institution: string) =>
      calendarDay(parameters(rows), '2026-11-24', { institution }).working
    expect([own('1001'), own('1002')]).toEqual([true, false])
  })
})

describe('a due day', () => {
  it('goes to the next working day, or stays in its month, as its rule says', () => {
    const due = (rule: 'NONE' | 'FOLLOWING' | 'MODIFIED_FOLLOWING') =>
      must(makeSchedule({
        method: 'EQUAL_PRINCIPAL',
        minor: 1_200_000n,
        rate: 0n,
        periods: 12,
        startedOn: '2024-12-28',
      }, (date) => dueDay(date, rule, isWorking))).map((row) => row.dueOn)
    const agreed = due('NONE')
    expect(agreed[0]).toBe('2025-01-28')
    // Spring Festival, 28 January to 4 February; Saturday 28 June; 28 September is a Sunday that is
    // worked; 28 December is a Sunday that is not.
    const following = agreed.with(0, '2025-02-05').with(5, '2025-06-30').with(11, '2025-12-29')
    expect(due('FOLLOWING')).toEqual(following)
    expect(agreed[8]).toBe('2025-09-28')
    expect(due('MODIFIED_FOLLOWING')).toEqual(following.with(0, '2025-01-27'))
  })

  it('is the nearest working day on its side, whatever the calendar', () => {
    fc.assert(fc.property(
      fc.nat({ max: 400 }),
      fc.array(fc.boolean(), { minLength: 460, maxLength: 460 }),
      (n, open) => {
        const working = (date: string) => {
          const day = daysBetween('2025-01-01', date)
          return day % 9 === 0 || (open[day] ?? false)
        }
        const date = plusDays('2025-01-01', n)
        const next = dueDay(date, 'FOLLOWING', working)
        expect(working(next)).toBe(true)
        expect(next >= date).toBe(true)
        expect(daysOf(date, next).some(working)).toBe(false)
        const modified = dueDay(date, 'MODIFIED_FOLLOWING', working)
        if (next.slice(0, 7) === date.slice(0, 7)) expect(modified).toBe(next)
        else {
          expect(working(modified)).toBe(true)
          expect(modified < date).toBe(true)
          expect(daysOf(plusDays(modified, 1), date).some(working)).toBe(false)
        }
      },
    ))
  })

  it('stays where it is when a calendar knows no working day near it', () => {
    for (const rule of ['FOLLOWING', 'MODIFIED_FOLLOWING'] as const) {
      expect(dueDay('2026-11-28', rule, () => false)).toBe('2026-11-28')
    }
  })
})
