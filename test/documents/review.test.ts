import { strFromU8, strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { CheckName } from '../../subgraphs/documents/checks/catalogue.ts'
import type { Finding } from '../../subgraphs/documents/checks/finding.ts'
import type { ReadDocument } from '../../subgraphs/documents/read/model.ts'
import { openZip } from '../../subgraphs/documents/read/ooxml/zip.ts'
import { placeKey, reviewAll } from '../../subgraphs/documents/review.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import {
  cellsWhere,
  dice,
  editCell,
  editText,
  flipDigit,
  type Injected,
  matchesOf,
} from './fixtures/inject.ts'
import { COMPANY, reportDocument, reportDocx, reportParts, reportPdf } from './fixtures/report.ts'
import { readOf } from './fixtures/text.ts'

const SEEDS = [1, 2, 3]

const reportOf = (seed: number, year = 2021) => reportDocument(reportParts({ year, seed }))

const shown = (findings: readonly Finding[]) =>
  findings.filter(({ severity }) => severity !== 'notice')

describe('a report that is right', () => {
  it.each(SEEDS)(
    'with the one of the year before (%i) has no finding, and most is verified',
    (seed) => {
      const review = reviewAll([reportOf(seed), reportOf(seed, 2020)])
      expect(shown(review.findings)).toEqual([])
      for (const { figures, verified, contradicted } of review.coverage) {
        expect(verified / figures).toBeGreaterThan(0.9)
        expect(contradicted).toBe(0)
      }
    },
  )

  it('is right as a PDF and as a DOCX, too', async () => {
    const parts = reportParts({ year: 2021 })
    const files = [['a.pdf', reportPdf(parts)], ['a.docx', reportDocx(parts)]] as const
    for (const [name, bytes] of files) {
      const read = await readOf(name, bytes)
      const review = reviewAll([read])
      expect(review.findings).toEqual([])
      expect(review.coverage[0]!.verified).toBeGreaterThan(350)
      expect(review.mentions[0]!.resolved).toBeGreaterThan(0)
    }
  })
})

/** A kind of mistake: how it is made and which checks may find it. */
interface Kind {
  readonly name: string
  readonly checks: readonly CheckName[]
  /** Whether the place of the mistake must be among those of the finding. */
  readonly located: boolean
  readonly make: (document: ReadDocument, roll: (n: number) => number) => Injected
}

const pick = <T>(items: readonly T[], roll: (n: number) => number): T => items[roll(items.length)]!

const AMOUNT = /^-?[\d,]+\.\d\d$/

function flipCell(
  where: (text: string, table: { rows: number; headers: string }) => boolean,
): Kind['make'] {
  return (document, roll) => {
    const cells = cellsWhere(document, (text, _, table) => {
      const headers = table.cells.filter((cell) => cell.row === 0).map((cell) => cell.text).join(
        '|',
      )
      return AMOUNT.test(text) && where(text, { rows: table.rows, headers })
    })
    const [block, cell] = pick(cells, roll)
    const text =
      (document.blocks[block] as Extract<ReadDocument['blocks'][number], { kind: 'table' }>)
        .cells[cell]!.text
    return editCell(document, block, cell, flipDigit(text, roll))
  }
}

function replaceText(
  pattern: RegExp,
  to: (found: readonly string[], roll: (n: number) => number) => string,
): Kind['make'] {
  return (document, roll) => {
    const found = pick(matchesOf(document, pattern), roll)
    return editText(document, found.block, found.at, found.text.length, to(found.groups, roll))
  }
}

