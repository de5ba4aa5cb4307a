/**
 * Builds the web UI into `web/dist` when its sources are newer than what is there; `npm start` runs it.
 *
 * Each file also lies there packed, so that no request has to pack it.
 */
import { createHash } from 'node:crypto'
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { gzipSync } from 'node:zlib'

const WEB = import.meta.dirname!
const ROOT = join(WEB, '..')
const DIST = join(WEB, 'dist')
const STAMP = join(DIST, 'built-from')
/** Smaller files are not worth a second copy. */
const PACK_FROM_BYTES = 1024

const sources = sourceHash()
if (readOr(STAMP) !== sources) {
  const { build } = await import('vite')
  // Whoever builds it from a test would otherwise get React for development, and leave it to everybody.
  const { NODE_ENV } = process.env
  process.env.NODE_ENV = 'production'
  try {
    await build({ configFile: join(WEB, 'vite.config.ts'), logLevel: 'warn' })
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV
    else process.env.NODE_ENV = NODE_ENV
  }
  // What the PDF reader fetches for filings that do not carry their fonts' encodings.
  const reader = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
  const { version } = JSON.parse(readFileSync(join(reader, 'package.json'), 'utf8'))
  for (const folder of ['cmaps', 'standard_fonts']) {
    cpSync(join(reader, folder), join(DIST, `assets/pdfjs-${version}`, folder), { recursive: true })
  }
  for (const path of filesOf(DIST)) {
    const bytes = readFileSync(path)
    if (bytes.length >= PACK_FROM_BYTES) writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
  }
  writeFileSync(STAMP, sources)
}

/** Over everything that the result depends on. */
function sourceHash(): string {
  const hash = createHash('sha256')
  const own = filesOf(WEB).filter((path) => !path.startsWith(DIST))
  for (const path of [...own, join(ROOT, 'schema/desk.ts'), join(ROOT, 'package-lock.json')]) {
    hash.update(relative(ROOT, path)).update('\0').update(readFileSync(path)).update('\0')
  }
  return hash.digest('hex')
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted()
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
