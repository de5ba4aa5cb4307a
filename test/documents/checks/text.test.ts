import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readCapital, writeCapital } from '../../../subgraphs/documents/checks/capital.ts'
import { unpaired } from '../../../subgraphs/documents/checks/wording.ts'
import { readLabel } from '../../../subgraphs/documents/facts/label.ts'
import { periodOf } from '../../../subgraphs/documents/facts/period.ts'
import { unitOfHeader, unitOfLine } from '../../../subgraphs/documents/facts/unit.ts'
import {
  headingLevel,
  headingNumber,
  numeralOf,
} from '../../../subgraphs/documents/read/heading.ts'
import { reviewAll } from '../../../subgraphs/documents/review.ts'
import { homophoneGroups } from '../../../subgraphs/documents/rules/confusions.ts'
import { LAWS, lawVersionOn } from '../../../subgraphs/documents/rules/laws.ts'
import { type Part, reportDocument, reportParts } from '../fixtures/report.ts'

/** Findings of some paragraphs put into a report that is right, as check and code. */
function codesOf(...paragraphs: readonly string[]): string[] {
  return findingsOf(...paragraphs).map(({ check, code }) => `${check} ${code}`)
}

function findingsOf(...paragraphs: readonly string[]) {
  const parts = reportParts({ year: 2021 })
  const at = parts.indexOf('二、收入构成情况')
  const document = reportDocument(parts.toSpliced(at, 0, ...paragraphs as Part[]))
  return reviewAll([document]).findings
}

describe('capital amounts', () => {
  it('any amount written in capital numerals reads as the same amount', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 14n - 1n }), (fen) => {
      expect(readCapital(writeCapital(fen))).toBe(fen)
    }))
  })

  it.each([
    ['壹仟陆佰捌拾元零叁角贰分', 168032n],
    ['叁佰贰拾伍元零肆分', 32504n],
    ['壹拾万柒仟元整', 10700000n],
    ['陆仟零柒元壹角肆分', 600714n],
    ['壹亿元整', 10000000000n],
    ['伍角', 50n],
    ['壹万圆正', 1000000n],
  ])('%s', (text, fen) => expect(readCapital(text)).toBe(fen))

  it.each(['万亿元', '元整', '壹贰元', '壹仟仟元', '拾万', '亿元', '壹佰零万元'])(
    '%s is none',
    (text) => expect(readCapital(text)).toBeUndefined(),
  )

  it('are compared with the figure beside them, in whatever unit', () => {
    expect(codesOf('合同金额为人民币壹仟贰佰万元整（1,200.00万元）。')).toEqual([])
    expect(codesOf('合同金额为人民币壹仟叁佰万元整（1,200.00万元）。')).toEqual([
      'capital CAPITAL_DIFFERS',
    ])
    expect(codesOf('市场规模达到万亿元。2021年公司与12家客户签约。')).toEqual([])
  })
})

describe('names of items', () => {
  it.each([
    ['一、营业总收入', '营业总收入', 1],
    ['减：营业成本', '营业成本', -1],
    ['三、营业利润（亏损以“－”号填列）', '营业利润', 1],
    ['归属于上市公司股东的净利润', '归属于母公司股东的净利润', 1],
    ['负债和所有者权益（或股东权益）总计', '负债和所有者权益总计', 1],
    ['货 币 资 金', '货币资金', 1],
  ])('%s', (text, item, sign) => expect(readLabel(text)).toMatchObject({ item, sign }))

  it('say what is part of the item above', () => {
    expect(readLabel('其中：应付利息')).toEqual({ item: '应付利息', sign: 1, ofWhich: true })
  })
})

