import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  checkMapping,
  type Mapping,
  mapRow,
  missingColumns,
} from '../../../subgraphs/orders/import/mapping.ts'
import { granted, refusal } from '../../support/rig.ts'

const BODY = {
  source: 'spending',
  key: ['No', 'Line'],
  fields: {
    '/kind': { column: 'Amount', as: 'sign', positive: 'INVOICE', negative: 'CREDIT_NOTE' },
    '/amount': { column: 'Amount', as: 'magnitude' },
    '/currency': { value: 'GBP' },
    '/payee/name': { column: 'Payee' },
    '/purpose': { columns: ['Account', 'No'] },
    '/expenseCategory': { column: 'Account', as: 'lookup', table: 'accounts' },
  },
  tables: { accounts: { 'Travel & Fares': 'travel' } },
}
const HEADER = ['No', 'Line', 'Amount', 'Payee', 'Account']
const mapping = granted(checkMapping(BODY))
const map = (...row: string[]) => mapRow(mapping, HEADER, row)

describe('a row', () => {
  it('fills the form', () => {
    expect(map('P1', '2', '12.50', ' Acme ', 'TRAVEL  &  ＦＡＲＥＳ')).toEqual({
      ok: true,
      value: {
        key: 'P1/2',
        form: {
          kind: 'INVOICE',
          amount: '12.50',
          currency: 'GBP',
          payee: { name: 'Acme' },
          purpose: 'TRAVEL  &  ＦＡＲＥＳ P1',
          expenseCategory: 'travel',
        },
      },
    })
  })

  it('of a negative amount is a credit note over its magnitude', () => {
    expect(granted(map('P1', '2', '-12.50', 'A', 'x')).form).toMatchObject({
      kind: 'CREDIT_NOTE',
      amount: '12.50',
    })
  })

  it.each(['lunch', 'constructor', '__proto__', 'toString', ''])(
    'leaves out what its table does not know: %j',
    (account) => {
      expect(granted(map('P1', '2', '1', 'A', account)).form).not.toHaveProperty('expenseCategory')
    },
  )

  it.each(['', '1,234.50', '(5.00)', '1e3', '+5', '5.', '.5', '£5', '1 000', 'NaN'])(
    'is refused with the amount %j',
    (amount) => {
      expect(refusal(map('P1', '2', amount, 'A', 'x'))).toMatch(
        /^AMOUNT_MALFORMED \/(kind|amount)$/,
      )
    },
  )

  it('is refused with more or fewer columns than the header', () => {
    expect(refusal(map('P1', '2', '1', 'A'))).toBe('COLUMN_COUNT')
    expect(refusal(map('P1', '2', '1', 'A', 'x', 'y'))).toBe('COLUMN_COUNT')
  })

  it('is refused without a key', () => {
    expect(refusal(map(' ', '', '1', 'A', 'x'))).toBe('ROW_KEY_MISSING')
    expect(map('', '2', '1', 'A', 'x').ok).toBe(true)
  })

  it('has a key that fits an idempotency key, and another for each other identity', () => {
    const part = fc.oneof(
      fc.constantFrom('a', 'a/b', 'b', '/', '', '金', 'a b', 'x'.repeat(90)),
      fc.string({ maxLength: 4 }),
    ).map((text) => text.trim())
    const identity = fc.tuple(part, part)
    // Two ways to cut one text, which a plain separator would make the same.
    const cuts = fc.tuple(fc.array(part, { minLength: 2, maxLength: 4 }), fc.nat(), fc.nat())
      .map(([parts, one, two]) =>
        [one, two].map((at): [string, string] => {
          const cut = 1 + at % (parts.length - 1)
          return [parts.slice(0, cut).join('/').trim(), parts.slice(cut).join('/').trim()]
        })
      )
    const pairs = fc.oneof(fc.tuple(identity, identity), cuts)
      .filter((pair) => pair.every((parts) => parts.join('') !== ''))
    fc.assert(
      fc.property(pairs, ([one, two]) => {
        const keys = [one!, two!].map(([a, b]) => granted(map(a, b, '1', 'A', 'x')).key)
        for (const key of keys) expect(key).toMatch(/^[\x21-\x7e]{1,80}$/)
        expect(keys[0] === keys[1]).toBe(one![0] === two![0] && one![1] === two![1])
      }),
      { numRuns: 2000 },
    )
  })
})

