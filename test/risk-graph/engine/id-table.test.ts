import fc from 'fast-check'
import { expect, it } from 'vitest'
import { IdTable } from '../../../subgraphs/risk-graph/engine/id-table.ts'

it('numbers names as a Map does, and tells them back', () => {
  fc.assert(fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 12 })), (names) => {
    const table = new IdTable()
    const map = new Map<string, number>()
    for (const name of names) {
      if (!map.has(name)) map.set(name, map.size)
      expect(table.add(name)).toBe(map.get(name))
    }
    expect(table.size).toBe(map.size)
    for (const [name, number] of map) {
      expect(table.find(name)).toBe(number)
      expect(table.name(number)).toBe(name)
    }
  }))
})

it('knows nothing of names that never came, among very many', () => {
  const table = new IdTable()
  for (let i = 0; i < 50_000; i++) table.add(`粤B${i}`)
  expect(table.find('粤B49999')).toBe(49_999)
  expect(table.find('粤B50000')).toBeUndefined()
  expect(table.find('')).toBeUndefined()
  expect(() => table.name(50_000)).toThrow(RangeError)
  expect(table.add('x'.repeat(5000))).toBe(50_000)
  expect(table.name(50_000)).toBe('x'.repeat(5000))
})
