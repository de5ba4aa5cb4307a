/**
 * Commands and servers of ours as whole processes, on either runtime.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

export const ROOT = join(import.meta.dirname!, '../..')

/** As `npm start` and its siblings begin; on Node the same files without permissions. */
const RUNTIMES = {
  deno: [join(ROOT, 'node_modules/.bin/deno'), 'run', '--quiet', '-P=server'],
  node: [join(ROOT, 'node_modules/.bin/node')],
} as const

export type Runtime = keyof typeof RUNTIMES

/** `npm start`, as the README has it. */
const NPM_START = ['npm', 'start'] as const

/** What a command left behind. @property signal that ended it, if one did */
export interface Ended {
  readonly code: number | null
  readonly signal: string | null
  readonly stdout: string
  readonly stderr: string
}

/** A process of ours while it runs. */
export interface Running {
  readonly child: ChildProcess
  readonly ended: Promise<Ended>
  /** Resolves once the text was printed, or the process has ended. */
  printed(text: string): Promise<void>
  /** Everything that it printed so far, on both streams. */
  output(): string
}

/** A server in a process of its own that is ready. */
export interface ServerProcess extends Running {
  readonly url: string
}

/** Starts one of our files. What still runs when the test ends is killed. */
export function startProcess(
  runtime: Runtime,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Running {
  return startCommand([...RUNTIMES[runtime], ...args], env)
}

function startCommand(
  [program, ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Running {
  const child = spawn(program!, args, {
    cwd: ROOT,
    // Colours and the test run's own settings are none of the command's business.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, TMPDIR: tmpdir(), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  const listeners = new Set<() => void>()
  const tell = () => listeners.forEach((listener) => listener())
  child.stdout!.setEncoding('utf8').on('data', (text) => {
    stdout += text
    tell()
  })
  child.stderr!.setEncoding('utf8').on('data', (text) => {
    stderr += text
    tell()
  })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => resolve({ code, signal, stdout, stderr }))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended.catch(() => {})
  })
  return {
    child,
    ended,
    output: () => stdout + stderr,
    printed: (text) =>
      new Promise((resolve) => {
        const listener = () => {
          if (!stdout.includes(text) && !stderr.includes(text)) return
          listeners.delete(listener)
          resolve()
        }
        listeners.add(listener)
        listener()
        void ended.then(() => resolve(), () => resolve())
      }),
  }
}

/** Runs one of our files to its end. */
export async function runProcess(
  runtime: Runtime,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Ended> {
  return await startProcess(runtime, args, env).ended
}

/** Starts the server on a data folder and a port that the system chooses. @throws when it ends instead */
export async function startServer(
  runtime: Runtime,
  dataDir: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServerProcess> {
  const settings = { DATA_DIR: dataDir, PORT: '0', ...env }
  return await ready(startProcess(runtime, ['gateway/main.ts'], settings))
}

/** Starts the server as a person does. @throws when it ends instead */
export async function startByNpm(dataDir: string): Promise<ServerProcess> {
  return await ready(startCommand(NPM_START, { DATA_DIR: dataDir, PORT: '0' }))
}

async function ready(server: Running): Promise<ServerProcess> {
  await server.printed('A query to begin with:')
  const url = /(http:\/\/\S+)\/graphql/.exec(server.output())?.[1]
  if (url === undefined) throw new Error(`the server did not start:\n${server.output()}`)
  return { ...server, url }
}

/** A folder that is removed when the test ends. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-process-'))
  onTestFinished(() => {
    if (existsSync(folder)) rmSync(folder, { recursive: true, force: true })
  })
  return folder
}
