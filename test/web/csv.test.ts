import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toCsv } from '../../web/parts/csv.ts'

const text = fc.string({ unit: 'grapheme' }).filter((value) => value.isWellFormed())

describe('rows as CSV', () => {
  it('are read back as they were by another reader', () => {
    const plain = text.filter((value) => !/^[=+\-@\t\r]/.test(value))
    fc.assert(
      fc.property(fc.array(fc.tuple(plain, plain, plain), { minLength: 1 }), (rows) => {
        const read = parse(toCsv(rows), { bom: true, record_delimiter: '\r\n' })
        expect(read).toEqual(rows)
      }),
    )
  })

  it.each(['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx'])(
    'give a spreadsheet nothing to compute: %j',
    (formula) => expect(toCsv([[formula]])).toContain(`'${formula}`),
  )

  it('leave negative amounts numbers', () => {
    expect(toCsv([['-12.50']])).toBe('\uFEFF-12.50\r\n')
  })
})
