/**
 * `npm run -s risk -- <load|detect|payments|project|generate> …`
 *
 * Works on `DATA_DIR`, for the demo institution; beside a running server, use its API.
 */
import '../environment.ts'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { DEMO_TENANT } from '../demo.ts'
import { alertText, detectRings } from '../risk/detect.ts'
import { writeMotorBook } from '../risk/generate.ts'
import { loadFolder } from '../risk/load.ts'
import { withRiskGraph } from '../risk/open.ts'
import { projectGraph } from '../risk/project.ts'
import { loadLines } from '../risk/progress.ts'

const USAGE = `usage: risk load <folder>     takes in entities.csv and links.csv
         [--mapping <file>]   other files, as the mapping says
       risk detect            looks for rings in what was loaded
         [--json]             one alert a line with members, score and evidence
       risk payments          duplicate, split and round-tripping payments to suppliers
         [--json] [--limit <amount>]  what one person may approve alone (10000.00)
       risk project           brings the graph server of RISK_GRAPH_URL up to the record
         [--anew]             forgets first what the server has
       risk generate <folder> writes a simulated motor insurer's book
         [--seed <n>] [--households <n>]
         [--labels <file>]    where the planted rings are told, apart from the data`

const { values, positionals } = readArguments()
const [command, folder] = positionals
try {
  const config = readConfig(process.env)
  if (command === 'load' && folder !== undefined && positionals.length === 2) {
    const mapping = values.mapping === undefined
      ? null
      : JSON.parse(await readFile(values.mapping, 'utf8'))
    const lines = loadLines(process.stderr)
    const { progress, faults, seconds } = await loadFolder({ folder, mapping, config }, lines.show)
    lines.end()
    for (const { file, line, code, message } of faults) {
      console.error(`${file}:${line}: ${code} ${message}`)
    }
    const { entities, changed, links, repeated, refused, merged, proposed } = progress
    if (refused > faults.length) console.error(`… ${refused - faults.length} more`)
    console.log(
      `${entities} entities, ${links} links, ${changed} changed, ${repeated} known before, ` +
        `${refused} refused; ${merged} merged, ${proposed} to be looked at (${
          seconds.toFixed(1)
        } s)`,
    )
  } else if (command === 'detect' && positionals.length === 1) {
    const done = await detectRings(config, (text) => console.error(text), (alert) => {
      console.log(values.json ? JSON.stringify(alert) : alertText(alert))
    })
    console.error(
      `${done.alerts} alerts (${done.fresh} new) from ${done.groups} groups, ` +
        `${done.entities} entities, ${done.links} links (${done.seconds.toFixed(1)} s)`,
    )
  } else if (command === 'payments' && positionals.length === 1) {
    const findings = await withRiskGraph(
      config,
      (running) => running.oddPayments(DEMO_TENANT.tenant, limitOf(values.limit)),
    )
    for (const finding of findings) {
      const { kind, score, reason, documents } = finding
      console.log(
        values.json
          ? JSON.stringify(finding)
          : `${kind} ${score} ${reason} ${documents.join(', ')}`,
      )
    }
  } else if (command === 'project' && positionals.length === 1) {
    const show = ({ entities, links }: { entities: number; links: number }) =>
      console.error(`${entities} entities, ${links} links`)
    const { entities, links, ends } = await projectGraph(config, values.anew ?? false, show)
    console.log(`${entities} entities, ${links} links, ${ends} of them ended`)
  } else if (command === 'generate' && folder !== undefined && positionals.length === 2) {
    const written = await writeMotorBook(folder, {
      seed: whole(values.seed, 'seed'),
      households: whole(values.households, 'households'),
      labels: values.labels,
    })
    console.log(written)
  } else {
    console.error(USAGE)
    process.exit(2)
  }
} catch (error) {
  console.error(`risk: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
process.exit(0)

/** An amount with two decimals, in its minor units. */
function limitOf(text: string | undefined): bigint | undefined {
  if (text === undefined) return undefined
  const match = /^(\d{1,12})(?:\.(\d{2}))?$/.exec(text)
  if (match === null) throw new Error('--limit is an amount such as 10000.00')
  return BigInt(match[1]!) * 100n + BigInt(match[2] ?? 0)
}

function whole(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined
  if (!/^\d{1,7}$/.test(text)) throw new Error(`--${name} is a whole number`)
  return Number(text)
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        mapping: { type: 'string' },
        json: { type: 'boolean' },
        seed: { type: 'string' },
        households: { type: 'string' },
        labels: { type: 'string' },
        limit: { type: 'string' },
        anew: { type: 'boolean' },
      },
    })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
