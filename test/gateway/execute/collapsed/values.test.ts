import { buildSubgraphSchema } from '@apollo/subgraph'
import {
  GraphQLEnumType,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  parse,
  printSchema,
} from 'graphql'
import { describe, expect, it } from 'vitest'
import { collapsedExecutor } from '../../../../gateway/execute/collapsed/collapsed.ts'
import { sharedScalars } from '../../../../gateway/execute/collapsed/convert.ts'
import {
  collapsed,
  federation,
  maskFor,
  testExecutor,
  type TestSubgraph,
} from '../../../support/federation.ts'

/** Sides that two subgraphs keep as different values inside. */
function sided(subgraph: string, debit: unknown, credit: unknown): TestSubgraph {
  return {
    typeDefs: `
      enum Side { DEBIT CREDIT }
      input Filter { side: Side! sides: [Side!] and: Filter }
      type Query {
        ${subgraph}Echo(side: Side! = CREDIT, filter: Filter): String!
        ${subgraph}Entry: Entry
      }
      type Entry @key(fields: "id side") {
        id: ID!
        side: Side!
        ${subgraph}Sides: [[Side!]!]!
        ${subgraph}Bad: [Side]
      }`,
    resolvers: {
      Side: { DEBIT: debit, CREDIT: credit },
      Query: {
        [`${subgraph}Echo`]: (_: unknown, args: unknown) => JSON.stringify(args),
        [`${subgraph}Entry`]: () => ({ id: '1', side: debit }),
      },
      Entry: {
        __resolveReference: (key: { id: string; side: string }) => ({
          ...key,
          side: key.side === 'DEBIT' ? debit : credit,
          seen: key.side,
        }),
        [`${subgraph}Sides`]: ({ side }: { side: unknown }) => [[side], Promise.resolve([credit])],
        [`${subgraph}Bad`]: () => [debit, 'neither'],
      },
    },
  }
}

describe('enum values that a subgraph keeps otherwise inside', () => {
  const { ask } = collapsed({ a: sided('a', 1, -1), b: sided('b', 'D', 'C') })

  it('leave it by name, at any depth, also inside keys', async () => {
    expect((await ask('{ aEntry { side aSides bSides } bEntry { aSides } }')).data).toEqual({
      aEntry: {
        side: 'DEBIT',
        aSides: [['DEBIT'], ['CREDIT']],
        bSides: [['DEBIT'], ['CREDIT']],
      },
      bEntry: { aSides: [['DEBIT'], ['CREDIT']] },
    })
  })

  it('enter it as it keeps them: arguments, defaults, inputs that hold themselves', async () => {
    const echo = async (args: string, variables = {}) =>
      JSON.parse(
        (await ask(`query ($s: Side = DEBIT) { aEcho${args} x: aEcho(side: $s) }`, variables)).data
          .aEcho,
      )
    expect(await echo('')).toEqual({ side: -1 })
    expect(await echo('(side: DEBIT)')).toEqual({ side: 1 })
    expect(
      await echo('(side: $s, filter: { side: $s, sides: [DEBIT, CREDIT], and: { side: DEBIT } })', {
        s: 'CREDIT',
      }),
    ).toEqual({ side: -1, filter: { side: -1, sides: [1, -1], and: { side: 1 } } })
  })

  it('that it does not know are one error, at their place', async () => {
    const { data, errors } = await ask('{ aEntry { aBad } }')
    expect(data).toEqual({ aEntry: { aBad: ['DEBIT', null] } })
    expect(errors).toMatchObject([{ path: ['aEntry', 'aBad', 1] }])
  })
})

describe('arguments that clients do not see', () => {
  it('take the default of their subgraph', async () => {
    const { ask, refusals } = collapsed({
      a: {
        typeDefs: `
          input Page { first: Int = 5 secret: Int = 7 @inaccessible }
          type Query { echo(page: Page, limit: Int = 9 @inaccessible): String! }`,
        resolvers: { Query: { echo: (_: unknown, args: unknown) => JSON.stringify(args) } },
      },
    })
    expect((await ask('{ echo(page: { first: 1 }) }')).data).toEqual({
      echo: '{"page":{"first":1,"secret":7},"limit":9}',
    })
    expect(refusals('{ echo(limit: 1) }')).toHaveLength(1)
  })
})

