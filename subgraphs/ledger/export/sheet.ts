/**
 * A table to be written to a file: columns, and rows of texts and amounts.
 */
import { exponentOf, formatMoney, isCurrency, type Money } from '../../kernel/money.ts'

/** A cell: text, or an amount, which keeps its decimals. */
export type Cell = string | Money

/** @property name of the file, without its extension */
export interface Sheet {
  readonly name: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
}

/**
 * CSV as RFC 4180 has it, with a byte order mark, so that spreadsheets read UTF-8. Text that a
 * spreadsheet would take for a formula begins with an apostrophe.
 */
export function toCsv(sheet: Sheet): string {
  const lines = [sheet.columns, ...sheet.rows].map((row) => row.map(csvCell).join(','))
  return `\ufeff${lines.join('\r\n')}\r\n`
}

function csvCell(cell: Cell): string {
  if (typeof cell !== 'string') return formatMoney(cell)
  const safe = /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : cell
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/**
 * An amount as a spreadsheet's number, with the format that shows its decimals; undefined when a
 * number cannot hold it exactly, and it has to stay text.
 */
export function toNumber(money: Money): { value: number; format: string } | undefined {
  const digits = isCurrency(money.currency) ? exponentOf(money.currency) : 0
  // A double has 15 decimal digits that come back as they were.
  if (money.minor >= 10n ** 15n || money.minor <= -(10n ** 15n)) return undefined
  const format = digits === 0 ? '#,##0' : `#,##0.${'0'.repeat(digits)}`
  return { value: Number(money.minor) / 10 ** digits, format }
}
