/**
 * Which other origins' pages may read replies.
 *
 * @see https://fetch.spec.whatwg.org/#http-cors-protocol
 */
import type { CorsSettings } from '../config.ts'

/** Headers of replies that a page of an allowed origin may read. */
const EXPOSED = 'idempotency-replayed, ratelimit, ratelimit-policy, retry-after'
const METHODS = 'GET, POST'

/** Whether a request is a browser's question before the request itself. */
export function isPreflight(method: string, headers: Headers): boolean {
  return method === 'OPTIONS' && headers.has('origin') &&
    headers.has('access-control-request-method')
}

/** Headers for a reply, none unless its origin is on the list. */
export function corsHeaders(headers: Headers, settings: CorsSettings): Record<string, string> {
  if (settings.origins.length === 0) return {}
  const origin = headers.get('origin')
  // A cache must not give one origin what it kept for another.
  const vary = { 'vary': 'origin' }
  if (origin === null || !settings.origins.includes(origin)) return vary
  return {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': EXPOSED,
    ...(settings.credentials ? { 'access-control-allow-credentials': 'true' } : {}),
  }
}

/** The answer to a preflight; undefined when the origin is not on the list. */
export function preflightHeaders(
  headers: Headers,
  settings: CorsSettings,
): Record<string, string> | undefined {
  const allowed = corsHeaders(headers, settings)
  if (allowed['access-control-allow-origin'] === undefined) return undefined
  return {
    ...allowed,
    'access-control-allow-methods': METHODS,
    'access-control-allow-headers': settings.headers.join(', '),
    'access-control-max-age': String(settings.maxAgeSeconds),
  }
}