describe('a mapping', () => {
  it('names the columns that a file lacks, each once', () => {
    expect(missingColumns(mapping, ['No', 'Payee'])).toEqual(['Line', 'Amount', 'Account'])
    expect(missingColumns(mapping, HEADER)).toEqual([])
  })

  it('has defaults for what a plain file has', () => {
    expect(mapping).toMatchObject({ encoding: 'utf-8', delimiter: ',' })
  })

  it('may name any property without reaching a prototype', () => {
    const fields = { '/__proto__/polluted': { value: 'yes' } }
    const odd = granted(checkMapping({ ...BODY, fields }))
    const { form } = granted(mapRow(odd, HEADER, ['1', '1', '1', 'A', 'x']))
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
    expect(JSON.stringify(form)).toBe('{"__proto__":{"polluted":"yes"}}')
  })

  const field = (source: unknown) => ({ ...BODY, fields: { '/a': source } })
  it.each<[string, unknown]>([
    ['', null],
    ['', 'text'],
    ['/source', { ...BODY, source: 'A B' }],
    ['/encoding', { ...BODY, encoding: 'utf-16le' }],
    ['/encoding', { ...BODY, encoding: 'klingon' }],
    ['/delimiter', { ...BODY, delimiter: '"' }],
    ['/delimiter', { ...BODY, delimiter: ';;' }],
    ['/delimiter', { ...BODY, delimiter: '\n' }],
    ['/key', { ...BODY, key: [] }],
    ['/key', { ...BODY, key: 'No' }],
    ['/fields', { ...BODY, fields: null }],
    ['/tables', { ...BODY, tables: null }],
    ['/tables/accounts', { ...BODY, tables: { accounts: null } }],
    ['/tables/accounts', { ...BODY, tables: { accounts: { a: 1 } } }],
    ['/fields/amount', { ...BODY, fields: { amount: { value: 'x' } } }],
    ['/fields/~1a', field(null)],
    ['/fields/~1a', field({})],
    ['/fields/~1a', field({ value: 1 })],
    ['/fields/~1a', field({ column: 1 })],
    ['/fields/~1a', field({ columns: 'No' })],
    ['/fields/~1a', field({ column: 'No', as: 'number' })],
    ['/fields/~1a', field({ column: 'No', as: 'sign', positive: 'x' })],
    ['/fields/~1a', field({ column: 'No', as: 'lookup' })],
    ['/fields/~1a', field({ column: 'No', as: 'lookup', table: 'none' })],
    ['/fields/~1a', field({ column: 'No', as: 'lookup', table: 'constructor' })],
    ['/fields/~1a', { ...BODY, fields: { '/a/b': { value: 'x' }, '/a': { value: 'y' } } }],
    ['/fields/~1a/value', field({ value: 'x\0' })],
  ])('is refused at %j', (place, body) => {
    expect(refusal(checkMapping(body))).toBe(`MAPPING_MALFORMED ${place}`)
  })

  it('that is accepted maps or refuses any row, and any mapping is accepted or refused', () => {
    const name = fc.constantFrom('/a', '/a/b', '/b', 'a', '/__proto__', '')
    const source = fc.oneof(
      fc.record({ value: fc.jsonValue() }),
      fc.record({
        column: fc.constantFrom('No', 'Amount', 7),
        as: fc.constantFrom('text', 'magnitude', 'sign', 'lookup', 'other'),
        table: fc.constantFrom('accounts', 'none'),
        positive: fc.constantFrom('p', 7),
        negative: fc.constant('n'),
      }, { requiredKeys: ['column'] }),
      fc.record({ columns: fc.constantFrom(['No', 'Payee'], [], 'No') }),
      fc.jsonValue(),
    )
    let mapped = 0
    fc.assert(
      fc.property(
        fc.dictionary(name, source, { maxKeys: 3 }),
        fc.array(fc.string(), { minLength: 5, maxLength: 5 }),
        (fields, row) => {
          const checked = checkMapping({ ...BODY, fields })
          if (!checked.ok) return
          mapped += 1
          const result = mapRow(checked.value as Mapping, HEADER, row)
          if (result.ok) JSON.stringify(result.value.form)
        },
      ),
      { numRuns: 3000 },
    )
    expect(mapped).toBeGreaterThan(100)
  })
})
