import { buildSchema, type GraphQLObjectType, isObjectType, validateSchema } from 'graphql'
import { composeServices } from '@theguild/federation-composition'
import { parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import { composeAll } from '../../../gateway/compose.ts'
import { contractSupergraph, publicSdl } from '../../../gateway/contract/contract.ts'

const LINK = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag", "@shareable"])\n`

function supergraphOf(...subgraphs: string[]): string {
  const composed = composeServices(
    subgraphs.map((sdl, i) => ({ name: `s${i}`, url: `local:s${i}`, typeDefs: parse(LINK + sdl) })),
  )
  if (!composed.supergraphSdl) throw new Error(JSON.stringify(composed.errors))
  return composed.supergraphSdl
}

function contractOf(...subgraphs: string[]) {
  return buildSchema(publicSdl(contractSupergraph(supergraphOf(...subgraphs), 'partner')))
}

const fieldNames = (type: unknown) =>
  isObjectType(type as GraphQLObjectType)
    ? Object.keys((type as GraphQLObjectType).getFields())
    : undefined

describe('a contract', () => {
  it('shows the fields that are tagged and nothing else of their types', () => {
    const schema = contractOf(`
      type Query { order(serial: ID!): Order @tag(name: "partner") secret: String }
      type Order @key(fields: "serial") { serial: ID! @tag(name: "partner") margin: Int }`)
    expect(fieldNames(schema.getQueryType())).toEqual(['order'])
    expect(fieldNames(schema.getType('Order'))).toEqual(['serial'])
  })

  it('shows a tagged type whole, in all subgraphs', () => {
    const schema = contractOf(
      `type Query { a: Order @tag(name: "partner") }
       type Order @key(fields: "id") @tag(name: "partner") { id: ID! sum: Int }`,
      `type Order @key(fields: "id") { id: ID! @tag(name: "partner") paid: Int hidden: Int }`,
    )
    expect(fieldNames(schema.getType('Order'))).toContain('sum')
  })

  it('brings along the inputs and enums that its fields take, and no others', () => {
    const schema = contractOf(`
      type Query {
        orders(filter: Filter, state: State): Int @tag(name: "partner")
        staff(filter: StaffFilter): Int
      }
      input Filter { inner: Inner } input Inner { state: State } input StaffFilter { x: Int }
      enum State { OPEN } enum StaffState { X }`)
    for (const name of ['Filter', 'Inner', 'State']) expect(schema.getType(name)).toBeDefined()
    for (const name of ['StaffFilter', 'StaffState']) expect(schema.getType(name)).toBeUndefined()
  })

  it('shows of a union the members of which something is shown', () => {
    const schema = contractOf(`
      type Query { result: Result @tag(name: "partner") }
      union Result = Done | Secret
      type Done @tag(name: "partner") { id: ID }
      type Secret { id: ID }`)
    expect(schema.getPossibleTypes(schema.getType('Result') as never).map(String)).toEqual(['Done'])
    expect(schema.getType('Secret')).toBeUndefined()
  })

  it('does without mutations when none is tagged', () => {
    const schema = contractOf(`
      type Query { a: Int @tag(name: "partner") }
      type Mutation { pay: Int }`)
    expect(schema.getMutationType()).toBeUndefined()
  })

  it('is refused when a tagged field leads to nothing, naming the field', () => {
    expect(() =>
      contractOf('type Query { order: Order @tag(name: "partner") } type Order { id: ID }')
    ).toThrow('Query.order is tagged partner, but nothing of Order is')
  })

  it('is refused when nothing is tagged', () => {
    expect(() => contractOf('type Query { a: Int }')).toThrow('nothing of Query is tagged partner')
  })
})

describe('the partners’ contract of the whole schema', () => {
  const partner = buildSchema(composeAll()['partner.graphql']!)

  it('is a valid schema', () => {
    expect(validateSchema(partner)).toEqual([])
  })

  it('tells nothing of the books, of who decides, or above which amounts', () => {
    const order = fieldNames(partner.getType('BusinessOrder'))
    expect(order).toContain('payments')
    for (const name of ['vouchers', 'accountingEvents', 'suspense', 'approvals', 'timeline']) {
      expect(order).not.toContain(name)
    }
    expect(fieldNames(partner.getType('OrderType'))).not.toContain('steps')
    for (const name of ['Voucher', 'Entry', 'Account', 'PostingRule', 'ApprovalTask']) {
      expect(partner.getType(name)).toBeUndefined()
    }
  })

  it('keeps every directive of ours to itself', () => {
    expect(composeAll()['partner.graphql']).not.toMatch(/@(tag|join|link|inaccessible|requires)/)
  })
})
