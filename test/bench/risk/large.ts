/**
 * Ten million edges: whether it loads, how long that takes, and in how much memory.
 */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import type { Figure } from '../report.ts'

const ROOT = join(import.meta.dirname!, '../../..')
const DENO = join(ROOT, 'node_modules/.bin/deno')
const BAR_MB = 1536

/** Runs the part in a process of its own, whose peak memory is then the graph's. */
export async function benchLarge(report: (figure: Figure) => void): Promise<void> {
  const child = spawn(DENO, [
    'run',
    '-A',
    '--quiet',
    join(import.meta.dirname!, 'large-process.ts'),
  ], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let text = ''
  child.stdout.on('data', (chunk) => text += chunk)
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`the graph of ten million edges ended with ${code}`)
  const { edges, nodes, loadMs, p95Ms, componentsMs, peakMb } = JSON.parse(text)
  const say = (figure: Omit<Figure, 'suite'>) => report({ suite: 'risk', ...figure })
  say({ case: '10 million: edges', value: edges, unit: 'edges' })
  say({ case: '10 million: nodes', value: nodes, unit: 'nodes' })
  say({ case: '10 million: rows built', value: loadMs, unit: 'ms' })
  say({ case: '10 million: 3-hop neighbourhood, p95', value: p95Ms, unit: 'ms' })
  say({ case: '10 million: components', value: componentsMs, unit: 'ms' })
  say({
    case: '10 million: peak memory of the process, names of all nodes included',
    value: peakMb,
    unit: 'MB',
    bar: `<= ${BAR_MB} MB`,
    ok: peakMb <= BAR_MB,
  })
}
