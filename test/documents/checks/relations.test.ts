import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Collector } from '../../../subgraphs/documents/checks/finding.ts'
import { checkSubtotals } from '../../../subgraphs/documents/checks/subtotals.ts'
import { OutlineWalker, type PlacedTable } from '../../../subgraphs/documents/facts/outline.ts'
import { print, reportDocument } from '../fixtures/report.ts'

function tableOf(rows: readonly (readonly string[])[]): PlacedTable {
  const [block] = reportDocument([rows]).blocks
  return new OutlineWalker().take(block!) as PlacedTable
}

function findingsOf(rows: readonly (readonly string[])[]) {
  const collector = new Collector('subtotal', 0)
  checkSubtotals(tableOf(rows), collector)
  return collector
}

const sum = (values: readonly bigint[]) => values.reduce((a, b) => a + b, 0n)
const amount = fc.bigInt({ min: 1n, max: 10n ** 13n })

/** Two columns of rows in groups with subtotals, and a total of all. */
const grouped = fc.array(fc.array(fc.tuple(amount, amount), { minLength: 2, maxLength: 6 }), {
  minLength: 1,
  maxLength: 4,
})

function rowsOf(groups: readonly (readonly (readonly [bigint, bigint])[])[]): string[][] {
  const total = (pairs: readonly (readonly [bigint, bigint])[], label: string) => [
    label,
    print(sum(pairs.map(([a]) => a))),
    print(sum(pairs.map(([, b]) => b))),
  ]
  return [
    ['项目', '期末余额', '期初余额'],
    ...groups.flatMap((pairs, g) => [
      ...pairs.map(([a, b], i) => [`项目${g}之${i}`, print(a), print(b)]),
      total(pairs, '小计'),
    ]),
    ...(groups.length > 1 ? [total(groups.flat(), '合计')] : []),
  ]
}

describe('totals that add up', () => {
  it('are verified and never reported, however the table is divided', () => {
    fc.assert(fc.property(grouped, (groups) => {
      const { findings, verified } = findingsOf(rowsOf(groups))
      expect(findings).toEqual([])
      expect(verified.length).toBeGreaterThan(0)
    }))
  })

  it('are reported in the column where one figure was changed, and in no other', () => {
    fc.assert(fc.property(
      grouped,
      fc.nat(),
      fc.constantFrom(1, 2),
      fc.bigInt({ min: 1_000n, max: 10n ** 12n }),
      (groups, at, column, by) => {
        const rows = rowsOf(groups)
        const row = 1 + at % (rows.length - 1)
        const changed = rows.map((cells, r) =>
          r === row
            ? cells.with(column, print(BigInt(cells[column]!.replaceAll(/[,.]/g, '')) + by))
            : cells
        )
        const { findings } = findingsOf(changed)
        expect(findings.length).toBeGreaterThan(0)
        const left = 80 + column * 90
        for (const { at, equation, severity } of findings) {
          expect(at[0]!.place.box![0]).toBe(left)
          expect(severity).toBe('error')
          expect(equation!.difference.replace('-', '')).toBe(print(by))
        }
      },
    ))
  })
})

describe('what only looks like a sum', () => {
  it('其中 takes two rows though only the first says so', () => {
    const rows = [
      ['项目', '期末余额', '期初余额'],
      ['应付账款', '100.00', '200.00'],
      ['其他应付款', '50.00', '60.00'],
      ['其中：应付利息', '10.00', '0.00'],
      ['应付股利', '20.00', '30.00'],
      ['合计', '150.00', '260.00'],
    ]
    expect(findingsOf(rows).findings).toEqual([])
  })

  it('a column of rates is a weighted mean', () => {
    const rows = [
      ['账龄', '账面余额', '坏账准备', '计提比例(%)'],
      ['1年以内', '1,000.00', '50.00', '5.00'],
      ['1至2年', '200.00', '20.00', '10.00'],
      ['合计', '1,200.00', '70.00', '5.83'],
    ]
    expect(findingsOf(rows).findings).toEqual([])
  })

  it('nothing proves a total that no column reaches', () => {
    const rows = [
      ['客户', '本期', '上期'],
      ['甲', '10.00', '20.00'],
      ['乙', '5.00', '8.00'],
      ['合计', '99.00', '77.00'],
    ]
    expect(findingsOf(rows).findings).toEqual([])
  })

  it('the rest of a table whose first rows are elsewhere is no error', () => {
    const rows = [
      ['丙', '10.00', '20.00', '5.00'],
      ['丁', '5.00', '8.00', '7.00'],
      ['合计', '15.00', '28.00', '99.00'],
    ]
    expect(findingsOf(rows).findings.map(({ severity }) => severity)).not.toContain('error')
  })

  it('figures rounded to 万元 may miss by their last digit', () => {
    const rows = [
      ['项目', '本期', '上期'],
      ['甲', '10.13', '20.00'],
      ['乙', '5.24', '8.00'],
      ['合计', '15.38', '28.00'],
    ]
    expect(findingsOf(rows).findings.map(({ severity, code }) => [severity, code])).toEqual([
      ['warning', 'ROUNDED_APART'],
    ])
    const whole = rows.map((row) => row.map((text) => text.replace(/\.\d\d$/, '')))
    expect(findingsOf(whole).findings.map(({ severity }) => severity)).not.toContain('error')
  })
})

describe('balances that go on', () => {
  const rows = (end: string) => [
    ['项目', '期初余额', '本期增加', '本期减少', '期末余额'],
    ['工资', '100.00', '50.00', '30.00', '120.00'],
    ['社会保险费', '10.00', '5.00', '3.00', '12.00'],
    ['住房公积金', '20.00', '15.00', '5.00', '30.00'],
    ['工会经费', '7.00', '1.00', '2.00', end],
  ]

  it('hold from row to row', () => {
    expect(findingsOf(rows('6.00')).findings).toEqual([])
    expect(findingsOf(rows('6.00')).verified.length).toBe(16)
  })

  it('and are reported where one does not', () => {
    const { findings } = findingsOf(rows('9.00'))
    expect(findings).toHaveLength(1)
    expect(findings[0]).toMatchObject({
      severity: 'error',
      equation: { printed: '9.00', computed: '6.00', difference: '3.00' },
    })
  })
})
