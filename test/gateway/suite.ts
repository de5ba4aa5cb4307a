/**
 * What the gateway does on every runtime: cases that need nothing but a `fetch` to it.
 */
import { serverAudits } from 'graphql-http'
import { expect } from 'vitest'

/** Sends a request to the gateway under test. */
export type SuiteFetch = (path: string, init?: RequestInit) => Promise<Response>

/** One sentence about the gateway, and what makes it true. */
export interface Case {
  readonly name: string
  run(send: SuiteFetch): Promise<void>
}

const JSON_TYPE = { 'content-type': 'application/json' }

async function answer(
  send: SuiteFetch,
  query: string,
  variables: object = {},
  headers: Record<string, string> = {},
  // deno-lint-ignore no-explicit-any
): Promise<any> {
  const response = await send('/graphql', {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify({ query, variables }),
  })
  return { status: response.status, ...await response.json() as object }
}

/** The cases. */
export const SUITE: readonly Case[] = [
  {
    name: 'answers a query across three subgraphs',
    async run(send) {
      const query = `query ($n: Int!) {
        customers(first: $n) { id name accounts { iban transfers { amount } } }
      }`
      expect(await answer(send, query, { n: 2 })).toEqual({
        status: 200,
        data: {
          customers: ['0', '1'].map((id) => ({
            id,
            name: `Customer ${id}`,
            accounts: [{ iban: `CN${id}`, transfers: [{ amount: '10.00' }] }],
          })),
        },
      })
    },
  },
  {
    name: 'gives an alias that equals a key the client’s value, and still joins',
    async run(send) {
      const { data } = await answer(send, '{ customers(first: 1) { id: name accounts { iban } } }')
      expect(data).toEqual({ customers: [{ id: 'Customer 0', accounts: [{ iban: 'CN0' }] }] })
    },
  },
  {
    name: 'takes fragments, aliases, directives and GET',
    async run(send) {
      const query = `query ($no: Boolean = false) {
        one: customers(first: 1) { ...C } customers(first: 1) @include(if: $no) { id }
      }
      fragment C on Customer { __typename id }`
      const response = await send(`/graphql?query=${encodeURIComponent(query)}`, {
        headers: { accept: 'application/json' },
      })
      expect(await response.json()).toEqual({
        data: { one: [{ __typename: 'Customer', id: '0' }] },
      })
    },
  },
  {
    name: 'carries mutations out in order, and joins what they answer',
    async run(send) {
      const query = `mutation {
        a: rename(id: 3, name: "赵") { name accounts { iban } } b: rename(id: 4, name: "钱") { name }
      }`
      const { data } = await answer(send, query)
      expect(data).toEqual({ a: { name: '赵', accounts: [{ iban: 'CN3' }] }, b: { name: '钱' } })
    },
  },
  {
    name: 'keeps the code of a refusal and masks a mistake, each at its path',
    async run(send) {
      const { data, errors } = await answer(send, '{ refused broken later }')
      expect(data).toEqual({ refused: null, broken: null, later: 1 })
      expect(errors).toMatchObject([
        { path: ['refused'], message: 'Not today.', extensions: { code: 'NOT_TODAY' } },
        { path: ['broken'], extensions: { code: 'INTERNAL_ERROR' } },
      ])
      expect(JSON.stringify(errors)).not.toContain('secret')
    },
  },
  {
    name: 'gives the rest when a subgraph fails for one entity',
    async run(send) {
      const { data, errors } = await answer(
        send,
        '{ customers(first: 9) { id accounts { iban } } }',
      )
      expect(data.customers[6].accounts).toEqual([{ iban: 'CN6' }])
      expect(data.customers[7]).toEqual({ id: '7', accounts: null })
      expect(errors).toHaveLength(1)
      expect(errors[0].path).toEqual(['customers', 7, 'accounts'])
      expect(JSON.stringify(errors)).not.toContain('secret')
    },
  },
  {
    name: 'streams the events of a subscription, joined across subgraphs',
    async run(send) {
      const response = await send('/graphql', {
        method: 'POST',
        headers: { ...JSON_TYPE, accept: 'text/event-stream' },
        body: JSON.stringify({
          query: 'subscription { renamed(times: 3) { name accounts { iban } } }',
        }),
      })
      expect(response.headers.get('content-type')).toContain('text/event-stream')
      const events = (await response.text()).split('\n')
        .filter((line) => line.startsWith('data: {'))
        .map((line) => JSON.parse(line.slice('data: '.length)))
      expect(events).toEqual(['0', '1', '2'].map((id) => ({
        data: { renamed: { name: `Customer ${id}`, accounts: [{ iban: `CN${id}` }] } },
      })))
    },
  },
  {
    name: 'refuses a token that is not believed with 401 and a code',
    async run(send) {
      const refused = await answer(send, '{ later }', {}, { authorization: 'Bearer bad' })
      expect(refused).toMatchObject({
        status: 401,
        errors: [{ extensions: { code: 'TOKEN_INVALID' } }],
      })
      expect(refused.data).toBeUndefined()
    },
  },
  {
    name: 'refuses what is no document, no such field, and no JSON',
    async run(send) {
      expect((await answer(send, '{ customers(')).errors).toHaveLength(1)
      expect((await answer(send, '{ nothing }')).errors).toHaveLength(1)
      const response = await send('/graphql', { method: 'POST', headers: JSON_TYPE, body: '{' })
      expect(response.status).toBe(400)
      await response.body?.cancel()
    },
  },
  {
    name: 'answers many at once, each its own',
    async run(send) {
      const query = 'query ($n: Int!) { customers(first: $n) { accounts { id } } }'
      const sizes = Array.from({ length: 40 }, (_, i) => i % 6)
      const answers = await Promise.all(sizes.map((n) => answer(send, query, { n })))
      expect(answers.map(({ data }) => data.customers.length)).toEqual(sizes)
    },
  },
  {
    name: 'speaks GraphQL over HTTP to the letter of the specification',
    async run(send) {
      const url = 'http://gateway.example/graphql'
      const audits = serverAudits({
        url,
        fetchFn: (to: string, init?: RequestInit) =>
          send(to.replace('http://gateway.example', ''), init),
      })
      expect(audits.length).toBeGreaterThanOrEqual(61)
      const failed: string[] = []
      for (const audit of audits) {
        const { status, name } = await audit.fn()
        if (status !== 'ok') failed.push(`${status}: ${name}`)
      }
      expect(failed).toEqual([])
    },
  },
]
