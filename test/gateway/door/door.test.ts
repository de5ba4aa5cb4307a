import { buildSchema } from 'graphql'
import { serverAudits } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { DEFAULT_FRONT_DOOR, defineFrontDoor } from '../../../gateway/door/config.ts'
import { frontDoor } from '../../../gateway/door/mod.ts'
import { hashOf } from '../../../gateway/door/trusted/manifest.ts'
import { manifestOf } from '../../../gateway/door/trusted/register.ts'
import { scopesOf } from '../../../subgraphs/kernel/actor.ts'
import { ok } from '../../../subgraphs/kernel/result.ts'
import { actor, partnerApp } from '../../support/actors.ts'
import { answerOf, ENDPOINT, openDoor, SMALL_SDL } from '../../support/door.ts'

const ACTORS = {
  maker: actor('bank', 'maker'),
  acme: partnerApp('bank', 'acme'),
  other: partnerApp('bank', 'other'),
  reader: { ...actor('bank', 'reader'), scopes: scopesOf([], ['schema:read']) },
}
const ROOT = { hello: 'hello', items: { nodes: [], total: 0 }, item: { id: '1' }, secret: null }
const HELLO = { query: '{ hello }' }

describe('the front door', () => {
  it('speaks GraphQL over HTTP to the letter of the specification', async () => {
    const door = await openDoor({ rootValue: ROOT, settings: { introspection: { on: true } } })
    const audits = serverAudits({
      url: ENDPOINT,
      fetchFn: (url: string, init: RequestInit = {}) =>
        door.fetch(
          new Request(url, {
            ...init,
            headers: { ...init.headers as object, 'x-huitong-csrf': '1' },
          }),
        ),
    })
    const failed: string[] = []
    for (const audit of audits) {
      const { status, name } = await audit.fn()
      if (status !== 'ok') failed.push(`${status}: ${name}`)
    }
    expect(failed).toEqual([])
    expect(audits.length).toBeGreaterThanOrEqual(61)
  })

  it('tells the cost in every reply, and of each operation of a batch', async () => {
    const door = await openDoor({ rootValue: ROOT })
    const answer = await door.post({ query: '{ items(first: 5) { nodes { id } } }' })
    expect(answer.body).toEqual({
      data: { items: { nodes: [] } },
      extensions: { cost: { estimated: 6, limit: 20_000 } },
    })
    const batch = await door.post([HELLO, { query: '{ item(id: "1") { id } }' }, {
      query: '{ no }',
    }])
    expect(batch.body.map((each: { extensions: unknown }) => each.extensions)).toEqual([
      { cost: { estimated: 0, limit: 20_000 } },
      { cost: { estimated: 1, limit: 20_000 } },
      { cost: { estimated: 0, limit: 20_000 } },
    ])
    expect(batch.body[2].errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED')
  })

  it('refuses what costs too much, and names the most of it', async () => {
    const door = await openDoor({ settings: { cost: { limit: 100 } } })
    const query = 'query ($n: Int) { all: items(first: $n) { nodes { parent { id } } } }'
    const dear = await door.post({ query, variables: { n: 1_000 } })
    expect([dear.status, dear.code]).toEqual([400, 'COST_LIMIT_EXCEEDED'])
    expect(dear.body.errors[0].extensions).toMatchObject(
      { estimated: 2_001, limit: 100, field: 'all.nodes' },
    )
    expect(dear.body.extensions.cost).toEqual({ estimated: 2_001, limit: 100 })
    expect(door.executed()).toBe(0)
    const lists = await door.post({ query: '{ top { id } }' })
    expect([lists.status, lists.code]).toEqual([400, 'SLICING_ARGUMENT_REQUIRED'])
  })

  it('is not fooled by a transfer that breaks off or a method that it does not know', async () => {
    const door = await openDoor()
    const put = await answerOf(
      await door.fetch(new Request(ENDPOINT, { method: 'PUT', body: '{}' })),
    )
    expect(put.status).toBe(405)
    const large = await answerOf(
      await door.fetch(
        new Request(ENDPOINT, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: 'x'.repeat(300_000),
        }),
      ),
    )
    expect([large.status, large.code, large.headers.get('connection')])
      .toEqual([413, 'BODY_TOO_LARGE', 'close'])
  })

  it('runs no mutation by GET', async () => {
    const door = await openDoor()
    const url = `${ENDPOINT}?query=${encodeURIComponent('mutation { write(text: "x") }')}`
    const answer = await answerOf(
      await door.fetch(new Request(url, { headers: { 'x-huitong-csrf': '1' } })),
    )
    expect([answer.status, door.executed()]).toEqual([405, 0])
  })

  it('tells no names in errors, and of many errors only some', async () => {
    const door = await openDoor()
    const misspelt = await door.post({ query: '{ helo }' })
    expect(misspelt.body.errors[0].message).not.toContain('Did you mean')
    const many = await door.post({
      query: `{ item(id: "1") { ${Array.from({ length: 100 }, (_, i) => `no${i}`).join(' ')} } }`,
    })
    expect(many.body.errors.length).toBeLessThanOrEqual(11)
    const open = await openDoor({ settings: { validation: { suggestions: true } } })
    expect((await open.post({ query: '{ helo }' })).body.errors[0].message).toContain(
      'Did you mean',
    )
  })

  it('tells the schema only to whom it may', async () => {
    const query = '{ __type(name: "Query") { name } }'
    const door = await openDoor({
      actors: ACTORS,
      settings: { introspection: { scope: 'schema:read' } },
    })
    const refused = await door.post({ query }, 'maker')
    expect([refused.status, refused.code]).toEqual([403, 'INTROSPECTION_OFF'])
    expect((await door.post({ query }, 'reader')).body.data).toEqual({ __type: { name: 'Query' } })
    expect((await door.post({ query: '{ __typename }' })).body.data).toEqual({
      __typename: 'Query',
    })
  })

  it('parses a document once, whoever sends it', async () => {
    const door = await openDoor({ rootValue: ROOT })
    await door.post(HELLO)
    await door.post(HELLO)
    expect(door.seen[0]!.known.document).toBe(door.seen[1]!.known.document)
  })

  it('names the operation for whoever counts', async () => {
    const door = await openDoor({ rootValue: ROOT, actors: ACTORS })
    await door.post({ query: 'query A { hello } query B { hello }', operationName: 'B' }, 'acme')
    expect(door.seen[0]).toMatchObject({
      client: 'acme',
      trusted: undefined,
      operation: { name: 'B' },
      cost: { estimated: 0 },
    })
  })

  it('answers a request that names no operation as GraphQL has it', async () => {
    const door = await openDoor()
    const answer = await door.post({ query: 'query A { hello } query B { hello }' })
    expect([answer.status, answer.code]).toEqual([400, 'OPERATION_RESOLUTION_FAILURE'])
  })

  it('does not start when it has nothing to share, or a document that cannot be trusted', async () => {
    const deps = { authenticate: () => Promise.resolve(ok(undefined)), report: () => {} }
    await expect(frontDoor(DEFAULT_FRONT_DOOR, deps)).rejects.toThrow(
      /^FRONT_DOOR: idempotency\.store is shared/,
    )
    const shared = defineFrontDoor({ rate: { store: 'shared' } })
    await expect(frontDoor(shared, deps)).rejects.toThrow(/^FRONT_DOOR: rate\.store is shared/)
  })
})

