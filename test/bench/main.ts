/**
 * `npm run -s bench -- <suite> [part …] [--json]`: all parts of a suite, or those that are named.
 */
import { parseArgs } from 'node:util'
import { type Parts, reporter } from './report.ts'

const SUITES: Readonly<Record<string, string>> = {
  documents: './suite-documents.ts',
  gateway: './suite-gateway.ts',
  ledger: './suite-ledger.ts',
  main: './suite-main.ts',
  web: './suite-web.ts',
  risk: './suite-risk.ts',
}

const { positionals: [name, ...named], values: { json } } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false } },
})
const suite = SUITES[name ?? '']
if (suite === undefined) {
  console.error(`usage: bench <${Object.keys(SUITES).join('|')}> [part …] [--json]`)
  process.exit(2)
}
const { PARTS } = await import(suite) as { PARTS: Parts }
const unknown = named.find((part) => !(part in PARTS))
if (unknown !== undefined) {
  console.error(`${name} has no part ${unknown}: ${Object.keys(PARTS).join(', ')}`)
  process.exit(2)
}
const report = reporter(json)
for (const [part, run] of Object.entries(PARTS)) {
  if (named.length === 0 || named.includes(part)) await run(report)
}
process.exit(0)