describe('custom scalars', () => {
  /** A subgraph with its own way to keep dates. */
  function dated(name: string, scalar: GraphQLScalarType): GraphQLSchema {
    const typeDefs = `
      scalar Date
      type Query { ${name}Day(of: Date!): Date! ${name}Days: [Date]! }`
    const schema = buildSubgraphSchema({ typeDefs: parse(typeDefs) })
    Object.assign(schema.getType('Date')!, {
      serialize: scalar.serialize,
      parseValue: scalar.parseValue,
      parseLiteral: scalar.parseLiteral,
    })
    const fields = schema.getQueryType()!.getFields()
    fields[`${name}Day`]!.resolve = (_, { of }) => of
    fields[`${name}Days`]!.resolve = () => [scalar.parseValue('2026-11-23'), 'no day']
    return schema
  }
  const dates = (parse: (text: string) => unknown, serialize: (value: unknown) => string) =>
    new GraphQLScalarType({
      name: 'Date',
      parseValue: (value) => {
        if (!/^\d{4}-\d\d-\d\d$/.test(String(value))) throw new Error(`${value} is no date`)
        return parse(String(value))
      },
      serialize,
    })
  const asDate = dates(
    (text) => new Date(text),
    (value) => (value as Date).toISOString().slice(0, 10),
  )
  const asNumber = dates((text) => Number(text.replaceAll('-', '')), (value) => {
    if (typeof value !== 'number') throw new Error('no number')
    return String(value).replace(/(....)(..)(..)/, '$1-$2-$3')
  })
  const part = (name: string) => ({
    typeDefs: `scalar Date type Query { ${name}Day(of: Date!): Date! ${name}Days: [Date]! }`,
  })

  it('pass each border in that subgraph’s own form', async () => {
    const { supergraph, targets } = federation({ a: part('a'), b: part('b') })
    const schemas = { a: dated('a', asDate), b: dated('b', asNumber) }
    const executor = collapsedExecutor(
      supergraph,
      targets.map((target) => ({ ...target, schema: schemas[target.name as 'a' | 'b'] })),
      maskFor([]),
    )
    const { ask, refusals } = testExecutor(executor)
    const query = `query ($of: Date!) {
      aDay(of: $of) bDay(of: $of) literal: bDay(of: "2026-11-24") bDays
    }`
    const { data, errors } = await ask(query, { of: '2026-11-23' })
    expect(data).toEqual({
      aDay: '2026-11-23',
      bDay: '2026-11-23',
      literal: '2026-11-24',
      bDays: ['2026-11-23', null],
    })
    expect(errors).toMatchObject([{ path: ['bDays', 1] }])
    expect(refusals('{ aDay(of: "yesterday") }')).toHaveLength(1)
    expect((await ask(query, { of: 'x' })).errors![0]!.message).toContain('x is no date')
  })

  it('that all subgraphs implement by the same functions are not converted', () => {
    const one = dated('a', asDate)
    expect(sharedScalars([one, dated('b', asDate)], ['Date']).get('Date')).toHaveLength(1)
    expect(sharedScalars([one, dated('b', asNumber)], ['Date']).get('Date')).toHaveLength(2)
    expect(sharedScalars([one], ['Other']).get('Other')).toEqual([])
  })
})

it('values that one subgraph is given cannot be changed by another', async () => {
  const held = { list: [1] }
  const { ask } = collapsed({
    a: {
      typeDefs: `scalar JSON type Query { x: X } type X @key(fields: "id") { id: ID! json: JSON! }`,
      resolvers: { Query: { x: () => ({ id: '1', json: held }) } },
    },
    b: {
      typeDefs: `scalar JSON type X @key(fields: "id") {
        id: ID! json: JSON! @external size: Int! @requires(fields: "json")
      }`,
      resolvers: { X: { size: ({ json }: { json: typeof held }) => json.list.push(2) } },
    },
  })
  expect((await ask('{ x { size json } }')).data).toEqual({ x: { size: 2, json: { list: [1] } } })
  expect(held).toEqual({ list: [1] })
})

it('a subgraph built in code tells types by asking each', async () => {
  const shape = (name: string, is: (value: unknown) => boolean) =>
    new GraphQLObjectType({
      name,
      fields: {
        size: {
          type: new GraphQLNonNull(
            new GraphQLEnumType({ name: `${name}Size`, values: { ONE: { value: 1 } } }),
          ),
        },
      },
      isTypeOf: (value) => Promise.resolve(is(value)),
    })
  const round = shape('Round', (value) => (value as { r?: number }).r !== undefined)
  const flat = shape('Flat', (value) => (value as { r?: number }).r === undefined)
  const typeDefs = `
    type Query { shapes: [Shape!]! }
    union Shape = Round | Flat
    type Round { size: RoundSize! } enum RoundSize { ONE }
    type Flat { size: FlatSize! } enum FlatSize { ONE }`
  const { supergraph, targets } = federation({ a: { typeDefs } })
  const built = buildSubgraphSchema({ typeDefs: parse(typeDefs) })
  for (const [own, type] of [['Round', round], ['Flat', flat]] as const) {
    const target = built.getType(own) as GraphQLObjectType
    target.isTypeOf = type.isTypeOf
    target.getFields().size!.type = type.getFields().size!.type
  }
  built.getQueryType()!.getFields().shapes!.resolve = () => [{ r: 1, size: 1 }, { size: 1 }]
  expect(printSchema(built)).toContain('union Shape')
  const { ask } = testExecutor(
    collapsedExecutor(supergraph, [{ ...targets[0]!, schema: built }], maskFor([])),
  )
  expect(await ask('{ shapes { __typename ... on Round { size } } }')).toEqual({
    data: { shapes: [{ __typename: 'Round', size: 'ONE' }, { __typename: 'Flat' }] },
    errors: undefined,
  })
})
