import fc from 'fast-check'
import { Kind, Lexer, parse, Source, TokenKind } from 'graphql'
import { describe, expect, it } from 'vitest'
import { DEFAULT_FRONT_DOOR, type DocumentLimits } from '../../../gateway/door/config.ts'
import { documentCache } from '../../../gateway/door/document/documents.ts'
import { factsOf, operationOf } from '../../../gateway/door/document/facts.ts'
import { countFieldPairs } from '../../../gateway/door/document/pairs.ts'
import { screenDocument } from '../../../gateway/door/document/screen.ts'
import { granted, refusal } from '../../support/rig.ts'

const LIMITS = DEFAULT_FRONT_DOOR.document
const NONE: DocumentLimits = {
  ...LIMITS,
  chars: 1e9,
  tokens: 1e9,
  nesting: 1e9,
  spreads: 1e9,
  fields: 1e9,
  depth: 1e9,
  aliases: 1e9,
  rootFields: 1e9,
  fieldPairs: 1e9,
}
const facts = (text: string, limits: Partial<DocumentLimits> = {}) =>
  factsOf(parse(text), { ...NONE, ...limits })
const code = (text: string, limits: Partial<DocumentLimits>) => {
  const found = facts(text, limits)
  return found.ok ? 'ok' : found.code
}

describe('the look at a text', () => {
  it.each([
    '{ a }',
    '{a(b:"c\\"d" e:"""x \\""" {{{ """){...F}}fragment F on T{g @h(i:[1,-2.5e+3,$j])}',
    '# { { {\n{ a } # }\r{ b }',
    '\ufeff query Q($a: [Int!]! = [1]) { b(c: $a) | & ! }',
    'query { a(b: """\nblock " and "" inside\n""") }',
  ])('counts the tokens of %j as the lexer does', (text) => {
    const lexer = new Lexer(new Source(text))
    let tokens = 0
    while (lexer.advance().kind !== TokenKind.EOF) tokens += 1
    const fits = (limit: number) => screenDocument(text, { ...NONE, tokens: limit }).ok
    expect(fits(tokens)).toBe(true)
    expect(fits(tokens - 1)).toBe(false)
  })

  it('counts brackets outside of strings and comments', () => {
    const fits = (text: string, nesting: number) => screenDocument(text, { ...NONE, nesting }).ok
    expect(fits('{a(b:[{c:"((((("}]) # {{{{{\n}', 4)).toBe(true)
    expect(fits('{a(b:[{c:1}])}', 3)).toBe(false)
    expect(fits('{a}{a}{a}{a}', 1)).toBe(true)
  })

  it('goes over any text, whatever it is', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(screenDocument(text, LIMITS)).toBeDefined()
    }))
    for (const text of ['"', '"""', '"\\', '{"\\"', '...', '.', '#']) {
      expect(screenDocument(text, LIMITS).ok).toBe(true)
    }
  })

  it('is over at the limit of length, however few its tokens', () => {
    const text = `{ ${'a'.repeat(100)} }`
    expect(refusal(screenDocument(text, { ...NONE, chars: 50 }))).toBe('DOCUMENT_TOO_LARGE')
  })
})

