import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { must } from '../../../subgraphs/kernel/result.ts'
import { SHIPPED_PARAMETERS } from '../../../subgraphs/ledger/parameter/shipped.ts'
import {
  checkParameter,
  diffParameters,
  type ParameterRow,
  type ParameterTable,
  rowFor,
} from '../../../subgraphs/ledger/parameter/table.ts'
import { isKey } from '../../../subgraphs/ledger/parameter/value.ts'

const DATES = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'] as const
const AMOUNTS = ['0.00', '100.00', '200.00', '300.00'] as const

const span = (choices: readonly string[]) =>
  fc.tuple(fc.nat({ max: 2 }), fc.nat({ max: 3 })).map(([from, length]) => ({
    from: choices[from]!,
    to: length === 0 ? undefined : choices[Math.min(from + length, 3)],
  }))

const row: fc.Arbitrary<ParameterRow> = fc.record({
  dimensions: fc.record({
    product: fc.constantFrom(undefined, 'a', 'b'),
    channel: fc.constantFrom(undefined, 'mobile'),
  }).map((d) => JSON.parse(JSON.stringify(d))),
  dates: span(DATES),
  band: fc.option(span(AMOUNTS), { nil: undefined }),
  amount: fc.constantFrom('1.00', '2.00', '3.00'),
}).map(({ dimensions, dates, band, amount }) => ({
  dimensions,
  from: dates.from,
  ...(dates.to === undefined ? {} : { to: dates.to }),
  ...(band === undefined ? {} : { amountFrom: band.from }),
  ...(band?.to === undefined ? {} : { amountTo: band.to }),
  value: { amount },
}))

const tableOf = (rows: readonly ParameterRow[]) => ({ kind: 'LIMIT', currency: 'CNY', rows })

/** Every point at which anything can change. */
const POINTS = DATES.flatMap((on) =>
  [0n, 9_999n, 10_000n, 19_999n, 20_000n, 30_000n].flatMap((minor) =>
    [{}, { product: 'a' }, { product: 'b' }, { product: 'a', channel: 'mobile' }, {
      channel: 'mobile',
    }].map((dimensions) => ({ on, minor, dimensions }))
  )
)
const covers = (r: ParameterRow, on: string, minor: bigint) =>
  r.from <= on && (r.to === undefined || on < r.to) &&
  (r.amountFrom === undefined || minor >= BigInt(r.amountFrom.replace('.', ''))) &&
  (r.amountTo === undefined || minor < BigInt(r.amountTo.replace('.', '')))

