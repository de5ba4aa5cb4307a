import { describe, expect, it } from 'vitest'
import { collapsed } from '../../../support/federation.ts'
import { shop } from '../../../support/shop.ts'

const asked = async (query: string) => {
  const { data, errors } = await collapsed(shop()).ask(query)
  expect(errors).toBeUndefined()
  return data
}

describe('a value', () => {
  it('is followed to other subgraphs by its key', async () => {
    expect(await asked('{ reviews { author { name address { city } } } }')).toEqual({
      reviews: [
        { author: { name: 'Wang', address: { city: 'Xiamen' } } },
        { author: { name: 'Li', address: { city: 'Hangzhou' } } },
        { author: { name: 'Li', address: { city: 'Hangzhou' } } },
      ],
    })
  })

  it('is found by whichever of its keys the asking subgraph has', async () => {
    expect(await asked('{ heavy { title isbn } book(isbn: "978-2") { postage } }')).toEqual({
      heavy: [{ title: 'Ledgers', isbn: '978-1' }],
      book: { postage: 160 },
    })
  })

  it('keeps its key when an alias takes the name of it', async () => {
    expect(await asked('{ users { id: name reviews { text } } }')).toEqual({
      users: [
        { id: 'Li', reviews: [{ text: 'long' }, { text: 'green' }] },
        { id: 'Wang', reviews: [{ text: 'clear' }] },
      ],
    })
  })

  it('brings what a field provides, without asking its owner', async () => {
    const subgraphs = shop()
    const asked: unknown[] = []
    subgraphs.people = {
      ...subgraphs.people!,
      references: {
        User: (keys) => {
          asked.push(...keys)
          return keys.map(() => null)
        },
      },
    }
    const { data } = await collapsed(subgraphs).ask(
      '{ book(isbn: "978-1") { author { id name } } }',
    )
    expect(data).toEqual({ book: { author: { id: 'u1', name: 'Li' } } })
    expect(asked).toEqual([])
  })

  it('is taken from the subgraph that took a field over', async () => {
    const subgraphs = shop()
    subgraphs.catalog!.resolvers!.Tea.grams = () => {
      throw new Error('overridden')
    }
    const { data, errors } = await collapsed(subgraphs).ask('{ goods { ... on Tea { grams } } }')
    expect(errors).toBeUndefined()
    expect(data.goods.at(-1)).toEqual({ grams: 50 })
  })
})

describe('a requirement', () => {
  it('is read from its owner and given to who needs it', async () => {
    expect(await asked('{ heavy { postage } }')).toEqual({ heavy: [{ postage: 240 }] })
  })

  it('may be of fields that clients do not see', async () => {
    const shopped = collapsed(shop())
    expect((await shopped.ask('{ heavy { label } }')).data).toEqual({
      heavy: [{ label: '978-1/code of b1' }],
    })
    expect(shopped.refusals('{ heavy { secretCode } }')).toHaveLength(1)
  })

  it('with arguments is read with those, whatever the client asks beside', async () => {
    const shopped = collapsed({
      prices: {
        typeDefs: `
          type Query { item: Item }
          enum Currency { CNY USD }
          type Item @key(fields: "id") { id: ID! price(in: Currency!): Int! }`,
        resolvers: {
          Query: { item: () => ({ id: '1' }) },
          Item: {
            __resolveReference: ({ id }: { id: string }) => ({ id }),
            price: (_: unknown, args: { in: string }) => args.in === 'CNY' ? 700 : 100,
          },
        },
      },
      tax: {
        typeDefs: `
          enum Currency { CNY USD }
          type Item @key(fields: "id") {
            id: ID!
            price(in: Currency!): Int! @external
            tax: Int! @requires(fields: "price(in: CNY)")
            duty: Int! @requires(fields: "price(in: USD)")
          }`,
        resolvers: {
          Item: {
            tax: ({ price }: { price: number }) => price / 10,
            duty: ({ price }: { price: number }) => price / 20,
          },
        },
      },
    })
    const query = '{ item { duty tax price(in: USD) yuan: price(in: CNY) } }'
    expect(await shopped.ask(query)).toEqual({
      data: { item: { duty: 5, tax: 70, price: 100, yuan: 700 } },
      errors: undefined,
    })
  })

  it('may itself require', async () => {
    const shopped = collapsed({
      a: {
        typeDefs: 'type Query { x: X } type X @key(fields: "id") { id: ID! one: Int! }',
        resolvers: { Query: { x: () => ({ id: '1' }) }, X: { one: () => 1 } },
      },
      b: {
        typeDefs: `type X @key(fields: "id") {
          id: ID! one: Int! @external two: Int! @requires(fields: "one")
        }`,
        resolvers: { X: { two: ({ one }: { one: number }) => one + 1 } },
      },
      c: {
        typeDefs: `type X @key(fields: "id") {
          id: ID! two: Int! @external three: Int! @requires(fields: "two")
        }`,
        resolvers: { X: { three: ({ two }: { two: number }) => two + 1 } },
      },
    })
    expect((await shopped.ask('{ x { three } }')).data).toEqual({ x: { three: 3 } })
  })
})

