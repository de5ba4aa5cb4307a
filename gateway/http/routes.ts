/**
 * The front door: one `fetch` for every runtime.
 */
import { problem } from './problem.ts'

/** Answers a request. */
export type Handler = (request: Request) => Promise<Response> | Response

/** Handlers by path. One that ends in `/` also takes everything below it. */
export type Routes = Readonly<Record<string, Handler>>

/** Sends each request to its handler. */
export function route(routes: Routes): Handler {
  // The longest first: `/` takes what nothing else does.
  const below = Object.keys(routes).filter((path) => path.endsWith('/'))
    .toSorted((a, b) => b.length - a.length)
  return (request) => {
    const { pathname } = new URL(request.url)
    if (Object.hasOwn(routes, pathname)) return routes[pathname]!(request)
    const parent = below.find((path) => pathname.startsWith(path))
    if (parent !== undefined) return routes[parent]!(request)
    return problem({ status: 404, code: 'NOT_FOUND', title: 'There is nothing here.' })
  }
}
