/**
 * `npm run -s check-schema`: whether every saved document still works as when it was registered.
 *
 * Exits 1 when one breaks, naming document, coordinate, place and reason. `--accept` takes the schema
 * and the documents of today for what clients rely on from now on: all, or those that are named.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import {
  acceptDocuments,
  checkDocuments,
  documentName,
  type Finding,
} from '../check/check-documents.ts'
import { readShapes, writeShapes } from '../check/shapes-file.ts'
import { DEFAULT_FRONT_DOOR } from '../door/config.ts'
import { readSavedDocuments } from '../door/trusted/register.ts'
import { clientSchemas } from '../door/trusted/schemas.ts'

const USAGE = `usage: check-schema
         [--accept]           take the documents of today, or those that follow, as they are
         [<client>/<name> …]
         [--schema <folder>]  with supergraph.graphql, partner.graphql and documents/ (schema)`

const { accept, names, schema } = readArguments()
try {
  const folder = join(schema, 'documents')
  const schemaFor = await clientSchemas(schema, DEFAULT_FRONT_DOOR.trusted.people)
  const saved = await readSavedDocuments(folder)
  const shapes = await readShapes(folder)
  const findings = await checkDocuments(saved, shapes, schemaFor)
  for (const finding of findings) console.log(lineOf(finding))
  if (accept) {
    const all = [...saved.map(documentName), ...Object.keys(shapes.documents)]
    const accepted = names.length === 0 ? [...new Set(all)] : names
    await writeShapes(folder, await acceptDocuments(accepted, saved, shapes, schemaFor))
    console.log(`accepted: ${accepted.join(', ')}`)
  } else {
    const broken = new Set(
      findings.filter(({ severity }) => severity === 'break').map(({ document }) => document),
    )
    console.log(`${saved.length} saved documents, ${broken.size} broken`)
    if (broken.size > 0) {
      console.error('When their clients know, npm run check-schema -- --accept takes the changes.')
      process.exitCode = 1
    }
  }
} catch (error) {
  console.error(`check-schema: ${error instanceof Error ? error.message : error}`)
  process.exitCode = 2
}

function lineOf({ document, severity, code, coordinate, place, reason }: Finding): string {
  const where = [coordinate, place].filter((part) => part !== '').join(' at ')
  return `${severity} ${document}.graphql ${code} ${where}: ${reason}`
}

function readArguments(): { accept: boolean; names: string[]; schema: string } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { accept: { type: 'boolean' }, schema: { type: 'string' } },
    })
    if (positionals.length > 0 && !values.accept) throw new Error('only --accept takes names')
    return {
      names: positionals,
      accept: values.accept ?? false,
      schema: values.schema ?? join(import.meta.dirname!, '../../schema'),
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
