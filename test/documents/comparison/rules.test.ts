import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { align } from '../../../subgraphs/documents/comparison/alignment.ts'
import { compareFacts, type VersionFact } from '../../../subgraphs/documents/comparison/facts.ts'
import { compareFindings } from '../../../subgraphs/documents/comparison/findings.ts'
import {
  compareLines,
  pairSections,
  type SectionHead,
  type SectionLine,
  textPieces,
} from '../../../subgraphs/documents/comparison/text.ts'
import { sectionsOf } from '../../../subgraphs/documents/comparison/sections.ts'
import { outlineOf } from '../../../subgraphs/documents/facts/outline.ts'
import { reportDocument, reportParts } from '../fixtures/report.ts'

const letters = fc.array(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), { maxLength: 40 })

/** The most elements that two sequences can keep, by the book. */
function longestCommon(before: readonly string[], after: readonly string[]): number {
  const lengths = Array.from(
    { length: before.length + 1 },
    () => new Array<number>(after.length + 1).fill(0),
  )
  for (let b = 1; b <= before.length; b++) {
    for (let a = 1; a <= after.length; a++) {
      lengths[b]![a] = before[b - 1] === after[a - 1]
        ? lengths[b - 1]![a - 1]! + 1
        : Math.max(lengths[b - 1]![a]!, lengths[b]![a - 1]!)
    }
  }
  return lengths[before.length]![after.length]!
}

describe('alignment', () => {
  it('pairs equal elements, in order on both sides', () => {
    fc.assert(fc.property(letters, letters, (before, after) => {
      let last = [-1, -1]
      for (const [b, a] of align(before, after)) {
        expect(before[b]).toBe(after[a])
        expect([b > last[0]!, a > last[1]!]).toEqual([true, true])
        last = [b, a]
      }
    }))
  })

  it('keeps as many elements as can be kept where none is an anchor', () => {
    fc.assert(fc.property(letters, letters, (before, after) => {
      const [twice, again] = [[...before, ...before], [...after, ...after]]
      expect(align(twice, again)).toHaveLength(longestCommon(twice, again))
    }))
  })

  it('a thousand elements that have nothing in common are no pairs, at once', () => {
    const of = (prefix: string) => Array.from({ length: 1000 }, (_, i) => `${prefix}${i % 500}`)
    expect(align(of('a'), of('b'))).toEqual([])
  })
})

describe('text', () => {
  it('the pieces give both texts back', () => {
    const text = fc.string({
      unit: fc.constantFrom('公', '司', '1', '2', 'x', ' ', '，'),
      maxLength: 40,
    })
    fc.assert(fc.property(text, text, (before, after) => {
      const pieces = textPieces(before, after)
      const side = (change: string) =>
        pieces.filter((piece) => piece.change !== change).map(({ text }) => text).join('')
      expect([side('ADDED'), side('REMOVED')]).toEqual([before, after])
    }))
  })

  it('a number is changed as a whole', () => {
    expect(textPieces('收入为1,234.56万元。', '收入为1,294.56万元。')).toEqual([
      { change: 'SAME', text: '收入为' },
      { change: 'REMOVED', text: '1,234.56' },
      { change: 'ADDED', text: '1,294.56' },
      { change: 'SAME', text: '万元。' },
    ])
  })

  const line = (text: string, row = false): SectionLine => ({ text, row, place: { page: 1 } })

  it('a paragraph that was edited is one change, and one that only broke elsewhere is none', () => {
    const before = [
      line('公司主要从事机械设备的制造。'),
      line('本年销售收入增长较快。'),
      line('其他'),
    ]
    const after = [
      line('公司主要从事 机械设备的制造。'),
      line('本期新增一段说明文字。'),
      line('本年度销售收入增长较快。'),
    ]
    expect(
      compareLines(before, after).map(({ change, before, after }) => [
        change,
        before?.text,
        after?.text,
      ]),
    ).toEqual([
      ['ADDED', undefined, '本期新增一段说明文字。'],
      ['CHANGED', '本年销售收入增长较快。', '本年度销售收入增长较快。'],
      ['REMOVED', '其他', undefined],
    ])
  })

  it('a row of a table is never the new wording of a paragraph', () => {
    const [first] = compareLines([line('货币资金')], [line('货币资金类', true)])
    expect(first).toMatchObject({ change: 'REMOVED', after: undefined })
  })

  const head = (path: string, hash: string): SectionHead => ({
    path: path.split('/'),
    hash,
    lines: 1,
  })

  it('sections come, go, change, get another name and move; a number alone is no change', () => {
    const before = [
      head('第一节 释义', '1'),
      head('第二节 简介/一、基本情况', '2'),
      head('第二节 简介/二、联系方式', '3'),
      head('第三节 讨论/一、主营业务情况', '4'),
      head('第三节 讨论/二、风险', '5'),
      head('第三节 讨论/三、行业格局和趋势', '6'),
    ]
    const after = [
      head('第一节 释义', '1'),
      head('第二节 简介/一、联系方式', '3x'),
      head('第二节 简介/二、股票简况', '7'),
      head('第三节 讨论/一、风险', '5'),
      head('第三节 讨论/二、主营业务的情况', '4x'),
      head('第三节 讨论/三、格局', '6'),
    ]
    expect(pairSections(before, after)).toEqual([
      { change: 'REMOVED', before: 1, after: undefined },
      { change: 'CHANGED', before: 2, after: 1 },
      { change: 'ADDED', before: undefined, after: 2 },
      { change: 'RENAMED', before: 3, after: 4 },
      { change: 'RENAMED', before: 5, after: 5 },
    ])
  })

  it('what stands below a renamed heading is compared with what stood below it', () => {
    const before = [head('四、经营讨论与分析', '1'), head('四、经营讨论与分析/一、收入', '2')]
    const after = [head('三、经营讨论和分析', '1'), head('三、经营讨论和分析/一、收入', '2x')]
    expect(pairSections(before, after)).toEqual([
      { change: 'RENAMED', before: 0, after: 0 },
      { change: 'CHANGED', before: 1, after: 1 },
    ])
  })

  it('a section that stands elsewhere unchanged has moved', () => {
    const before = [head('一、甲', '1'), head('二、乙', '2'), head('三、丙', '3')]
    const after = [head('一、乙', '2'), head('二、丙', '3'), head('三、甲', '1')]
    expect(pairSections(before, after)).toEqual([{ change: 'MOVED', before: 0, after: 2 }])
  })

  it('a report against itself has no difference, whatever its pages', () => {
    const sections = sectionsOf(outlineOf(reportDocument(reportParts({ year: 2021 }))))
    expect(sections.length).toBeGreaterThan(5)
    expect(sections.flatMap(({ lines }) => compareLines(lines, lines))).toEqual([])
  })
})

