/**
 * A parameter (参数): the whole table of one key, such as the rates of demand deposits, as data.
 *
 * A row applies to what its dimensions say, in a band of amounts and between two dates. Two rows of
 * the same dimensions never apply at once; of rows that differ in dimensions, the more specific wins.
 */
import { type Currency, isCurrency, parseMoney } from '../../kernel/money.ts'
import { ok, type Refusal, refuse, type Result } from '../../kernel/result.ts'
import { type LocalDate, parseDate } from '../../kernel/time.ts'
import {
  checkValue,
  isAmount,
  malformed,
  PARAMETER_KINDS,
  type ParameterCode,
  type ParameterKind,
  type ParameterValue,
} from './value.ts'

/**
 * What rows may depend on, the weightiest first: where two rows are equally specific, the one with
 * the weightier dimension wins.
 */
export const DIMENSIONS = [
  'product',
  'grade',
  'channel',
  'institution',
  'currency',
  'term',
] as const
export type Dimension = (typeof DIMENSIONS)[number]
export type Dimensions = Readonly<Partial<Record<Dimension, string>>>

/** The most rows of one key. */
export const ROWS_MAX = 2000

/**
 * @property amountFrom, amountTo decimal strings in the table's currency: from is included, to is not
 * @property from, to dates: from is included, to is not; no `to`: until further notice
 */
export interface ParameterRow {
  readonly dimensions: Dimensions
  readonly amountFrom?: string
  readonly amountTo?: string
  readonly from: LocalDate
  readonly to?: LocalDate
  readonly value: ParameterValue
}

/** @property currency of the amounts; needed where there are any */
export interface ParameterTable {
  readonly kind: ParameterKind
  readonly currency?: Currency
  readonly rows: readonly ParameterRow[]
}

type Checked<T> = Result<T, ParameterCode>

/** Checks a table before anybody may approve it; answers it without whatever else was sent along. */
export function checkParameter(body: unknown): Checked<ParameterTable> {
  const table = body as ParameterTable | null
  if (typeof table !== 'object' || table === null) return malformed('A table is an object.', '')
  const { kind, currency, rows } = table
  if (!PARAMETER_KINDS.includes(kind)) {
    return malformed(`A kind is one of ${PARAMETER_KINDS.join(', ')}.`, '/kind')
  }
  if (currency !== undefined && !isCurrency(currency)) {
    return malformed('The currency is not one booked here.', '/currency')
  }
  if ((kind === 'FEE' || kind === 'LIMIT') && currency === undefined) {
    return malformed('Amounts need their currency.', '/currency')
  }
  // A calendar without rows is one of weekends alone.
  const least = kind === 'CALENDAR' ? 0 : 1
  if (!Array.isArray(rows) || rows.length < least || rows.length > ROWS_MAX) {
    return malformed(`A table has ${least} to ${ROWS_MAX} rows.`, '/rows')
  }
  const checked: ParameterRow[] = []
  for (const [i, row] of (rows as unknown[]).entries()) {
    const one = checkRow(row, kind, currency, `/rows/${i}`)
    if (!one.ok) return one
    checked.push(one.value)
  }
  const overlap = firstOverlap(checked, currency)
  if (overlap !== undefined) return overlap
  return ok({ kind, ...(currency === undefined ? {} : { currency }), rows: checked })
}

function checkRow(
  body: unknown,
  kind: ParameterKind,
  currency: Currency | undefined,
  place: string,
): Checked<ParameterRow> {
  const row = body as ParameterRow | null
  if (typeof row !== 'object' || row === null) return malformed('A row is an object.', place)
  const dimensions: Partial<Record<Dimension, string>> = {}
  for (const [name, value] of Object.entries(row.dimensions ?? {})) {
    if (!(DIMENSIONS as readonly string[]).includes(name)) {
      return refuse('DIMENSION_UNKNOWN', `Nothing depends on ${name}.`, `${place}/dimensions`, {
        name,
      })
    }
    if (typeof value !== 'string' || !/^[\w.:/-]{1,60}$/.test(value)) {
      return malformed('A dimension has a short name for its value.', `${place}/dimensions/${name}`)
    }
    dimensions[name as Dimension] = value
  }
  const from = parseDate(row.from, `${place}/from`)
  if (!from.ok) return from
  if (row.to != null) {
    const to = parseDate(row.to, `${place}/to`)
    if (!to.ok) return to
    if (to.value <= from.value) return malformed('A row ends after it begins.', `${place}/to`)
  } else if (kind === 'CALENDAR') {
    return malformed('A row of days has an end, which is not one of them.', `${place}/to`)
  }
  const band = checkBand(row, currency, place)
  if (band !== undefined) return band
  const value = checkValue(row.value, kind, currency, `${place}/value`)
  if (!value.ok) return value
  return ok({
    dimensions,
    ...(row.amountFrom == null ? {} : { amountFrom: row.amountFrom }),
    ...(row.amountTo == null ? {} : { amountTo: row.amountTo }),
    from: from.value,
    ...(row.to == null ? {} : { to: row.to }),
    value: value.value,
  })
}

