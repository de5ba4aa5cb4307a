import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { at, type Json, setAt, textAt } from '../../subgraphs/orders/pointer.ts'
import { escapeSegment } from '../../subgraphs/orders/text.ts'

const name = fc.oneof(
  fc.constantFrom('__proto__', 'constructor', 'toString', '', 'a/b', '~1', '~', '0'),
  fc.string({ maxLength: 5 }),
)
const path = fc.array(name, { minLength: 1, maxLength: 4 })
const pointerOf = (names: readonly string[]) => names.map((n) => `/${escapeSegment(n)}`).join('')

describe('a value by pointer', () => {
  it('is found where it was set, whatever the names', () => {
    fc.assert(fc.property(path, fc.string(), (names, value) => {
      const form: Record<string, Json> = {}
      setAt(form, pointerOf(names), value)
      expect(at(form, pointerOf(names))).toBe(value)
      expect(textAt(form, pointerOf(names))).toBe(value)
    }))
  })

  it('reaches no prototype', () => {
    const form: Record<string, Json> = {}
    setAt(form, '/__proto__/polluted', 'yes')
    setAt(form, '/constructor/prototype/polluted', 'yes')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(Object.keys(form)).toEqual(['__proto__', 'constructor'])
  })

  it('is found as RFC 6901 has it', () => {
    // Section 5 of the RFC.
    const document = JSON.parse(
      '{"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\\\j":5,"k\\"l":6," ":7,"m~n":8}',
    )
    expect(at(document, '')).toBe(document)
    expect(at(document, '/foo')).toEqual(['bar', 'baz'])
    expect(at(document, '/foo/0')).toBe('bar')
    const names = ['/', '/a~1b', '/c%d', '/e^f', '/g|h', '/i\\j', '/k"l', '/ ', '/m~0n']
    expect(names.map((pointer) => at(document, pointer))).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8])
  })

  it.each(['/a/b', '/toString', '/text/length', '/none'])('is nothing at %s', (pointer) => {
    expect(at({ a: null, text: 'abc' }, pointer)).toBeUndefined()
    expect(textAt({ a: null, text: 'abc' }, pointer)).toBe('')
  })

  it('leaves what was set beside it', () => {
    const form: Record<string, Json> = {}
    setAt(form, '/payee/name', 'ann')
    setAt(form, '/payee/account', '1')
    expect(form).toEqual({ payee: { name: 'ann', account: '1' } })
  })
})
