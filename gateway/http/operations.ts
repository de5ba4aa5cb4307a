/**
 * What the people who run the system ask of it over plain HTTP: `/metrics` and `/cache/purge`.
 */
import { timingSafeEqual } from 'node:crypto'
import { type Actor, requireScope } from '../../subgraphs/kernel/actor.ts'
import type { AuthenticateRequest } from '../auth/authenticate.ts'
import { refusalResponse } from '../auth/authenticate.ts'
import type { Purge } from '../cache/response-cache.ts'
import type { Metrics } from '../observe/metrics.ts'
import { problem } from './problem.ts'
import type { Handler } from './routes.ts'

/**
 * Prometheus' text format, for whoever holds the scope `operations:read` or the scraper's own token.
 *
 * @param open whether anybody may read: where trying out is all that happens
 */
export function metricsHandler(
  metrics: Metrics,
  authenticate: AuthenticateRequest,
  { token, open }: { readonly token: string | undefined; readonly open: boolean },
): Handler {
  return async (request) => {
    if (!open && !isToken(request.headers.get('authorization'), token)) {
      const who = await holder(request, authenticate, 'operations:read')
      if (who instanceof Response) return who
    }
    const { text, contentType } = await metrics.scrape()
    return new Response(text, { headers: { 'content-type': contentType } })
  }
}

const PURGE_BODY_MAX = 4096

/**
 * `POST /cache/purge` with `{"type": "Subject", "key": "1002"}`: answers that show the entity are
 * forgotten, those of the caller's own tenant. Without a key, all of the type.
 */
export function purgeHandler(purge: Purge, authenticate: AuthenticateRequest): Handler {
  return async (request) => {
    if (request.method !== 'POST') {
      return problem({ status: 405, code: 'METHOD_NOT_ALLOWED', title: 'POST what to purge.' }, {
        allow: 'POST',
      })
    }
    const who = await holder(request, authenticate, 'operations:write')
    if (who instanceof Response) return who
    const asked = await readPurge(request)
    if (asked === undefined) {
      const title = 'The body is JSON with a type and perhaps a key, both texts.'
      return problem({ status: 400, code: 'PURGE_MALFORMED', title })
    }
    return Response.json({ purged: purge.purge(who.tenant, asked.type, asked.key) })
  }
}

async function readPurge(request: Request): Promise<{ type: string; key?: string } | undefined> {
  if (Number(request.headers.get('content-length') ?? 0) > PURGE_BODY_MAX) return undefined
  const { type, key } = await request.json().catch(() => ({})) as Record<string, unknown>
  if (typeof type !== 'string') return undefined
  if (key === undefined) return { type }
  return typeof key === 'string' ? { type, key } : undefined
}

async function holder(
  request: Request,
  authenticate: AuthenticateRequest,
  scope: string,
): Promise<Actor | Response> {
  const who = await authenticate(request)
  if (!who.ok) {
    const { status, headers } = refusalResponse(who.code)
    return problem({ status, code: who.code, title: who.message }, headers)
  }
  if (who.value === undefined) {
    return problem({ status: 401, code: 'UNAUTHENTICATED', title: 'Sign in first.' }, {
      'www-authenticate': 'Bearer',
    })
  }
  const refused = requireScope(who.value, scope)
  return refused ? problem({ status: 403, code: refused.code, title: refused.message }) : who.value
}

function isToken(header: string | null, token: string | undefined): boolean {
  if (header === null || token === undefined) return false
  const [shown, wanted] = [Buffer.from(header), Buffer.from(`Bearer ${token}`)]
  return shown.length === wanted.length && timingSafeEqual(shown, wanted)
}
