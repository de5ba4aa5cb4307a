/**
 * How the columns of a file become the form of an order.
 */
import { sha256Hex } from '../../kernel/chain.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type Json, setAt } from '../pointer.ts'
import { escapeSegment, unstorableAt } from '../text.ts'

/**
 * Where a field of the form comes from.
 *
 * - `value`: the same for every row
 * - `column`, `columns`: one column, or several joined by a space, empty ones left out
 * - `as: 'magnitude'`: the amount without its sign
 * - `as: 'sign'`: `positive` or `negative`, by the sign of the amount
 * - `as: 'lookup'`: the value that `table` gives for the text, in any letter case; left out when it has none
 */
export type FieldSource =
  | { readonly value: string }
  | { readonly column: string; readonly as?: 'text' | 'magnitude' }
  | { readonly columns: readonly string[] }
  | {
    readonly column: string
    readonly as: 'sign'
    readonly positive: string
    readonly negative: string
  }
  | { readonly column: string; readonly as: 'lookup'; readonly table: string }

/**
 * A mapping.
 *
 * @property source names the system that the rows come from; keys are unique within it
 * @property key the columns that identify a row for good
 * @property fields JSON Pointer into the form → source
 */
export interface Mapping {
  readonly source: string
  readonly encoding: string
  readonly delimiter: string
  readonly key: readonly string[]
  readonly fields: Readonly<Record<string, FieldSource>>
  readonly tables: Readonly<Record<string, Readonly<Record<string, string>>>>
}

export type MappingCode =
  | 'MAPPING_MALFORMED'
  | 'COLUMN_MISSING'
  | 'COLUMN_COUNT'
  | 'ROW_KEY_MISSING'
  | 'AMOUNT_MALFORMED'

/** A row's identity and the form that it fills. */
export interface MappedRow {
  readonly key: string
  readonly form: Json
}

