/**
 * Whether all saved documents still work as they did when they were registered.
 */
import { GraphQLError, type GraphQLSchema, parse, validate } from 'graphql'
import { hashOf } from '../door/trusted/manifest.ts'
import type { SavedDocument } from '../door/trusted/register.ts'
import { type Change, checkDocument } from './check-document.ts'
import { type DocumentShape, readShape } from './document-shape.ts'

/** @property hash the sha256 of the document's text that the shape was read for */
export interface RecordedShape extends DocumentShape {
  readonly hash: string
}

/** As they are kept in `schema/documents/shapes.json`, by `<client>/<name>`. */
export interface Shapes {
  readonly version: 1
  readonly documents: Readonly<Record<string, RecordedShape>>
}

/**
 * A change, or what is wrong with the record itself. All of the record's are breaks:
 *
 * - `NOT_RECORDED`: the document is new
 * - `TEXT_CHANGED`, `DOCUMENT_GONE`: programs that run what was registered will be refused
 */
export interface Finding extends Omit<Change, 'code'> {
  readonly code: Change['code'] | 'NOT_RECORDED' | 'TEXT_CHANGED' | 'DOCUMENT_GONE'
  /** `<client>/<name>`. */
  readonly document: string
}

/** The name of a saved document in the record. */
export function documentName({ client, name }: Pick<SavedDocument, 'client' | 'name'>): string {
  return `${client}/${name}`
}

/**
 * Every change that a client of a saved document notices, by document.
 *
 * @param schemaFor what a client sees today
 */
export async function checkDocuments(
  saved: readonly SavedDocument[],
  shapes: Shapes,
  schemaFor: (client: string) => GraphQLSchema,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const wrong = (document: string, code: Finding['code'], place: string, reason: string) =>
    void findings.push({ document, severity: 'break', code, coordinate: '', place, reason })
  const known = new Map(Object.entries(shapes.documents))
  for (const each of saved) {
    const document = documentName(each)
    const before = known.get(document)
    known.delete(document)
    try {
      const schema = schemaFor(each.client)
      for (const change of checkDocument(each.text, before ?? NOTHING, schema)) {
        findings.push({ document, ...change })
      }
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      const [at] = error.locations ?? []
      wrong(document, 'INVALID', at ? `${at.line}:${at.column}` : '', error.message)
      continue
    }
    if (before === undefined) {
      wrong(document, 'NOT_RECORDED', 'shapes.json', 'It is new and nothing is known of it.')
    } else if (before.hash !== await hashOf(each.text)) {
      wrong(document, 'TEXT_CHANGED', 'shapes.json', 'Programs may still run the former text.')
    }
  }
  for (const document of known.keys()) {
    wrong(document, 'DOCUMENT_GONE', 'shapes.json', 'Programs may still run it.')
  }
  return findings
}

/** What documents rely on today. @throws Error with a line per document that is not valid today */
export async function shapesOf(
  saved: readonly SavedDocument[],
  schemaFor: (client: string) => GraphQLSchema,
): Promise<Shapes> {
  const documents: Record<string, RecordedShape> = {}
  const wrong: string[] = []
  for (const each of saved) {
    const { client, text } = each
    try {
      const schema = schemaFor(client)
      const errors = validate(schema, parse(text))
      if (errors.length > 0) throw errors[0]
      documents[documentName(each)] = { hash: await hashOf(text), ...readShape(text, schema).shape }
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error
      wrong.push(`${documentName(each)}: ${error.message}`)
    }
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  return { version: 1, documents }
}

/**
 * The record after some documents were taken as they are today; of the others it says what it said.
 *
 * @param names `<client>/<name>`, saved or recorded: one that is not saved any more is forgotten
 * @throws Error naming a document that is neither, or with a line per document that is not valid
 */
export async function acceptDocuments(
  names: readonly string[],
  saved: readonly SavedDocument[],
  shapes: Shapes,
  schemaFor: (client: string) => GraphQLSchema,
): Promise<Shapes> {
  const documents = new Map(Object.entries(shapes.documents))
  const chosen = saved.filter((each) => names.includes(documentName(each)))
  const known = new Set([...documents.keys(), ...chosen.map(documentName)])
  const stranger = names.find((name) => !known.has(name))
  if (stranger !== undefined) throw new Error(`${stranger}: no such document`)
  for (const name of names) documents.delete(name)
  const taken = await shapesOf(chosen, schemaFor)
  for (const [name, shape] of Object.entries(taken.documents)) documents.set(name, shape)
  const sorted = [...documents].toSorted(([a], [b]) => a < b ? -1 : 1)
  return { version: 1, documents: Object.fromEntries(sorted) }
}

const NOTHING: DocumentShape = { answers: {}, enums: {}, members: {}, inputs: {}, choices: {} }
