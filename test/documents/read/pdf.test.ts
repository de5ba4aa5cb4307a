import { describe, expect, it } from 'vitest'
import { countCharacters } from '../../../subgraphs/documents/read/model.ts'
import { layoutPage } from '../../../subgraphs/documents/read/pdf/layout.ts'
import { openPdf } from '../../../subgraphs/documents/read/pdf/reader.ts'
import { must } from '../../../subgraphs/kernel/result.ts'
import { reportParts, reportPdf } from '../fixtures/report.ts'
import { type Mark, PAGE_HEIGHT, pdfOf, ruledTable, widthOf } from '../fixtures/pdf.ts'
import { readOf, rowsOf, tablesOf, textsOf } from '../fixtures/text.ts'

const XS = [80, 200, 320, 440]
const HEADER = ['项目', '2021年', '2020年']

describe('a PDF', () => {
  it('has text in fonts that it does not carry', async () => {
    const read = await readOf('a.pdf', pdfOf([[{ text: '营业收入增长12.5%。', x: 80, y: 100 }]]))
    expect(textsOf(read.blocks)).toEqual(['营业收入增长12.5%。'])
    expect(read.pages).toMatchObject([{ page: 1, width: 595, height: 842, characters: 12 }])
  })

  it('gives a ruled table cell by cell, each with its box', async () => {
    const rows = [HEADER, ['货币资金', '1,234.50', '99.00'], ['合计', '1,234.50', '99.00']]
    const read = await readOf('a.pdf', pdfOf([ruledTable(rows, XS, 100)]))
    const [table] = tablesOf(read.blocks)
    expect(rowsOf(table!)).toEqual(rows)
    expect(table!.cells.find((cell) => cell.text === '1,234.50')!.place).toEqual({
      page: 1,
      box: [200, 118, 320, 136],
    })
  })

  it('sees a cell that spans columns where the border between is missing', async () => {
    const marks: Mark[] = [
      { line: [80, 100, 320, 100] },
      { line: [80, 118, 320, 118] },
      { line: [80, 136, 320, 136] },
      { line: [80, 100, 80, 136] },
      { line: [320, 100, 320, 136] },
      { line: [200, 118, 200, 136] },
      { text: '单位：元', x: 84, y: 112 },
      { text: '存货', x: 84, y: 130 },
      { text: '5.00', x: 290, y: 130 },
    ]
    const [table] = tablesOf((await readOf('a.pdf', pdfOf([marks]))).blocks)
    expect(rowsOf(table!)).toEqual([['单位：元<2'], ['存货', '5.00']])
  })

  it('finds a table without rulings by amounts that end at the same place', async () => {
    const rows = [
      ['货币资金', '1,234.50', '99.00'],
      ['应收账款', '20.00', '1,100.25'],
      ['其他应收款', '7.00', '8.00'],
      ['合计', '1,261.50', '1,207.25'],
    ]
    const marks = [['项目', '期末余额', '期初余额'], ...rows].flatMap((row, r) =>
      row.map((text, c): Mark => ({
        text,
        x: c === 0 ? 90 : 180 + c * 110 - widthOf(text),
        y: 200 + r * 16,
      }))
    )
    const read = await readOf(
      'a.pdf',
      pdfOf([[{ text: '资产构成情况如下：', x: 80, y: 100 }, ...marks]]),
    )
    const [table] = tablesOf(read.blocks)
    expect(table).toMatchObject({ ruled: false })
    expect(rowsOf(table!)).toEqual([['项目', '期末余额', '期初余额'], ...rows])
    expect(textsOf(read.blocks)).toEqual(['资产构成情况如下：'])
  })

  it('finds a table that is only framed, with lines across and none down', async () => {
    const rows = [
      ['货币资金', '1,234.50', '99.00'],
      ['应收账款', '20.00', '1,100.25'],
      ['存货', '7.00', '8.00'],
      ['合计', '1,261.50', '1,207.25'],
    ]
    const marks = rows.flatMap((row, r): Mark[] => [
      { line: [80, 186 + r * 18, 440, 186 + r * 18] },
      ...row.map((text, c): Mark => ({
        text,
        x: c === 0 ? 90 : 200 + c * 110 - widthOf(text),
        y: 199 + r * 18,
      })),
    ])
    const frame: Mark[] = [
      { line: [80, 258, 440, 258] },
      { line: [80, 186, 80, 258] },
      { line: [440, 186, 440, 258] },
    ]
    const read = await readOf('a.pdf', pdfOf([[...marks, ...frame]]))
    expect(tablesOf(read.blocks).map(rowsOf)).toEqual([rows])
  })

  it('loses no character on the way from the page to paragraphs and cells', async () => {
    const pdf = must(await openPdf(reportPdf(reportParts({ year: 2021 }))))
    for (let page = 1; page <= pdf.pages; page++) {
      const raw = await pdf.read(page)
      const all = raw.runs.reduce((n, run) => n + countCharacters(run.text), 0)
      const laid = layoutPage(raw).reduce(
        (n, item) =>
          n +
          (item.kind === 'line'
            ? countCharacters(item.text)
            : item.table.cells.reduce((m, cell) => m + countCharacters(cell.text), 0)),
        0,
      )
      expect(laid).toBe(all)
    }
    await pdf.close()
  })

  it('joins a table across pages and drops the header that is repeated', async () => {
    const first = [HEADER, ['货币资金', '1.00', '2.00']]
    const second = [HEADER, ['存货', '3.00', '4.00'], ['合计', '4.00', '6.00']]
    const pages = [ruledTable(first, XS, 700), ruledTable(second, XS, 60)]
    const read = await readOf('a.pdf', pdfOf(pages))
    const tables = tablesOf(read.blocks)
    expect(tables.map(rowsOf)).toEqual([[...first, ...second.slice(1)]])
    expect(tables[0]!.cells.find((cell) => cell.text === '3.00')!.place.page).toBe(2)
  })

  it('keeps two tables apart where text stands between them', async () => {
    const rows = [HEADER, ['货币资金', '1.00', '2.00']]
    const pages = [
      ruledTable(rows, XS, 700),
      [{ text: '母公司', x: 80, y: 95 }, ...ruledTable(rows, XS, 110)],
    ]
    expect(tablesOf((await readOf('a.pdf', pdfOf(pages))).blocks)).toHaveLength(2)
  })

  it('reads a paragraph on across lines and pages, and leaves headers and footers out', async () => {
    const full =
      '报告期内公司实现营业收入较上年同期增长主要原因系产品销量增加以及产品结构调整所致同时公司'
    const page = (n: number, ...marks: Mark[]): Mark[] => [
      { text: '某某股份有限公司2021年年度报告', x: 80, y: 40 },
      ...marks,
      { text: `${n} / 3`, x: 290, y: PAGE_HEIGHT - 30 },
    ]
    const read = await readOf(
      'a.pdf',
      pdfOf([
        page(1, { text: full, x: 80, y: 700 }),
        page(2, { text: '加强了费用管控。', x: 80, y: 100 }, { text: '二、其他', x: 80, y: 130 }),
        page(3, { text: '无。', x: 80, y: 100 }),
      ]),
    )
    expect(textsOf(read.blocks)).toEqual([`${full}加强了费用管控。`, '二、其他', '无。'])
    const [paragraph, heading] = read.blocks
    expect(paragraph).toMatchObject({
      level: 0,
      spans: [{ at: 0, place: { page: 1 } }, { at: full.length, place: { page: 2 } }],
    })
    expect(heading).toMatchObject({ level: 2 })
  })
})