/** Reads a mapping. */
export function checkMapping(body: unknown): Result<Mapping, MappingCode> {
  const malformed = (place: string, why: string) =>
    refuse('MAPPING_MALFORMED', `The mapping cannot be used: ${why}`, place)
  if (typeof body !== 'object' || body === null) return malformed('', 'it is not an object.')
  const { source, encoding = 'utf-8', delimiter = ',', key, fields, tables = {} } = body as Record<
    string,
    unknown
  >
  if (typeof source !== 'string' || !/^[a-z0-9][a-z0-9-]{0,49}$/.test(source)) {
    return malformed('/source', 'source is a short lower-case name.')
  }
  if (typeof encoding !== 'string' || !isByteSafe(encoding)) {
    return malformed('/encoding', 'the encoding is unknown, or its line feed is not one byte.')
  }
  if (typeof delimiter !== 'string' || !/^[^\s"]$|^\t$/.test(delimiter)) {
    return malformed('/delimiter', 'the delimiter is one character.')
  }
  if (!isTextList(key)) return malformed('/key', 'key names columns.')
  if (typeof fields !== 'object' || fields === null) {
    return malformed('/fields', 'it has no fields.')
  }
  if (typeof tables !== 'object' || tables === null) {
    return malformed('/tables', 'tables are objects by name.')
  }
  const unstorable = unstorableAt(body as Json)
  if (unstorable !== undefined) return malformed(unstorable, 'it holds what is no text.')
  const normalised: [string, Record<string, string>][] = []
  for (const [name, table] of Object.entries(tables)) {
    if (!isTextTable(table)) {
      return malformed(`/tables/${escapeSegment(name)}`, 'a table gives a text for a text.')
    }
    const folded = Object.entries(table).map(([from, to]) => [fold(from), to])
    normalised.push([name, Object.fromEntries(folded)])
  }
  for (const [pointer, from] of Object.entries(fields as Record<string, FieldSource>)) {
    const place = `/fields/${escapeSegment(pointer)}`
    if (!pointer.startsWith('/') || typeof from !== 'object' || from === null) {
      return malformed(place, 'a field is a JSON Pointer with a source.')
    }
    if (!isSource(from)) return malformed(place, 'a source has a value, a column or columns.')
    if ('as' in from && from.as === 'lookup' && !normalised.some(([name]) => name === from.table)) {
      return malformed(place, `there is no table ${from.table}.`)
    }
    if (Object.keys(fields).some((other) => other.startsWith(`${pointer}/`))) {
      return malformed(place, 'another field lies inside it.')
    }
  }
  return ok({
    source,
    encoding,
    delimiter,
    key,
    fields: fields as Mapping['fields'],
    tables: Object.fromEntries(normalised),
  })
}

/** The columns that a mapping reads and a file's header lacks. */
export function missingColumns(mapping: Mapping, header: readonly string[]): string[] {
  const read = [
    ...mapping.key,
    ...Object.values(mapping.fields).flatMap((from) =>
      'column' in from ? [from.column] : 'columns' in from ? from.columns : []
    ),
  ]
  return [...new Set(read)].filter((column) => !header.includes(column))
}

/** Applies a mapping to one row. */
export function mapRow(
  mapping: Mapping,
  header: readonly string[],
  row: readonly string[],
): Result<MappedRow, MappingCode> {
  if (row.length !== header.length) {
    return refuse(
      'COLUMN_COUNT',
      `The row has ${row.length} columns; the header has ${header.length}.`,
    )
  }
  const column = (name: string) => row[header.indexOf(name)]!.trim()
  const parts = mapping.key.map(column)
  if (parts.every((part) => part === '')) {
    return refuse('ROW_KEY_MISSING', `The row has nothing in ${mapping.key.join(', ')}.`)
  }
  const form: Record<string, Json> = {}
  for (const [pointer, from] of Object.entries(mapping.fields)) {
    const value = valueOf(mapping, from, column)
    if (value === null) {
      return refuse('AMOUNT_MALFORMED', 'The amount is not a decimal number.', pointer)
    }
    if (value !== undefined) setAt(form, pointer, value)
  }
  return ok({ key: keyOf(parts), form })
}

/** Undefined leaves the field out; null says that an amount cannot be read. */
function valueOf(
  mapping: Mapping,
  from: FieldSource,
  column: (name: string) => string,
): string | undefined | null {
  if ('value' in from) return from.value
  if ('columns' in from) return from.columns.map(column).filter((text) => text !== '').join(' ')
  const text = column(from.column)
  if (from.as === 'lookup') {
    const table = mapping.tables[from.table]!
    const folded = fold(text)
    return Object.hasOwn(table, folded) ? table[folded] : undefined
  }
  if (from.as !== 'sign' && from.as !== 'magnitude') return text
  if (!/^-?\d+(\.\d+)?$/.test(text)) return null
  const negative = text.startsWith('-')
  if (from.as === 'sign') return negative ? from.negative : from.positive
  return negative ? text.slice(1) : text
}

/** A key that fits into an idempotency key whatever the columns hold. */
function keyOf(parts: readonly string[]): string {
  const plain = parts.join('/')
  // `a/b` with `c` is another row than `a` with `b/c`.
  const apart = parts.length === 1 || parts.every((part) => !part.includes('/'))
  return apart && /^[\x21-\x7e]{1,80}$/.test(plain) ? plain : sha256Hex(JSON.stringify(parts))
}

/** Text for comparing: compatibility form, lower case, single spaces. */
function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim()
}

function isSource(from: object): from is FieldSource {
  const { value, column, columns, as, table, positive, negative } = from as Record<string, unknown>
  if ('value' in from) return typeof value === 'string'
  if ('columns' in from) return isTextList(columns)
  if (typeof column !== 'string') return false
  switch (as) {
    case undefined:
    case 'text':
    case 'magnitude':
      return true
    case 'sign':
      return typeof positive === 'string' && typeof negative === 'string'
    case 'lookup':
      return typeof table === 'string'
    default:
      return false
  }
}

function isTextTable(table: unknown): table is Record<string, string> {
  return typeof table === 'object' && table !== null &&
    Object.values(table).every((to) => typeof to === 'string')
}

function isTextList(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((v) => typeof v === 'string')
}

/** Encodings in which byte 10 is always a line feed. */
function isByteSafe(label: string): boolean {
  try {
    return !/^utf-16/.test(new TextDecoder(label).encoding)
  } catch {
    return false
  }
}