describe('a table', () => {
  it('is refused exactly when two rows of the same dimensions apply at some point together', () => {
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      const empty = rows.some((r) => r.amountTo !== undefined && r.amountFrom === r.amountTo)
      fc.pre(!empty && rows.every((r) => r.to === undefined || r.from < r.to))
      const clash = POINTS.some(({ on, minor }) => {
        const here = rows.filter((r) => covers(r, on, minor)).map((r) =>
          JSON.stringify(r.dimensions)
        )
        return new Set(here).size < here.length
      })
      const checked = checkParameter(tableOf(rows))
      expect(checked.ok).toBe(!clash)
      if (!checked.ok) expect(checked.code).toBe('PARAMETER_OVERLAP')
    }))
  })

  it('answers the most specific row that applies, whatever order the rows are in', () => {
    fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 6 }), (rows) => {
      const checked = checkParameter(tableOf(rows))
      fc.pre(checked.ok)
      const table = must(checked)
      const turned: ParameterTable = { ...table, rows: table.rows.toReversed() }
      for (const { on, minor, dimensions } of POINTS) {
        const found = rowFor(table, { on, minor, dimensions })?.row
        expect(rowFor(turned, { on, minor, dimensions })?.row).toEqual(found)
        const fits = table.rows.filter((r) =>
          covers(r, on, minor) &&
          Object.entries(r.dimensions).every(([name, value]) =>
            (dimensions as Record<string, string>)[name] === value
          )
        )
        const most = Math.max(...fits.map((r) => Object.keys(r.dimensions).length))
        expect(found === undefined).toBe(fits.length === 0)
        if (found !== undefined) expect(Object.keys(found.dimensions)).toHaveLength(most)
      }
    }))
  })

  it('prefers the weightier dimension among rows that are equally specific', () => {
    const table = must(checkParameter(tableOf([
      { dimensions: { channel: 'mobile' }, from: '2026-01-01', value: { amount: '1.00' } },
      { dimensions: { product: 'a' }, from: '2026-01-01', value: { amount: '2.00' } },
    ])))
    const query = { dimensions: { product: 'a', channel: 'mobile' }, on: '2026-01-01' }
    expect(rowFor(table, query)?.index).toBe(1)
  })

  const good = { dimensions: {}, from: '2026-01-01', value: { amount: '1.00' } }
  it.each<[string, unknown]>([
    ['PARAMETER_MALFORMED', null],
    ['PARAMETER_MALFORMED /kind', { ...tableOf([good]), kind: 'LUCK' }],
    ['PARAMETER_MALFORMED /currency', { kind: 'LIMIT', rows: [good] }],
    ['PARAMETER_MALFORMED /currency', { ...tableOf([good]), currency: 'XTS' }],
    ['PARAMETER_MALFORMED /rows', tableOf([])],
    ['PARAMETER_MALFORMED /rows', tableOf(Array.from({ length: 2001 }, () => good))],
    ['PARAMETER_MALFORMED /rows/0', { ...tableOf([]), rows: [null] }],
    [
      'DIMENSION_UNKNOWN /rows/0/dimensions',
      tableOf([
        { ...good, dimensions: { moon: 'full' } as never },
      ]),
    ],
    [
      'PARAMETER_MALFORMED /rows/0/dimensions/product',
      tableOf([
        { ...good, dimensions: { product: 'a b' } },
      ]),
    ],
    ['DATE_MALFORMED /rows/0/from', tableOf([{ ...good, from: '2026-02-30' }])],
    ['DATE_MALFORMED /rows/0/to', tableOf([{ ...good, to: 'never' }])],
    ['PARAMETER_MALFORMED /rows/0/to', tableOf([{ ...good, to: '2026-01-01' }])],
    [
      'PARAMETER_MALFORMED /rows/0/amountTo',
      tableOf([
        { ...good, amountFrom: '2.00', amountTo: '2.00' },
      ]),
    ],
    ['PARAMETER_MALFORMED /rows/0/amountFrom', tableOf([{ ...good, amountFrom: '-1.00' }])],
    ['PARAMETER_MALFORMED /rows/0/value/amount', tableOf([{ ...good, value: { amount: 'NaN' } }])],
    ['PARAMETER_MALFORMED /rows/0/value', tableOf([{ ...good, value: null as never }])],
    [
      'PARAMETER_MALFORMED /rows/0/to',
      { kind: 'CALENDAR', rows: [{ ...good, value: { day: 'HOLIDAY' } }] },
    ],
    ...[{}, { day: 'SUNDAY' }].map((value): [string, unknown] => [
      'PARAMETER_MALFORMED /rows/0/value/day',
      { kind: 'CALENDAR', rows: [{ ...good, to: '2026-01-02', value }] },
    ]),
    ...[' ', 7, 'x'.repeat(61)].map((name): [string, unknown] => [
      'PARAMETER_MALFORMED /rows/0/value/name',
      { kind: 'CALENDAR', rows: [{ ...good, to: '2026-01-02', value: { day: 'HOLIDAY', name } }] },
    ]),
    [
      'PARAMETER_MALFORMED /rows/0/value/rule',
      { kind: 'DUE_DAY', rows: [{ ...good, value: { rule: 'PRECEDING' } }] },
    ],
    ...[-1, 1.5, '1', 1_000_001, NaN, undefined].map((count): [string, unknown] => [
      'PARAMETER_MALFORMED /rows/0/value/count',
      { kind: 'COUNT', rows: [{ ...good, value: { count } }] },
    ]),
    ['RATE_MALFORMED /rows/0/value/rate', {
      kind: 'RATE',
      rows: [{ ...good, value: { rate: 0.5 } }],
    }],
    ['PARAMETER_MALFORMED /rows/0/value', {
      kind: 'RATE',
      rows: [{ ...good, value: { base: 'rate.lpr.1y', bp: 0.5 } }],
    }],
    ['PARAMETER_MALFORMED /rows/0/value/mid', {
      kind: 'FX',
      rows: [{ ...good, value: { mid: '0' } }],
    }],
    ['PARAMETER_MALFORMED /rows/0/value', {
      kind: 'FEE',
      currency: 'CNY',
      rows: [{ ...good, value: {} }],
    }],
  ])('is refused with %s (%#)', (expected, body) => {
    const checked = checkParameter(body)
    expect(checked.ok ? 'accepted' : [checked.code, checked.place].filter(Boolean).join(' '))
      .toBe(expected)
  })

  it('differs from another by what was added, removed and changed', () => {
    const at = (from: string, amount: string, product?: string): ParameterRow => ({
      dimensions: product === undefined ? {} : { product },
      from,
      value: { amount },
    })
    const table = (...rows: ParameterRow[]) => must(checkParameter(tableOf(rows)))
    const before = table(at('2026-01-01', '1.00'), at('2026-01-01', '2.00', 'a'))
    const after = table(at('2026-01-01', '5.00'), at('2026-01-01', '9.00', 'b'))
    expect(diffParameters(before, after)).toEqual({
      added: [after.rows[1]],
      removed: [before.rows[1]],
      changed: [{ before: before.rows[0], after: after.rows[0] }],
    })
    expect(diffParameters(undefined, after).added).toHaveLength(2)
  })
})

it('the tables that ship are accepted as they are, under keys that can be named', () => {
  for (const [key, table] of Object.entries(SHIPPED_PARAMETERS)) {
    expect(isKey(key)).toBe(true)
    expect(must(checkParameter(table))).toEqual(table)
  }
})
