import { parse, print } from 'graphql'
import { describe, expect, it } from 'vitest'
import { collapsedExecutor } from '../../../../gateway/execute/collapsed/collapsed.ts'
import { Provided } from '../../../../gateway/execute/collapsed/provided.ts'
import {
  mergedTypeOf,
  readFieldSet,
  readSupergraph,
} from '../../../../gateway/execute/collapsed/supergraph.ts'
import { federation, maskFor } from '../../../support/federation.ts'
import { shop } from '../../../support/shop.ts'

describe('a supergraph', () => {
  const { supergraph, targets } = federation(shop())
  const read = readSupergraph(supergraph)

  it('tells which subgraph has what, on which terms', () => {
    expect([...read.graphs.values()].toSorted()).toEqual([
      'catalog',
      'logistics',
      'people',
      'reviews',
    ])
    const book = read.types.get('Book')!
    expect(book.joins.filter(({ graph }) => graph === 'CATALOG').map(({ key }) => print(key!)))
      .toEqual(['{\n  id\n}', '{\n  isbn\n}'])
    expect(print(book.fields.get('postage')!.joins[0]!.requires!)).toContain('amount')
    expect(book.fields.get('isbn')!.joins).toContainEqual(
      expect.objectContaining({ graph: 'LOGISTICS', external: true }),
    )
    expect(read.types.get('Good')!.joins.find(({ graph }) => graph === 'REVIEWS'))
      .toMatchObject({ isInterfaceObject: true })
  })

  it('names the roots, also by other names', () => {
    expect(read.roots).toEqual({
      query: 'Query',
      mutation: 'Mutation',
      subscription: 'Subscription',
    })
    expect(readSupergraph(`${supergraph.replace('query: Query', 'query: Root')}`).roots.query)
      .toBe('Root')
  })

  it('that is none, or fits other subgraphs, is refused at start', () => {
    expect(() => readSupergraph('type Query { x: Int }')).toThrow('names no subgraph')
    expect(() => collapsedExecutor(supergraph, targets.slice(1), maskFor([]))).toThrow(
      `unknown subgraph ${targets[0]!.name}`,
    )
    const wrong = supergraph.replace('postage: Int!', 'postages: Int!')
    expect(() => collapsedExecutor(wrong, targets, maskFor([]))).toThrow(
      'logistics has no field Book.postages',
    )
  })

  it('with a field of an object type here and a union there takes the union', () => {
    const { types } = readSupergraph(`
      enum join__Graph { A @join__graph(name: "a") B @join__graph(name: "b") }
      type Query { x: [X!] @join__field(graph: A, type: "[X!]") @join__field(graph: B, type: "[U]") }
      type X { y: Int } union U = X`)
    expect(mergedTypeOf(types.get('Query')!.fields.get('x')!, { types })).toBe('U')
  })
})

describe('what a field provides', () => {
  const provided = new Provided([readFieldSet('a { b } ... on X { c a { d } } ... on Y { e }')!])
  const field = (type: string, name: string) =>
    provided.field(type, name, (condition) => condition === type)

  it('is what its selection names, through fragments that apply', () => {
    expect(field('X', 'c')).toEqual({ below: undefined })
    expect(field('X', 'e')).toBeNull()
    expect(field('Y', 'e')).not.toBeNull()
  })

  it('narrows below a field to all that is named there', () => {
    const below = field('X', 'a')!.below!
    expect(['b', 'd', 'e'].map((name) => below.field('Z', name, () => true) !== null)).toEqual([
      true,
      true,
      false,
    ])
    expect(field('X', 'a')!.below).toBe(below)
    expect(field('Y', 'a')!.below!.field('Z', 'd', () => true)).toBeNull()
  })
})

it('a field set is read as a selection', () => {
  expect(readFieldSet(undefined)).toBeUndefined()
  expect(print(readFieldSet('a(b: 1) { c }')!)).toBe(print(parse('{ a(b: 1) { c } }')).trim())
})
