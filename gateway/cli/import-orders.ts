/**
 * `npm run -s import-orders -- <file.csv> --type <type> --mapping <mapping.json>`
 *
 * In process on `DATA_DIR`, or against a running server with `--url`. `--approve-as checker` approves
 * in bulk what the rules leave to a person; the history says so.
 */
import '../environment.ts'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { type DemoRole, isDemoRole } from '../demo.ts'
import { checkMapping, type ImportProgress } from '../subgraphs.ts'
import { importHere } from '../import/here.ts'
import { importThere } from '../import/there.ts'
import { progressLines } from '../import/progress.ts'

const USAGE = `usage: import-orders <file.csv> --type <order type> --mapping <mapping.json>
         [--approve-as <role>]  approve in bulk what the rules leave to a person
         [--as <role>]          who brings the file in (maker)
         [--source <name>]      another name for the system that the rows come from
         [--report <file.csv>]  where the row-by-row report is written (<file>.report.csv)
         [--url <server>]       import into a running server rather than the data folder`

const { values, positionals } = readArguments()
const [file] = positionals
const maker = values.as ?? 'maker'
const approver = values['approve-as']
if (
  file === undefined || positionals.length > 1 || values.type === undefined ||
  values.mapping === undefined || !isDemoRole(maker) ||
  (approver !== undefined && !isDemoRole(approver))
) {
  console.error(USAGE)
  process.exit(2)
}

try {
  const mapping = checkMapping(JSON.parse(await readFile(values.mapping, 'utf8')))
  if (!mapping.ok) throw new Error(`${mapping.code} at ${mapping.place}: ${mapping.message}`)
  const config = readConfig(process.env)
  if (config.issuer.kind !== 'demo') {
    throw new Error('the command signs in as demo people; with OIDC, import through the API')
  }
  const request = {
    file,
    type: values.type,
    mapping: { ...mapping.value, source: values.source ?? mapping.value.source },
    maker: maker as DemoRole,
    approver: approver as DemoRole | undefined,
    report: values.report ?? `${file.split('/').at(-1)}.report.csv`,
    config,
  }
  const lines = progressLines(process.stderr)
  const done: ImportProgress = values.url === undefined
    ? await importHere(request, lines.show)
    : await importThere(request, values.url, lines.show)
  lines.end()
  console.log(
    `${done.rows} rows: ${done.posted} posted, ${done.waiting} waiting, ${done.refused} refused`,
  )
  console.log(`report: ${request.report}`)
} catch (error) {
  console.error(`import-orders: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
process.exit(0)

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        type: { type: 'string' },
        mapping: { type: 'string' },
        'approve-as': { type: 'string' },
        as: { type: 'string' },
        source: { type: 'string' },
        report: { type: 'string' },
        url: { type: 'string' },
      },
    })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