describe('periods and units', () => {
  it.each([
    ['2021年12月31日', '2021-12-31'],
    ['2020 年末', '2020-12-31'],
    ['期末余额', '2021-12-31'],
    ['期初余额', '2020-12-31'],
    ['2021年1月1日', '2021-01-01'],
    ['本期发生额', '2021'],
    ['上期发生额', '2020'],
    ['2020年', '2020'],
    ['2020年调整前', undefined],
    ['第一季度（1-3月份）', undefined],
    ['备注', undefined],
  ])('%s', (header, key) => expect(periodOf(header, 2021)?.key).toBe(key))

  it('a unit that is no money is none', () => {
    expect(unitOfLine('单位：万元 币种：人民币')).toEqual({ power: 4, currency: '人民币' })
    expect(unitOfLine('单位：千元 币种：美元')).toEqual({ power: 3, currency: '美元' })
    expect(unitOfLine('单位：吨')).toBeNull()
    expect(unitOfLine('单位名称')).toBeUndefined()
    expect(unitOfHeader('金额（亿元）')).toEqual({ power: 8, currency: '人民币' })
  })
})

describe('headings', () => {
  it('tell their level and number', () => {
    expect(['第一节 释义', '二、公司', '（三）其他', '4、存货', '(5)明细'].map(headingLevel))
      .toEqual([
        1,
        2,
        3,
        4,
        5,
      ])
    expect(headingNumber('第十二节 附录', 1)).toBe(12)
    expect(headingLevel('2021年公司实现营业收入，')).toBe(0)
  })

  it('numerals below ten thousand are read', () => {
    expect(['十', '十六', '二十', '一百零一', '二百二十六', '一千二百六十'].map(numeralOf)).toEqual(
      [
        10,
        16,
        20,
        101,
        226,
        1260,
      ],
    )
    expect(['', '十百', '二三', '元'].map(numeralOf)).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ])
  })

  it('a number that a long paragraph carries was not skipped', () => {
    const long = '（二）' +
      '本公司董事会认为相关内部控制在所有重大方面得到了有效执行并将持续改进'.repeat(2) + '。'
    expect(codesOf('（一）内部控制', long, '（三）其他')).toEqual([])
    expect(codesOf('（一）内部控制', '（三）其他')).toEqual(['numbering NUMBER_SKIPPED'])
    expect(codesOf('（一）甲', '（二）乙', '（一）丙', '（二）丁', '（三）戊')).toEqual([])
  })

  it('a reference to a section that is not there is found', () => {
    expect(codesOf('详见本报告第三节相关内容。')).toEqual([])
    expect(codesOf('详见本报告第十二节相关内容。')).toEqual(['numbering REFERENCE_NOWHERE'])
  })
})

describe('laws', () => {
  it('the version in force is the one of the day', () => {
    const company = LAWS.find(({ name }) => name === '公司法')!
    expect(lawVersionOn(company, '2024-06-30')).toMatchObject({ articles: 218 })
    expect(lawVersionOn(company, '2024-07-01')).toMatchObject({ articles: 266 })
    const property = LAWS.find(({ name }) => name === '物权法')!
    expect(lawVersionOn(property, '2020-12-31')).toMatchObject({ articles: 247 })
    expect(lawVersionOn(property, '2021-01-01')).toBeUndefined()
  })

  it('an article is looked up in that version', () => {
    expect(codesOf('根据《公司法》第二百一十八条的规定。')).toEqual([])
    expect(codesOf('根据《公司法》第二百一十九条的规定。')).toEqual(['law ARTICLE_NOWHERE'])
    expect(codesOf('根据《中华人民共和国证券法》（2019年修订）第227条。')).toEqual([
      'law ARTICLE_NOWHERE',
    ])
  })

  it('a law that was replaced is found, unless the text speaks of the past', () => {
    expect(codesOf('根据《中华人民共和国物权法》的规定。')).toEqual(['law LAW_REPEALED'])
    expect(codesOf('根据原《中华人民共和国物权法》的规定。')).toEqual([])
    const [found] = findingsOf('根据《中华人民共和国物权法》的规定。')
    expect(found!.severity).toBe('error')
  })

  it('what a company rules for itself is no law', () => {
    expect(codesOf('根据《公司章程》第九百六十一条、《章程》第一百六十一条的规定。')).toEqual([])
  })
})

describe('figures in the text', () => {
  it('of the industry, a subsidiary, a plan or another year are left alone', () => {
    expect(codesOf(
      '全国规模以上企业实现营业收入6033.48亿元，同比增长18.6%。',
      '子公司江北公司实现净利润1.25亿元。',
      '公司2022年计划实现营业收入99.00亿元。',
      '2019年，公司实现营业收入12.00亿元，同比增长3.00%。',
    )).toEqual([])
  })
})

