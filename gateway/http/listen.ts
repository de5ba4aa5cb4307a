/**
 * Listens on whichever runtime this is: `Deno.serve` on Deno, `node:http` on Node.
 */
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
    handler: Handler,
  ): DenoServer
}

/** @param port 0 lets the system choose */
export async function listen(handler: Handler, port: number, host: string): Promise<Listening> {
  const { Deno } = globalThis as { Deno?: DenoRuntime }
  if (Deno !== undefined) {
    const server = Deno.serve({ port, hostname: host, onListen: () => {} }, handler)
    return { url: urlOf(host, server.addr.port), close: () => server.shutdown() }
  }
  const { createServer } = await import('node:http')
  const { createServerAdapter } = await import('@whatwg-node/server')
  const server = createServer(createServerAdapter((request: Request) => handler(request)))
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

function urlOf(host: string, port: number): string {
  return `http://${host === '0.0.0.0' ? 'localhost' : host}:${port}`
}