describe('what there is to know of a document', () => {
  it('counts fragments wherever they are spread', () => {
    const { operations } = granted(facts(`
      { a: x { ...F } ...R }
      fragment F on T { b: y { ...G } ... on U { z } }
      fragment G on T { one two { three } }
      fragment R on Query { r s: t { ...F } }
    `))
    expect(operations[0]).toMatchObject({
      depth: 4,
      fields: 3 + 2 * (2 + 3),
      aliases: 2 + 2,
      spreads: 3 + 2,
      rootFields: 3,
    })
  })

  it('stays a number when fragments double, and takes no time for it', () => {
    const chain = Array.from(
      { length: 40 },
      (_, i) => `fragment F${i} on T { a${i}: x { ...F${i + 1} } b${i}: x { ...F${i + 1} } }`,
    )
    const text = `{ ...F0 } ${chain.join(' ')} fragment F40 on T { leaf }`
    expect(code(text, { fields: 1e6, fieldPairs: 100 })).toBe('DOCUMENT_TOO_COMPLEX')
  })

  it.each([
    ['{ ...F } fragment F on T { ...F }'],
    ['{ ...F } fragment F on T { a { ...G } } fragment G on T { b { ... { ...F } } }'],
    ['{ a } fragment F on T { ...F }'],
  ])('refuses fragments that go round: %s', (text) => {
    expect(code(text, {})).toBe('FRAGMENT_CYCLE')
  })

  it.each<[string, Partial<DocumentLimits>, string]>([
    ['{ a { b { c } } }', { depth: 2 }, 'DOCUMENT_TOO_DEEP'],
    ['{ a { b { c } } }', { depth: 3 }, 'ok'],
    ['{ ...F } fragment F on T { a { b } }', { depth: 1 }, 'DOCUMENT_TOO_DEEP'],
    ['{ a b c }', { rootFields: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a ...F } fragment F on T { b c }', { rootFields: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a { x: b y: c } }', { aliases: 1 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a { b c d } }', { fields: 3 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a } fragment F on T { b c d e }', { fields: 3 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ ...F ...F ...F } fragment F on T { a }', { spreads: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['query A { a } query B { b }', { operations: 1 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a } fragment F on T { a } fragment G on T { a }', { fragments: 1 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a @x @y @z }', { directives: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a { ... @x @y @z { b } } }', { directives: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ ...F @x @y @z } fragment F on T { a }', { directives: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['query @x @y @z { a }', { directives: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['query ($a: Int @x @y @z) { a }', { directives: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a } fragment F on T @x @y @z { a }', { directives: 2 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a @x @y b @x @y }', { directives: 2 }, 'ok'],
    ['{ a a a a }', { fieldPairs: 5 }, 'DOCUMENT_TOO_COMPLEX'],
    ['{ a a a a }', { fieldPairs: 6 }, 'ok'],
  ])('%s within %j: %s', (text, limits, expected) => {
    expect(code(text, limits)).toBe(expected)
  })

  it('tells introspection, and answers that come in parts', () => {
    expect(granted(facts('{ a { x: __type(name: "T") { name } } }')).introspects).toBe(true)
    expect(granted(facts('{ ...F } fragment F on T { __schema { a } }')).introspects).toBe(true)
    expect(granted(facts('{ __typename }')).introspects).toBe(false)
    expect(granted(facts('{ ... @defer { a } }')).operations[0]!.streams).toBe(true)
    expect(granted(facts('{ a @stream }')).operations[0]!.streams).toBe(true)
    expect(granted(facts('{ a @include(if: true) }')).operations[0]!.streams).toBe(false)
  })

  it('knows which operation a request means', () => {
    const two = granted(facts('query A { a } query B { b }'))
    expect(operationOf(two, 'B')?.name).toBe('B')
    expect(operationOf(two, 'C')).toBeUndefined()
    expect(operationOf(two, undefined)).toBeUndefined()
    expect(operationOf(granted(facts('{ a }')), undefined)?.name).toBeUndefined()
  })
})

describe('pairs of fields that must merge', () => {
  const pairs = (text: string, fieldPairs = 1e9) => {
    const document = parse(text)
    const fragments = new Map(
      document.definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION)
        .map((node) => [node.name.value, node]),
    )
    return countFieldPairs(document, fragments, { fieldPairs })
  }

  it.each([
    ['{ a b c }', 0],
    ['{ a a }', 1],
    ['{ a: x a: y }', 1],
    ['{ a { b } a { b } }', 2],
    ['{ a { b b } a { b } }', 1 + 2 + 1],
    ['{ a ...F } fragment F on T { a }', 1],
    ['{ ...F ...F } fragment F on T { a }', 0],
    ['{ a { ... on U { b } b } }', 1],
  ])('%s has %i', (text, expected) => {
    expect(pairs(text)).toBe(expected)
  })

  it('are not counted further than the limit', () => {
    let set = 'id'
    for (let level = 0; level < 11; level++) set = `a { ${set} } a { ${set} }`
    expect(pairs(`{ ${set} }`, 1_000)).toBe(1_001)
  })
})

describe('the documents that a process knows', () => {
  const cache = (documents: number, chars = 1e6) => documentCache(LIMITS, { documents, chars })

  it('are parsed once', () => {
    const documents = cache(10)
    const first = granted(documents.get('{ a }'))
    expect(granted(documents.get('{ a }')).document).toBe(first.document)
    expect(granted(documents.get('{ b }')).document).not.toBe(first.document)
  })

  it('go when others came since, by number and by length, unless they are kept', () => {
    for (const documents of [cache(4), cache(1_000, 40)]) {
      const kept = granted(documents.keep('{ kept }')).document
      const first = granted(documents.get('{ first }')).document
      for (let i = 0; i < 20; i++) documents.get(`{ other${i} }`)
      expect(granted(documents.get('{ first }')).document).not.toBe(first)
      expect(granted(documents.get('{ kept }')).document).toBe(kept)
    }
  })

  it('stay while they are used', () => {
    const documents = cache(4)
    const first = granted(documents.get('{ first }')).document
    for (let i = 0; i < 20; i++) {
      documents.get(`{ other${i} }`)
      expect(granted(documents.get('{ first }')).document).toBe(first)
    }
  })

  it('are refused anew each time, and what is no document is thrown', () => {
    const documents = cache(10)
    const deep = '{a'.repeat(100)
    for (let i = 0; i < 2; i++) {
      expect(refusal(documents.get(deep))).toBe('DOCUMENT_TOO_DEEP')
      expect(() => documents.get('{ a')).toThrow('Syntax Error')
    }
  })
})
