import { parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { collapsedExecutor } from '../../../../gateway/execute/collapsed/collapsed.ts'
import { collapsed, federation, maskFor, testExecutor } from '../../../support/federation.ts'
import { shop } from '../../../support/shop.ts'

const REACHED: string[] = []

/**
 * A value without a key: what only the other subgraph has of it cannot be reached from `box`. A
 * composer refuses such a schema, but not all that lead there; so it is told of `box` afterwards.
 */
function stranded() {
  const { supergraph, targets } = federation({
    a: {
      typeDefs: `
        type Query { box: Box @shareable both: Box @shareable }
        type Box @shareable { a: Int next: Box }`,
      resolvers: { Query: { box: () => REACHED.push('box') } },
    },
    b: {
      typeDefs: `
        type Query { box: Box @shareable both: Box @shareable }
        type Box @shareable { a: Int b: Int next: Box }`,
    },
  })
  const alone = supergraph.replace('box: Box', 'box: Box @join__field(graph: A)')
  expect(alone).not.toBe(supergraph)
  return testExecutor(collapsedExecutor(alone, targets, maskFor([])))
}

describe('a document that asks for what cannot be reached', () => {
  it('is refused with the field and its place, before any resolver runs', () => {
    const { executor } = stranded()
    const document = parse('{\n  box {\n    b\n  }\n}')
    const [error, ...others] = validate(executor.schema, document, executor.rules)
    expect(others).toEqual([])
    expect(error!.toJSON()).toEqual({
      message: 'Box.b cannot be reached by this path.',
      locations: [{ line: 3, column: 5 }],
      extensions: { code: 'FIELD_UNREACHABLE' },
    })
    expect(REACHED).toEqual([])
  })

  it.each([
    '{ both { b } }',
    '{ both { a next { b } } }',
    '{ box { a next { a } } }',
  ])('is told from one that can: %s', (source) => expect(stranded().refusals(source)).toEqual([]))

  it.each([
    '{ box { ...F } } fragment F on Box { next { ...G } } fragment G on Box { b }',
    '{ box { next { ... { ... on Box { b } } } } }',
    'query A { both { b } } query B { box { x: b } }',
  ])(
    'is refused wherever that is written: %s',
    (source) => expect(stranded().refusals(source)).toContain('FIELD_UNREACHABLE'),
  )
})

describe('documents that are wrong anyway', () => {
  const { executor, refusals } = collapsed(shop())

  it.each([
    '{ nothing }',
    '{ goods { nothing { nothing } } }',
    '{ goods }',
    '{ goods { id { id } } }',
    '{ goods { ...Gone } }',
    '{ goods { ... on Gone { id } ... on Size { amount } } }',
    '{ a: goods { id } a: users { id } }',
    'fragment F on Good { id }',
    'type X { y: Int }',
  ])('are left to the standard’s rules: %s', (source) => {
    expect(validate(executor.schema, parse(source), executor.rules)).toEqual([])
    expect(refusals(source)).not.toEqual([])
  })

  it.each(['mutation { x }', 'subscription { x }'])('or to the execution: %s', (source) => {
    expect(validate(executor.schema, parse(source), executor.rules)).toEqual([])
  })

  it.each([
    '{ goods { ...F } } fragment F on Good { id ...F }',
    '{ users { ...F } } fragment F on User { reviews { author { ...F } } }',
    '{ users { ...F } } fragment F on User { ...G } fragment G on User { id ... { ...F } }',
  ])('may run in circles: %s', (source) => {
    expect(validate(executor.schema, parse(source), executor.rules)).toEqual([])
    expect(refusals(source).length).toBeGreaterThan(0)
  })
})

describe('a hostile document', () => {
  const { executor } = collapsed(shop())
  const codes = (source: string) =>
    validate(executor.schema, parse(source), executor.rules).map(({ extensions }) =>
      extensions.code
    )
  const REVIEWS = 'reviews { author {'

  it('of great depth is refused', () => {
    expect(codes(`{ users { ${REVIEWS.repeat(300)} id ${'} }'.repeat(300)} } }`)).toEqual([
      'DOCUMENT_TOO_COMPLEX',
    ])
  })

  it('of inline fragments in each other is refused', () => {
    expect(codes(`{ users { ${'... {'.repeat(900)} id ${'}'.repeat(900)} } }`)).toEqual([
      'DOCUMENT_TOO_COMPLEX',
    ])
  })

  it('of a long chain of fragments is refused', () => {
    const chain = Array.from({ length: 5000 }, (_, i) => `fragment F${i} on User { ...F${i + 1} }`)
    expect(codes(`{ users { ...F0 } } ${chain.join(' ')} fragment F5000 on User { id }`)).toEqual([
      'DOCUMENT_TOO_COMPLEX',
    ])
  })

  it('whose fragments combine without end is refused', () => {
    const names = Array.from({ length: 16 }, (_, i) => i)
    const fragments = Array.from({ length: 12 }, (_, level) =>
      names.map((i) => {
        const fields = names.map((alias) => {
          const next = names.filter((j) => ((i * 7 + alias * 5 + j * 3) % 4) < 2)
          const spreads = level === 11 ? 'id' : next.map((j) => `...F${level + 1}_${j}`).join(' ')
          return `a${alias}: reviews { author { ${spreads} id } }`
        })
        return `fragment F${level}_${i} on User { ${fields.join(' ')} }`
      }))
    expect(codes(`{ users { ...F0_0 ...F0_1 } } ${fragments.flat().join(' ')}`)).toEqual([
      'DOCUMENT_TOO_COMPLEX',
    ])
  })

  it('that is only wide is checked', () => {
    const fields = Array.from({ length: 5000 }, (_, i) => `f${i}: name`).join(' ')
    expect(codes(`{ users { ${fields} } }`)).toEqual([])
  })

  it('that repeats one fragment everywhere costs it once', () => {
    const levels = Array.from(
      { length: 60 },
      (_, i) =>
        `fragment F${i} on User { reviews { a: author { ...F${i + 1} } b: author { ...F${
          i + 1
        } } } }`,
    )
    expect(codes(`{ users { ...F0 } } ${levels.join(' ')} fragment F60 on User { name }`)).toEqual(
      [],
    )
  })
})
