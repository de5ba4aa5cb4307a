/**
 * `npm run -s register-documents`: writes the manifest of `schema/documents/` and records what each new
 * or edited document relies on. What others rely on stays as it was: check-schema still tells of it.
 */
import { join } from 'node:path'
import { acceptDocuments, checkDocuments } from '../check/check-documents.ts'
import { readShapes, writeShapes } from '../check/shapes-file.ts'
import { DEFAULT_FRONT_DOOR } from '../door/config.ts'
import { readSavedDocuments, registerDocuments } from '../door/trusted/register.ts'
import { clientSchemas } from '../door/trusted/schemas.ts'

const RECORD = new Set(['NOT_RECORDED', 'TEXT_CHANGED', 'DOCUMENT_GONE'])

const schema = process.argv[2] ?? join(import.meta.dirname!, '../../schema')
const folder = join(schema, 'documents')
try {
  const schemaFor = await clientSchemas(schema, DEFAULT_FRONT_DOOR.trusted.people)
  const { documents } = await registerDocuments(folder, schemaFor)
  const saved = await readSavedDocuments(folder)
  const shapes = await readShapes(folder)
  const findings = await checkDocuments(saved, shapes, schemaFor)
  const fresh = findings.filter(({ code }) => RECORD.has(code)).map(({ document }) => document)
  if (fresh.length > 0) {
    await writeShapes(folder, await acceptDocuments(fresh, saved, shapes, schemaFor))
  }
  console.log(`${Object.keys(documents).length} documents registered, recorded: ${fresh.length}`)
} catch (error) {
  console.error(`register-documents: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 1
}