describe('facts', () => {
  const fact = (change: Partial<VersionFact>): VersionFact => ({
    scope: 'group',
    section: '1、货币资金',
    item: '库存现金',
    header: '期末余额',
    period: '2021-12-31',
    power: 0,
    percent: false,
    digits: 100n,
    decimals: 2,
    ...change,
  })

  it('the same figure elsewhere is no change, another figure is one with its difference', () => {
    const before = [fact({}), fact({ item: '银行存款', digits: 5000n })]
    const after = [fact({ item: '银行存款', digits: 5010n }), fact({ section: '2、 货币资金' })]
    expect(compareFacts(before, after)).toEqual([
      { change: 'VALUE', before: before[1], after: after[0], difference: '0.10' },
    ])
  })

  it('more digits of the same value are no change, another unit is', () => {
    const before = [fact({ digits: 10n, decimals: 1 }), fact({ item: '其他' })]
    const after = [fact({}), fact({ item: '其他', power: 4 })]
    expect(compareFacts(before, after).map(({ change, difference }) => [change, difference]))
      .toEqual([['UNIT', null]])
  })

  it('of rows with one name the equal ones are paired first, so that one more is one more', () => {
    const row = (digits: bigint) => fact({ item: '小计', digits })
    const before = [row(1n), row(2n), row(3n)]
    const after = [row(1n), row(9n), row(2n), row(3n)]
    expect(compareFacts(before, after)).toEqual([
      { change: 'ADDED', before: undefined, after: after[1], difference: null },
    ])
  })

  it('a table under another title neither goes nor comes', () => {
    expect(compareFacts([fact({})], [fact({ section: '1、货币资金明细' })])).toEqual([])
  })

  it('an amount beyond 2^53 is compared to the digit', () => {
    const before = fact({ digits: 9_007_199_254_740_993n })
    const after = fact({ digits: 9_007_199_254_740_992n })
    expect(compareFacts([before], [after])[0]!.difference).toBe('-0.01')
  })
})

it('findings are fixed, still open or new by what they are about', () => {
  const of = (...ids: string[]) => ids.map((finding_id) => ({ finding_id }))
  expect(
    compareFindings(of('a', 'b'), of('b', 'c')).map(({ change, before, after }) => [
      change,
      before?.finding_id,
      after?.finding_id,
    ]),
  ).toEqual([['NEW', undefined, 'c'], ['OPEN', 'b', 'b'], ['FIXED', 'a', undefined]])
})
