/**
 * `npm run -s risk -- load <folder> [--mapping <file>]`
 *
 * Works on `DATA_DIR`, for the demo institution; beside a running server, use its API.
 */
import '../environment.ts'
import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { loadFolder } from '../risk/load.ts'
import { loadLines } from '../risk/progress.ts'

const USAGE = `usage: risk load <folder>     takes in entities.csv and links.csv
         [--mapping <file>]   other files, as the mapping says`

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
  } else {
    console.error(USAGE)
    process.exit(2)
  }
} catch (error) {
  console.error(`risk: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
process.exit(0)

function readArguments() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: { mapping: { type: 'string' } },
    })
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
