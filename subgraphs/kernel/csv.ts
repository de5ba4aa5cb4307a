/**
 * CSV as banks send it: rows one by one, and a broken row harms no other.
 *
 * Bytes are cut at line feeds before they are decoded, so that a byte that is no text spoils only its
 * own line. A quoted field may hold line breaks; when its closing quote does not come within the
 * limits, only the line that opened it is refused and reading goes on with the next.
 *
 * @see RFC 4180
 */
import { ok, type Refusal, refuse, type Result } from './result.ts'

/** The most characters of one row, line breaks included. */
export const ROW_MAX = 200_000
/** The most lines that one row spans. */
const ROW_LINES_MAX = 200
/** The most bytes of a line that are kept: a character has at most four. */
const LINE_BYTES_MAX = 4 * ROW_MAX
const LINE_FEED = 10
const CARRIAGE_RETURN = 13

export type CsvCode =
  | 'ENCODING_INVALID'
  | 'QUOTE_NOT_CLOSED'
  | 'QUOTE_MISPLACED'
  | 'ROW_TOO_LONG'

/** One row as read. @property line of its beginning, from 1 @property bytes read so far, of the file */
export interface CsvRow {
  readonly line: number
  readonly bytes: number
  readonly fields: Result<readonly string[], CsvCode>
}

/** One line. @property ending what ended it besides the line feed: a carriage return or nothing */
interface Line {
  readonly number: number
  readonly bytes: number
  readonly text: Result<string, CsvCode>
  readonly ending: string
}

/** @property encoding a label of the WHATWG Encoding Standard whose line feed is byte 10 */
export interface CsvFormat {
  readonly encoding: string
  readonly delimiter: string
}

/** The rows of a file, blank lines left out. */
export async function* readCsv(
  content: AsyncIterable<Uint8Array>,
  format: CsvFormat,
): AsyncGenerator<CsvRow> {
  const waiting: Line[] = []
  const lines = readLines(content, format.encoding)
  const next = async (): Promise<Line | undefined> => {
    const queued = waiting.shift()
    if (queued !== undefined) return queued
    const read = await lines.next()
    return read.done ? undefined : read.value
  }
  for (let line = await next(); line !== undefined; line = await next()) {
    const { number, text } = line
    if (!text.ok) {
      yield { line: number, bytes: line.bytes, fields: text }
      continue
    }
    if (text.value === '') continue
    const taken: Line[] = []
    let row = text.value
    let { bytes, ending } = line
    // A line without a quote leaves an open row open.
    for (let open = isOpen(row, format.delimiter); open;) {
      const more = taken.length < ROW_LINES_MAX ? await next() : undefined
      if (more !== undefined) taken.push(more)
      if (!more?.text.ok || row.length + more.text.value.length > ROW_MAX) break
      row += `${ending}\n${more.text.value}`
      bytes = more.bytes
      ending = more.ending
      open = !more.text.value.includes('"') || isOpen(row, format.delimiter)
    }
    let fields = splitRow(row, format.delimiter)
    if (!fields.ok && taken.length > 0) {
      // The quote was never closed: give the lines back and refuse only the first.
      waiting.unshift(...taken)
      bytes = line.bytes
      fields = splitRow(text.value, format.delimiter)
    }
    yield { line: number, bytes, fields }
  }
}

/** Splits one row into its fields. Quotes inside an unquoted field are text. */
export function splitRow(row: string, delimiter: string): Result<string[], CsvCode> {
  const fields: string[] = []
  let i = 0
  while (true) {
    if (row[i] === '"') {
      const [value, end] = quoted(row, i)
      if (end === -1) return refuse('QUOTE_NOT_CLOSED', 'A quoted field has no closing quote.')
      if (end < row.length && !row.startsWith(delimiter, end)) {
        return refuse('QUOTE_MISPLACED', 'Text follows a closing quote.')
      }
      fields.push(value)
      i = end
    } else {
      const end = row.indexOf(delimiter, i)
      fields.push(end === -1 ? row.slice(i) : row.slice(i, end))
      i = end === -1 ? row.length : end
    }
    if (i >= row.length) return ok(fields)
    i += delimiter.length
  }
}

/** Whether the row ends inside a quoted field. */
function isOpen(row: string, delimiter: string): boolean {
  if (!row.includes('"')) return false
  const fields = splitRow(row, delimiter)
  return !fields.ok && fields.code === 'QUOTE_NOT_CLOSED'
}

/** The value of a quoted field and where it ends, or -1. */
function quoted(row: string, start: number): [string, number] {
  let value = ''
  let from = start + 1
  while (true) {
    const quote = row.indexOf('"', from)
    if (quote === -1) return ['', -1]
    value += row.slice(from, quote)
    if (row[quote + 1] !== '"') return [value, quote + 1]
    value += '"'
    from = quote + 2
  }
}

async function* readLines(
  content: AsyncIterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<Line> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true })
  let number = 0
  let bytes = 0
  let parts: Uint8Array[] = []
  let length = 0
  // What is too long to be a row is counted and not kept.
  const keep = (part: Uint8Array) => {
    length += part.length
    if (length <= LINE_BYTES_MAX) parts.push(part)
    else parts = []
  }
  const take = (tail: Uint8Array): Line => {
    keep(tail)
    const whole = length > LINE_BYTES_MAX ? undefined : join(parts)
    parts = []
    length = 0
    number += 1
    const ending = whole?.at(-1) === CARRIAGE_RETURN ? '\r' : ''
    return { number, bytes, ending, text: whole === undefined ? tooLong() : decode(whole) }
  }
  const decode = (line: Uint8Array): Result<string, CsvCode> => {
    const end = line.at(-1) === CARRIAGE_RETURN ? line.length - 1 : line.length
    let text: string
    try {
      text = decoder.decode(line.subarray(0, end))
    } catch {
      return undecodable()
    }
    // A byte order mark is one only where the file begins.
    if (number === 1 && text.startsWith('\uFEFF')) text = text.slice(1)
    return text.length > ROW_MAX ? tooLong() : ok(text)
  }
  for await (const chunk of content) {
    let from = 0
    for (let i = chunk.indexOf(LINE_FEED); i !== -1; i = chunk.indexOf(LINE_FEED, from)) {
      bytes += i + 1 - from
      yield take(chunk.subarray(from, i))
      from = i + 1
    }
    if (from < chunk.length) {
      bytes += chunk.length - from
      keep(chunk.slice(from))
    }
  }
  if (length > 0) yield take(new Uint8Array())
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  if (parts.length === 1) return parts[0]!
  const whole = new Uint8Array(parts.reduce((n, part) => n + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

function undecodable(): Refusal<CsvCode> {
  return refuse('ENCODING_INVALID', 'The row is not text in the encoding of the mapping.')
}

function tooLong(): Refusal<CsvCode> {
  return refuse('ROW_TOO_LONG', `A row has at most ${ROW_MAX} characters.`)
}

/** A field as written: quoted where needed; a leading `=`, `+`, `-` or `@` is not run as a formula. */
export function csvField(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
