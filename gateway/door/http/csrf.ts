/**
 * Requests that a foreign page can make a browser send without asking first.
 *
 * A browser asks (CORS preflight) before it sends JSON or an unusual header to another origin. Whatever
 * it sends without asking must carry a header that it would have asked for.
 *
 * @see https://fetch.spec.whatwg.org/#cors-safelisted-request-header
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { CsrfSettings } from '../config.ts'

/** What a form or a script can send without a preflight. */
const SIMPLE_TYPES = new Set([
  'application/x-www-form-urlencoded',
  'multipart/form-data',
  'text/plain',
])

export function checkCsrf(
  method: string,
  headers: Headers,
  settings: CsrfSettings,
): Result<void, 'CSRF_HEADER_MISSING'> {
  if (!settings.on || !isSimple(method, headers.get('content-type'))) return ok(undefined)
  // A browser adds Basic credentials by itself, but never a bearer token.
  if (/^bearer /i.test(headers.get('authorization') ?? '')) return ok(undefined)
  if (settings.headers.some((name) => (headers.get(name) ?? '') !== '')) return ok(undefined)
  const names = settings.headers.join(' or ')
  return refuse(
    'CSRF_HEADER_MISSING',
    `Send application/json, a bearer token, or a header ${names} with any value.`,
  )
}

/** Whether a browser sends it to another origin without asking. */
function isSimple(method: string, contentType: string | null): boolean {
  if (method === 'GET' || method === 'HEAD') return true
  if (method !== 'POST') return false
  return contentType === null || SIMPLE_TYPES.has(contentType.split(';')[0]!.trim().toLowerCase())
}