describe('trusted documents', () => {
  const open = async () => {
    const schema = buildSchema(SMALL_SDL)
    const saved = [
      { client: 'desk', name: 'a', text: 'query Desk { hello }' },
      { client: 'acme', name: 'b', text: 'query Acme { item(id: "1") { id } }' },
      { client: 'shared', name: 'c', text: 'query Shared { __typename }' },
    ]
    const door = await openDoor({
      actors: ACTORS,
      rootValue: ROOT,
      settings: { trusted: { unknown: 'refuse' } },
      manifest: await manifestOf(saved, () => schema),
    })
    const by = async (index: number) => ({
      documentId: `sha256:${await hashOf(saved[index]!.text)}`,
    })
    return { door, by, saved }
  }

  it('are run by their hash, by their client and by no other', async () => {
    const { door, by } = await open()
    expect((await door.post(await by(0), 'maker')).body.data).toEqual({ hello: 'hello' })
    expect((await door.post(await by(1), 'acme')).body.data).toEqual({ item: { id: '1' } })
    expect((await door.post(await by(2))).body.data).toEqual({ __typename: 'Query' })
    const foreign = await door.post(await by(1), 'other')
    expect([foreign.status, foreign.code]).toEqual([404, 'DOCUMENT_UNKNOWN'])
    expect((await door.post(await by(0))).code).toBe('DOCUMENT_UNKNOWN')
    expect(door.seen.map((each) => each!.trusted)).toEqual(['Desk', 'Acme', 'Shared'])
  })

  it('are run by GET, and as Apollo’s clients ask for them', async () => {
    const { door, by, saved } = await open()
    const { documentId } = await by(2)
    const get = async (search: Record<string, string>) =>
      await answerOf(
        await door.fetch(
          new Request(`${ENDPOINT}?${new URLSearchParams(search)}`, {
            headers: { 'x-huitong-csrf': '1' },
          }),
        ),
      )
    expect((await get({ documentId })).body.data).toEqual({ __typename: 'Query' })
    const persistedQuery = { version: 1, sha256Hash: await hashOf(saved[2]!.text) }
    expect((await get({ extensions: JSON.stringify({ persistedQuery }) })).body.data)
      .toEqual({ __typename: 'Query' })
  })

  it('are all that is run: free text is not even parsed', async () => {
    const { door } = await open()
    const free = await door.post({ query: 'query { this is no document' }, 'maker')
    expect([free.status, free.code]).toEqual([403, 'DOCUMENT_NOT_TRUSTED'])
    expect(door.executed()).toBe(0)
  })

  it('come with their own hash where free text is allowed', async () => {
    const door = await openDoor({ rootValue: ROOT })
    const send = async (sha256Hash: string) =>
      await door.post({ ...HELLO, extensions: { persistedQuery: { version: 1, sha256Hash } } })
    expect((await send(await hashOf(HELLO.query))).status).toBe(200)
    expect((await send('0'.repeat(64))).code).toBe('DOCUMENT_HASH_WRONG')
  })
})

