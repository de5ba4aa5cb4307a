import { describe, expect, it } from 'vitest'
import { collapsed, type TestSubgraph } from '../../../support/federation.ts'

interface Key {
  readonly id: string
}

type Find = (keys: readonly Key[], context?: unknown) => unknown

/** Orders, whose customers and the customers' branches are other subgraphs', found by `find`. */
function bank(finds: { Customer?: Find; Branch?: Find } = {}): Record<string, TestSubgraph> {
  const { Customer = named, Branch = named } = finds
  return {
    orders: {
      typeDefs: `
        type Query { orders: [Order!]! }
        type Mutation { next: Order! }
        type Order @key(fields: "id") { id: ID! customer: Customer twin: Customer }
        type Customer @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: { orders: () => ['1', '2', '3'].map((id) => ({ id })) },
        Mutation: { next: () => ({ id: '1' }) },
        Order: {
          customer: ({ id }: Key) => ({ id: `c${id}` }),
          twin: async () => ({ id: 'c1' }),
        },
      },
    },
    customers: {
      typeDefs: `
        type Customer @key(fields: "id") { id: ID! name: String branch: Branch }
        type Branch @key(fields: "id") { id: ID! }`,
      resolvers: { Customer: { branch: ({ id }: Key) => ({ id: `b${id}` }) } },
      references: { Customer: Customer as never },
    },
    branches: {
      typeDefs: 'type Branch @key(fields: "id") { id: ID! name: String }',
      references: { Branch: Branch as never },
    },
  }
}

const named: Find = async (keys) => keys.map(({ id }) => ({ id, name: `name of ${id}` }))

/** A resolver that keeps what it was asked for. */
function recording(find: Find = named): { calls: string[][]; find: Find } {
  const calls: string[][] = []
  return {
    calls,
    find(keys, context) {
      calls.push(keys.map(({ id }) => id))
      return find(keys, context)
    },
  }
}

const NAMES = '{ orders { customer { name } } }'

describe('references', () => {
  it('are found in one call for each type and level, each entity once', async () => {
    const customers = recording()
    const branches = recording()
    const { ask } = collapsed(bank({ Customer: customers.find, Branch: branches.find }))
    const { data, errors } = await ask(`{
      orders { customer { name branch { name } } twin { name again: name branch { name } } }
    }`)
    expect(errors).toBeUndefined()
    expect(data.orders[2]).toEqual({
      customer: { name: 'name of c3', branch: { name: 'name of bc3' } },
      twin: { name: 'name of c1', again: 'name of c1', branch: { name: 'name of bc1' } },
    })
    expect(customers.calls).toEqual([['c1', 'c2', 'c3']])
    expect(branches.calls).toEqual([['bc1', 'bc2', 'bc3']])
  })

  it('are found anew for each request', async () => {
    const { calls, find } = recording()
    const { ask } = collapsed(bank({ Customer: find }))
    await Promise.all([ask(NAMES), ask(NAMES)])
    expect(calls).toEqual([['c1', 'c2', 'c3'], ['c1', 'c2', 'c3']])
  })

  it('are found anew for each step of a mutation, in contexts of its own', async () => {
    const { calls, find } = recording()
    const subgraphs = bank({ Customer: find })
    const contexts: object[] = []
    subgraphs.customers = {
      ...subgraphs.customers!,
      context(request) {
        const context = { ...request }
        contexts.push(context)
        return context
      },
    }
    const { ask } = collapsed(subgraphs)
    await ask('mutation { a: next { customer { name } } b: next { customer { name } } }')
    expect(calls).toEqual([['c1'], ['c1']])
    expect(contexts).toHaveLength(2)
  })

  it('know the subgraph’s own context, made once for a request', async () => {
    const seen: unknown[] = []
    const subgraphs = bank({
      Customer: (keys, context) => {
        seen.push(context)
        return named(keys)
      },
    })
    let made = 0
    subgraphs.customers = {
      ...subgraphs.customers!,
      context: (request) => ({ ...request, own: ++made }) as never,
    }
    await collapsed(subgraphs).ask('{ orders { customer { name branch { id } } } }')
    expect(seen).toEqual([{ actor: undefined, traceId: 'trace', own: 1 }])
    expect(made).toBe(1)
  })

  it('without a batched resolver are found once each', async () => {
    const calls: string[] = []
    const subgraphs = bank()
    subgraphs.customers = {
      typeDefs: subgraphs.customers!.typeDefs,
      resolvers: {
        Customer: {
          __resolveReference: ({ id }: Key) => {
            calls.push(id)
            return { id, name: id }
          },
        },
      },
    }
    const { data } = await collapsed(subgraphs).ask(
      '{ orders { customer { name } twin { name branch { id } } } }',
    )
    expect(data.orders[0].twin).toEqual({ name: 'c1', branch: null })
    expect(calls).toEqual(['c1', 'c2', 'c3'])
  })
})

describe('a batch that', () => {
  const errorsOf = async (find: Find) => {
    const { ask, reported } = collapsed(bank({ Customer: find }))
    const { data, errors } = await ask(NAMES)
    return { names: data.orders.map((o: { customer: unknown }) => o.customer), errors, reported }
  }

  it('has an Error among its values fails that one alone', async () => {
    const { names, errors, reported } = await errorsOf((keys) =>
      keys.map(({ id }) => id === 'c2' ? new Error('broken') : { id, name: id })
    )
    expect(names).toEqual([{ name: 'c1' }, { name: null }, { name: 'c3' }])
    expect(errors).toEqual([{ message: 'masked trace', path: ['orders', 1, 'customer', 'name'] }])
    expect(reported.map(String)).toEqual(['Error: broken'])
  })

  it('has a null among its values has no entity there, and no error', async () => {
    const { names, errors } = await errorsOf(async (keys) =>
      keys.map(({ id }) => id === 'c2' ? null : { id, name: id })
    )
    expect(names).toEqual([{ name: 'c1' }, { name: null }, { name: 'c3' }])
    expect(errors).toBeUndefined()
  })

  it.each([
    ['throws', () => {
      throw new Error('down')
    }, 'Error: down'],
    ['rejects', () => Promise.reject(new Error('down')), 'Error: down'],
    ['is too short', () => [null], 'customers answered 1 values to 3 references to Customer'],
    ['is too long', async () => [1, 2, 3, 4], 'answered 4 values to 3 references'],
    ['is no list', () => ({}), 'customers answered object to 3 references to Customer'],
    ['is nothing', () => undefined, 'customers answered undefined to 3 references'],
    ['holds texts', (keys: readonly Key[]) => keys.map(String), 'answered a string to a reference'],
    ['holds lists', (keys: readonly Key[]) => keys.map(() => []), 'answered a list to a reference'],
  ] as [string, Find, string][])(
    '%s fails each of its fields, at its path',
    async (_, find, said) => {
      const { names, errors, reported } = await errorsOf(find)
      expect(names).toEqual([{ name: null }, { name: null }, { name: null }])
      expect(errors?.map(({ path }) => path)).toEqual(
        [0, 1, 2].map((i) => ['orders', i, 'customer', 'name']),
      )
      expect(reported.map(String)).toHaveLength(3)
      for (const error of reported) expect(String(error)).toContain(said)
    },
  )
})