function checkBand(
  row: ParameterRow,
  currency: Currency | undefined,
  place: string,
): Refusal<ParameterCode> | undefined {
  for (const bound of ['amountFrom', 'amountTo'] as const) {
    if (row[bound] != null && !isAmount(row[bound], currency)) {
      return malformed('A band has amounts in the currency of its table.', `${place}/${bound}`)
    }
  }
  const { low, high } = bandOf(row, currency)
  return high !== undefined && high <= low
    ? malformed('A band ends above where it begins.', `${place}/amountTo`)
    : undefined
}

function firstOverlap(
  rows: readonly ParameterRow[],
  currency: Currency | undefined,
): Refusal<'PARAMETER_OVERLAP'> | undefined {
  const groups = Map.groupBy(rows.entries(), ([, row]) => dimensionsKey(row.dimensions))
  for (const group of groups.values()) {
    // By date, so that only neighbours in time are compared.
    const sorted = group.toSorted(([, a], [, b]) => a.from < b.from ? -1 : 1)
    for (const [n, [i, row]] of sorted.entries()) {
      for (const [j, later] of sorted.slice(n + 1)) {
        if (row.to !== undefined && later.from >= row.to) break
        const [a, b] = [bandOf(row, currency), bandOf(later, currency)]
        if ((b.high === undefined || a.low < b.high) && (a.high === undefined || b.low < a.high)) {
          return refuse(
            'PARAMETER_OVERLAP',
            `Rows ${Math.min(i, j)} and ${Math.max(i, j)} apply to the same at the same time.`,
            `/rows/${Math.max(i, j)}`,
          )
        }
      }
    }
  }
  return undefined
}

/** What is looked for. @property minor in the table's currency; 0 when absent */
export interface ParameterQuery {
  readonly dimensions: Dimensions
  readonly minor?: bigint | undefined
  readonly on: LocalDate
}

/** The row that applies, with its place in the table. */
export function rowFor(
  table: ParameterTable,
  query: ParameterQuery,
): { row: ParameterRow; index: number } | undefined {
  let best: { row: ParameterRow; index: number; weight: number } | undefined
  for (const [index, row] of table.rows.entries()) {
    if (!applies(row, table.currency, query)) continue
    const weight = weightOf(row.dimensions)
    if (best === undefined || weight > best.weight) best = { row, index, weight }
  }
  return best === undefined ? undefined : { row: best.row, index: best.index }
}

function applies(
  row: ParameterRow,
  currency: Currency | undefined,
  { dimensions, minor = 0n, on }: ParameterQuery,
): boolean {
  if (on < row.from || (row.to !== undefined && on >= row.to)) return false
  for (const name of DIMENSIONS) {
    const wanted = row.dimensions[name]
    if (wanted !== undefined && dimensions[name] !== wanted) return false
  }
  const { low, high } = bandOf(row, currency)
  return minor >= low && (high === undefined || minor < high)
}

/** More dimensions weigh more than any fewer; among as many, the weightier ones do. */
function weightOf(dimensions: Dimensions): number {
  let weight = 0
  for (const [i, name] of DIMENSIONS.entries()) {
    if (dimensions[name] !== undefined) weight += 1000 + 2 ** (DIMENSIONS.length - i)
  }
  return weight
}

/** How two versions of a table differ. Rows are the same when dimensions, band and start are. */
export interface ParameterDiff {
  readonly added: readonly ParameterRow[]
  readonly removed: readonly ParameterRow[]
  readonly changed: readonly { readonly before: ParameterRow; readonly after: ParameterRow }[]
}

export function diffParameters(
  before: ParameterTable | undefined,
  after: ParameterTable,
): ParameterDiff {
  const old = new Map((before?.rows ?? []).map((row) => [identityOf(row), row]))
  const added: ParameterRow[] = []
  const changed: { before: ParameterRow; after: ParameterRow }[] = []
  for (const row of after.rows) {
    const was = old.get(identityOf(row))
    old.delete(identityOf(row))
    if (was === undefined) added.push(row)
    else if (was.to !== row.to || JSON.stringify(was.value) !== JSON.stringify(row.value)) {
      changed.push({ before: was, after: row })
    }
  }
  return { added, removed: [...old.values()], changed }
}

function identityOf(row: ParameterRow): string {
  return JSON.stringify([
    dimensionsKey(row.dimensions),
    row.amountFrom ?? '',
    row.amountTo ?? '',
    row.from,
  ])
}

function dimensionsKey(dimensions: Dimensions): string {
  return JSON.stringify(DIMENSIONS.map((name) => dimensions[name] ?? null))
}

function bandOf(
  row: ParameterRow,
  currency: Currency | undefined,
): { low: bigint; high: bigint | undefined } {
  const amount = (text: string | undefined) => {
    const money = text === undefined ? undefined : parseMoney(text, currency)
    return money?.ok ? money.value.minor : undefined
  }
  // Without a lower bound a band takes whatever there is, nothing and less included.
  return { low: amount(row.amountFrom) ?? -(2n ** 63n), high: amount(row.amountTo) }
}
