/**
 * `npm run -s verify-evidence -- <bundle.json…> --trust <trust.json> [--json]`
 *
 * Proves bundles of evidence without a server, a database or a network. `--page <file.html>` writes
 * the same verifier as a page for a browser.
 */
import '../environment.ts'
import { readFile, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { type Trust, verifierPage, verifyBundle } from '../subgraphs.ts'

const USAGE = `usage: verify-evidence <bundle.json…> --trust <trust.json> [--json]
       verify-evidence --page <file.html>   writes the verifier as a page`

const { values, positionals } = readArguments()
if (values.page !== undefined && positionals.length === 0) {
  await writeFile(values.page, await verifierPage())
  console.log(values.page)
  process.exit(0)
}
if (positionals.length === 0 || values.trust === undefined) {
  console.error(USAGE)
  process.exit(2)
}

let failed = false
try {
  const trust = JSON.parse(await readFile(values.trust, 'utf8')) as Trust
  for (const path of positionals) {
    const verdict = await verifyBundle(await read(path), trust)
    failed ||= !verdict.ok
    if (values.json) {
      console.log(JSON.stringify({ bundle: path, ...verdict }))
      continue
    }
    console.log(
      verdict.ok
        ? `${path}: proved; ${verdict.events} events of ${verdict.case}, ` +
          `cosigned ${verdict.cosignedAt.join(', ') || 'by nobody'}, ` +
          `stamped ${verdict.stampedAt ?? 'by nobody'}`
        : `${path}: NOT proved`,
    )
    for (const { code, place } of verdict.faults) console.log(`  ${code} at ${place || '/'}`)
  }
} catch (error) {
  console.error(`verify-evidence: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
process.exit(failed ? 1 : 0)

/** A file that is no JSON is no bundle. */
async function read(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { trust: { type: 'string' }, page: { type: 'string' }, json: { type: 'boolean' } },
    })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
