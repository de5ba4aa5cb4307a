import { describe, expect, it } from 'vitest'
import { collapsed, NOBODY, type TestSubgraph } from '../../../support/federation.ts'
import { parse } from 'graphql'

const DIRECTIVES = `
  directive @defer(if: Boolean! = true, label: String) on FRAGMENT_SPREAD | INLINE_FRAGMENT
  directive @stream(if: Boolean! = true, label: String, initialCount: Int = 0) on FIELD
`

interface Source {
  readonly asked: string[][]
  ended: number
  price: number
}

/** Goods in one subgraph, their prices in another, and events of both. */
function market(source: Source): Record<string, TestSubgraph> {
  const goods = ['1', '2', '3'].map((id) => ({ id }))
  return {
    goods: {
      typeDefs: `${DIRECTIVES}
        type Query { goods: [Good!]! later: [Good!]! }
        type Subscription { sold(times: Int!): Good! broken: Good! never: Good! }
        type Good @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          goods: () => goods,
          async *later() {
            for (const good of goods) yield await Promise.resolve(good)
          },
        },
        Subscription: {
          sold: {
            async *subscribe(_: unknown, { times }: { times: number }) {
              try {
                for (let i = 0; i < times; i++) yield { sold: { id: '1' } }
              } finally {
                source.ended++
              }
            },
          },
          broken: {
            async *subscribe() {
              yield { broken: { id: '2' } }
              throw new Error('the queue is gone')
            },
          },
          never: {
            subscribe: () => ({
              [Symbol.asyncIterator]() {
                return this
              },
              next: () => new Promise(() => {}),
              return: () => {
                source.ended++
                return Promise.resolve({ done: true, value: undefined })
              },
            }),
          },
        },
      },
    },
    prices: {
      typeDefs: 'type Good @key(fields: "id") { id: ID! price: Int }',
      references: {
        Good: (keys: readonly { id: string }[]) => {
          source.asked.push(keys.map(({ id }) => id))
          if (source.price < 0) throw new Error('no prices today')
          return Promise.resolve(keys.map(({ id }) => ({ id, price: source.price++ })))
        },
      },
    },
  }
}

const open = () => {
  const source: Source = { asked: [], ended: 0, price: 100 }
  const market_ = market(source)
  return { source, ...collapsed(market_) }
}

describe('a deferred fragment', () => {
  it('comes after the rest, from whichever subgraph has it', async () => {
    const { all } = open()
    const results = await all('{ goods { id ... @defer(label: "p") { price } } }')
    expect(results[0]).toEqual({
      data: { goods: [{ id: '1' }, { id: '2' }, { id: '3' }] },
      hasNext: true,
    })
    const patches = results.slice(1).flatMap((r) => (r.incremental ?? []) as object[])
    expect(patches).toEqual([100, 101, 102].map((price, i) => ({
      data: { price },
      label: 'p',
      path: ['goods', i],
    })))
    expect(results.at(-1)!.hasNext).toBe(false)
  })

  it('that fails has its error masked', async () => {
    const { all, source, reported } = open()
    source.price = -1
    const results = await all('{ goods { id ... @defer { price } } }')
    const errors = results.flatMap((r) => (r.incremental ?? []) as { errors?: unknown }[])
      .map(({ errors }) => errors)
    expect(errors).toEqual(
      [0, 1, 2].map((i) => [{ message: 'masked trace', path: ['goods', i, 'price'] }]),
    )
    expect(reported).toHaveLength(3)
  })
})

describe('a streamed list', () => {
  it.each(['goods', 'later'])(
    'of %s comes item by item, with fields of other subgraphs',
    async (list) => {
      const { all } = open()
      const results = await all(`{ ${list} @stream(initialCount: 1) { id price } }`)
      expect(results[0]).toEqual({
        data: { [list]: [{ id: '1', price: expect.any(Number) }] },
        hasNext: true,
      })
      const items = results.slice(1).flatMap((r) => (r.incremental ?? []) as { items: unknown[] }[])
        .flatMap((patch) => patch.items)
      expect(items).toMatchObject([{ id: '2' }, { id: '3' }])
    },
  )

  it('of an async source is whole when nobody streams it', async () => {
    const { ask } = open()
    expect((await ask('{ later { id price } }')).data.later).toHaveLength(3)
  })
})

describe('a subscription', () => {
  it('has events whose payload spans subgraphs, each read anew', async () => {
    const { all, source } = open()
    expect(await all('subscription { sold(times: 3) { id price } }')).toEqual(
      [100, 101, 102].map((price) => ({ data: { sold: { id: '1', price } } })),
    )
    expect(source.asked).toEqual([['1'], ['1'], ['1']])
    expect(source.ended).toBe(1)
  })

  it('may defer within an event', async () => {
    const { all } = open()
    const results = await all('subscription { sold(times: 2) { id ... @defer { price } } }')
    expect(results.filter((result) => 'data' in result)).toHaveLength(2)
    const patches = results.flatMap((r) => (r.incremental ?? []) as { data: unknown }[])
    expect(patches.map(({ data }) => data)).toEqual([{ price: 100 }, { price: 101 }])
  })

  it('whose source fails says so, masked, and ends', async () => {
    const { all, reported } = open()
    expect(await all('subscription { broken { id } }')).toEqual([
      { data: { broken: { id: '2' } } },
      { errors: [{ message: 'masked trace' }] },
    ])
    expect(reported.map(String)).toEqual(['Error: the queue is gone'])
  })

  it('that its listener ends is ended at the source at once', async () => {
    const { executor, source } = open()
    const outcome = await executor.subscribe({
      document: parse('subscription { never { id } }'),
      operationName: undefined,
      variables: undefined,
      context: NOBODY,
    }) as AsyncIterableIterator<unknown>
    void outcome.next()
    await outcome.return!()
    expect(source.ended).toBe(1)
  })

  it('that cannot begin is answered with the error', async () => {
    const { all } = open()
    const [result] = await all('subscription { sold { id } }')
    expect(result).toMatchObject({ errors: [{ path: ['sold'] }] })
  })
})
