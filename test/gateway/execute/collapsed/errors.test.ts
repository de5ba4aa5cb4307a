import { GraphQLError } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { SubgraphCall } from '../../../../gateway/execute/collapsed/observe.ts'
import { collapsed, NOBODY, type TestSubgraph } from '../../../support/federation.ts'

interface Key {
  readonly id: string
}

/** One customer in two subgraphs; the second finds it by `resolve`. */
function pair(resolve: (key: Key) => unknown): Record<string, TestSubgraph> {
  return {
    a: {
      typeDefs: `
        type Query { customer: Customer again: Customer broken: Int }
        type Mutation { write: Int }
        type Customer @key(fields: "id") { id: ID! name: String! }`,
      resolvers: {
        Query: {
          customer: () => ({ id: '1', name: 'Li' }),
          again: () => ({ id: '1', name: 'Li' }),
          broken: () => {
            throw new Error('secret of the database')
          },
        },
        Mutation: { write: () => 1 },
      },
    },
    b: {
      typeDefs: 'type Customer @key(fields: "id") { id: ID! score: Int limit: Int! }',
      resolvers: { Customer: { __resolveReference: resolve } },
    },
  }
}

describe('a reference resolver that', () => {
  const BOTH = '{ customer { name score } }'

  it('throws fails the field that needed it, and leaves the others', async () => {
    const { ask, reported } = collapsed(pair(() => {
      throw new Error('down')
    }))
    expect(await ask(BOTH)).toEqual({
      data: { customer: { name: 'Li', score: null } },
      errors: [{ message: 'masked trace', path: ['customer', 'score'] }],
    })
    expect(reported.map(String)).toEqual(['Error: down'])
  })

  it('refuses is told as it says', async () => {
    const { ask } = collapsed(pair(async () => {
      throw new GraphQLError('Not yours.', { extensions: { code: 'FORBIDDEN' } })
    }))
    expect((await ask(BOTH)).errors).toEqual([
      { message: 'Not yours.', path: ['customer', 'score'], code: 'FORBIDDEN' },
    ])
  })

  it('finds nothing gives null where the schema allows it, and an error where not', async () => {
    const { ask } = collapsed(pair(() => null))
    expect(await ask(BOTH)).toEqual({
      data: { customer: { name: 'Li', score: null } },
      errors: undefined,
    })
    const { data, errors } = await ask('{ customer { name limit } }')
    expect(data).toEqual({ customer: null })
    expect(errors).toMatchObject([{ path: ['customer', 'limit'] }])
  })

  it.each([['a text', 'x'], ['a number', 7], ['a list', [{ id: '1' }]], ['true', true]])(
    'answers %s fails with a clear report',
    async (_, answer) => {
      const { ask, reported } = collapsed(pair(() => answer))
      expect((await ask(BOTH)).errors).toEqual([
        { message: 'masked trace', path: ['customer', 'score'] },
      ])
      expect(String(reported[0])).toMatch(/b answered a \w+ to a reference to Customer/)
    },
  )

  it('is slower than its subgraph may be is told so, and the rest is answered', async () => {
    const { ask } = collapsed(pair(() => new Promise(() => {})), {
      timeoutMs: (subgraph) => subgraph === 'b' ? 5 : undefined,
    })
    expect(await ask(BOTH)).toEqual({
      data: { customer: { name: 'Li', score: null } },
      errors: [{
        message: 'A part of the system took too long to answer.',
        path: ['customer', 'score'],
        code: 'SUBGRAPH_TIMEOUT',
      }],
    })
  })
})

it('a mistake of ours is masked with the request’s trace', async () => {
  const { ask, reported } = collapsed(pair(() => null))
  expect(await ask('{ broken }', {}, { ...NOBODY, traceId: 'abc' })).toEqual({
    data: { broken: null },
    errors: [{ message: 'masked abc', path: ['broken'] }],
  })
  expect(reported.map(String)).toEqual(['Error: secret of the database'])
})

it('variables of the wrong type are a result, not a crash', async () => {
  const { ask } = collapsed({
    a: { typeDefs: 'type Query { twice(of: Int!): Int }' },
  })
  const { data, errors } = await ask('query ($of: Int!) { twice(of: $of) }', { of: 'many' })
  expect(data).toBeNull()
  expect(errors![0]!.message).toContain('"$of"')
})

describe('whoever observes', () => {
  it('is told of each call as it begins and ends, with its context', async () => {
    const told: unknown[] = []
    const { ask } = collapsed(
      pair(async ({ id }) => {
        if (id === '1') throw new Error('down')
      }),
      {
        observe(call: SubgraphCall) {
          told.push(call)
          return (error) => told.push(error === undefined ? 'well' : String(error))
        },
      },
    )
    await ask('{ customer { score } again { score } }')
    const root = (field: string) => ({
      subgraph: 'a',
      coordinate: `Query.${field}`,
      kind: 'root',
      count: 1,
      context: NOBODY,
    })
    expect(told).toEqual([
      root('customer'),
      'well',
      { subgraph: 'b', coordinate: 'Customer', kind: 'reference', count: 1, context: NOBODY },
      root('again'),
      'well',
      'Error: down',
    ])
  })

  it('sees a mutation’s field too, and what it threw', async () => {
    const told: unknown[] = []
    const subgraphs = pair(() => null)
    subgraphs.a!.resolvers!.Mutation.write = () => {
      throw new Error('full')
    }
    await collapsed(subgraphs, {
      observe: ({ coordinate }) => (error) => told.push([coordinate, String(error)]),
    }).ask('mutation { write }')
    expect(told).toEqual([['Mutation.write', 'Error: full']])
  })
})
