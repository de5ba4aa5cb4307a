/**
 * Findings as a workbook.
 */
import ExcelJS from 'exceljs'
import { type ExportLine, placeText } from './lines.ts'

const COLUMNS:
  readonly (readonly [header: string, width: number, of: (line: ExportLine) => string])[] = [
    ['文件', 24, (line) => line.document],
    ['位置', 14, placeText],
    ['检查', 12, (line) => line.check],
    ['级别', 9, (line) => line.severity],
    ['问题', 70, (line) => line.message],
    ['打印', 20, (line) => line.equation?.printed ?? ''],
    ['重算', 20, (line) => line.equation?.computed ?? ''],
    ['差异', 18, (line) => line.equation?.difference ?? ''],
    [
      '对照位置',
      14,
      (line) => line.places[1] === undefined ? '' : `第${line.places[1].place.page}页`,
    ],
    ['状态', 9, (line) => line.presence],
    ['处理', 11, (line) => line.verdict ?? ''],
    ['理由', 30, (line) => line.reason ?? ''],
    ['经办', 16, (line) => line.decidedBy ?? ''],
    ['复核', 16, (line) => line.approvedBy ?? ''],
  ]

/** Writes a workbook of one sheet. Text stays text: no cell of it is ever a formula. */
export async function findingsXlsx(lines: readonly ExportLine[]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook()
  const sheet = book.addWorksheet('审核结果', { views: [{ state: 'frozen', ySplit: 1 }] })
  sheet.columns = COLUMNS.map(([header, width]) => ({ header, width }))
  for (const line of lines) sheet.addRow(COLUMNS.map(([, , of]) => of(line)))
  sheet.getRow(1).font = { bold: true }
  return new Uint8Array(await book.xlsx.writeBuffer())
}
