/**
 * Sheets as Excel workbooks.
 */
import { type Sheet, toNumber } from './sheet.ts'
import { formatMoney } from '../../kernel/money.ts'

/** The bytes of a workbook with one sheet. */
export async function toXlsx(sheet: Sheet): Promise<Uint8Array> {
  // A large package, wanted by few: not at the start of every process.
  const { default: excel } = await import('exceljs')
  const workbook = new excel.Workbook()
  const page = workbook.addWorksheet(sheet.name.slice(0, 31), {
    views: [{ state: 'frozen', ySplit: 1 }],
  })
  page.addRow([...sheet.columns]).font = { bold: true }
  for (const cells of sheet.rows) {
    const numbers = cells.map((cell) => typeof cell === 'string' ? undefined : toNumber(cell))
    const row = page.addRow(
      cells.map((cell, i) =>
        typeof cell === 'string' ? cell : numbers[i]?.value ?? formatMoney(cell)
      ),
    )
    for (const [i, number] of numbers.entries()) {
      if (number !== undefined) row.getCell(i + 1).numFmt = number.format
    }
  }
  return new Uint8Array(await workbook.xlsx.writeBuffer())
}
