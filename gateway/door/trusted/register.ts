/**
 * Registration: from a folder of documents to their manifest.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { GraphQLError, type GraphQLSchema, Kind, parse, validate } from 'graphql'
import { DEFAULT_FRONT_DOOR, type DocumentLimits } from '../config.ts'
import { factsOf } from '../document/facts.ts'
import { screenDocument } from '../document/screen.ts'
import { hashOf, type Manifest, type ManifestEntry } from './manifest.ts'

/** A document as it lies in its folder: `<client>/<name>.graphql`. */
export interface SavedDocument {
  readonly client: string
  readonly name: string
  readonly text: string
}

/** Reads all saved documents, in order of their paths. */
export async function readSavedDocuments(folder: string): Promise<SavedDocument[]> {
  const paths = await readdir(folder, { recursive: true })
  const saved: SavedDocument[] = []
  for (const path of paths.map((each) => each.replaceAll('\\', '/')).toSorted()) {
    const match = /^([a-z0-9-]+)\/([A-Za-z0-9_-]+)\.graphql$/.exec(path)
    if (match === null) continue
    const [, client, name] = match
    saved.push({ client: client!, name: name!, text: await readFile(join(folder, path), 'utf8') })
  }
  return saved
}

/**
 * Makes the manifest of some documents: by hash, so that its order never depends on anything else.
 *
 * @param schemaFor what a client sees; its documents must be valid there
 * @throws Error with a line per document at fault, beginning with `<client>/<name>.graphql`
 */
export async function manifestOf(
  saved: readonly SavedDocument[],
  schemaFor: (client: string) => GraphQLSchema,
  limits: DocumentLimits = DEFAULT_FRONT_DOOR.document,
): Promise<Manifest> {
  const wrong: string[] = []
  const entries = new Map<string, ManifestEntry>()
  for (const { client, name, text } of saved) {
    const complain = (why: string) => void wrong.push(`${client}/${name}.graphql: ${why}`)
    const checked = checkDocument(text, schemaFor(client), limits)
    if (typeof checked === 'string') {
      complain(checked)
      continue
    }
    const hash = await hashOf(text)
    const before = entries.get(hash)
    if (before !== undefined && before.name !== checked.name) complain(`is also ${before.name}`)
    const clients = [...new Set([...before?.clients ?? [], client])].toSorted()
    entries.set(hash, { clients, ...checked, text })
  }
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
  const sorted = [...entries].toSorted(([a], [b]) => a < b ? -1 : 1)
  return { version: 1, documents: Object.fromEntries(sorted) }
}

/** The text of a manifest file. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify(manifest, null, 2)}\n`
}

/** What a document's entry says of it, or what is wrong with it. */
function checkDocument(
  text: string,
  schema: GraphQLSchema,
  limits: DocumentLimits,
): Pick<ManifestEntry, 'name' | 'operation'> | string {
  const screened = screenDocument(text, limits)
  if (!screened.ok) return screened.message
  try {
    const document = parse(text)
    const facts = factsOf(document, limits)
    if (!facts.ok) return facts.message
    const errors = validate(schema, document)
    if (errors.length > 0) return errors.map(({ message }) => message).join(' ')
    const [operation, another] = document.definitions.filter((node) =>
      node.kind === Kind.OPERATION_DEFINITION
    )
    if (operation?.name === undefined || another !== undefined) {
      return 'has exactly one operation, which has a name'
    }
    return { name: operation.name.value, operation: operation.operation }
  } catch (error) {
    if (error instanceof GraphQLError) return error.message
    throw error
  }
}
