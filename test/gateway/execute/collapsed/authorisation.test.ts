import { describe, expect, it } from 'vitest'
import { collapsedExecutor } from '../../../../gateway/execute/collapsed/collapsed.ts'
import type { Actor } from '../../../../subgraphs/kernel/actor.ts'
import {
  type RequestContext,
  type ResolverContext,
  subgraphBuilder,
  subgraphSchema,
} from '../../../../subgraphs/kernel/builder.ts'
import { composeServices } from '@theguild/federation-composition'
import { type DocumentNode, GraphQLError, parse, visit } from 'graphql'
import { sdlOf } from '../../../../gateway/compose.ts'
import { collapsed, maskFor, testExecutor } from '../../../support/federation.ts'

interface Person {
  readonly id: string
  readonly salary: number
}

const READ = { requiresScopes: [['people:read']] }
const PAY = { requiresScopes: [['people:pay']] }

// Pothos types the fields of another subgraph's entity by its own; the tests need only their names.
// deno-lint-ignore no-explicit-any
type Fields = any

let reached: string[] = []

/** People, whose salary few may see. */
function people() {
  const { builder } = subgraphBuilder<ResolverContext>()
  const person = builder.objectRef<Person>('Person')
  person.implement({
    ...READ,
    fields: (t) => ({
      id: t.exposeID('id'),
      passport: t.id({ ...PAY, resolve: ({ id }) => `passport ${id}` }),
      salary: t.int({
        ...PAY,
        resolve: ({ salary }) => {
          reached.push('salary')
          return salary
        },
      }),
    }),
  })
  builder.asEntity(person, {
    key: [
      builder.selection<{ id: string }>('id'),
      builder.selection<{ passport: string }>('passport'),
    ] as never,
    resolveReference: ((key: { id: string }) => ({ id: key.id, salary: 100 })) as never,
  })
  builder.queryFields((t) => ({
    person: t.field({ type: person, ...READ, resolve: () => ({ id: '1', salary: 100 }) }),
  }))
  return subgraphSchema(builder, {
    Person: (keys: readonly { id: string }[]) => {
      reached.push(`people ${keys.map(({ id }) => id)}`)
      return keys.map(({ id }) => ({ id, salary: 100 }))
    },
  })
}

/** Taxes, worked out from a salary that this subgraph does not have. */
function taxes() {
  const { builder } = subgraphBuilder<ResolverContext>()
  const person = builder.externalRef(
    'Person',
    builder.selection<{ id: string }>('id'),
    (key: { id: string }) => key,
  )
  person.implement({
    externalFields: (t: Fields) => ({
      id: t.id({ nullable: false }),
      salary: t.int({ nullable: false }),
    }),
    fields: (t: Fields) => ({
      tax: t.int({
        ...READ,
        requires: builder.selection<{ salary: number }>('salary'),
        resolve: ({ salary }: { salary: number }) => salary / 10,
      }),
      year: t.int({ ...READ, resolve: () => 2026 }),
    }),
  } as never)
  builder.queryFields((t) => ({
    taxed: t.field({ type: person as never, ...READ, resolve: () => ({ id: '1' }) as never }),
  }))
  return subgraphSchema(builder)
}

/** Travel, which knows people by their passports alone. */
function travel() {
  const { builder } = subgraphBuilder<ResolverContext>()
  const person = builder.externalRef(
    'Person',
    builder.selection<{ passport: string }>('passport'),
    (key: { passport: string }) => key,
  )
  person.implement({
    externalFields: (t: Fields) => ({ passport: t.id({ nullable: false }) }),
    fields: (t: Fields) => ({
      trips: t.int({
        ...READ,
        nullable: true,
        resolve: () => {
          reached.push('trips')
          return 3
        },
      }),
    }),
  } as never)
  return subgraphSchema(builder)
}

/**
 * A composer refuses a field that requires what is better guarded than itself. Here it does not see
 * the rules: what guards must hold without it.
 */
function withoutRules(sdl: string): DocumentNode {
  return visit(parse(sdl), {
    Directive: (node) => node.name.value.endsWith('requiresScopes') ? null : undefined,
  })
}

