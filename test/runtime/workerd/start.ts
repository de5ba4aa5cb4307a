/**
 * The Worker on workerd, bundled and started by wrangler on loopback.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ROOT } from '../../support/process.ts'

/** A Worker that answers. */
export interface Worker {
  readonly url: string
  stop(): Promise<void>
}

/** The newest that the workerd of package-lock.json knows. From 2026-08-04 on Node's modules are there. */
const COMPATIBILITY_DATE = '2026-10-23'

/** @throws Error with what wrangler printed when the Worker does not start */
export async function startWorker(): Promise<Worker> {
  // wrangler keeps its files beside its configuration, so that goes into a folder of its own.
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-worker-'))
  const config = join(folder, 'wrangler.json')
  writeFileSync(
    config,
    JSON.stringify({
      name: 'huitong-suite',
      main: join(ROOT, 'test/runtime/workerd/worker.ts'),
      compatibility_date: COMPATIBILITY_DATE,
      send_metrics: false,
      // One copy: modules that are required and modules that are imported must mean the same types.
      alias: { graphql: join(ROOT, 'node_modules/graphql/index.js') },
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
  )
  const wrangler = [
    join(ROOT, 'node_modules/wrangler/bin/wrangler.js'),
    'dev',
    '--config',
    config,
    '--ip',
    '127.0.0.1',
    '--port',
    '0',
    '--inspector-port',
    '0',
    '--show-interactive-dev-session=false',
  ]
  const child = spawn(join(ROOT, 'node_modules/.bin/node'), wrangler, {
    cwd: folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: tmpdir(),
      CI: '1',
      WRANGLER_SEND_METRICS: 'false',
      // Tests reach for nobody.
      CLOUDFLARE_CF_FETCH_ENABLED: 'false',
      WRANGLER_LOG_PATH: join(folder, 'logs'),
      NO_COLOR: '1',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
  let output = ''
  const url = await new Promise<string | undefined>((resolve) => {
    const read = (chunk: string) => {
      output += chunk
      const ready = /Ready on (http:\/\/127\.0\.0\.1:\d+)/.exec(output)?.[1]
      if (ready !== undefined) resolve(ready)
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    void ended.then(() => resolve(undefined))
  })
  if (url === undefined) {
    await stop()
    throw new Error(`the Worker did not start:\n${output}`)
  }
  return { url, stop }
}
