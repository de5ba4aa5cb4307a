/**
 * Errors of the plain HTTP routes.
 *
 * @see RFC 9457, Problem Details for HTTP APIs
 */

/** @property code stable, for programs */
export interface Problem {
  readonly status: number
  readonly code: string
  readonly title: string
}

/** A problem as a response. */
export function problem({ status, code, title }: Problem, headers: HeadersInit = {}): Response {
  return new Response(JSON.stringify({ type: 'about:blank', status, title, code }), {
    status,
    headers: { ...headers, 'content-type': 'application/problem+json' },
  })
}
