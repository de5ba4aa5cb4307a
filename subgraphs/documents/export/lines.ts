/**
 * Findings as they are exported: the same columns in every format.
 */
import type { Equation, FoundAt } from '../checks/finding.ts'

/** One finding. @property document the name of its filing */
export interface ExportLine {
  readonly id: string
  readonly document: string
  readonly check: string
  readonly code: string
  readonly severity: string
  readonly message: string
  readonly equation: Equation | null
  readonly places: readonly (FoundAt & { readonly name: string })[]
  readonly presence: string
  readonly verdict: string | null
  readonly reason: string | null
  readonly decidedBy: string | null
  readonly approval: string | null
  readonly approvedBy: string | null
  readonly assignee: string | null
}

/** One JSON object a line. */
export function jsonLines(lines: readonly ExportLine[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('')
}

/** What a note in a file says about a finding. */
export function noteOf(line: ExportLine): string {
  const decided = line.verdict === null
    ? ''
    : `\n处理：${line.verdict === 'ACCEPTED' ? '接受' : '忽略'}${
      line.reason ? `（${line.reason}）` : ''
    }`
  return `[${line.severity}] ${line.message}${decided}`
}

/** Where a finding stands, in words. */
export function placeText(line: ExportLine): string {
  const [first] = line.places
  if (first === undefined) return ''
  const { page, path } = first.place
  return page > 0 && path === undefined ? `第${page}页` : path ?? ''
}
