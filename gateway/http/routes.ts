/**
 * The front door: one `fetch` for every runtime.
 */
import { problem } from './problem.ts'

/** Answers a request. */
export type Handler = (request: Request) => Promise<Response> | Response

/** @property files also everything below `/files/` */
export interface Routes {
  readonly graphql: Handler
  readonly files: Handler
  readonly health: Handler
  readonly readiness: Handler
}

/** Sends each request to its handler. */
export function route(routes: Routes): Handler {
  return (request) => {
    const { pathname } = new URL(request.url)
    if (pathname === '/graphql') return routes.graphql(request)
    if (pathname === '/files' || pathname.startsWith('/files/')) return routes.files(request)
    if (pathname === '/healthz') return routes.health(request)
    if (pathname === '/readyz') return routes.readiness(request)
    if (pathname === '/') return Response.redirect(new URL('/graphql', request.url), 302)
    return problem({ status: 404, code: 'NOT_FOUND', title: 'There is nothing here.' })
  }
}
