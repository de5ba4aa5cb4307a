import { describe, expect, it } from 'vitest'
import { DEFAULT_FRONT_DOOR, defineFrontDoor } from '../../../gateway/door/config.ts'
import { corsHeaders, isPreflight, preflightHeaders } from '../../../gateway/door/http/cors.ts'
import { checkCsrf } from '../../../gateway/door/http/csrf.ts'
import { shield } from '../../../gateway/door/http/shield.ts'

const DESK = 'https://desk.bank.example'
const CONFIG = defineFrontDoor({ cors: { origins: [DESK] } })

describe('a request that a foreign page can send', () => {
  const check = (method: string, headers: Record<string, string>, on = true) => {
    const checked = checkCsrf(method, new Headers(headers), { ...DEFAULT_FRONT_DOOR.csrf, on })
    return checked.ok ? 'ok' : checked.code
  }

  it.each([
    ['GET', {}],
    ['POST', {}],
    ['POST', { 'content-type': 'text/plain' }],
    ['POST', { 'content-type': 'Text/Plain; charset=utf-8' }],
    ['POST', { 'content-type': 'application/x-www-form-urlencoded' }],
    ['POST', { 'content-type': 'multipart/form-data; boundary=x' }],
    // A browser adds these by itself.
    ['GET', { authorization: 'Basic eDp5' }],
    ['GET', { cookie: 'a=b', origin: 'https://evil.example' }],
    ['GET', { 'x-huitong-csrf': '' }],
  ] as [string, Record<string, string>][])('%s with %j is refused', (method, headers) => {
    expect(check(method, headers)).toBe('CSRF_HEADER_MISSING')
    expect(check(method, headers, false)).toBe('ok')
  })

  it.each([
    ['POST', { 'content-type': 'application/json' }],
    ['GET', { 'x-huitong-csrf': '1' }],
    ['GET', { authorization: 'Bearer a.b.c' }],
    ['POST', { 'content-type': 'text/plain', 'x-huitong-csrf': '1' }],
    ['OPTIONS', {}],
  ] as [string, Record<string, string>][])('%s with %j is none', (method, headers) => {
    expect(check(method, headers)).toBe('ok')
  })
})

describe('other origins', () => {
  it('are told of nothing by default', () => {
    expect(corsHeaders(new Headers({ origin: DESK }), DEFAULT_FRONT_DOOR.cors)).toEqual({})
    expect(preflightHeaders(new Headers({ origin: DESK }), DEFAULT_FRONT_DOOR.cors)).toBeUndefined()
  })

  it('are told apart exactly', () => {
    for (
      const origin of ['https://desk.bank.example.evil', 'http://desk.bank.example', 'null', '*']
    ) {
      expect(corsHeaders(new Headers({ origin }), CONFIG.cors)).toEqual({ vary: 'origin' })
      expect(preflightHeaders(new Headers({ origin }), CONFIG.cors)).toBeUndefined()
    }
    expect(corsHeaders(new Headers({ origin: DESK }), CONFIG.cors)).toMatchObject(
      { vary: 'origin', 'access-control-allow-origin': DESK },
    )
  })

  it('send credentials only where that is configured', () => {
    const headers = new Headers({ origin: DESK })
    const name = 'access-control-allow-credentials'
    expect(corsHeaders(headers, CONFIG.cors)).not.toHaveProperty(name)
    expect(corsHeaders(headers, { ...CONFIG.cors, credentials: true })).toHaveProperty(name, 'true')
  })

  it('ask before they send', () => {
    const asking = new Headers({ origin: DESK, 'access-control-request-method': 'POST' })
    expect(isPreflight('OPTIONS', asking)).toBe(true)
    expect(isPreflight('OPTIONS', new Headers({ origin: DESK }))).toBe(false)
    expect(isPreflight('POST', asking)).toBe(false)
    expect(preflightHeaders(asking, CONFIG.cors)).toMatchObject({
      'access-control-allow-methods': 'GET, POST',
      'access-control-max-age': '600',
      'access-control-allow-headers': expect.stringContaining('idempotency-key'),
    })
  })
})

describe('the shield', () => {
  const send = async (
    init: RequestInit = {},
    { url = 'http://huitong.example/graphql', answer = () => new Response('{}') } = {},
  ) => await shield(CONFIG, answer)(new Request(url, init))

  it('puts the headers on every reply that a browser needs to be careful', async () => {
    const { headers } = await send()
    expect(Object.fromEntries(headers)).toMatchObject({
      'cache-control': 'no-store',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'vary': 'origin',
    })
  })

  it('leaves what a handler said, and pages their scripts', async () => {
    const page = () =>
      new Response('<html>', {
        headers: { 'content-type': 'text/html', 'cache-control': 'max-age=60', 'vary': 'accept' },
      })
    const { headers } = await send({}, { answer: page })
    expect(headers.get('cache-control')).toBe('max-age=60')
    expect(headers.get('vary')).toBe('accept, origin')
    expect(headers.get('content-security-policy')).toBeNull()
  })

  it('covers replies whose headers cannot be changed', async () => {
    const answer = () => Response.redirect('http://huitong.example/graphql', 302)
    const { status, headers } = await send({}, { answer })
    expect([status, headers.get('location'), headers.get('x-frame-options')])
      .toEqual([302, 'http://huitong.example/graphql', 'DENY'])
  })

  it('answers a preflight itself', async () => {
    const asking = { 'access-control-request-method': 'POST' }
    const never = () => {
      throw new Error('not for the handler')
    }
    const good = await send({ method: 'OPTIONS', headers: { ...asking, origin: DESK } }, {
      answer: never,
    })
    expect([good.status, good.headers.get('access-control-allow-origin')]).toEqual([204, DESK])
    const bad = await send(
      { method: 'OPTIONS', headers: { ...asking, origin: 'https://evil.example' } },
      { answer: never },
    )
    expect([bad.status, (await bad.json()).code]).toEqual([403, 'ORIGIN_NOT_ALLOWED'])
  })

  it('refuses a URL and headers that are too long before anybody reads them', async () => {
    const long = await send({}, { url: `http://huitong.example/?${'a'.repeat(9_000)}` })
    expect([long.status, (await long.json()).code]).toEqual([414, 'URL_TOO_LONG'])
    const wide = await send({ headers: { 'x-wide': 'a'.repeat(40_000) } })
    expect([wide.status, (await wide.json()).code]).toEqual([431, 'HEADERS_TOO_LARGE'])
    expect(wide.headers.get('x-frame-options')).toBe('DENY')
  })
})
