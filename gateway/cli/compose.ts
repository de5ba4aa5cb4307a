/**
 * `npm run compose` writes `schema/`; with `--check` it only says whether it is fresh.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeAll } from '../compose.ts'

const folder = join(import.meta.dirname!, '../../schema')
const check = process.argv.includes('--check')
const stale: string[] = []
for (const [name, text] of Object.entries(composeAll())) {
  const path = join(folder, name)
  if (check && readOr(path) !== text) stale.push(name)
  if (!check) writeFileSync(path, text)
}
if (stale.length > 0) {
  console.error(`schema/ is stale (${stale.join(', ')}): run npm run compose and commit the result`)
  process.exitCode = 1
}

function readOr(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
