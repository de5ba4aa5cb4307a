import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices } from '@theguild/federation-composition'
import { GraphQLError, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { SubgraphFailure } from '../../../../gateway/execute/split/failure.ts'
import { actor } from '../../../support/actors.ts'
import { threeQuery } from '../../../bench/three-subgraphs.ts'
import { type Between, CONTEXT, says, type SplitRig, splitRig, TRACE_ID, twisting } from './rig.ts'

const QUERY = '{ customers(first: 2) { name accounts { iban } } }'
const refused = () => Promise.reject(new TypeError('connection refused'))
const never = () => new Promise<Response>(() => {})
// deno-lint-ignore no-explicit-any
const codes = ({ errors }: any) => (errors ?? []).map((error: any) => error.extensions.code)
const details = ({ reported }: SplitRig) => reported.map((e) => (e as SubgraphFailure).message)

describe('a gateway over subgraphs elsewhere', () => {
  it('answers what it answers with them beside it, whichever are where', async () => {
    const beside = await splitRig({}, { local: ['customers', 'accounts', 'transfers'] })
    const query = threeQuery(3)
    const expected = await beside.ask(query)
    expect(expected.errors).toBeUndefined()
    for (const local of [[], ['customers'], ['accounts', 'transfers']]) {
      const rig = await splitRig({}, { local })
      expect(await rig.ask(query)).toEqual(expected)
      expect(Object.keys(rig.tries).toSorted()).toEqual(
        ['customers', 'accounts', 'transfers'].filter((name) => !local.includes(name)).toSorted(),
      )
    }
  })

  it('carries the caller and the trace, signed', async () => {
    const rig = await splitRig()
    await rig.ask(QUERY)
    expect(rig.contexts).toHaveLength(2)
    for (const { actor, traceId } of rig.contexts) {
      expect({ actor, traceId }).toEqual({ actor: CONTEXT.actor, traceId: TRACE_ID })
    }
    const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-01`
    await rig.ask(QUERY, { ...CONTEXT, actor: undefined, traceparent, policies: new Set(['p']) })
    expect(rig.contexts.at(-1)).toEqual({ actor: undefined, traceId: TRACE_ID, traceparent })
  })

  it('believes nothing of a request that was changed on its way', async () => {
    const rig = await splitRig({
      accounts: async (request, pass) =>
        await pass(
          new Request(request, { body: (await request.text()).replace('iban', 'balance') }),
        ),
    })
    expect(codes(await rig.ask(QUERY))).toEqual(['SUBGRAPH_UNAVAILABLE'])
    expect(details(rig)[0]).toContain('SIGNATURE_INVALID')
  })
})

describe('a subgraph that does not answer', () => {
  it('costs a query what it would have told, with one error, and nothing else', async () => {
    const rig = await splitRig({ accounts: refused })
    const { data, errors } = await rig.ask('{ customers(first: 1) { name } }')
    expect([data, errors]).toEqual([{ customers: [{ name: 'Customer 0' }] }, undefined])
    const down = await rig.ask(QUERY)
    expect(down.errors).toEqual([{
      message: 'The subgraph accounts cannot be reached.',
      extensions: { code: 'SUBGRAPH_UNAVAILABLE', subgraph: 'accounts' },
    }])
    // The schema allows no null below.
    expect(down.data).toBeNull()
  })

  it('is asked three times by a query', async () => {
    const rig = await splitRig({ accounts: refused })
    await rig.ask(QUERY)
    expect(rig.tries).toEqual({ customers: 1, accounts: 3 })
  })

  it.each([502, 503, 504])(
    'with HTTP %i is asked again, signed anew, and answers',
    async (status) => {
      const signatures = new Set<string | null>()
      const flaky: Between = (request, pass, tries) => {
        signatures.add(request.headers.get('x-huitong-nonce'))
        return tries < 3 ? says('busy', status, 'text/plain') : pass(request)
      }
      const rig = await splitRig({ accounts: flaky })
      expect((await rig.ask(QUERY)).errors).toBeUndefined()
      expect(signatures.size).toBe(3)
    },
  )

  it.each([400, 404, 500])('with HTTP %i and no GraphQL is not asked again', async (status) => {
    const rig = await splitRig({ accounts: () => says('<h1>no</h1>', status, 'text/html') })
    expect(codes(await rig.ask(QUERY))).toEqual(['SUBGRAPH_INVALID_RESPONSE'])
    expect(rig.tries.accounts).toBe(1)
  })

  it('in time is told as such, and the time is for all tries together', async () => {
    const rig = await splitRig({ accounts: never }, { timeoutMs: 30 })
    const { errors } = await rig.ask(QUERY)
    expect(errors).toMatchObject([{
      message: 'The subgraph accounts did not answer in time.',
      extensions: { code: 'SUBGRAPH_TIMEOUT' },
    }])
    expect(rig.tries.accounts).toBe(1)
  })

  it('to the end is told as a timeout', async () => {
    const half: Between = (request) =>
      new Response(
        new ReadableStream({
          start(controller) {
            controller.enqueue(new TextEncoder().encode('{"data":'))
            request.signal.addEventListener('abort', () => controller.error(request.signal.reason))
          },
        }),
        { headers: { 'content-type': 'application/json' } },
      )
    const rig = await splitRig({ accounts: half }, { timeoutMs: 30 })
    expect(codes(await rig.ask(QUERY))).toEqual(['SUBGRAPH_TIMEOUT'])
  })

  it('is left alone for a while after failures in a row, then tried with one request', async () => {
    let up = false
    const rig = await splitRig({
      accounts: (request, pass) => up ? pass(request) : refused(),
    }, { circuit: { failuresMax: 3, waitFirstMs: 1_000, waitLongestMs: 1_000 } })
    await rig.ask(QUERY)
    expect(rig.tries.accounts).toBe(3)
    expect(codes(await rig.ask(QUERY))).toEqual(['SUBGRAPH_UNAVAILABLE'])
    expect(rig.tries.accounts).toBe(3)
    expect(details(rig).at(-1)).toBe('accounts: the circuit is open')
    up = true
    rig.nowMs = 1_001
    expect((await rig.ask(QUERY)).errors).toBeUndefined()
    expect((await rig.ask(QUERY)).errors).toBeUndefined()
  })

  it('more than is taken is cut off, and no caller closes the way for others so', async () => {
    const rig = await splitRig({}, {
      responseLimitBytes: 200,
      circuit: { failuresMax: 1, waitFirstMs: 60_000, waitLongestMs: 60_000 },
    })
    const large = await rig.ask('{ customers(first: 100) { name } }')
    expect(codes(large)).toEqual(['SUBGRAPH_RESPONSE_TOO_LARGE'])
    expect((await rig.ask('{ customers(first: 1) { name } }')).errors).toBeUndefined()
  })

  it('is not even asked for a caller whose roles fit into no request', async () => {
    const rig = await splitRig()
    const roles = Array.from({ length: 3_000 }, (_, i) => `role-${i}`)
    const who = { ...CONTEXT, actor: actor('bank-1', 'maker', roles) }
    expect(codes(await rig.ask(QUERY, who))).toEqual(['IDENTITY_TOO_LARGE'])
    expect(rig.tries).toEqual({})
  })
})

describe('a subgraph that lies', () => {
  it.each<[string, Between]>([
    ['another content type', () => says({ data: { _entities: [] } }, 200, 'text/html')],
    ['no content type', () => new Response(new Uint8Array([123, 125]))],
    ['no JSON', () => says('{"data":')],
    ['bad UTF-8', () =>
      new Response(new Uint8Array([34, 255, 34]), {
        headers: { 'content-type': 'application/json' },
      })],
    ['a list', () => says([])],
    ['a text', () => says('"data"')],
    ['null', () => says('null')],
    ['neither data nor errors', () => says({})],
    ['data that is a list', () => says({ data: [] })],
    ['null without an error', () => says({ data: null })],
    ['errors that are no list', () => says({ data: null, errors: { message: 'x' } })],
    ['errors that are empty', () => says({ data: null, errors: [] })],
    ['an error without a message', () => says({ data: null, errors: [{}] })],
    ['an error with an empty message', () => says({ data: null, errors: [{ message: '' }] })],
    ['an error that is a text', () => says({ data: null, errors: ['x'] })],
    [
      'an error whose path is none',
      () => says({ data: null, errors: [{ message: 'x', path: [{}] }] }),
    ],
    [
      'an error whose extensions are none',
      () => says({ data: null, errors: [{ message: 'x', extensions: 'x' }] }),
    ],
    ['a redirect', () => Response.redirect('http://evil.example/', 302)],
  ])('with %s is told as no answer', async (_, between) => {
    const rig = await splitRig({ accounts: between })
    expect(await rig.ask(QUERY)).toEqual({
      data: null,
      errors: [{
        message: 'The subgraph accounts answered something that is no answer.',
        extensions: { code: 'SUBGRAPH_INVALID_RESPONSE', subgraph: 'accounts' },
      }],
    })
  })
})

const LINK =
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])`
const SHOP = {
  shop: `${LINK}
    type Query { products: [Product] node: Node }
    type Mutation { buy: Int fail: Int }
    interface Node { id: ID! }
    type Product implements Node @key(fields: "id") { id: ID! name: String tags: [String] size: Int
      kind: Kind made: Place }
    type Place { city: String }
    enum Kind { GOOD BAD }`,
  stock: `${LINK}
    type Product @key(fields: "id") { id: ID! count: Int shelf: Shelf }
    type Shelf { row: Int! places: [[Int]] }`,
}
const made = { city: 'Jinan' }
const product = (id: string) => ({ id, name: `P${id}`, tags: ['a'], size: 1, kind: 'GOOD', made })
const RESOLVERS: Record<string, object> = {
  shop: {
    Query: {
      products: () => ['1', '2'].map(product),
      node: () => ({ __typename: 'Product', ...product('1') }),
    },
    Mutation: { buy: () => 1 },
    Product: { __resolveReference: ({ id }: { id: string }) => product(id) },
  },
  stock: {
    Product: {
      __resolveReference: ({ id }: { id: string }) => ({ id, shelf: { row: 1, places: [[1]] } }),
      count({ id }: { id: string }) {
        if (id === '2') {
          throw new GraphQLError('Two is being counted.', {
            extensions: { code: 'BEING_COUNTED', place: '/id', http: { status: 201 }, secret: {} },
          })
        }
        return 3
      },
    },
  },
}

async function shopRig(between: Record<string, Between> = {}, local: string[] = []) {
  const services = Object.entries(SHOP).map(([name, sdl]) => ({ name, typeDefs: parse(sdl) }))
  const { supergraphSdl } = composeServices(services)
  const subgraphs = services.map(({ name, typeDefs }) => ({
    name,
    schema: buildSubgraphSchema([{ typeDefs, resolvers: RESOLVERS[name] as never }]),
  }))
  return await splitRig(between, { subgraphs, supergraph: supergraphSdl!, local })
}

describe('an error of a subgraph', () => {
  it.each([[[]], [['stock', 'shop']]])(
    'keeps its code, its place and its path, and brings nothing else (%j here)',
    async (local) => {
      const rig = await shopRig({}, local)
      const { data, errors } = await rig.ask('{ products { id count } }')
      expect(data).toEqual({ products: [{ id: '1', count: 3 }, { id: '2', count: null }] })
      expect(errors).toMatchObject([{
        message: 'Two is being counted.',
        path: ['products', 1, 'count'],
        extensions: { code: 'BEING_COUNTED', place: '/id' },
      }])
      if (local.length === 0) {
        expect(errors![0]!.extensions).toEqual({ code: 'BEING_COUNTED', place: '/id' })
      }
    },
  )
})

describe('a mutation', () => {
  it.each<[string, Between]>([
    ['a connection that breaks', refused],
    ['HTTP 503', () => says('', 503)],
  ])('is sent once, whatever comes of it: %s', async (_, between) => {
    const rig = await shopRig({ shop: between })
    const { data, errors } = await rig.ask('mutation { buy }')
    expect(data).toEqual({ buy: null })
    expect(codes({ errors })).toEqual(['SUBGRAPH_UNAVAILABLE'])
    expect(rig.tries).toEqual({ shop: 1 })
  })
})

describe('an answer in which something has the wrong shape', () => {
  const ALL = '{ products { id name tags size kind made { city } count shelf { row places } } }'
  const one = (data: { products: Record<string, unknown>[] }) => data.products[0]!

  it('loses only that, with an error at its place', async () => {
    const rig = await shopRig({
      shop: twisting(({ data }) => Object.assign(one(data), { name: 7, tags: 'a' })),
    })
    const { data, errors } = await rig.ask('{ products { name tags } }')
    expect(data).toEqual({
      products: [{ name: null, tags: null }, { name: 'P2', tags: ['a'] }],
    })
    expect(errors).toEqual(['name', 'tags'].map((name) => ({
      message: 'The subgraph shop answered something that is no answer.',
      path: ['products', 0, name],
      extensions: { code: 'SUBGRAPH_INVALID_RESPONSE', subgraph: 'shop' },
    })))
  })

  it.each<[string, string, unknown]>([
    ['a number for a text', 'name', 7],
    ['an object for a text', 'name', {}],
    ['a text for a list', 'tags', 'a'],
    ['a fraction for a whole number', 'size', 1.5],
    ['more than 32 bits', 'size', 2 ** 40],
    ['a text for a number', 'size', '1'],
    ['a value that the enum has not', 'kind', 'UGLY'],
    ['a list for an object', 'made', []],
    ['a text for an object', 'made', 'Jinan'],
    ['another type', 'made', { __typename: 'Product', city: 'x' }],
    ['nothing', 'name', undefined],
  ])('%s', async (_, field, value) => {
    const rig = await shopRig({ shop: twisting(({ data }) => one(data)[field] = value) })
    const { data, errors } = await rig.ask(ALL)
    const [first, second] = (data as { products: Record<string, unknown>[] }).products
    expect(first![field]).toBeNull()
    expect(second![field]).not.toBeNull()
    const wrong = errors!.filter((e) => e.extensions.code === 'SUBGRAPH_INVALID_RESPONSE')
    expect(wrong.map(({ path }) => path)).toEqual([['products', 0, field]])
  })

  it.each<[string, (entities: unknown[]) => unknown]>([
    ['too few entities', (entities) => entities.slice(1)],
    ['too many entities', (entities) => [...entities, null]],
    ['no entities', () => undefined],
    ['entities that are no list', () => ({})],
  ])('%s are none: nothing is given to the wrong one', async (_, change) => {
    const rig = await shopRig({
      stock: twisting(({ data }) => data._entities = change(data._entities)),
    })
    const { data, errors } = await rig.ask('{ products { id shelf { row } } }')
    expect(data).toEqual({ products: [{ id: '1', shelf: null }, { id: '2', shelf: null }] })
    expect(codes({ errors })).toContain('SUBGRAPH_INVALID_RESPONSE')
  })

  it('an entity that is missing leaves null where the schema allows it', async () => {
    const rig = await shopRig({ stock: twisting(({ data }) => data._entities[0] = null) })
    const { data, errors } = await rig.ask('{ products { id shelf { row } } }')
    expect(data).toEqual({ products: [{ id: '1', shelf: null }, { id: '2', shelf: { row: 1 } }] })
    expect(errors).toBeUndefined()
  })

  it('a null that the schema does not allow is an error, and ends where the schema says', async () => {
    const rig = await shopRig({
      stock: twisting(({ data }) => data._entities[0].shelf.row = null),
    })
    const { data, errors } = await rig.ask('{ products { id shelf { row } } }')
    expect(data).toEqual({ products: [{ id: '1', shelf: null }, { id: '2', shelf: { row: 1 } }] })
    expect(errors).toMatchObject([{
      path: ['products', 0, 'shelf', 'row'],
      extensions: { code: 'SUBGRAPH_INVALID_RESPONSE' },
    }])
  })

  it.each(['Nothing', 'Shelf', 7, null])(
    'a value of the type %j is none of an interface',
    async (t) => {
      const rig = await shopRig({ shop: twisting(({ data }) => data.node.__typename = t) })
      const { data, errors } = await rig.ask('{ node { id } }')
      expect(data).toEqual({ node: null })
      expect(codes({ errors })).toEqual(['SUBGRAPH_INVALID_RESPONSE'])
    },
  )
})