describe('quotas', () => {
  const policies = [
    { name: 'people', callers: 'person', units: 10, windowSeconds: 60 },
    { name: 'nobody', callers: 'anonymous', units: 3, windowSeconds: 60 },
    { name: 'secret', callers: 'all', scope: 'items:secret', units: 2, windowSeconds: 60 },
  ] as const
  const open = async () => {
    let nowMs = Date.parse('2026-11-23T04:00:00.000Z')
    const door = await openDoor({
      actors: ACTORS,
      rootValue: ROOT,
      settings: { rate: { policies } },
      nowMs: () => nowMs,
      peerAddress: ({ headers }) => headers.get('x-peer') ?? undefined,
    })
    return { door, wait: (ms: number) => void (nowMs += ms) }
  }
  const SIX = { query: '{ items(first: 5) { nodes { id } } }' }

  it('are taken by cost, told in headers, and refilled by time', async () => {
    const { door, wait } = await open()
    const first = await door.post(SIX, 'maker')
    expect(first.headers.get('ratelimit-policy')).toBe('"people";q=10;w=60')
    expect(first.headers.get('ratelimit')).toBe('"people";r=4;t=36')
    expect(first.headers.get('retry-after')).toBeNull()
    const second = await door.post(SIX, 'maker')
    expect([second.status, second.code]).toEqual([429, 'RATE_LIMITED'])
    expect(second.body.errors[0].extensions).toMatchObject({ policy: 'people', retrySeconds: 18 })
    expect(second.headers.get('retry-after')).toBe('18')
    expect(door.executed()).toBe(1)
    wait(17_000)
    expect((await door.post(SIX, 'maker')).status).toBe(429)
    wait(7_000)
    expect((await door.post(SIX, 'maker')).status).toBe(200)
  })

  it('are taken by what is refused, too', async () => {
    const { door } = await open()
    const codes: (string | undefined)[] = []
    for (let i = 0; i < 4; i++) codes.push((await door.post({ query: '{a'.repeat(100) })).code)
    expect(codes).toEqual([
      'DOCUMENT_TOO_DEEP',
      'DOCUMENT_TOO_DEEP',
      'DOCUMENT_TOO_DEEP',
      'RATE_LIMITED',
    ])
  })

  it('count callers without a token by address', async () => {
    const { door } = await open()
    const statuses: number[] = []
    for (let i = 0; i < 7; i++) {
      statuses.push((await door.post(HELLO, '', { 'x-peer': `192.0.2.${i % 2}` })).status)
    }
    expect(statuses).toEqual([200, 200, 200, 200, 200, 200, 429])
  })

  it('count each operation of a batch', async () => {
    const { door } = await open()
    const batch = await door.post(Array.from({ length: 4 }, () => HELLO))
    const codes = batch.body.map((each: { errors?: { extensions: { code: string } }[] }) =>
      each.errors?.[0]?.extensions.code
    )
    expect(codes).toEqual([undefined, undefined, undefined, 'RATE_LIMITED'])
  })

  it('are kept for a scope beside those of the caller', async () => {
    const { door } = await open()
    const secret = { query: '{ secret { id } }' }
    const first = await door.post(secret, 'maker')
    expect(first.headers.get('ratelimit')).toContain('"secret";r=1')
    await door.post(secret, 'maker')
    const third = await door.post(secret, 'maker')
    expect(third.body.errors[0].extensions.policy).toBe('secret')
    expect((await door.post(HELLO, 'maker')).status).toBe(200)
  })

  it('let a request through that is dearer than they are, once they are full', async () => {
    const { door, wait } = await open()
    const dear = { query: '{ items(first: 500) { nodes { id } } }' }
    expect((await door.post(dear, 'maker')).status).toBe(200)
    expect((await door.post(HELLO, 'maker')).status).toBe(429)
    wait(60_000)
    expect((await door.post(dear, 'maker')).status).toBe(200)
  })
})
