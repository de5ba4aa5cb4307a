import fc from 'fast-check'
import { expect, it } from 'vitest'
import { checkMapping, mapRow } from '../../../subgraphs/risk-graph/load/mapping.ts'
import { refusal } from '../../support/rig.ts'

it.each([
  [null, 'MAPPING_MALFORMED /files'],
  [{ files: [] }, 'MAPPING_MALFORMED /files'],
  [{ files: [7] }, 'MAPPING_MALFORMED /files/0'],
  [{ files: [{ file: 'a/b' }] }, 'MAPPING_MALFORMED /files/0/file'],
  [{ files: [{ file: '.env' }] }, 'MAPPING_MALFORMED /files/0/file'],
  [{ files: [{ file: 'a', format: 'xml' }] }, 'MAPPING_MALFORMED /files/0/format'],
  [{ files: [{ file: 'a', encoding: 'utf-16le' }] }, 'MAPPING_MALFORMED /files/0/encoding'],
  [{ files: [{ file: 'a', delimiter: '||' }] }, 'MAPPING_MALFORMED /files/0/delimiter'],
  [{ files: [{ file: 'a', key: [1] }] }, 'MAPPING_MALFORMED /files/0/key'],
  [{ files: [{ file: 'a', entities: [{ id: 'x' }] }] }, 'MAPPING_MALFORMED /files/0/entities'],
  [{ files: [{ file: 'a', links: [{ from: 'x', to: 'y' }] }] }, 'MAPPING_MALFORMED /files/0/links'],
])('%j is refused at its place', (body, expected) => {
  expect(refusal(checkMapping(body))).toBe(expected)
})

it('any text of any row is mapped or refused, never thrown at', () => {
  const checked = checkMapping({
    files: [{
      file: 'a.csv',
      entities: [{ id: '{a}', type: '{b}', name: '{c|fold}', attributes: { x: '{d}' } }],
      links: [{ from: '{a}', to: '{c}', kind: '{b}', on: '{d}' }],
    }],
  })
  if (!checked.ok) throw new Error('cannot happen')
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('person', '2026-01-02', '', '$&', '{a}', '__proto__'),
  )
  fc.assert(
    fc.property(text, text, text, text, (a, b, c, d) => {
      const row: Record<string, string> = { a, b, c, d }
      const mapped = mapRow(checked.value.files[0]!, (column) => row[column] ?? '')
      if (!mapped.ok) {
        expect(mapped.code).toMatch(/^[A-Z_]+$/)
        return
      }
      for (const { id, type } of mapped.value.entities) {
        expect([id, type]).toEqual([a.trim(), b.trim().toLowerCase()])
      }
    }),
    { numRuns: 500 },
  )
})
