import { graphql, type GraphQLSchema } from 'graphql'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import {
  type ResolverContext,
  subgraphBuilder,
  subgraphSchema,
} from '../../subgraphs/kernel/builder.ts'

const READ = { requiresScopes: [['notes:read']] }

interface Note {
  readonly id: string
  readonly text: string
  readonly secret: string
}

const note = (id: string): Note => ({ id, text: `text of ${id}`, secret: `secret of ${id}` })

/** What the resolvers below were reached for. */
let reached: string[]
beforeEach(() => {
  reached = []
})

function schemaOf(): GraphQLSchema {
  const { builder } = subgraphBuilder<ResolverContext>()
  const noteType = builder.objectRef<Note>('Note')
  noteType.implement({
    requiresScopes: READ.requiresScopes,
    fields: (t) => ({
      id: t.exposeID('id'),
      text: t.string({
        resolve: (n) => {
          reached.push(`text ${n.id}`)
          return `text of ${n.id}`
        },
      }),
      secret: t.string({
        requiresScopes: [['notes:secret', 'notes:read']],
        resolve: (n) => `secret of ${n.id}`,
      }),
    }),
  })
  builder.asEntity(noteType, {
    key: builder.selection<{ id: string }>('id'),
    resolveReference: ({ id }) => {
      reached.push(`reference ${id}`)
      return note(id)
    },
  })
  const bare = builder.objectRef<{ id: string }>('Bare')
  bare.implement({
    requiresScopes: READ.requiresScopes,
    fields: (t) => ({
      id: t.exposeID('id'),
      text: t.string({ resolve: (n) => `text of ${n.id}` }),
    }),
  })
  // Without a resolver the type says nothing of it, but the runtime takes the key for the entity.
  builder.asEntity(bare, { key: builder.selection<{ id: string }>('id') } as never)
  const order = builder.externalRef('Order', builder.selection<{ serial: string }>('serial'))
  order.implement({
    externalFields: (t) => ({ serial: t.string() }),
    fields: (t) => ({
      notes: t.stringList({ ...READ, resolve: ({ serial }) => [`note of ${serial}`] }),
    }),
  })
  builder.queryFields((t) => ({
    note: t.field({ type: noteType, ...READ, resolve: () => note('1') }),
    either: t.string({
      requiresScopes: [['notes:read'], ['notes:secret']],
      resolve: () => 'either',
    }),
    late: t.string({
      ...READ,
      policy: [['office-hours'], ['on-call', 'second-person']],
      resolve: () => 'late',
    }),
    me: t.string({ authenticated: true, resolve: (_, __, { actor }) => actor.subject }),
  }))
  builder.mutationType({
    fields: (t) => ({
      write: t.string({
        requiresScopes: [['notes:write']],
        resolve: () => {
          reached.push('write')
          return 'written'
        },
      }),
    }),
  })
  builder.subscriptionType({
    fields: (t) => ({
      notes: t.string({
        ...READ,
        subscribe: async function* () {
          reached.push('subscribe')
          yield 'x'
        },
        resolve: (text) => text,
      }),
    }),
  })
  return subgraphSchema(builder)
}

const actor = (...scopes: string[]): Actor => ({
  tenant: 'demo',
  subject: 'li',
  name: 'Li',
  kind: 'person',
  roles: [],
  scopes: new Set(scopes),
})

const run = (source: string, who: Actor | undefined, variableValues?: Record<string, unknown>) =>
  graphql({
    schema: schemaOf(),
    source,
    contextValue: { actor: who, traceId: 't' },
    ...(variableValues === undefined ? {} : { variableValues }),
  })

const codesOf = (result: Awaited<ReturnType<typeof run>>) =>
  result.errors?.map((error) => error.extensions.code)

const ENTITIES = `query ($of: [_Any!]!) {
  _entities(representations: $of) {
    __typename
    ... on Note { id text }
    ... on Bare { id text }
    ... on Order { serial notes }
  }
}`

