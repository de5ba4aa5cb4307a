/**
 * Listens on whichever runtime this is: `Deno.serve` on Deno, `node:http` on Node.
 */
import type { IncomingMessage } from 'node:http'
import { EventStreams } from './event-streams.ts'
import type { Handler } from './routes.ts'

/** A server that listens. */
export interface Listening {
  readonly url: string
  /** Takes no new connections, waits for the requests under way, and ends event streams. */
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

const IDLE_LOOK_MS = 50

const peers = new WeakMap<Request, string>()

/** The other end of a request's connection. */
export function peerAddress(request: Request): string | undefined {
  return peers.get(request)
}

/** @param port 0 lets the system choose */
export async function listen(handler: Handler, port: number, host: string): Promise<Listening> {
  const streams = new EventStreams()
  const answer: Handler = async (request) => streams.follow(await handler(request))
  const { Deno } = globalThis as { Deno?: DenoRuntime }
  if (Deno !== undefined) {
    const server = Deno.serve(
      { port, hostname: host, onListen: () => {} },
      (request, { remoteAddr }) => answer(from(request, remoteAddr.hostname)),
    )
    return {
      url: urlOf(host, server.addr.port),
      close() {
        streams.endAll()
        return server.shutdown()
      },
    }
  }
  const { createServer } = await import('node:http')
  const { createServerAdapter } = await import('@whatwg-node/server')
  const server = createServer(
    createServerAdapter<{ req: IncomingMessage }>((request: Request, { req }) =>
      answer(from(request, req.socket.remoteAddress))
    ),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, resolve)
  })
  const address = server.address() as { port: number }
  return {
    url: urlOf(host, address.port),
    async close() {
      streams.endAll()
      const closed = new Promise<void>((resolve) => server.close(() => resolve()))
      // A connection that becomes idle later would keep the server for its whole keep-alive time.
      const idle = setInterval(() => server.closeIdleConnections(), IDLE_LOOK_MS)
      await closed
      clearInterval(idle)
    },
  }
}

function from(request: Request, peer: string | undefined): Request {
  if (peer !== undefined) peers.set(request, peer)
  return request
}

function urlOf(host: string, port: number): string {
  return `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}`
}
