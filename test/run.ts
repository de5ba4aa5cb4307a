/**
 * `npm test`: the whole suite on Node, then on Deno what does not start processes of its own anyway.
 *
 * Closes with one line that counts both. Arguments are passed on to vitest.
 */
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'

const ROOT = join(import.meta.dirname, '..')
const VITEST = join(ROOT, 'node_modules/vitest/vitest.mjs')

/**
 * Once is enough: tests that start the command or the server on each runtime themselves, what runs in a
 * browser, and what takes long and is the same wherever it runs: searches for
 * rings, a thousand seeds of books and every byte of them changed, every field asked by every role.
 */
const ONCE = [
  'test/bolt/**',
  'test/faults/**',
  'test/runtime/**',
  'test/browser/**',
  'test/web/**',
  'test/risk-graph/detect/**',
  'test/ledger/simulator.test.ts',
  'test/ledger/verify.test.ts',
  'test/journeys/tenant-audit.test.ts',
]

const RUNS = [
  { name: 'Node', command: [join(ROOT, 'node_modules/.bin/node'), VITEST], exclude: [] },
  {
    name: 'Deno',
    command: [join(ROOT, 'node_modules/.bin/deno'), 'run', '-A', VITEST],
    exclude: ONCE,
  },
]

interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly message: string
    readonly assertionResults: readonly {
      readonly status: string
      readonly fullName: string
      readonly failureMessages?: readonly string[] | null
    }[]
  }[]
}

const total = { passed: 0, failed: 0, skipped: 0 }
/** What failed in each run and why: told last, so that the end of a long output is enough. */
const failures: string[] = []
const folder = mkdtempSync(join(tmpdir(), 'huitong-test-'))
try {
  for (const { name, command, exclude } of RUNS) {
    console.log(`\n=== ${name}`)
    const file = join(folder, `${name}.json`)
    const [program, ...args] = command
    const code = await run(program!, [
      ...args,
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...exclude.flatMap((pattern) => ['--exclude', pattern]),
      ...process.argv.slice(2),
    ])
    const report = readReport(file)
    total.passed += report?.numPassedTests ?? 0
    total.skipped += (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0)
    // A run that ends badly without a failed test (a file that does not load, a crash) has failed too.
    total.failed += report?.numFailedTests || (code === 0 ? 0 : 1)
    for (const failure of failuresOf(report)) failures.push(`${name}: ${failure}`)
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
for (const failure of failures) console.log(`\n${failure}`)
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1

function run(program: string, args: readonly string[]): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] })
    child.once('error', reject)
    child.once('exit', resolve)
  })
}

/** Each failed test, and each file that did not load, with its place and message. */
function failuresOf(report: Report | undefined): string[] {
  return (report?.testResults ?? []).flatMap(({ name, message, assertionResults }) => {
    const file = relative(ROOT, name)
    const failed = assertionResults.filter(({ status }) => status === 'failed')
    if (failed.length === 0 && message !== '') return [`${file}\n${message}`]
    return failed.map(({ fullName, failureMessages }) =>
      [`${file} > ${fullName}`, ...failureMessages ?? []].join('\n')
    )
  })
}

function readReport(file: string): Report | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Report
  } catch {
    return undefined
  }
}
