/**
 * Files of the benchmark in processes of their own, on either runtime.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname!, '../../..')

/** With the garbage collector at hand, for figures of memory. */
const RUNTIMES = {
  deno: ['deno', 'run', '--quiet', '-A', '--v8-flags=--expose-gc'],
  node: ['node', '--expose-gc'],
} as const

export type Runtime = keyof typeof RUNTIMES

/** A form that answers. */
export interface Child {
  readonly url: string
  /** CPU milliseconds since its start. */
  cpuMs(): Promise<number>
  stop(): void
}

/** Starts a form. @throws Error when it ends instead */
export async function startForm(
  runtime: Runtime,
  form: string,
  places: Readonly<Record<string, string>> = {},
): Promise<Child> {
  const child = start(runtime, ['test/bench/gateway/serve.ts', form, JSON.stringify(places)])
  for await (const line of linesOf(child)) {
    if (!line.startsWith('{"url"')) continue
    const { url, control } = JSON.parse(line) as { url: string; control: string }
    return {
      url,
      cpuMs: async () => Number(await (await fetch(control)).text()),
      stop: () => void child.kill('SIGKILL'),
    }
  }
  throw new Error(`the form ${form} did not start on ${runtime}`)
}

/** Runs a file of the benchmark to its end; answers the JSON lines that it prints as they come. */
export async function* runFile<T>(
  runtime: Runtime,
  file: string,
  args: readonly string[] = [],
): AsyncGenerator<T> {
  const child = start(runtime, [`test/bench/gateway/${file}`, ...args])
  const ended = new Promise<number | null>((resolve) => child.once('exit', resolve))
  for await (const line of linesOf(child)) yield JSON.parse(line) as T
  const code = await ended
  if (code !== 0) throw new Error(`${file} ended with ${code} on ${runtime}`)
}

function start(runtime: Runtime, args: readonly string[]): ChildProcess {
  const [program, ...flags] = RUNTIMES[runtime]
  return spawn(join(ROOT, 'node_modules/.bin', program), [...flags, ...args], {
    cwd: ROOT,
    env: { ...process.env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function* linesOf(child: ChildProcess): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of child.stdout!.setEncoding('utf8')) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop()!
    yield* lines.filter((line) => line !== '')
  }
}
