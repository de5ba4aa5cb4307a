import ExcelJS from 'exceljs'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { display } from '../../../subgraphs/documents/read/ooxml/xlsx.ts'
import { docxOf, paragraph, wordTable } from '../fixtures/ooxml.ts'
import { readOf, rowsOf, tablesOf, textsOf } from '../fixtures/text.ts'

describe('a DOCX', () => {
  it('gives paragraphs and tables in order, each with its path', async () => {
    const body = paragraph('一、概况') + wordTable([['项目', '金额'], ['存货', '1,000.00']]) +
      paragraph('存货为1,000.00元。')
    const { blocks } = await readOf('a.docx', docxOf(body))
    expect(blocks.map((block) => block.kind)).toEqual(['paragraph', 'table', 'paragraph'])
    expect(rowsOf(tablesOf(blocks)[0]!)).toEqual([['项目', '金额'], ['存货', '1,000.00']])
    expect(tablesOf(blocks)[0]!.cells[3]!.place).toEqual({
      page: 0,
      path: 'body/tbl[0]/tr[1]/tc[1]',
    })
    expect(blocks[0]).toMatchObject({ level: 2 })
    expect(blocks[2]).toMatchObject({ spans: [{ place: { page: 0, path: 'body/p[1]' } }] })
  })

  it('reads as it does once tracked changes are accepted', async () => {
    const body = '<w:p><w:r><w:t>利润</w:t></w:r>' +
      '<w:del w:id="1"><w:r><w:delText>下降</w:delText></w:r></w:del>' +
      '<w:ins w:id="2"><w:r><w:t>上升</w:t></w:r></w:ins></w:p>'
    expect(textsOf((await readOf('a.docx', docxOf(body))).blocks)).toEqual(['利润上升'])
  })

  it('keeps merged cells', async () => {
    const body = '<w:tbl>' +
      `<w:tr><w:tc><w:tcPr><w:vMerge w:val="restart"/></w:tcPr>${paragraph('项目')}</w:tc>` +
      `<w:tc><w:tcPr><w:gridSpan w:val="2"/></w:tcPr>${paragraph('金额')}</w:tc></w:tr>` +
      `<w:tr><w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></w:tc>` +
      `<w:tc>${paragraph('本期')}</w:tc><w:tc>${paragraph('上期')}</w:tc></w:tr></w:tbl>`
    const [table] = tablesOf((await readOf('a.docx', docxOf(body))).blocks)
    expect(rowsOf(table!)).toEqual([['项目^2', '金额<2'], ['本期', '上期']])
  })

  it('reads a text box once, and footnotes last', async () => {
    const box = `<w:txbxContent>${paragraph('框中')}</w:txbxContent>`
    const body = `<w:p><w:r><mc:AlternateContent><mc:Choice>${box}</mc:Choice>` +
      `<mc:Fallback>${box}</mc:Fallback></mc:AlternateContent></w:r></w:p>${paragraph('正文')}`
    const notes =
      '<w:footnotes xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">' +
      `<w:footnote w:id="1">${paragraph('脚注')}</w:footnote></w:footnotes>`
    const read = await readOf('a.docx', docxOf(body, { 'word/footnotes.xml': notes }))
    expect(textsOf(read.blocks)).toEqual(['框中', '正文', '脚注'])
  })
})

describe('an XLSX', () => {
  it('written by another program reads as its cells show', async () => {
    const book = new ExcelJS.Workbook()
    const sheet = book.addWorksheet('利润表')
    sheet.addRow(['项目', '2021年', '增长'])
    sheet.addRow(['营业收入', 1234567.891, 0.1234])
    sheet.addRow(['营业成本', -0.1, null])
    sheet.getCell('B2').numFmt = '#,##0.00'
    sheet.getCell('C2').numFmt = '0.0%'
    sheet.mergeCells('A4:B4')
    sheet.getCell('A4').value = '注'
    book.addWorksheet('藏', { state: 'hidden' }).addRow(['看不见'])
    const bytes = new Uint8Array(await book.xlsx.writeBuffer())
    const read = await readOf('a.xlsx', bytes)
    expect(textsOf(read.blocks)).toEqual(['利润表'])
    const [table] = tablesOf(read.blocks)
    expect(rowsOf(table!)).toEqual([
      ['项目', '2021年', '增长'],
      ['营业收入', '1234567.89', '12.3%'],
      ['营业成本', '-0.1'],
      ['注<2'],
    ])
    expect(table!.cells[4]!.place).toEqual({ page: 1, path: '利润表!B2' })
  })

  it('shows any stored number to any number of decimals without a float', () => {
    fc.assert(fc.property(
      fc.bigInt({ min: -(10n ** 14n), max: 10n ** 14n }),
      fc.integer({ min: 0, max: 6 }),
      (digits, decimals) => {
        const text = digits.toString().replace('-', '').padStart(decimals + 1, '0')
        const sign = digits < 0n ? '-' : ''
        const raw = decimals === 0
          ? `${sign}${text}`
          : `${sign}${text.slice(0, -decimals)}.${text.slice(-decimals)}`
        const shown = display(raw, { decimals, percent: false, date: false })
        expect(shown).toBe(raw)
      },
    ))
    const two = { decimals: 2, percent: false, date: false }
    expect(display('0.125', two)).toBe('0.13')
    expect(display('1.0049999999999999', two)).toBe('1.00')
    expect(display('1.5E+3', two)).toBe('1500.00')
    expect(display('0.1', { decimals: undefined, percent: false, date: false })).toBe('0.1')
    expect(display('0.30000000000000004', { ...two, decimals: undefined })).toBe('0.3')
  })
})
