/**
 * What a benchmark prints: one JSON object a line, or a table to read.
 */

/**
 * One figure.
 *
 * @property value in `unit`
 * @property peer what it is compared with in the same run, and `ratio` to it
 * @property bar the number, and `ok` whether this run met it
 */
export interface Figure {
  readonly suite: string
  readonly case: string
  readonly value: number
  readonly unit: string
  readonly peer?: string
  readonly ratio?: number
  readonly bar?: string
  readonly ok?: boolean
}

export type Report = (figure: Figure) => void

/** What a suite measures, by the names that the command takes. */
export type Parts = Readonly<Record<string, (report: Report) => Promise<void> | void>>

/** Prints figures as they come. */
export function reporter(json: boolean): Report {
  if (json) return (figure) => console.log(JSON.stringify(figure))
  return (figure) => {
    const ratio = figure.ratio === undefined ? '' : `  ${figure.ratio.toFixed(2)}x ${figure.peer}`
    const bar = figure.bar === undefined
      ? ''
      : `  bar ${figure.bar}  ${figure.ok ? 'met' : 'NOT MET'}`
    const value = figure.value.toLocaleString('en', { maximumFractionDigits: 2 })
    console.log(`${figure.case.padEnd(52)} ${value.padStart(12)} ${figure.unit}${ratio}${bar}`)
  }
}

/** The middle of some numbers. @throws RangeError when there are none */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median of nothing')
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** CPU time of this process in milliseconds. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