describe('wording', () => {
  it.each([
    ['公司对帐龄较长的款项计提坏账准备。', 'wording WORD_CONFUSED'],
    ['请登陆公司网站查询。', 'wording WORD_CONFUSED'],
    ['约30%左右的客户。', 'wording ABOUT_TWICE'],
    ['公司的的产品。', 'wording CHARACTER_DOUBLED'],
    ['金额为【】元。', 'wording SLOT_EMPTY'],
    ['金额为★元。', 'wording SLOT_EMPTY'],
    ['公司（以下简称本公司。', 'wording BRACKET_UNPAIRED'],
  ])('%s', (text, code) => expect(codesOf(text)).toEqual([code]))

  it.each(['目的的实现。', '为了了解情况。', '公司登陆资本市场。', '1)甲；2)乙。', '和和睦睦。'])(
    '%s is right',
    (text) => expect(codesOf(text)).toEqual([]),
  )

  it('brackets of full and half width pair with one another', () => {
    expect(unpaired('（甲)和(乙）《丙》“丁”')).toEqual([])
    expect(unpaired('《甲〉')).toHaveLength(2)
  })

  it('a day that does not exist is found', () => {
    expect(codesOf('2021年2月29日召开会议。')).toEqual(['date DAY_IMPOSSIBLE'])
    expect(codesOf('2020年2月29日召开会议。')).toEqual([])
  })
})

describe('what is restated or a list is no error', () => {
  /** The report with some cells of a table replaced. */
  function changed(
    test: (rows: readonly (readonly string[])[]) => boolean,
    row: RegExp,
    column: number,
    to: (text: string) => string,
  ) {
    const parts = reportParts({ year: 2021 }).map((part) =>
      typeof part === 'string' || !test(part)
        ? part
        : part.map((cells) => row.test(cells[0]!) ? cells.with(column, to(cells[column]!)) : cells)
    )
    return reviewAll([reportDocument(parts)]).findings
  }
  const inventory = (rows: readonly (readonly string[])[]) => rows[1]?.[0] === '存货甲类'
  const bump = (text: string) => text.replace(/\d(?=,)/, (d) => String((Number(d) + 1) % 10 || 1))

  it('an opening balance of a note is a warning, a closing balance an error', () => {
    const severities = (column: number) =>
      changed(inventory, /合计/, column, bump).filter(({ check }) => check === 'note')
        .map(({ severity }) => severity)
    expect(severities(1)).toEqual(['error'])
    expect(severities(2)).toEqual(['warning'])
  })

  it('numbers in a row are a list, and a figure with a wrong separator is not', () => {
    const codes = (text: string) =>
      changed(inventory, /甲类/, 0, () => text).map(({ code, severity }) => `${code} ${severity}`)
    expect(codes('1,2,3')).not.toContain('SEPARATOR_MISPLACED error')
    expect(codes('12,34.50')).toContain('SEPARATOR_MISPLACED error')
  })
})

describe('characters of one sound', () => {
  it('are grouped as the standard orders them', () => {
    const groups = homophoneGroups()
    expect(groups.length).toBe(396)
    expect(groups.join('').length).toBe(3755)
    const groupOf = (character: string) => groups.find((group) => group.includes(character))!
    for (const same of ['账帐丈仗', '城诚程成', '是事市式', '座作做']) {
      expect(new Set(Array.from(same, groupOf)).size).toBe(1)
    }
    expect(groupOf('公')).not.toBe(groupOf('司'))
  })

  it('one that its neighbours do not know is found in a filing whose language knows another', () => {
    const sentence = '公司严格按照企业会计准则的规定编制财务报表，'
    const other = '本公司董事会保证财务报表真实完整。'
    const found = findingsOf(
      ...Array.from({ length: 4 }, (_, i) => `${sentence}${other}第${i}项。`),
      `${sentence.replace('准则', '准责')}${other}`,
    ).filter(({ check }) => check === 'typo')
    expect(found.map(({ message }) => message)).toEqual([expect.stringContaining('“责”疑为“则”')])
  })
})
