/**
 * The built web UI as files: names with a hash are kept by browsers for good, the page never.
 */
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { problem } from '../http/problem.ts'
import type { Handler } from '../http/routes.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
const FOR_GOOD = 'public, max-age=31536000, immutable'

/**
 * Serves a folder that `web/build.ts` wrote. Every path that is no file is a screen, so it gets the page.
 *
 * Nothing from elsewhere is loaded; the page talks to this origin and, to sign in, to `connect`.
 *
 * @param connect origins besides this one
 */
export function webFiles(folder: string, connect: readonly string[]): Handler {
  const policy = [
    "default-src 'none'",
    "script-src 'self'",
    // antd writes its styles into the page.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    "worker-src 'self'",
    `connect-src ${["'self'", ...connect].join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  return async (request) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') {
      return problem({ status: 405, code: 'METHOD_NOT_ALLOWED', title: 'Pages are read with GET.' })
    }
    const { pathname } = new URL(request.url)
    const path = normalize(pathname)
    const asset = path.startsWith('/assets/')
    // A program that asks for something else is given a page only where it is one.
    const wantsPage = path === '/' || request.headers.get('accept')?.includes('text/html') === true
    if (!asset && !wantsPage) return nothing()
    const packed = request.headers.get('accept-encoding')?.includes('gzip') === true
    const file = await read(join(folder, asset ? path : 'index.html'), packed)
    if (file === undefined) {
      return asset ? nothing() : problem({
        status: 503,
        code: 'WEB_NOT_BUILT',
        title: 'The web UI is not built: npm start builds it.',
      })
    }
    return new Response(request.method === 'HEAD' ? null : file.bytes, {
      headers: {
        'content-type': TYPES[asset ? extname(path) : '.html'] ?? 'application/octet-stream',
        'cache-control': asset ? FOR_GOOD : 'no-cache',
        'content-security-policy': policy,
        vary: 'accept-encoding',
        ...(file.packed ? { 'content-encoding': 'gzip' } : {}),
      },
    })
  }
}

function nothing(): Response {
  return problem({ status: 404, code: 'NOT_FOUND', title: 'There is nothing here.' })
}

interface FileRead {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly packed: boolean
}

async function read(path: string, packed: boolean): Promise<FileRead | undefined> {
  if (packed) {
    const bytes = await readFile(`${path}.gz`).catch(() => undefined)
    if (bytes !== undefined) return { bytes, packed }
  }
  const bytes = await readFile(path).catch(() => undefined)
  return bytes === undefined ? undefined : { bytes, packed: false }
}
