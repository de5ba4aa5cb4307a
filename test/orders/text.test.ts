import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type CanonicalValue } from '../../subgraphs/kernel/canonical-json.ts'
import type { Json } from '../../subgraphs/orders/pointer.ts'
import { unstorableAt } from '../../subgraphs/orders/text.ts'

describe('what cannot be stored', () => {
  it.each<[string, Json, string]>([
    ['U+0000', { a: { b: 'x\0' } }, '/a/b'],
    ['half a character', { list: ['ok', '\ud800'] }, '/list/1'],
    ['a name with U+0000', { a: { 'x\0': 1 } }, '/a'],
    ['infinity, as JSON.parse reads 1e999', JSON.parse('{"amount": 1e999}'), '/amount'],
    ['a value at a name with a slash', { 'a/b~': '\0' }, '/a~1b~0'],
  ])('is found: %s', (_, value, place) => {
    expect(unstorableAt(value)).toBe(place)
  })

  it('is what lies too deep to be read through', () => {
    let deep: Json = 'x'
    for (let i = 0; i < 100_000; i++) deep = { a: deep }
    expect(unstorableAt(deep)).toMatch(/^(\/a)+$/)
  })

  it('is nothing that has one canonical text', () => {
    fc.assert(fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
      if (unstorableAt(value as Json) !== undefined) return
      expect(JSON.parse(canonicalJson(value as CanonicalValue))).toEqual(
        JSON.parse(JSON.stringify(value)),
      )
    }))
  })
})
