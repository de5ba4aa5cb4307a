/**
 * The one endpoint with everything in front of it, on a system with data.
 */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildClientSchema, getIntrospectionQuery } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { DEMO_CLIENT_SECRET } from '../../gateway/auth/identity.ts'
import { replaceable } from '../../gateway/http/replaceable.ts'
import { SUPERGRAPH_PATH } from '../../gateway/gateway.ts'
import { watchSupergraph } from '../../gateway/supergraph-file.ts'
import { PENDING } from '../../subgraphs/kernel/tables.ts'
import { onEngine } from '../rig/engines.ts'
import { supplierPayment } from '../support/forms.ts'
import { openTestServer, sharedServer, type Who } from '../support/server.ts'

const OPERATOR: Who = { subject: 'op', roles: ['operator'] }

onEngine('sqlite', (engine) => {
  const server = sharedServer(engine)

  describe('a partner’s program', () => {
    it('is shown its contract and nothing besides when it introspects', async () => {
      const shown = async (who: Who) => {
        const data = await server().demo.ask(who, getIntrospectionQuery())
        return Object.keys(buildClientSchema(data).getTypeMap())
      }
      const [partner, staff] = [await shown('partner'), await shown('checker')]
      expect(partner).toContain('BusinessOrder')
      expect(partner).not.toContain('Voucher')
      expect(staff).toContain('Voucher')
      expect(partner.filter((name) => /^(join|link|federation)|^_/.test(name.replace(/^__/, ''))))
        .toEqual([])
    })

    it.each([
      ['a field', '{ order(serial: "x") { vouchers { id } } }'],
      ['a list that would cost too much', '{ vouchers(first: 99999) { edges { cursor } } }'],
      ['a root field', '{ vouchers { edges { node { id } } } }'],
      ['a type', '{ __type(name: "Voucher") { name fields { name } } }'],
      ['a type in a fragment', '{ orders { edges { node { ... on Voucher { id } } } } }'],
      [
        'a mutation',
        'mutation { decideTask(input: { task: "1", verdict: APPROVE }) { __typename } }',
      ],
      ['a name that is nearly one of theirs', '{ voucher { id } }'],
    ])(
      'is told of %s that is not its own what it is told of one that never was',
      async (_, query) => {
        const { demo } = server()
        const answer = async (text: string) => {
          const response = await demo.send('partner', '/graphql', {
            method: 'POST',
            headers: { 'content-type': 'application/json' },
            body: JSON.stringify({ query: text }),
          })
          return [response.status, await response.json()]
        }
        const told = await answer(query)
        // Of the same length, since errors tell columns.
        const made = (text: string) =>
          text.replaceAll('decideTask', 'wonderTask').replaceAll('voucher', 'wonders')
            .replaceAll('Voucher', 'Wonders')
        const same = await answer(made(query))
        const bare = (answer: unknown) =>
          JSON.stringify(answer).replaceAll(/ Did you mean [^?]*\?/g, '')
        expect(made(bare(told))).toBe(bare(same))
        const suggested = JSON.stringify(told).match(/ Did you mean [^?]*\?/g)?.join('') ?? ''
        expect(suggested).not.toMatch(/voucher|decide/i)
      },
    )

    it('signs in with credentials of its own and sees what the demo’s token sees', async () => {
      const response = await server().fetch('/oauth/token', {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          authorization: `Basic ${btoa(`demo%3Apartner:${DEMO_CLIENT_SECRET}`)}`,
        },
        body: 'grant_type=client_credentials',
      })
      const { access_token } = await response.json()
      const ask = async (query: string) =>
        (await server().fetch('/graphql', {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${access_token}` },
          body: JSON.stringify({ query }),
        })).json()
      const query = '{ orders { edges { node { serial status } } } }'
      expect((await ask(query)).data).toEqual(await server().demo.ask('partner', query))
      expect((await ask('{ vouchers { edges { cursor } } }')).data).toBeUndefined()
      const keys = await (await server().fetch('/.well-known/jwks.json')).json()
      expect(keys.keys[0]).toMatchObject({ kty: 'EC', use: 'sig' })
    })
  })

  describe('access at the gateway', () => {
    it('refuses a mutation before anything is done when its answer may not be seen', async () => {
      const { demo } = server()
      const count = async () =>
        (await demo.ask('maker', '{ orders { edges { cursor } } }')).orders.edges.length
      const before = await count()
      const { data, errors } = await demo.answer(
        { subject: 'narrow', roles: ['nothing'] },
        'mutation { submitOrder(input: { type: "x", form: {}, idempotencyKey: "12345678" }) { __typename } }',
      )
      expect([data, errors?.[0]?.extensions?.code]).toEqual([undefined, 'FORBIDDEN'])
      expect(await count()).toBe(before)
    })

    it('answers the rest of a query whose one field is denied', async () => {
      const { data, errors } = await server().demo.answer(
        { subject: 'narrow', roles: ['partner'] },
        '{ orders(first: 1) { edges { node { serial vouchers { id } } } } }',
      )
      expect(data.orders.edges[0].node).toMatchObject({ vouchers: null })
      expect(errors).toMatchObject([{
        path: ['orders', 'edges', 0, 'node', 'vouchers'],
        extensions: { code: 'FORBIDDEN', place: 'BusinessOrder.vouchers' },
      }])
    })
  })

  describe('what operators ask', () => {
    it('/metrics tells of operations, subgraphs and events that wait', async () => {
      await server().demo.ask(
        'checker',
        'query Counted { orders(first: 1) { edges { node { vouchers { id } } } } }',
      )
      const text = await (await server().fetch('/metrics')).text()
      expect(text).toMatch(
        /graphql_requests_total\{operation="Counted",client="staff",code="ok"\} 1/,
      )
      expect(text).toMatch(
        /subgraph_calls_total\{subgraph="ledger",kind="reference",outcome="ok"\}/,
      )
      expect(text).toMatch(/huitong_outbox_pending\{subgraph="orders"\} \d/)
    })

    it('/cache/purge is for operators, and says how many answers it forgot', async () => {
      const { demo } = server()
      await demo.ask('checker', '{ chartOfAccounts { code } }')
      const purge = async (who: Who, body: unknown) => {
        const response = await demo.send(who, '/cache/purge', {
          method: 'POST',
          body: JSON.stringify(body),
        })
        return [response.status, await response.json()]
      }
      expect(await purge('checker', { type: 'Subject' })).toMatchObject([403, {
        code: 'FORBIDDEN',
      }])
      expect(await purge(OPERATOR, { type: 'Subject', key: '1003' })).toEqual([200, { purged: 1 }])
      expect(await purge(OPERATOR, { type: 'Subject' })).toEqual([200, { purged: 0 }])
      for (const body of [{}, { type: 7 }, { type: 'A', key: 1 }, 'text']) {
        expect(await purge(OPERATOR, body)).toMatchObject([400, { code: 'PURGE_MALFORMED' }])
      }
    })
  })

  describe('a trace', () => {
    const TRACE = '0af7651916cd43dd8448eb211c80319c'

    it('that came with a command goes on in the events that the command leaves behind', async () => {
      const { demo, server: { system } } = server()
      const response = await demo.send('maker', '/graphql', {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          traceparent: `00-${TRACE}-b7ad6b7169203331-01`,
        },
        body: JSON.stringify({
          query: `mutation($form: JSON!) { submitOrder(input: {
            type: "supplier-payment", form: $form, idempotencyKey: "traced-0001" }) { __typename } }`,
          variables: {
            form: supplierPayment({ amount: '12.00' }),
          },
        }),
      })
      expect((await response.json()).data?.submitOrder.__typename).toBe('SubmittedOrder')
      expect(await system.drained(20_000)).toBe(true)
      const { orders, ledger, payments } = system.subgraphs
      for (const subgraph of [orders, ledger, payments]) {
        const rows = await subgraph.store.read.selectFrom('outbox')
          .select(['topic', 'traceparent', 'state']).where('traceparent', 'like', `00-${TRACE}%`)
          .execute()
        expect(rows.length).toBeGreaterThan(0)
        expect(rows.some((row: { state: bigint }) => row.state === PENDING)).toBe(false)
      }
    })
  })

  describe('a process that is about to stop', () => {
    it('is not ready, and still answers', async () => {
      const stopping = await openTestServer(engine)
      onTestFinished(() => stopping.close())
      expect((await stopping.fetch('/readyz')).status).toBe(200)
      stopping.server.retire()
      const ready = await stopping.fetch('/readyz')
      expect([ready.status, await ready.json()]).toEqual([503, { status: 'stopping' }])
      expect(await stopping.demo.ask('maker', '{ __typename }')).toEqual({ __typename: 'Query' })
    })
  })

  describe('a supergraph that is deployed while requests run', () => {
    it('is served from then on, no request is dropped, and a broken one changes nothing', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'huitong-test-supergraph-'))
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
      const path = join(folder, 'supergraph.graphql')
      copyFileSync(SUPERGRAPH_PATH, path)
      const running = await openTestServer(engine, { SUPERGRAPH_FILE: path })
      onTestFinished(() => running.close())
      const ask = (query: string) => running.demo.answer('checker', query)
      const until = async (met: () => Promise<boolean>) => {
        for (let i = 0; i < 400 && !await met(); i++) {
          await new Promise((resolve) => setTimeout(resolve, 25))
        }
      }
      let dropped = 0
      let over = false
      const load = (async () => {
        for (let i = 0; !over; i++) {
          const { data } = await ask(`{ orders(first: ${i % 3 + 1}) { edges { cursor } } }`)
          if (data === undefined) dropped++
          // Everything is in this process: without a pause no timer would ever run.
          await new Promise((resolve) => setTimeout(resolve))
        }
      })()
      const sdl = readFileSync(path, 'utf8')
      const hidden = sdl.replace(/\n {2}"{3}\n[^\n]*\n {2}"{3}\n {2}closedPeriods: [^\n]*/, '')
      expect(hidden).not.toBe(sdl)
      writeFileSync(path, hidden)
      await until(async () => (await ask('{ closedPeriods }')).errors !== undefined)
      expect((await ask('{ closedPeriods }')).errors?.[0]?.message).toContain('Cannot query field')
      writeFileSync(path, 'type Query { broken')
      await until(() => Promise.resolve(running.reported.length > 0))
      expect(running.reported.splice(0)).toHaveLength(1)
      expect((await ask('{ orders { edges { cursor } } }')).data).toBeDefined()
      writeFileSync(path, sdl)
      await until(async () => (await ask('{ closedPeriods }')).errors === undefined)
      over = true
      await load
      expect((await ask('{ closedPeriods }')).data).toEqual({ closedPeriods: [] })
      expect(dropped).toBe(0)
    })
  })
})

describe('a handler that is replaced', () => {
  it('answers what it began, and is closed only then', async () => {
    const told: string[] = []
    let answer: (response: Response) => void = () => {}
    const old = {
      fetch: () => new Promise<Response>((resolve) => answer = resolve),
      close: () => Promise.resolve(void told.push('old closed')),
    }
    const next = { fetch: () => new Response('next'), close: () => Promise.resolve() }
    const handler = replaceable(old)
    const request = () => new Request('http://huitong.example/')
    const under = handler.fetch(request())
    const replaced = handler.replace(next)
    expect(await (await handler.fetch(request())).text()).toBe('next')
    expect(told).toEqual([])
    answer(new Response('old'))
    expect(await (await under).text()).toBe('old')
    await replaced
    expect(told).toEqual(['old closed'])
  })
})

describe('a file that is watched', () => {
  it('tells of each change once, and of one that fails', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'huitong-test-watch-'))
    const path = join(folder, 'a.graphql')
    writeFileSync(path, 'one')
    const [seen, failed]: [string[], unknown[]] = [[], []]
    const stop = watchSupergraph(
      path,
      'one',
      (text) => {
        seen.push(text)
        return text === 'bad' ? Promise.reject(new Error('bad')) : Promise.resolve()
      },
      (error) => void failed.push(error),
      5,
    )
    onTestFinished(() => {
      stop()
      rmSync(folder, { recursive: true, force: true })
    })
    for (const text of ['two', 'bad', 'three']) {
      writeFileSync(path, text)
      while (seen.at(-1) !== text) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect([seen, failed.length]).toEqual([['two', 'bad', 'three'], 1])
  })
})