const KINDS: readonly Kind[] = [
  {
    name: 'a digit in a statement',
    checks: ['statement', 'subtotal', 'note', 'growth'],
    located: true,
    make: flipCell((_, { rows, headers }) => rows > 15 && /附注/.test(headers)),
  },
  {
    name: 'a digit in a note',
    checks: ['subtotal', 'note'],
    located: true,
    make: flipCell((_, { headers }) => headers === '项目|期末余额|期初余额'),
  },
  {
    name: 'a digit in the summary',
    checks: ['note', 'growth'],
    located: true,
    make: flipCell((text, { headers }) => /主要会计数据/.test(headers) && text.length > 9),
  },
  {
    name: 'a digit in a share of the total',
    checks: ['percentage'],
    located: true,
    make: flipCell((text, { headers }) =>
      /占比/.test(headers) && text.length < 7 && text !== '100.00'
    ),
  },
  {
    name: 'a digit of an amount in the text',
    checks: ['mention'],
    located: true,
    make: replaceText(
      /(?<=实现(?:营业收入|利润总额))[\d,.]+(?=亿元)/g,
      ([text], roll) => flipDigit(text!, roll),
    ),
  },
  {
    name: 'a digit of a growth in the text',
    checks: ['mention'],
    located: true,
    make: replaceText(
      /(?<=同比(?:增长|下降))[\d,.]+(?=%)/g,
      ([text], roll) => `${Number(text!.replaceAll(',', '').split('.')[0]) + 1 + roll(7)}.11`,
    ),
  },
  {
    name: 'another unit above the summary',
    checks: ['unit'],
    located: true,
    make: (document) => {
      const at = document.blocks.findIndex((block, i) =>
        block.kind === 'paragraph' && /^单位：元/.test(block.text) &&
        document.blocks[i + 1]?.kind === 'table'
      )
      return editText(document, at, 3, 1, '万元')
    },
  },
  {
    name: 'another capital numeral',
    checks: ['capital'],
    located: true,
    make: replaceText(/壹佰贰拾叁万/g, (_, roll) => `${pick([...'肆伍陆柒'], roll)}佰贰拾叁万`),
  },
  {
    name: 'a month that there is not',
    checks: ['date'],
    located: true,
    make: replaceText(/(?<=截至20\d\d年)12(?=月31日)/g, (_, roll) => String(13 + roll(60))),
  },
  {
    name: 'an approval before the end of the year',
    checks: ['date'],
    located: true,
    make: replaceText(/2022(?=年4月20日)/g, () => '2021'),
  },
  {
    name: 'an article that the law does not have',
    checks: ['law'],
    located: true,
    make: replaceText(/第三十七条/g, (_, roll) => `第${'三四五六'[roll(4)]}百一十条`),
  },
  {
    name: 'a law that was replaced',
    checks: ['law'],
    located: true,
    make: replaceText(/公司法(?=》第)/g, (_, roll) => pick(['物权法', '合同法', '担保法'], roll)),
  },
  {
    name: 'a heading that is gone',
    checks: ['numbering'],
    located: false,
    make: (document, roll) => {
      const headings = matchesOf(document, /^第[二三]节.*$/g)
      const found = pick(headings, roll)
      return editText(document, found.block, 0, found.text.length, '概述')
    },
  },
  {
    name: 'one character of the company’s name',
    checks: ['name', 'typo'],
    located: true,
    make: replaceText(new RegExp(`(?<=编制单位：)${COMPANY}`, 'g'), ([text], roll) => {
      const at = roll(6)
      return text!.slice(0, at) + pick([...'河津业机诚'].filter((c) => c !== text![at]), roll) +
        text!.slice(at + 1)
    }),
  },
  {
    name: 'a doubled character',
    checks: ['wording'],
    located: true,
    make: replaceText(/按照(?=企业会计准则)/g, () => '按照的的'),
  },
  {
    name: 'a slot that nobody filled in',
    checks: ['wording'],
    located: true,
    make: replaceText(/(?<=合同金额为人民币)(?=壹)/g, () => '【】'),
  },
]

