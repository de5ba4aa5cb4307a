/**
 * Files over plain HTTP: `POST /files` keeps one, `GET /files/<hash>` gives it back.
 */
import type { BlobStore } from '../../subgraphs/kernel/blob.ts'
import { type Actor, requireScope } from '../../subgraphs/kernel/actor.ts'
import { type Authenticate, refusalResponse } from '../auth/authenticate.ts'
import { problem } from './problem.ts'

/** @property limitBytes of one file */
export interface FilesOptions {
  readonly authenticate: Authenticate
  readonly blobs: BlobStore
  readonly limitBytes: number
}

/** Handles requests to `/files` and below. Files belong to a tenant; another's hash is not found. */
export function filesHandler(options: FilesOptions): (request: Request) => Promise<Response> {
  const { authenticate, blobs, limitBytes } = options
  return async (request) => {
    const who = await authenticate(request.headers)
    if (!who.ok) {
      const { status, headers } = refusalResponse(who.code)
      return problem({ status, code: who.code, title: who.message }, headers)
    }
    const actor = who.value
    if (actor === undefined) {
      return problem({ status: 401, code: 'UNAUTHENTICATED', title: 'Sign in first.' }, {
        'www-authenticate': 'Bearer',
      })
    }
    const hash = new URL(request.url).pathname.slice('/files/'.length)
    if (request.method === 'POST' && hash === '') {
      const refused = requireAny(actor, ['orders:submit', 'documents:review', 'risk:load'])
      if (refused) return problem({ status: 403, code: refused.code, title: refused.message })
      const declared = Number(request.headers.get('content-length') ?? 0)
      if (declared > limitBytes) return tooLarge(limitBytes)
      if (request.body === null) {
        return problem({ status: 400, code: 'FILE_EMPTY', title: 'The request has no body.' })
      }
      const kept = await blobs.put(actor.tenant, request.body, limitBytes)
      if (!kept.ok) return tooLarge(limitBytes)
      return Response.json(kept.value, { status: 201 })
    }
    if (request.method === 'GET' && hash !== '') {
      const refused = requireAny(actor, ['orders:read', 'documents:read', 'risk:read'])
      if (refused) return problem({ status: 403, code: refused.code, title: refused.message })
      const content = await blobs.get(actor.tenant, hash)
      if (content === undefined) {
        return problem({ status: 404, code: 'FILE_UNKNOWN', title: 'There is no such file.' })
      }
      return new Response(content as unknown as ReadableStream, {
        headers: {
          // Never rendered: a file is somebody's upload.
          'content-type': 'application/octet-stream',
          'content-disposition': `attachment; filename="${hash.slice(0, 12)}"`,
          'x-content-type-options': 'nosniff',
        },
      })
    }
    return problem({ status: 405, code: 'METHOD_NOT_ALLOWED', title: 'POST a file or GET one.' }, {
      allow: 'GET, POST',
    })
  }
}

/** Refuses unless the actor holds one of the scopes. */
function requireAny(actor: Actor, scopes: readonly string[]) {
  return scopes.some((scope) => actor.scopes.has(scope))
    ? undefined
    : requireScope(actor, scopes[0]!)
}

function tooLarge(limitBytes: number): Response {
  return problem({
    status: 413,
    code: 'FILE_TOO_LARGE',
    title: `A file has at most ${limitBytes} bytes.`,
  })
}
