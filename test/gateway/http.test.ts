import { GraphQLError } from 'graphql'
import { serverAudits } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { readiness } from '../../gateway/http/health.ts'
import { SUBGRAPHS } from '../../gateway/subgraphs.ts'
import { maskWith } from '../../gateway/http/mask.ts'
import { problem } from '../../gateway/http/problem.ts'
import { route } from '../../gateway/http/routes.ts'
import { StoreError } from '../../subgraphs/kernel/store.ts'
import { onEngine } from '../rig/engines.ts'
import { openTestServer, sharedServer } from '../support/server.ts'

describe('the mask', () => {
  const masked = (error: unknown) => {
    const reported: unknown[] = []
    const shown = maskWith((...told) => void reported.push(told))(error, 'trace-1')
    return { shown: shown.toJSON(), reported }
  }
  const wrapped = (error: Error) =>
    new GraphQLError(error.message, { originalError: error, path: ['order', 'vouchers'] })

  it('passes on what a resolver meant for the caller', () => {
    const error = new GraphQLError('no such page', { extensions: { code: 'PAGE_TOO_LARGE' } })
    expect(masked(error)).toEqual({ shown: error.toJSON(), reported: [] })
    expect(masked(wrapped(error)).shown.message).toBe('no such page')
  })

  it('hides everything else behind a trace id, keeps its path, and reports it whole', () => {
    const secret = new Error('relation "voucher" at /srv/secret.ts')
    for (const error of [wrapped(secret), secret, 'a text', undefined]) {
      const { shown, reported } = masked(error)
      expect(shown.message).toBe('Something went wrong here. Trace id trace-1.')
      expect(shown.extensions).toEqual({ code: 'INTERNAL_ERROR', traceId: 'trace-1' })
      expect(JSON.stringify(shown)).not.toContain('secret')
      expect(reported).toEqual([[error, 'trace-1']])
    }
    expect(masked(wrapped(secret)).shown.path).toEqual(['order', 'vouchers'])
  })

  it('refuses text that no store keeps, and hides every other error of a store', () => {
    const { shown, reported } = masked(wrapped(new StoreError('bad_text', 'text holds U+0000')))
    expect(shown).toMatchObject({ extensions: { code: 'TEXT_MALFORMED' } })
    expect(reported).toEqual([])
    const other = masked(wrapped(new StoreError('failed', 'syntax error near')))
    expect(other.shown.extensions).toMatchObject({ code: 'INTERNAL_ERROR' })
    expect(other.reported).toHaveLength(1)
  })
})

describe('a problem', () => {
  it('is told as RFC 9457 has it, with headers of its own', async () => {
    const response = problem({ status: 405, code: 'NO', title: 'No.' }, { allow: 'GET' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET')
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toEqual({
      type: 'about:blank',
      status: 405,
      code: 'NO',
      title: 'No.',
    })
  })
})

describe('routes', () => {
  const says = (text: string) => () => new Response(text)
  const handler = route({
    '/graphql': says('graphql'),
    '/files': says('files'),
    '/files/': says('files'),
    '/healthz': says('health'),
    '/readyz': says('readiness'),
  })
  const at = async (path: string) => await handler(new Request(`http://huitong.example${path}`))

  it.each([
    ['/graphql', 'graphql'],
    ['/graphql?query=x', 'graphql'],
    ['/files', 'files'],
    ['/files/', 'files'],
    ['/files/abc', 'files'],
    ['/healthz', 'health'],
    ['/readyz', 'readiness'],
  ])('%s leads to %s', async (path, name) => {
    expect(await (await at(path)).text()).toBe(name)
  })

  it.each(['/graphql/', '/Graphql', '/filesystem', '/readyz2', '/favicon.ico', '/../etc'])(
    '%s leads nowhere',
    async (path) => expect((await at(path)).status).toBe(404),
  )

  it('the root takes what no other path does, and only that', async () => {
    const found = route({ '/': () => new Response('root'), '/files/': () => new Response('file') })
    const text = async (path: string) =>
      await (await found(new Request(new URL(path, 'http://huitong.example')))).text()
    expect([await text('/'), await text('/orders/OA1'), await text('/files/a')])
      .toEqual(['root', 'root', 'file'])
  })
})

onEngine('sqlite', (engine) => {
  const server = sharedServer(engine)

  it('is healthy and ready', async () => {
    const health = await server().fetch('/healthz')
    expect([health.status, await health.json()]).toEqual([200, { status: 'ok' }])
    const ready = await server().fetch('/readyz')
    expect([ready.status, await ready.json()]).toEqual([200, {
      status: 'ready',
      databases: Object.fromEntries(SUBGRAPHS.map(({ name }) => [name, 'up'])),
    }])
  })

  it('is healthy but not ready once a database is gone, and says which', async () => {
    const own = await openTestServer(engine)
    const { subgraphs } = own.server.system
    await subgraphs.ledger.store.close()
    const ready = await own.fetch('/readyz')
    expect([ready.status, await ready.json()]).toEqual([503, {
      status: 'not ready',
      databases: {
        ...Object.fromEntries(SUBGRAPHS.map(({ name }) => [name, 'up'])),
        ledger: 'down',
      },
    }])
    expect((await own.fetch('/healthz')).status).toBe(200)
    await own.close()
  })

  it('is not ready when a database does not answer in time', async () => {
    const { subgraphs } = server().server.system
    const stuck = {
      ...subgraphs.ledger,
      store: {
        read: {
          getExecutor: () => ({
            ...subgraphs.ledger.store.read.getExecutor(),
            transformQuery: (node: unknown) => node,
            compileQuery: () => ({ sql: 'select 1', parameters: [] }),
            executeQuery: () => new Promise(() => {}),
          }),
        },
      },
    } as unknown as typeof subgraphs.ledger
    const ready = await readiness({ orders: subgraphs.orders, ledger: stuck })
    expect([ready.status, await ready.json()]).toEqual([503, {
      status: 'not ready',
      databases: { orders: 'up', ledger: 'down' },
    }])
  })

  it('shows GraphiQL to a browser in demo mode', async () => {
    const response = await server().fetch('/graphql', { headers: { accept: 'text/html' } })
    expect(response.headers.get('content-type')).toContain('text/html')
    const page = await response.text()
    expect(page).toContain('汇通 Huitong')
    // Each example stands in a tab of its own, with a token of the demo partner.
    for (const operation of ['SubmitOrder', 'OrderStatus', 'MyOrders']) {
      expect(page).toMatch(new RegExp(`(query|mutation) ${operation}`))
    }
    expect(page).toContain('Bearer ')
    // Everything that it runs comes with it.
    expect(page.match(/<(script|link)[^>]+(src|href)="https?:/g)).toBeNull()
  })

  it('speaks GraphQL over HTTP to the letter of the specification', async () => {
    const token = await server().demo.token('maker')
    const audits = serverAudits({
      url: 'http://127.0.0.1/graphql',
      fetchFn: (url: string, init: RequestInit = {}) =>
        server().fetch(url, {
          ...init,
          headers: { ...init.headers as object, authorization: `Bearer ${token}` },
        }),
    })
    expect(audits.length).toBeGreaterThanOrEqual(61)
    const failed: string[] = []
    for (const audit of audits) {
      const { status, name } = await audit.fn()
      if (status !== 'ok') failed.push(`${status}: ${name}`)
    }
    expect(failed).toEqual([])
  })
})
