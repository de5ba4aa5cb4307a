/**
 * Commands of ours as whole processes: how long, and how much memory.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname!, '../..')
const DENO = join(ROOT, 'node_modules/.bin/deno')
const SAMPLE_MS = 100

/** Runs a command of ours to its end on a data folder. @throws Error when it fails */
export async function timed(
  args: readonly string[],
  dataDir: string,
): Promise<{ seconds: number; peakMb: number }> {
  const began = performance.now()
  const child = deno(args, { DATA_DIR: join(dataDir, 'data') })
  let peakKb = 0
  const sampler = setInterval(() => peakKb = Math.max(peakKb, memoryKb(child, 'VmHWM')), SAMPLE_MS)
  let errors = ''
  child.stderr!.on('data', (chunk) => errors = (errors + chunk).slice(-2000))
  const code = await new Promise((resolve) => child.once('exit', resolve))
  clearInterval(sampler)
  if (code !== 0) throw new Error(`${args[0]} ended with ${code}: ${errors}`)
  return { seconds: (performance.now() - began) / 1000, peakMb: peakKb / 1024 }
}

/** A server that is ready. */
export interface RunningServer {
  readonly url: string
  /** From the start of the process until it was ready. */
  readonly seconds: number
  readonly residentMb: number
  stop(): Promise<void>
}

/** Starts the server on a data folder. @throws Error when it ends before it is ready */
export async function startServer(dataDir: string): Promise<RunningServer> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const began = performance.now()
  const child = deno(['gateway/main.ts'], {
    DATA_DIR: join(dataDir, 'data'),
    PORT: String(port),
  })
  await until(`${url}/readyz`, child)
  return {
    url,
    seconds: (performance.now() - began) / 1000,
    residentMb: memoryKb(child, 'VmRSS') / 1024,
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}

function deno(args: readonly string[], env: Record<string, string>): ChildProcess {
  return spawn(DENO, ['run', '--quiet', '-P=server', ...args], {
    cwd: ROOT,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
}

async function until(url: string, child: ChildProcess): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(url).catch(() => undefined)
    if (answer?.ok) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error(`the server ended with ${child.exitCode}`)
}

/** A figure of the process in kB, 0 where the system does not tell. */
function memoryKb(child: ChildProcess, name: 'VmHWM' | 'VmRSS'): number {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8')
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0)
  } catch {
    return 0
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