describe('keys', () => {
  it('may be composite, nested and put together from several subgraphs', async () => {
    const asked: unknown[] = []
    const shopped = collapsed({
      a: {
        typeDefs: `
          type Query { x: X }
          type X @key(fields: "id") { id: ID! owner: Owner! @shareable }
          type Owner @key(fields: "id") { id: ID! }`,
        resolvers: { Query: { x: () => ({ id: '1', owner: { id: 'o' } }) } },
      },
      b: {
        typeDefs: 'type X @key(fields: "id") { id: ID! code: Int! @shareable }',
        resolvers: { X: { code: () => 7 } },
      },
      c: {
        typeDefs: `
          type X @key(fields: "code owner { id }") {
            code: Int! @shareable
            owner: Owner! @shareable
            name: String!
          }
          type Owner @key(fields: "id") { id: ID! }`,
        resolvers: {
          X: {
            __resolveReference: (key: unknown) => {
              asked.push(key)
              return { name: 'found' }
            },
          },
        },
      },
    })
    expect((await shopped.ask('{ x { name } }')).data).toEqual({ x: { name: 'found' } })
    expect(asked).toEqual([{ __typename: 'X', code: 7, owner: { id: 'o' } }])
  })

  it('that are null lead to nulls, not to errors', async () => {
    const shopped = collapsed({
      a: {
        typeDefs: 'type Query { x: X } type X @key(fields: "id") { id: ID here: Int }',
        resolvers: { Query: { x: () => ({ id: null, here: 1 }) } },
      },
      b: {
        typeDefs: 'type X @key(fields: "id") { id: ID there: Int }',
        resolvers: { X: { there: () => 2 } },
      },
    })
    expect(await shopped.ask('{ x { here there } }')).toEqual({
      data: { x: { here: 1, there: null } },
      errors: undefined,
    })
  })
})

describe('a subgraph that knows an interface alone', () => {
  it('answers without asking for the type when nobody wants it', async () => {
    const subgraphs = shop()
    subgraphs.catalog!.resolvers!.Good.__resolveReference = () => {
      throw new Error('asked for the type')
    }
    const shopped = collapsed(subgraphs)
    expect(
      await shopped.ask(
        `{ latest { ...on Good { id stars } ...F } } fragment F on Good { reviews { text } }`,
      ),
    ).toEqual({
      data: { latest: { id: 't1', stars: 4, reviews: [{ text: 'green' }] } },
      errors: undefined,
    })
  })

  it('is asked for its fields from every type behind the interface', async () => {
    expect(await asked('{ goods { __typename title stars } }')).toEqual({
      goods: [
        { __typename: 'Book', title: 'Ledgers', stars: 4 },
        { __typename: 'Book', title: 'Balances', stars: null },
        { __typename: 'Tea', title: 'Longjing', stars: 4 },
      ],
    })
  })

  it('leaves the type to who knows it', async () => {
    const query = '{ latest { __typename title ... on Tea { weight } ... on Book { isbn } } }'
    expect(await asked(query)).toEqual({
      latest: { __typename: 'Tea', title: 'Longjing', weight: 50 },
    })
  })

  it('shows nobody the type that stands in', async () => {
    const shopped = collapsed(shop())
    const names = `{
      __schema { types { name kind } }
      __type(name: "Good") { kind possibleTypes { name } }
    }`
    const { data } = await shopped.ask(names)
    const goods = data.__schema.types.filter(({ name }: { name: string }) => name.includes('Good'))
    expect(goods).toEqual([{ name: 'Good', kind: 'INTERFACE' }])
    expect(data.__type).toEqual({
      kind: 'INTERFACE',
      possibleTypes: [{ name: 'Book' }, { name: 'Tea' }],
    })
    expect((await shopped.ask('{ latest { id __typename } }')).data.latest.__typename).toBe('Tea')
  })
})

