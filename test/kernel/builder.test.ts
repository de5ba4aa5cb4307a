import { graphql, type GraphQLScalarType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { systemActor } from '../../subgraphs/kernel/actor.ts'
import {
  badInput,
  readPageArgs,
  type ResolverContext,
  subgraphBuilder,
  subgraphSchema,
} from '../../subgraphs/kernel/builder.ts'
import { refuse } from '../../subgraphs/kernel/result.ts'

function schemaOf() {
  const { builder, money } = subgraphBuilder<ResolverContext>()
  builder.queryFields((t) => ({
    price: t.field({
      type: money,
      authenticated: true,
      resolve: () => ({ minor: -123450n, currency: 'CNY' as const }),
    }),
    echo: t.field({
      type: 'DateTime',
      authenticated: true,
      args: { at: t.arg({ type: 'DateTime', required: true }), on: t.arg({ type: 'Date' }) },
      resolve: (_, { at }) => at,
    }),
  }))
  return subgraphSchema(builder)
}

const run = (source: string) =>
  graphql({
    schema: schemaOf(),
    source,
    contextValue: { actor: systemActor('demo', 'li', 'system'), traceId: 't' },
  })

describe('the shared types', () => {
  it('money is a decimal string and its currency', async () => {
    expect(await run('{ price { amount currency } }'))
      .toEqual({ data: { price: { amount: '-1234.50', currency: 'CNY' } } })
  })

  it('an instant is answered in UTC', async () => {
    expect(await run('{ echo(at: "2026-11-23T10:03:04+08:00", on: "2028-02-29") }'))
      .toEqual({ data: { echo: '2026-11-23T02:03:04.000Z' } })
  })

  it.each([
    ['at: "1"'],
    ['at: "2026-02-30T00:00:00Z"'],
    ['at: "2026-11-23T10:03:04Z", on: "2026-02-29"'],
    ['at: "2026-11-23T10:03:04Z", on: 20260101'],
  ])('%s is refused', async (args) => {
    const { errors, data } = await run(`{ echo(${args}) }`)
    expect(errors).toHaveLength(1)
    expect(data).toBeUndefined()
  })

  it('a date or instant that is no text is refused from variables too', () => {
    const types = schemaOf().getTypeMap()
    for (const name of ['Date', 'DateTime']) {
      for (const value of [1, null, {}, ['2026-11-23']]) {
        expect(() => (types[name] as GraphQLScalarType).parseValue(value)).toThrow()
      }
    }
  })
})

describe('input that is out of bounds', () => {
  it('becomes an error with its code and place', () => {
    expect(badInput(refuse('NO', 'Not today.', '/a')))
      .toMatchObject({ message: 'Not today.', extensions: { code: 'NO', place: '/a' } })
    expect(badInput(refuse('NO', 'Not today.')).extensions).toEqual({ code: 'NO' })
  })

  it('page arguments are read or refused', () => {
    expect(readPageArgs({ first: 5 })).toEqual({ limit: 5, after: undefined })
    expect(() => readPageArgs({ first: 0 })).toThrow('A page has 1 to 100 rows.')
    expect(() => readPageArgs({ after: '!' })).toThrow('cursor')
  })
})