describe('a guarded schema', () => {
  it('lets through who has the scope', async () => {
    expect(await run('{ note { id text } either me }', actor('notes:read'))).toEqual({
      data: { note: { id: '1', text: 'text of 1' }, either: 'either', me: 'li' },
    })
  })

  it('needs one of the outer lists, and all of an inner one', async () => {
    expect((await run('{ either }', actor('notes:secret'))).data).toEqual({ either: 'either' })
    expect(codesOf(await run('{ either }', actor('notes:write')))).toEqual(['FORBIDDEN'])
    expect(codesOf(await run('{ note { secret } }', actor('notes:read')))).toEqual(['FORBIDDEN'])
    expect((await run('{ note { secret } }', actor('notes:read', 'notes:secret'))).errors)
      .toBeUndefined()
  })

  it('needs a policy that the gateway found met, beside the scope', async () => {
    const asked = async (policies: string[] | undefined, ...scopes: string[]) => {
      const request = { actor: actor(...scopes), traceId: 't' }
      const result = await graphql({
        schema: schemaOf(),
        source: '{ late }',
        contextValue: policies === undefined
          ? request
          : { ...request, policies: new Set(policies) },
      })
      return result.errors?.[0]?.message ?? result.data?.late
    }
    const needed = 'Query.late needs the policy office-hours or on-call and second-person.'
    expect(await asked(['office-hours'], 'notes:read')).toBe('late')
    expect(await asked(['second-person', 'on-call'], 'notes:read')).toBe('late')
    expect(await asked(['on-call'], 'notes:read')).toBe(needed)
    expect(await asked(undefined, 'notes:read')).toBe(needed)
    expect(await asked(['office-hours'])).toBe('Query.late needs the scope notes:read.')
  })

  it('refuses nobody with UNAUTHENTICATED, also where no scope is needed', async () => {
    for (const query of ['{ note { id } }', '{ either }', '{ me }', 'mutation { write }']) {
      expect(codesOf(await run(query, undefined))).toEqual(['UNAUTHENTICATED'])
    }
    expect(reached).toEqual([])
  })

  it('refuses who lacks the scope with FORBIDDEN, naming the place, before the resolver', async () => {
    const { errors } = await run('mutation { write }', actor('notes:read'))
    expect(errors).toMatchObject([{
      message: 'Mutation.write needs the scope notes:write.',
      extensions: { code: 'FORBIDDEN', place: 'Mutation.write' },
    }])
    expect(reached).toEqual([])
  })

  it('guards a subscription before it begins', async () => {
    const field = schemaOf().getSubscriptionType()!.getFields().notes!
    const subscribe = (who: Actor | undefined) =>
      field.subscribe!(undefined, {}, { actor: who, traceId: 't' }, undefined as never)
    expect(() => subscribe(undefined)).toThrow('Sign in first.')
    expect(() => subscribe(actor('notes:write'))).toThrow('Subscription.notes needs the scope')
    const events = subscribe(actor('notes:read')) as AsyncIterable<string>
    for await (const event of events) expect(event).toBe('x')
    expect(reached).toEqual(['subscribe'])
  })

  it.each(['Note', 'Bare'])('guards the reference to %s by the rule of the type', async (type) => {
    const of = [{ __typename: type, id: '7' }]
    expect(codesOf(await run(ENTITIES, undefined, { of }))).toEqual(['UNAUTHENTICATED'])
    expect(codesOf(await run(ENTITIES, actor('notes:write'), { of }))).toEqual(['FORBIDDEN'])
    expect(reached).toEqual([])
    expect(await run(ENTITIES, actor('notes:read'), { of })).toEqual({
      data: { _entities: [{ __typename: type, id: '7', text: 'text of 7' }] },
    })
  })

  it('guards what it adds to the entity of another subgraph', async () => {
    const of = [{ __typename: 'Order', serial: 'OA1' }]
    expect(codesOf(await run(ENTITIES, undefined, { of }))).toEqual(['UNAUTHENTICATED'])
    expect(codesOf(await run(ENTITIES, actor('notes:write'), { of }))).toEqual(['FORBIDDEN'])
    expect(await run(ENTITIES, actor('notes:read'), { of })).toEqual({
      data: { _entities: [{ __typename: 'Order', serial: 'OA1', notes: ['note of OA1'] }] },
    })
  })

  it('takes no reference to a type that is no entity', async () => {
    const of = [{ __typename: 'Mutation' }]
    const { errors, data } = await run(ENTITIES, actor('notes:read', 'notes:write'), { of })
    expect(errors).toHaveLength(1)
    expect(data).toEqual({ _entities: [null] })
  })

  it('tells its schema to nobody in particular', async () => {
    const { data } = await run('{ _service { sdl } }', undefined)
    expect((data as { _service: { sdl: string } })._service.sdl).toContain('@requiresScopes')
  })
})

describe('a schema with a way in that has no rule is not built', () => {
  it('a root field', () => {
    const { builder } = subgraphBuilder<ResolverContext>()
    builder.queryFields((t) => ({ open: t.string({ resolve: () => 'x' }) }))
    expect(() => subgraphSchema(builder)).toThrow('Query.open has no access rule')
  })

  it('a mutation', () => {
    const { builder } = subgraphBuilder<ResolverContext>()
    builder.queryFields((t) => ({ me: t.string({ authenticated: true, resolve: () => 'x' }) }))
    builder.mutationType({ fields: (t) => ({ write: t.string({ resolve: () => 'x' }) }) })
    expect(() => subgraphSchema(builder)).toThrow('Mutation.write has no access rule')
  })

  it('a field of an entity', () => {
    const { builder } = subgraphBuilder<ResolverContext>()
    const type = builder.objectRef<Note>('Note')
    type.implement({
      fields: (t) => ({ id: t.exposeID('id'), text: t.exposeString('text') }),
    })
    builder.asEntity(type, {
      key: builder.selection<{ id: string }>('id'),
      resolveReference: ({ id }) => note(id),
    })
    builder.queryFields((t) => ({
      note: t.field({ type, ...READ, resolve: () => note('1') }),
    }))
    expect(() => subgraphSchema(builder)).toThrow('Note.text has no access rule')
  })
})