describe('abstract types', () => {
  it('have members whose fields are in several subgraphs', async () => {
    const query = `{ anything {
      __typename
      ... on Book { title postage stars }
      ... on User { name reviews { good { title } } }
    } }`
    expect(await asked(query)).toEqual({
      anything: [
        { __typename: 'Book', title: 'Ledgers', postage: 240, stars: 4 },
        { __typename: 'User', name: 'Wang', reviews: [{ good: { title: 'Ledgers' } }] },
      ],
    })
  })

  it('that subgraphs know in part answer what is at hand, or what all know', async () => {
    const part = (member: string) => ({
      typeDefs: `
        type Query { box: Box @shareable }
        type Box @key(fields: "id") { id: ID! inside: Thing @shareable }
        union Thing = Both | ${member}
        type Both @shareable { x: Int }
        type ${member} { y: Int }`,
      resolvers: {
        Query: { box: () => ({ id: '1' }) },
        Box: { inside: () => ({ __typename: member, y: 1 }) },
      },
    })
    const subgraphs = { a: part('OnlyA'), b: part('OnlyB') }
    const query = '{ box { inside { __typename ... on OnlyA { y } } } }'
    expect((await collapsed(subgraphs).ask(query)).data).toEqual({
      box: { inside: { __typename: 'OnlyA', y: 1 } },
    })
    expect((await collapsed(subgraphs, { partialUnions: 'common' }).ask(query)).data).toEqual({
      box: { inside: { __typename: 'OnlyA', y: null } },
    })
  })
})

describe('who answers is chosen by what is selected below', () => {
  const value = (field: string, answer: number) => ({
    typeDefs: `
      type Query { box: Box @shareable }
      type Box @key(fields: "id") { id: ID! value: Value! @shareable list: [Value!]! @shareable }
      type Value { shared: Int! @shareable ${field}: Int! }`,
    resolvers: {
      Query: { box: () => ({ id: '1' }) },
      Box: {
        value: () => ({ shared: 0, [field]: answer }),
        list: () => [1, 2].map((n) => ({ shared: n, [field]: n * answer })),
      },
    },
  })
  const subgraphs = { a: value('a', 10), b: value('b', 20) }

  it('so a value without a key comes from the subgraph that has all of it', async () => {
    expect((await collapsed(subgraphs).ask('{ box { value { shared b } } }')).data).toEqual({
      box: { value: { shared: 0, b: 20 } },
    })
  })

  it('and one that no subgraph has whole is put together through its parent', async () => {
    expect((await collapsed(subgraphs).ask('{ box { value { a b } list { shared a b } } }')).data)
      .toEqual({
        box: {
          value: { a: 10, b: 20 },
          list: [{ shared: 1, a: 10, b: 20 }, { shared: 2, a: 20, b: 40 }],
        },
      })
  })
})

describe('what the supergraph may not use is refused at start:', () => {
  const box = { typeDefs: 'type Query { x: Int @shareable }' }

  it('a field taken over for a share of requests', () => {
    expect(() =>
      collapsed({
        a: box,
        b: {
          typeDefs: 'type Query { x: Int @override(from: "a", label: "percent(5)") }',
        },
      })
    ).toThrow('overrideLabel is not supported')
  })
})
