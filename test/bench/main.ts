/**
 * `npm run -s bench -- <suite> [--json]`
 */
import { reporter } from './report.ts'

const SUITES: Readonly<Record<string, string>> = {
  gateway: './suite-gateway.ts',
  main: './suite-main.ts',
  risk: './suite-risk.ts',
}

const [name] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const suite = SUITES[name ?? '']
if (suite === undefined) {
  console.error(`usage: bench <${Object.keys(SUITES).join('|')}> [--json]`)
  process.exit(2)
}
const { run } = await import(suite) as { run(report: ReturnType<typeof reporter>): Promise<void> }
await run(reporter(process.argv.includes('--json')))
process.exit(0)
