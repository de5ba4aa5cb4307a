import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type CsvFormat, type CsvRow, readCsv, ROW_MAX } from '../../subgraphs/kernel/csv.ts'

const UTF8: CsvFormat = { encoding: 'utf-8', delimiter: ',' }
const encode = (text: string) => new TextEncoder().encode(text)

async function* chunks(bytes: Uint8Array, cuts: readonly number[] = []) {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]
  for (let i = 1; i < at.length; i++) yield bytes.slice(at[i - 1], at[i])
}

async function read(content: string | Uint8Array, format = UTF8, cuts: readonly number[] = []) {
  const bytes = typeof content === 'string' ? encode(content) : content
  const rows: CsvRow[] = []
  for await (const row of readCsv(chunks(bytes, cuts), format)) rows.push(row)
  return rows
}

/** The fields of each row, or the code of its refusal with its line. */
const outline = (rows: readonly CsvRow[]) =>
  rows.map(({ fields, line }) => fields.ok ? fields.value : `${fields.code} ${line}`)

const value = fc.string({
  unit: fc.oneof(
    fc.constantFrom('"', ',', ';', '\n', '\r\n', ' ', 'é', '汇', '𠮷', '\uFEFF', 'a', '\t'),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
  ),
  maxLength: 8,
})
const quote = (text: string) => `"${text.replaceAll('"', '""')}"`
const needsQuotes = (text: string) => /[",;\r\n\uFEFF]/.test(text)
const field = fc.tuple(value, fc.boolean()).map(([text, always]) =>
  always || needsQuotes(text) ? quote(text) : text
)
const validCsv = fc.tuple(
  fc.array(fc.array(field, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 6 }),
  fc.constantFrom('\n', '\r\n'),
  fc.constantFrom(',', ';'),
  fc.boolean(),
  fc.boolean(),
).map(([rows, ending, delimiter, last, bom]) => ({
  delimiter,
  text: (bom ? '\uFEFF' : '') + rows.map((row) => row.join(delimiter)).join(ending) +
    (last ? ending : ''),
}))

describe('a valid file', () => {
  it('has the rows that csv-parse reads', async () => {
    await fc.assert(
      fc.asyncProperty(validCsv, async ({ text, delimiter }) => {
        const expected = parse(encode(text), {
          bom: true,
          delimiter,
          relax_column_count: true,
          record_delimiter: ['\n', '\r\n'],
          skip_empty_lines: true,
        })
        expect(outline(await read(text, { ...UTF8, delimiter }))).toEqual(expected)
      }),
      { numRuns: 2000 },
    )
  })

  it('has the same rows wherever its chunks are cut', async () => {
    const cuts = fc.array(fc.nat(), { maxLength: 8 })
    await fc.assert(fc.asyncProperty(validCsv, cuts, async ({ text, delimiter }, cuts) => {
      const format = { ...UTF8, delimiter }
      expect(await read(text, format, cuts)).toEqual(await read(text, format))
    }))
  })

  it('read a byte at a time is the same file', async () => {
    const text = '\uFEFF汇,"a\r\nb""c"\r\n𠮷,\r\n'
    const each = Array.from({ length: encode(text).length }, (_, i) => i)
    expect(outline(await read(text, UTF8, each))).toEqual([['汇', 'a\r\nb"c'], ['𠮷', '']])
  })

  it('counts its bytes to the last', async () => {
    await fc.assert(fc.asyncProperty(validCsv, async ({ text, delimiter }) => {
      const counts = (await read(`${text}\nend`, { ...UTF8, delimiter })).map((row) => row.bytes)
      expect(counts).toEqual(counts.toSorted((a, b) => a - b))
      expect(counts.at(-1)).toBe(encode(`${text}\nend`).length)
    }))
  })

  it('numbers its rows by the line on which they begin', async () => {
    const rows = await read('h\n"a\nb"\n\nc\n')
    expect(rows.map((row) => row.line)).toEqual([1, 2, 5])
  })

  it('may be in GB18030, quoted line breaks and four-byte characters included', async () => {
    // 金额,"支行\n𠮷" and 12.50 in GB18030.
    const bytes = Uint8Array.from([
      ...[0xbd, 0xf0, 0xb6, 0xee, 0x2c, 0x22, 0xd6, 0xa7, 0xd0, 0xd0, 0x0a],
      ...[0x95, 0x34, 0xb2, 0x35, 0x22, 0x0a, 0x31, 0x32, 0x2e, 0x35, 0x30],
    ])
    const format = { encoding: 'gb18030', delimiter: ',' }
    const cuts = Array.from(bytes, (_, i) => i)
    const rows = outline(await read(bytes, format, cuts))
    expect(rows).toEqual([['金额', '支行\n𠮷'], ['12.50']])
  })

  it('may hold a field of 100,000 characters, quoted or not', async () => {
    const long = 'x'.repeat(100_000)
    const rows = await read(`a,${long}\n"${long}",b\n`, UTF8, [50_000, 65_536, 150_000])
    expect(outline(rows)).toEqual([['a', long], [long, 'b']])
  })

  it.each([['', []], ['\uFEFF', []], ['\n\r\n\n', []], ['a', [['a']]], [',', [['', '']]]])(
    'may be as small as %j',
    async (text, rows) => {
      expect(outline(await read(text))).toEqual(rows)
    },
  )
})

describe('a broken row harms no other', () => {
  const plain = fc.stringMatching(/^[a-z]{1,5}$/)
  const rows = fc.array(fc.array(plain, { minLength: 2, maxLength: 3 }), { maxLength: 6 })
  const lines = (some: readonly (readonly string[])[]) => some.map((row) => row.join(','))

  const brokenAmong = (broken: Uint8Array, code: string) =>
    fc.assert(fc.asyncProperty(rows, rows, async (before, after) => {
      const parts = [...lines(before).map(encode), broken, ...lines(after).map(encode)]
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part, 10]))
      const expected = [...before, `${code} ${before.length + 1}`, ...after]
      expect(outline(await read(bytes))).toEqual(expected)
    }))

  it('when its quote is never closed', () => brokenAmong(encode('x,"open'), 'QUOTE_NOT_CLOSED'))

  it('when text follows its quote', () => brokenAmong(encode('x,"a"b'), 'QUOTE_MISPLACED'))

  it('when a byte of it is no text', () =>
    brokenAmong(Uint8Array.from([120, 44, 0xff, 120]), 'ENCODING_INVALID'))

  it('when it ends within a character', () =>
    brokenAmong(Uint8Array.from([120, 0xe6, 0xb1]), 'ENCODING_INVALID'))

  it('when its quote is open and the next line is no text', async () => {
    const bytes = Uint8Array.from([...encode('a,"open\n'), 0xff, 10, ...encode('b,c\n')])
    expect(outline(await read(bytes))).toEqual([
      'QUOTE_NOT_CLOSED 1',
      'ENCODING_INVALID 2',
      ['b', 'c'],
    ])
  })

  it('when its quote stays open for more lines than a row has', async () => {
    const rest = Array.from({ length: 300 }, (_, i) => `${i},x`)
    const read1 = outline(await read(['a,"open', ...rest].join('\n')))
    expect(read1[0]).toBe('QUOTE_NOT_CLOSED 1')
    expect(read1.slice(1)).toEqual(rest.map((line) => line.split(',')))
  })

  it('when many quotes in a row are never closed', async () => {
    const open = Array.from({ length: 50 }, (_, i) => `${i},"x`)
    const codes = outline(await read([...open, 'a,b'].join('\n')))
    expect(codes.slice(0, 50)).toEqual(
      open.map((_, i) => `QUOTE_NOT_CLOSED ${i + 1}`),
    )
    expect(codes[50]).toEqual(['a', 'b'])
  })

  it('when it is too long', async () => {
    const long = 'x'.repeat(ROW_MAX + 1)
    expect(outline(await read(`a\n${long}\nb`))).toEqual([['a'], 'ROW_TOO_LONG 2', ['b']])
    const exact = 'x'.repeat(ROW_MAX)
    expect(outline(await read(`a\n${exact}\nb`))).toEqual([['a'], [exact], ['b']])
  })

  it('when it has no end within any memory', async () => {
    // Eighty megabytes of one line, in a buffer that the source uses again.
    const buffer = new Uint8Array(1 << 20).fill(120)
    async function* endless() {
      yield encode('a\n')
      for (let i = 0; i < 80; i++) yield buffer
      yield encode('\nb\n')
    }
    const rows: CsvRow[] = []
    for await (const row of readCsv(endless(), UTF8)) rows.push(row)
    expect(outline(rows)).toEqual([['a'], 'ROW_TOO_LONG 2', ['b']])
    expect(rows.at(-1)!.bytes).toBe(80 * 2 ** 20 + 5)
  })

  it('and a byte order mark anywhere but at the beginning is text', async () => {
    expect(outline(await read('\uFEFFa\n\uFEFFb\n'))).toEqual([['a'], ['\uFEFFb']])
  })

  it('and quotes inside a field that does not begin with one are text', async () => {
    expect(outline(await read('5" pipe,a"b"\nc\n'))).toEqual([['5" pipe', 'a"b"'], ['c']])
  })
})