function opened() {
  const schemas = { people: people(), taxes: taxes(), travel: travel() }
  const composed = composeServices(
    Object.entries(schemas).map(([name, schema]) => ({
      name,
      typeDefs: withoutRules(sdlOf(schema)),
      url: `local:${name}`,
    })),
  )
  if (!composed.supergraphSdl) throw new Error(composed.errors?.map(String).join('\n'))
  const targets = Object.entries(schemas).map(([name, schema]) => ({
    name,
    schema,
    context: (request: RequestContext) => request,
  }))
  reached = []
  return testExecutor(collapsedExecutor(composed.supergraphSdl, targets, maskFor([])))
}

const who = (...scopes: string[]): RequestContext => ({
  actor: {
    tenant: 'demo',
    subject: 'li',
    name: 'Li',
    kind: 'person',
    roles: [],
    scopes: new Set(scopes),
  } as Actor,
  traceId: 't',
})

describe('what a field requires', () => {
  it('is read for who may see it', async () => {
    const { data, errors } = await opened().ask(
      '{ person { tax } taxed { tax } }',
      {},
      who('people:read', 'people:pay'),
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({ person: { tax: 10 }, taxed: { tax: 10 } })
  })

  it.each(['person', 'taxed'])('does not leak to who may not, asked from %s', async (field) => {
    const { data, errors } = await opened().ask(`{ ${field} { tax } }`, {}, who('people:read'))
    expect(data).toBeNull()
    expect(errors).toEqual([{
      message: 'Person.salary needs the scope people:pay.',
      path: [field, 'tax'],
      code: 'FORBIDDEN',
    }])
    expect(reached).not.toContain('salary')
  })

  it('keeps nobody from the fields that do not need it', async () => {
    const { data, errors } = await opened().ask(
      '{ person { id year } taxed { year } }',
      {},
      who('people:read'),
    )
    expect(errors).toBeUndefined()
    expect(data).toEqual({ person: { id: '1', year: 2026 }, taxed: { year: 2026 } })
    expect(reached).toEqual([])
  })
})

describe('a key', () => {
  it('that the caller may not see leads nowhere', async () => {
    const { data, errors } = await opened().ask('{ person { id trips } }', {}, who('people:read'))
    expect(data).toEqual({ person: { id: '1', trips: null } })
    expect(errors).toEqual([{
      message: 'Person.passport needs the scope people:pay.',
      path: ['person', 'trips'],
      code: 'FORBIDDEN',
    }])
    expect(reached).toEqual([])
  })

  it('that the caller may see leads on', async () => {
    const { data } = await opened().ask(
      '{ person { trips } }',
      {},
      who('people:read', 'people:pay'),
    )
    expect(data).toEqual({ person: { trips: 3 } })
  })
})

describe('a batched reference', () => {
  it('is guarded by the rule of its type, before it is looked for', async () => {
    const { ask } = opened()
    const allowed = await ask('{ taxed { salary } }', {}, who('people:read', 'people:pay'))
    expect(allowed.data).toEqual({ taxed: { salary: 100 } })
    expect(reached).toEqual(['people 1', 'salary'])
    reached = []
    expect((await ask('{ taxed { year } }', {}, { actor: undefined, traceId: 't' })).errors)
      .toMatchObject([{ code: 'UNAUTHENTICATED' }])
    expect(reached).toEqual([])
  })
})

describe('a provided field', () => {
  it('is read through the resolver of who provides it, and not asked for elsewhere', async () => {
    const elsewhere: string[] = []
    const { ask } = collapsed({
      a: {
        typeDefs: `
          type Query { x: X @provides(fields: "secret") }
          type X @key(fields: "id") { id: ID! secret: Int @external }`,
        resolvers: {
          Query: { x: () => ({ id: '1' }) },
          X: {
            secret: (_: unknown, __: unknown, context: RequestContext & { own: string }) => {
              throw new GraphQLError(`not for ${context.own}`, {
                extensions: { code: 'FORBIDDEN' },
              })
            },
          },
        },
        context: (request) => ({ ...request, own: 'a' }) as never,
      },
      b: {
        typeDefs: 'type X @key(fields: "id") { id: ID! secret: Int @shareable }',
        resolvers: { X: { secret: () => elsewhere.push('secret') } },
      },
    })
    const { data, errors } = await ask('{ x { id secret } }')
    expect(data).toEqual({ x: { id: '1', secret: null } })
    expect(errors).toEqual([{ message: 'not for a', path: ['x', 'secret'], code: 'FORBIDDEN' }])
    expect(elsewhere).toEqual([])
  })
})
