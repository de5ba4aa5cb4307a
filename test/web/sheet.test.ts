import excel from 'exceljs'
import { expect, it } from 'vitest'
import { sheetCsv, sheetXlsx } from '../../web/parts/sheet.ts'

const SHEET = {
  name: 'orders',
  columns: ['serial', 'amount', 'people'],
  rows: [
    ['OA1', { amount: '-1234.50', currency: 'CNY' }, 3],
    ['=1+1', { amount: '12345678901234567.89', currency: 'CNY' }, null],
    ['OA3', { amount: '500', currency: 'JPY' }, 0],
  ],
}

it('a sheet as CSV holds amounts as they are, and nothing that a spreadsheet computes', () => {
  expect(sheetCsv(SHEET)).toBe(
    "\uFEFFserial,amount,people\r\nOA1,-1234.50,3\r\n'=1+1,12345678901234567.89,\r\nOA3,500,0\r\n",
  )
})

it('a sheet as XLSX holds amounts as numbers, and as text where a number would lose digits', async () => {
  const workbook = new excel.Workbook()
  await workbook.xlsx.load(await (await sheetXlsx(SHEET)).arrayBuffer())
  const page = workbook.getWorksheet('orders')!
  expect(page.getRow(1).values).toEqual([undefined, 'serial', 'amount', 'people'])
  const [first, second, third] = [2, 3, 4].map((row) => page.getRow(row))
  expect(first!.getCell(2).value).toBe(-1234.5)
  expect(first!.getCell(2).numFmt).toBe('#,##0.00')
  expect(second!.getCell(1).value).toBe('=1+1')
  expect(second!.getCell(2).value).toBe('12345678901234567.89')
  expect(third!.getCell(2).numFmt).toBe('#,##0')
})
