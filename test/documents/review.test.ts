import { strFromU8, strToU8, zipSync } from 'fflate'
import { describe, expect, it } from 'vitest'
import type { Finding } from '../../subgraphs/documents/checks/finding.ts'
import { openZip } from '../../subgraphs/documents/read/ooxml/zip.ts'
import { placeKey, reviewAll } from '../../subgraphs/documents/review.ts'
import { must } from '../../subgraphs/kernel/result.ts'
import { dice, flipDigit } from './fixtures/inject.ts'
import { flipCell, judge, KINDS, pick } from './fixtures/mistakes.ts'
import { reportDocument, reportDocx, reportParts, reportPdf } from './fixtures/report.ts'
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

describe('a mistake is found where it is:', () => {
  it.each(KINDS)('$name', (kind) => {
    const missed: string[] = []
    let count = 0
    for (const seed of SEEDS) {
      const document = reportOf(seed)
      for (let run = 0; run < 8; run++) {
        const injected = kind.make(document, dice(seed * 100 + run))
        if (injected.was === injected.is) continue
        count += 1
        const { found, named } = judge(kind, injected)
        const right = kind.located ? named : found
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
