/**
 * Periods that a header names.
 *
 * `2021-12-31` is the end of a year, `2021` the year itself. What says 本期 or 期初 is told by the
 * year that the report is about.
 */

/** A period as a key. @property at whether it is a point in time */
export interface Period {
  readonly key: string
  readonly year: number
  readonly at: boolean
}

const instant = (year: number): Period => ({ key: `${year}-12-31`, year, at: true })
const span = (year: number): Period => ({ key: `${year}`, year, at: false })

/**
 * The period of a column.
 *
 * @param header all header texts of a column, read on
 * @param reportYear the year that the report is about; undefined leaves 本期 unknown
 */
export function periodOf(header: string, reportYear: number | undefined): Period | undefined {
  const text = header.replaceAll(/[\s\u00a0]/g, '')
  // Adjusted and unadjusted figures of one year stand side by side: neither is the other.
  if (/调整前|重述前|追溯前|调整数|季度|月份/.test(text)) return undefined
  const end = /(20\d\d)(?:年12月31日|年末|年度末|\.12\.31|-12-31)/.exec(text)
  if (end !== null) return instant(Number(end[1]))
  const start = /(20\d\d)(?:年1月1日|年初|\.1\.1$|-01-01)(?!.*[-至])/.exec(text)
  // Where a rule changes, the first day of a year is not the last of the one before.
  if (start !== null) return { key: `${start[1]}-01-01`, year: Number(start[1]) - 1, at: true }
  const year = /(20\d\d)年(?:度|1-12月)?/.exec(text)
  if (year !== null) return span(Number(year[1]))
  if (reportYear === undefined) return undefined
  if (/期末|年末余额|年末数|本年末/.test(text) && !/上期期末|上年/.test(text)) {
    return instant(reportYear)
  }
  if (/期初|年初|上年年末|上年末|上期期末/.test(text)) return instant(reportYear - 1)
  if (/上期|上年|去年/.test(text)) return span(reportYear - 1)
  if (/本期|本年|报告期/.test(text)) return span(reportYear)
  return undefined
}
