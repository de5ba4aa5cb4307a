/**
 * The main job: orders end to end, the gateway's price, start-up and memory.
 */
import '../../gateway/environment.ts'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { paymentsFile } from './payments-file.ts'
import { median, type Parts, type Report } from './report.ts'
import { startServer, timed } from './process.ts'
import { cpuPerRequest, gatewayPair } from './yoga-pair.ts'
import { importArgs } from '../support/import-args.ts'

const IMPORT_ROWS = 15_742
const IMPORT_BAR_SECONDS = 90
const IMPORT_BAR_MB = 400
const START_BAR_SECONDS = 5
const ROUNDS = 7
const CUSTOMERS = [1, 10, 50]

/** In the order in which they run. */
export const PARTS: Parts = {
  import: benchImport,
  start: benchStart,
  gateway: benchGateway,
}

/** A file of the size of the reference file, imported by the command in a process of its own. */
async function benchImport(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-'))
  try {
    const csv = join(folder, 'payments.csv')
    await writeFile(csv, paymentsFile(IMPORT_ROWS).text)
    const args = [
      ...await engineFlags('import-orders'),
      ...importArgs(csv, join(folder, 'report.csv')),
    ]
    const measured = await timed(args, folder)
    report({
      suite: 'main',
      case: `import of ${IMPORT_ROWS} rows, order to settlement in the books`,
      value: measured.seconds,
      unit: 's',
      bar: `<= ${IMPORT_BAR_SECONDS} s`,
      ok: measured.seconds <= IMPORT_BAR_SECONDS,
    })
    report({
      suite: 'main',
      case: 'orders end to end',
      value: IMPORT_ROWS / measured.seconds,
      unit: 'orders/s',
    })
    report({
      suite: 'main',
      case: 'peak memory of the import',
      value: measured.peakMb,
      unit: 'MB',
      bar: `<= ${IMPORT_BAR_MB} MB`,
      ok: measured.peakMb <= IMPORT_BAR_MB,
    })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What a script of `package.json` tells the engine, such as how much it may keep before it clears up. */
async function engineFlags(script: string): Promise<string[]> {
  const { scripts } = JSON.parse(
    await readFile(join(import.meta.dirname!, '../../package.json'), 'utf8'),
  ) as { scripts: Record<string, string> }
  return scripts[script]!.split(' ').filter((part) => part.startsWith('--v8-flags='))
}

/** Second start of the server, until it says that it is ready. */
async function benchStart(report: Report): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'huitong-bench-'))
  try {
    await (await startServer(folder)).stop()
    const { seconds, residentMb, stop } = await startServer(folder)
    await stop()
    report({
      suite: 'main',
      case: 'second start until ready',
      value: seconds,
      unit: 's',
      bar: `<= ${START_BAR_SECONDS} s`,
      ok: seconds <= START_BAR_SECONDS,
    })
    report({ suite: 'main', case: 'resident memory after start', value: residentMb, unit: 'MB' })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** CPU per request: the gateway against the same resolvers in one plain Yoga schema. */
async function benchGateway(report: Report): Promise<void> {
  const { monolith, gateway } = await gatewayPair()
  for (const customers of CUSTOMERS) {
    const rounds = { monolith: [] as number[], gateway: [] as number[] }
    for (let round = 0; round < ROUNDS; round++) {
      rounds.monolith.push(await cpuPerRequest(monolith, customers))
      rounds.gateway.push(await cpuPerRequest(gateway, customers))
    }
    for (
      const [how, of] of [['best', Math.min], ['median', (...v: number[]) => median(v)]] as const
    ) {
      const value = of(...rounds.gateway)
      report({
        suite: 'main',
        case: `gateway CPU per request, ${customers} customers, ${how} of ${ROUNDS}`,
        value,
        unit: 'ms',
        peer: 'one Yoga schema',
        ratio: value / of(...rounds.monolith),
      })
    }
  }
}
