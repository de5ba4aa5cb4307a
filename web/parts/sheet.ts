/**
 * Rows as files: CSV and XLSX.
 */
import type { MoneyText } from './amount.tsx'
import { toCsv } from './csv.ts'

/** What a cell holds. An amount is exact: a number where a spreadsheet keeps all its digits. */
export type Cell = string | number | MoneyText | null

/** Digits that a spreadsheet's number keeps (IEEE 754 binary64). */
const NUMBER_DIGITS = 15
const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

export interface Sheet {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/** An amount's currency stands in a column of its own, so that the amount is a number. */
export function sheetCsv({ columns, rows }: Sheet): string {
  return toCsv([[...columns], ...rows.map((row) => row.map(cellText))])
}

/** The file of a workbook with one sheet. */
export async function sheetXlsx({ name, columns, rows }: Sheet): Promise<Blob> {
  // Large, and wanted by few: loaded when somebody asks for such a file.
  const { default: excel } = await import('exceljs')
  const workbook = new excel.Workbook()
  const page = workbook.addWorksheet(name.slice(0, 31), {
    views: [{ state: 'frozen', ySplit: 1 }],
  })
  page.addRow([...columns]).font = { bold: true }
  for (const cells of rows) {
    const row = page.addRow(cells.map((cell) => isMoney(cell) ? numberOf(cell.amount) : cell))
    for (const [i, cell] of cells.entries()) {
      if (isMoney(cell)) row.getCell(i + 1).numFmt = formatOf(cell.amount)
    }
  }
  return new Blob([await workbook.xlsx.writeBuffer()], { type: XLSX_TYPE })
}

function isMoney(cell: Cell): cell is MoneyText {
  return typeof cell === 'object' && cell !== null
}

function cellText(cell: Cell): string {
  if (cell === null) return ''
  return isMoney(cell) ? cell.amount : String(cell)
}

/** A number, or the text where a number would lose digits. */
function numberOf(amount: string): number | string {
  return amount.replaceAll(/\D/g, '').length <= NUMBER_DIGITS ? Number(amount) : amount
}

function formatOf(amount: string): string {
  const decimals = amount.split('.')[1]?.length ?? 0
  return decimals === 0 ? '#,##0' : `#,##0.${'0'.repeat(decimals)}`
}
