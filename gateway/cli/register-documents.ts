/**
 * `npm run -s register-documents`: writes the manifest of `schema/documents/` and the types of the
 * desk's documents, and records what each new or edited document relies on. What others rely on stays
 * as it was: check-schema still tells of it.
 *
 * With `--check` nothing is written; it only says whether manifest and types are fresh.
 */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { acceptDocuments, checkDocuments } from '../check/check-documents.ts'
import { readShapes, writeShapes } from '../check/shapes-file.ts'
import { DEFAULT_FRONT_DOOR } from '../door/config.ts'
import { manifestOf, printManifest, readSavedDocuments } from '../door/trusted/register.ts'
import { clientSchemas } from '../door/trusted/schemas.ts'
import { typedDocuments } from '../door/trusted/typed.ts'

const RECORD = new Set(['NOT_RECORDED', 'TEXT_CHANGED', 'DOCUMENT_GONE'])

const { positionals, values: { check } } = parseArgs({
  allowPositionals: true,
  options: { check: { type: 'boolean', default: false } },
})
const schema = positionals[0] ?? join(import.meta.dirname!, '../../schema')
const folder = join(schema, 'documents')
const { people } = DEFAULT_FRONT_DOOR.trusted
try {
  const schemaFor = await clientSchemas(schema, people)
  const saved = await readSavedDocuments(folder)
  const manifest = await manifestOf(saved, schemaFor)
  const desk = saved.filter(({ client }) => client === people)
  const files = {
    [join(folder, 'manifest.json')]: printManifest(manifest),
    [join(schema, `${people}.ts`)]: await typedDocuments(desk, schemaFor(people)),
  }
  if (check) await expectFresh(files)
  else {
    for (const [path, text] of Object.entries(files)) await writeFile(path, text)
    const shapes = await readShapes(folder)
    const findings = await checkDocuments(saved, shapes, schemaFor)
    const fresh = findings.filter(({ code }) => RECORD.has(code)).map(({ document }) => document)
    if (fresh.length > 0) {
      await writeShapes(folder, await acceptDocuments(fresh, saved, shapes, schemaFor))
    }
    const count = Object.keys(manifest.documents).length
    console.log(`${count} documents registered, recorded: ${fresh.length}`)
  }
} catch (error) {
  console.error(`register-documents: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}

async function expectFresh(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    if (await readFile(path, 'utf8').catch(() => undefined) !== text) {
      throw new Error(`${path} is stale: run npm run register-documents and commit the result`)
    }
  }
}
