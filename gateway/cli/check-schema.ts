/**
 * `npm run -s check-schema`: whether every saved document still works as when it was registered.
 *
 * Exits 1 when one breaks, naming document, coordinate, place and reason. `--accept` takes the schema
 * and the documents of today for what clients rely on from now on.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { checkDocuments, type Finding, shapesOf } from '../check/check-documents.ts'
import { readShapes, writeShapes } from '../check/shapes-file.ts'
import { DEFAULT_FRONT_DOOR } from '../door/config.ts'
import { readSavedDocuments } from '../door/trusted/register.ts'
import { clientSchemas } from '../door/trusted/schemas.ts'

const USAGE = `usage: check-schema
         [--accept]           write down what documents rely on today
         [--schema <folder>]  with supergraph.graphql, partner.graphql and documents/ (schema)`

const { accept, schema } = readArguments()
try {
  const folder = join(schema, 'documents')
  const schemaFor = await clientSchemas(schema, DEFAULT_FRONT_DOOR.trusted.people)
  const saved = await readSavedDocuments(folder)
  const findings = await checkDocuments(saved, await readShapes(folder), schemaFor)
  for (const finding of findings) console.log(lineOf(finding))
  if (accept) {
    await writeShapes(folder, await shapesOf(saved, schemaFor))
    console.log(`${saved.length} documents: accepted as they are`)
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

function readArguments(): { accept: boolean; schema: string } {
  try {
    const { values } = parseArgs({
      options: { accept: { type: 'boolean' }, schema: { type: 'string' } },
    })
    return {
      accept: values.accept ?? false,
      schema: values.schema ?? join(import.meta.dirname!, '../../schema'),
    }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`)
    process.exit(2)
  }
}
