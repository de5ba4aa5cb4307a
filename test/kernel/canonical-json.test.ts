import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { canonicalJson, type CanonicalValue } from '../../subgraphs/kernel/canonical-json.ts'

const text = fc.string({ unit: 'grapheme' })
const value = fc.letrec<{ value: CanonicalValue }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    text,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(text, tie('value'), { maxKeys: 5 }),
  ),
})).value

describe('canonicalJson', () => {
  it('writes the example of RFC 8785, 3.2.2', () => {
    expect(canonicalJson({
      numbers: [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\"\/',
      literals: [null, true, false],
    })).toBe(
      '{"literals":[null,true,false],' +
        '"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],' +
        '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  it('sorts names by UTF-16 code unit as RFC 8785, 3.2.3 does', () => {
    const sorted = canonicalJson({
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\u{1f600}': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    })
    expect(Object.values(JSON.parse(sorted))).toHaveLength(7)
    expect(sorted.match(/"[^"]*"(?=[,}])/g)).toEqual([
      '"Carriage Return"',
      '"One"',
      '"Control"',
      '"Latin Small Letter O With Diaeresis"',
      '"Euro Sign"',
      '"Emoji: Grinning Face"',
      '"Hebrew Letter Dalet With Dagesh"',
    ])
  })

  it.each<[number, string]>([
    [-0, '0'],
    [5e-324, '5e-324'],
    [1.7976931348623157e308, '1.7976931348623157e+308'],
    [9007199254740992, '9007199254740992'],
    [295147905179352830000, '295147905179352830000'],
    [9.999999999999997e22, '9.999999999999997e+22'],
    [1e23, '1e+23'],
    [333333333.33333325, '333333333.33333325'],
    [-0.0000033333333333333333, '-0.0000033333333333333333'],
  ])('writes the number %s of RFC 8785, appendix B, as %s', (number, expected) => {
    expect(canonicalJson(number)).toBe(expected)
  })

  it('does not depend on the order of the keys, at any depth', () => {
    const reversed = (value: CanonicalValue): CanonicalValue => {
      if (value === null || typeof value !== 'object') return value
      if (Array.isArray(value)) return value.map(reversed)
      return Object.fromEntries(
        Object.entries(value).reverse().map(([k, v]) => [k, reversed(v as CanonicalValue)]),
      )
    }
    fc.assert(fc.property(value, (value) => {
      expect(canonicalJson(reversed(value))).toBe(canonicalJson(value))
    }))
  })

  it('means what JSON means', () => {
    fc.assert(fc.property(value, (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)))
    }))
  })

  it('writes a bigint as text and leaves undefined properties out', () => {
    expect(canonicalJson({ b: 2n ** 63n - 1n, a: undefined })).toBe('{"b":"9223372036854775807"}')
  })

  it.each<[string, unknown]>([
    ['NaN', NaN],
    ['infinity', [Infinity]],
    ['a lone surrogate', '\ud800'],
    ['a lone surrogate in a name', { '\udc00': 1 }],
    ['a function', () => 1],
    ['undefined', undefined],
    ['undefined in a list', [undefined]],
    ['a hole in a list', [, 1]],
    ['a date', new Date(0)],
    ['bytes', new Uint8Array(2)],
    ['a map', new Map([[1, 2]])],
  ])('throws on %s', (_, value) => {
    expect(() => canonicalJson(value as CanonicalValue)).toThrow(TypeError)
  })
})
