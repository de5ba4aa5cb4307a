import fc from 'fast-check'
import { expect, it } from 'vitest'
import { readCsv } from '../../subgraphs/kernel/csv.ts'
import { granted } from '../support/rig.ts'
import { readPasted } from '../../web/form/pasted.ts'

/** The cells of a CSV file, as the importer reads them. */
async function cellsOf(csv: string): Promise<string[][]> {
  const content = async function* () {
    yield new TextEncoder().encode(csv)
  }
  const rows: string[][] = []
  for await (const { fields } of readCsv(content(), { encoding: 'utf-8', delimiter: ',' })) {
    rows.push([...granted(fields)])
  }
  return rows
}

/** As a spreadsheet puts it on the clipboard. */
const copied = (rows: readonly (readonly string[])[]) =>
  rows.map((row) =>
    row.map((cell) => /[\t\r\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell).join('\t')
  ).join('\r\n')

it('rows come back cell by cell, whatever is in them', async () => {
  const cell = fc.string({ unit: fc.constantFrom('a', '汇', ',', '"', '\n', '\t', ' ', '7') })
    // A spreadsheet quotes a cell that begins with a quote.
    .map((text) => `x${text}`)
  const rows = fc.array(fc.array(cell, { minLength: 2, maxLength: 4 }), {
    minLength: 2,
    maxLength: 8,
  })
  await fc.assert(fc.asyncProperty(rows, async (table) => {
    const pasted = readPasted(copied(table))!
    expect(pasted.rows).toBe(table.length - 1)
    expect(await cellsOf(pasted.csv)).toEqual(table)
  }))
})

it('empty lines at the end are no rows, and empty cells are cells', () => {
  expect(readPasted('a\tb\r\n1\t\r\n\r\n')).toEqual({
    csv: '\uFEFFa,b\r\n1,\r\n',
    rows: 1,
  })
})

it('text with commas is taken as CSV; a line alone, or nothing, is no table', () => {
  expect(readPasted('a,b\n1,2\n')).toEqual({ csv: 'a,b\r\n1,2\r\n', rows: 1 })
  expect(readPasted('a,b')).toBeUndefined()
  expect(readPasted('a\tb')).toBeUndefined()
  expect(readPasted('')).toBeUndefined()
})
