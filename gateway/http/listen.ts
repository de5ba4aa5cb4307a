/**
 * Listens on whichever runtime this is: `Deno.serve` on Deno, `node:http` on Node.
 */
import type { IncomingMessage } from 'node:http'
import type { Handler } from './routes.ts'

/** A server that listens. */
export interface Listening {
  readonly url: string
  /** Takes no new connections and waits for the requests under way. */
  close(): Promise<void>
}

interface DenoServer {
  readonly addr: { readonly port: number }
  shutdown(): Promise<void>
}

interface DenoRuntime {
  serve(
    options: { port: number; hostname: string; onListen: () => void },
    handler: (
      request: Request,
      info: { readonly remoteAddr: { readonly hostname?: string } },
    ) => ReturnType<Handler>,
  ): DenoServer
}

const peers = new WeakMap<Request, string>()

/** The other end of a request's connection. */
export function peerAddress(request: Request): string | undefined {
  return peers.get(request)
}

/** @param port 0 lets the system choose */
export async function listen(handler: Handler, port: number, host: string): Promise<Listening> {
  const { Deno } = globalThis as { Deno?: DenoRuntime }
  if (Deno !== undefined) {
    const server = Deno.serve(
      { port, hostname: host, onListen: () => {} },
      (request, { remoteAddr }) => handler(from(request, remoteAddr.hostname)),
    )
    return { url: urlOf(host, server.addr.port), close: () => server.shutdown() }
  }
  const { createServer } = await import('node:http')
  const { createServerAdapter } = await import('@whatwg-node/server')
  const server = createServer(
    createServerAdapter<{ req: IncomingMessage }>((request: Request, { req }) =>
      handler(from(request, req.socket.remoteAddress))
    ),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as { port: number }
  return {
    url: urlOf(host, address.port),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeIdleConnections()
      }),
  }
}

function from(request: Request, peer: string | undefined): Request {
  if (peer !== undefined) peers.set(request, peer)
  return request
}

function urlOf(host: string, port: number): string {
  return `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}`
}
