/**
 * The rows of a file, each with its line: of CSV, of lines of JSON, or of a list in JSON.
 */
import { readCsv } from '../../kernel/csv.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { type FileMapping, mapRow, missingColumns, type RowDrafts } from './mapping.ts'

/** @property bytes read so far @property line of its beginning, from 1; in a list, its place */
export interface LoadRow {
  readonly line: number
  readonly bytes: number
  readonly drafts: Result<RowDrafts>
}

/** The longest list in JSON, which is read whole. */
const JSON_BYTES_MAX = 256 * 1024 * 1024

/**
 * Reads a file by its mapping. Rows that cannot be used come as refusals.
 *
 * @throws Error when nothing of it can be used: no header, a column missing, not JSON
 */
export async function* readRows(
  content: AsyncIterable<Uint8Array>,
  mapping: FileMapping,
): AsyncGenerator<LoadRow> {
  if (mapping.format === 'csv') yield* csvRows(content, mapping)
  else if (mapping.format === 'jsonl') yield* jsonLines(content, mapping)
  else yield* jsonList(content, mapping)
}

async function* csvRows(
  content: AsyncIterable<Uint8Array>,
  mapping: FileMapping,
): AsyncGenerator<LoadRow> {
  const rows = readCsv(content, mapping)
  const first = await rows.next()
  if (first.done) throw new Error(`FILE_EMPTY: ${mapping.file} has no header`)
  const { fields } = first.value
  if (!fields.ok) throw new Error(`HEADER_MALFORMED: the header of ${mapping.file} cannot be read`)
  const header = fields.value.map((name) => name.trim())
  const missing = missingColumns(mapping, header)
  if (missing.length > 0) {
    throw new Error(`COLUMN_MISSING: ${mapping.file} has no column ${missing.join(', ')}`)
  }
  const places = new Map(header.map((name, i) => [name, i]))
  for await (const { line, bytes, fields } of rows) {
    yield { line, bytes, drafts: fields.ok ? mapFields(fields.value) : fields }
  }

  function mapFields(fields: readonly string[]): Result<RowDrafts> {
    if (fields.length !== header.length) {
      const message = `The row has ${fields.length} columns; the header has ${header.length}.`
      return refuse('COLUMN_COUNT', message)
    }
    return mapRow(mapping, (column) => {
      const place = places.get(column)
      return place === undefined ? '' : fields[place]!
    })
  }
}

async function* jsonLines(
  content: AsyncIterable<Uint8Array>,
  mapping: FileMapping,
): AsyncGenerator<LoadRow> {
  const lines = readLines(content, mapping.encoding)
  for await (const { line, bytes, text } of lines) {
    const object = text.ok ? parseObject(text.value) : text
    yield { line, bytes, drafts: object.ok ? mapObject(mapping, object.value) : object }
  }
}

async function* jsonList(
  content: AsyncIterable<Uint8Array>,
  mapping: FileMapping,
): AsyncGenerator<LoadRow> {
  const decoder = new TextDecoder(mapping.encoding)
  let text = ''
  let bytes = 0
  for await (const chunk of content) {
    bytes += chunk.length
    if (bytes > JSON_BYTES_MAX) {
      throw new Error(`FILE_TOO_LARGE: ${mapping.file} is one list; give it as jsonl`)
    }
    text += decoder.decode(chunk, { stream: true })
  }
  let list: unknown
  try {
    list = JSON.parse(text + decoder.decode())
  } catch {
    list = undefined
  }
  if (!Array.isArray(list)) throw new Error(`JSON_MALFORMED: ${mapping.file} is not a list in JSON`)
  for (const [i, object] of list.entries()) {
    const drafts = isObject(object)
      ? mapObject(mapping, object)
      : refuse('JSON_MALFORMED', 'A row is a JSON object.')
    yield { line: i + 1, bytes, drafts }
  }
}

async function* readLines(content: AsyncIterable<Uint8Array>, encoding: string) {
  // A line of JSON has no line feed inside; quotes and commas of CSV mean nothing to it.
  let rest = new Uint8Array()
  let line = 0
  let bytes = 0
  const decoder = new TextDecoder(encoding, { fatal: true })
  const decode = (raw: Uint8Array): Result<string> => {
    try {
      return ok(decoder.decode(raw).trim())
    } catch {
      return refuse('ENCODING_INVALID', 'The row is not text in the encoding of the mapping.')
    }
  }
  for await (const chunk of content) {
    const whole = new Uint8Array(rest.length + chunk.length)
    whole.set(rest)
    whole.set(chunk, rest.length)
    let from = 0
    for (let at = whole.indexOf(10); at !== -1; at = whole.indexOf(10, from)) {
      bytes += at + 1 - from
      line += 1
      const text = decode(whole.subarray(from, at))
      from = at + 1
      if (!text.ok || text.value !== '') yield { line, bytes, text }
    }
    rest = whole.slice(from)
  }
  const text = decode(rest)
  if (rest.length > 0 && (!text.ok || text.value !== '')) {
    yield { line: line + 1, bytes: bytes + rest.length, text }
  }
}

function parseObject(text: string): Result<Record<string, unknown>> {
  try {
    const value = JSON.parse(text)
    if (isObject(value)) return ok(value)
  } catch {
    // Told below.
  }
  return refuse('JSON_MALFORMED', 'A row is a JSON object.')
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Columns of an object: its properties, those inside others by `a.b`. */
function mapObject(mapping: FileMapping, object: Record<string, unknown>): Result<RowDrafts> {
  return mapRow(mapping, (column) => {
    let value: unknown = object
    for (const name of column.split('.')) {
      value = isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined
    }
    if (value === undefined || value === null) return ''
    return typeof value === 'object' ? JSON.stringify(value) : String(value)
  })
}
