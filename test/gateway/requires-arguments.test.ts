import { buildSubgraphSchema } from '@apollo/subgraph'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { composeAll } from '../../gateway/compose.ts'
import { requiresArguments } from '../../gateway/requires-arguments.ts'

const LINK = (imports: string) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [${imports}])\n`
const prices = `${LINK('"@key", "@tag"')}
  type Query { product(id: ID!): Product @tag(name: "partner") }
  type Product @key(fields: "id") {
    id: ID! @tag(name: "partner")
    weight: Int
    price(currency: String): Int
  }`
const shipping = (requires: string) =>
  `${LINK('"@key", "@external", "@requires"')}
  type Product @key(fields: "id") {
    id: ID!
    weight: Int @external
    price(currency: String): Int @external
    shipping: Int ${requires}
  }`
const subgraph = (name: string, sdl: string) => ({
  name,
  schema: () => buildSubgraphSchema([{ typeDefs: parse(sdl) }]),
})

describe('composition', () => {
  it('fails at arguments inside @requires, and names the place', () => {
    const required = shipping('@requires(fields: "weight price(currency: \\"USD\\")")')
    expect(() => composeAll([subgraph('prices', prices), subgraph('shipping', required)])).toThrow(
      '@requires must not pass arguments: shipping: Product.shipping: price(…)',
    )
  })

  it('takes a field with arguments without them', () => {
    const required = shipping('@requires(fields: "weight price")')
    const composed = composeAll([subgraph('prices', prices), subgraph('shipping', required)])
    expect(composed['supergraph.graphql']).toContain('requires: "weight price"')
  })

  it('sees them at any depth, under the directive’s full name, and on extensions', () => {
    const nested =
      '@federation__requires(fields: "category { ... on C { tax(of: 1) } } a { b(c: 2) }")'
    expect(requiresArguments(`extend type P { x: Int ${nested} }`)).toEqual([
      'P.x: tax(…)',
      'P.x: b(…)',
    ])
    expect(requiresArguments(`interface I { x: Int @requires(fields: "y(z: 1)") }`)).toEqual([
      'I.x: y(…)',
    ])
  })
})
