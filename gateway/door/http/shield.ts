/**
 * Around every route: what a request may weigh before anything looks at it, and the headers without
 * which no reply leaves.
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import { problem } from '../../http/problem.ts'
import type { Handler } from '../../http/routes.ts'
import type { FrontDoorConfig, RequestLimits } from '../config.ts'
import { STATUS } from '../refusal.ts'
import { corsHeaders, isPreflight, preflightHeaders } from './cors.ts'

type Config = Pick<FrontDoorConfig, 'request' | 'cors' | 'headers'>

/** Puts the shield around a handler of all routes. */
export function shield(config: Config, handler: Handler): Handler {
  const always = securityHeaders(config)
  const refusal = (code: keyof typeof STATUS, title: string) =>
    problem({ status: STATUS[code], code, title })
  return async (request) => {
    const weighed = weigh(request, config.request)
    if (!weighed.ok) return withHeaders(refusal(weighed.code, weighed.message), always)
    if (isPreflight(request.method, request.headers)) {
      const allowed = preflightHeaders(request.headers, config.cors)
      return allowed === undefined
        ? withHeaders(refusal('ORIGIN_NOT_ALLOWED', 'This origin is not allowed.'), always)
        : withHeaders(new Response(null, { status: 204 }), [...always, ...Object.entries(allowed)])
    }
    const cors = Object.entries(corsHeaders(request.headers, config.cors))
    return withHeaders(await handler(request), cors.length === 0 ? always : [...always, ...cors])
  }
}

/** Refuses a URL or headers that are too long. */
export function weigh(
  { url, headers }: Request,
  { urlBytes, headerBytes }: Pick<RequestLimits, 'urlBytes' | 'headerBytes'>,
): Result<void, 'HEADERS_TOO_LARGE' | 'URL_TOO_LONG'> {
  if (url.length > urlBytes) {
    return refuse('URL_TOO_LONG', `A URL has at most ${urlBytes} bytes.`)
  }
  let bytes = 0
  headers.forEach((value, name) => {
    bytes += name.length + value.length
  })
  return bytes <= headerBytes
    ? ok(undefined)
    : refuse('HEADERS_TOO_LARGE', `Headers have at most ${headerBytes} bytes together.`)
}

/** What every reply says, unless its handler said otherwise. */
export function securityHeaders({ headers }: Pick<Config, 'headers'>): [string, string][] {
  return [
    ['cache-control', 'no-store'],
    ['referrer-policy', 'no-referrer'],
    ['x-content-type-options', 'nosniff'],
    ['x-frame-options', 'DENY'],
    ...(headers.hstsSeconds === 0 ? [] : [
      ['strict-transport-security', `max-age=${headers.hstsSeconds}`] as [string, string],
    ]),
  ]
}

/** For replies that a browser must never take for a page. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

function withHeaders(
  response: Response,
  headers: readonly (readonly [string, string])[],
): Response {
  const told = mutable(response)
  for (const [name, value] of headers) {
    if (name === 'vary') told.headers.append(name, value)
    else if (!told.headers.has(name)) told.headers.set(name, value)
  }
  if (!told.headers.get('content-type')?.startsWith('text/html')) {
    if (!told.headers.has('content-security-policy')) {
      told.headers.set('content-security-policy', NO_PAGE)
    }
  }
  return told
}

/** Redirects and replies from elsewhere have headers that cannot be set. */
function mutable(response: Response): Response {
  try {
    response.headers.set('x-content-type-options', 'nosniff')
    return response
  } catch {
    const { status, statusText, headers, body } = response
    return new Response(body, { status, statusText, headers: new Headers(headers) })
  }
}