describe('a mistake is found where it is:', () => {
  it.each(KINDS)('$name', ({ checks, located, make }) => {
    const missed: string[] = []
    let count = 0
    for (const seed of SEEDS) {
      const document = reportOf(seed)
      for (let run = 0; run < 8; run++) {
        const injected = make(document, dice(seed * 100 + run))
        if (injected.was === injected.is) continue
        count += 1
        // A unit of a rate's last digit is told as a notice: it may have been cut off.
        const found = reviewAll([injected.document]).findings
          .filter(({ check }) => checks.includes(check))
        const right = found.some(({ at }) =>
          !located || at.some(({ place }) => placeKey(place) === placeKey(injected.place))
        )
        if (!right) missed.push(`${seed}/${run}: ${injected.was} → ${injected.is}`)
      }
    }
    expect(count).toBeGreaterThanOrEqual(15)
    // One in twenty of the digits in statements may hide: both columns of a sum are few.
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(Math.floor(count * 0.05))
  })

  it('a figure that last year’s report has otherwise', () => {
    const other = reportOf(1, 2020)
    for (let run = 0; run < 6; run++) {
      const roll = dice(run)
      const injected = flipCell((_, { rows, headers }) =>
        rows > 15 && headers === '项目|附注|2020年12月31日|2019年12月31日'
      )(other, roll)
      const { findings } = reviewAll([reportOf(1), injected.document])
      const cross = findings.filter(({ check }) => check === 'cross')
      // The older report's own comparative year is in no other filing.
      const column = injected.place.box![0]
      if (column < 300 && column > 200) {
        expect(cross.length).toBeGreaterThan(0)
        expect(
          cross.flatMap(({ at }) => at).some(({ document, place }) =>
            document === 1 && placeKey(place) === placeKey(injected.place)
          ),
        ).toBe(true)
      } else expect(cross).toEqual([])
    }
  })
})

it('a mistake in a DOCX is found at its path in the file', async () => {
  const bytes = reportDocx(
    reportParts({ year: 2021 }).map((part) =>
      typeof part !== 'string' || !part.includes('壹佰贰拾叁万')
        ? part
        : part.replace('壹佰', '贰佰')
    ),
  )
  const review = reviewAll([await readOf('a.docx', bytes)])
  const found = shown(review.findings)
  expect(found.map(({ check, code }) => [check, code])).toEqual([['capital', 'CAPITAL_DIFFERS']])
  expect(found[0]!.at[0]!.place.path).toMatch(/^body\/p\[\d+\]$/)
  expect(found[0]!.equation).toEqual({
    printed: '1,234,500.00',
    computed: '2,234,500.00',
    difference: '-1,000,000.00',
  })
})

it('a digit that is flipped in the XML of a DOCX is found in its cell', async () => {
  const file = reportDocx(reportParts({ year: 2021 }))
  const zip = must(openZip(file))
  const parts = Object.fromEntries(zip.names.map((name) => [name, must(zip.read(name))]))
  const xml = strFromU8(parts['word/document.xml']!)
  // Cells of the statements alone: each has its note beside it.
  const from = xml.indexOf('合并资产负债表')
  const to = xml.indexOf('合并财务报表项目注释')
  const cells = Array.from(xml.matchAll(/(?<=<w:t xml:space="preserve">)-?[\d,]+\.\d\d(?=<)/g))
    .filter(({ index }) => index > from && index < to)
  expect(cells.length).toBeGreaterThan(100)
  let found = 0
  const RUNS = 20
  for (let run = 0; run < RUNS; run++) {
    const roll = dice(run)
    const { index, 0: text } = pick(cells, roll)
    const flipped = flipDigit(text, roll)
    const changed = xml.slice(0, index) + flipped + xml.slice(index + text.length)
    const bytes = zipSync({ ...parts, 'word/document.xml': strToU8(changed) })
    const review = reviewAll([await readOf('a.docx', bytes)])
    const places = review.findings.flatMap(({ at }) => at)
    if (places.some((one) => one.text === flipped && /tbl\[\d+\]/.test(one.place.path!))) found += 1
  }
  expect(found / RUNS).toBeGreaterThanOrEqual(0.95)
})
