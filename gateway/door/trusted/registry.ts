/**
 * The documents that clients registered, and who may run which.
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { Documents, KnownDocument } from '../document/documents.ts'
import type { Parameters } from '../request/parameters.ts'
import { hashOf, type Manifest, type ManifestEntry, SHARED } from './manifest.ts'

export type TrustedCode =
  | 'BODY_MALFORMED'
  | 'DOCUMENT_HASH_WRONG'
  | 'DOCUMENT_NOT_TRUSTED'
  | 'DOCUMENT_UNKNOWN'

/** A registered document, parsed. */
export interface TrustedDocument extends ManifestEntry {
  readonly hash: string
  readonly known: KnownDocument
}

/** What was registered. */
export interface TrustedDocuments {
  byHash(hash: string): TrustedDocument | undefined
  byText(text: string): TrustedDocument | undefined
  readonly size: number
}

/**
 * Reads a manifest and parses its documents, once and for good.
 *
 * @throws Error naming a document whose hash is not that of its text, or which is over a limit
 */
export async function trustedDocuments(
  manifest: Manifest,
  documents: Documents,
): Promise<TrustedDocuments> {
  const hashes = new Map<string, TrustedDocument>()
  const texts = new Map<string, TrustedDocument>()
  for (const [hash, entry] of Object.entries(manifest.documents)) {
    const called = `trusted document ${entry.clients.join(', ')}/${entry.name}`
    if (await hashOf(entry.text) !== hash) throw new Error(`${called}: ${hash} is not its sha256`)
    const known = documents.keep(entry.text)
    if (!known.ok) throw new Error(`${called}: ${known.code}: ${known.message}`)
    const trusted = { ...entry, hash, known: known.value }
    hashes.set(hash, trusted)
    texts.set(entry.text, trusted)
  }
  return {
    byHash: (hash) => hashes.get(hash),
    byText: (text) => texts.get(text),
    size: hashes.size,
  }
}

/** What a request means: a registered document, or a text of which nobody knows. */
export type Chosen =
  | { readonly kind: 'trusted'; readonly document: TrustedDocument }
  | { readonly kind: 'free'; readonly text: string; readonly hash: string | undefined }

/**
 * Finds the document that a request names by hash or by text.
 *
 * Another client's document is told from an unknown one by nobody.
 *
 * @param client whose documents may be run; undefined is nobody in particular
 */
export function chooseDocument(
  parameters: Parameters,
  registry: TrustedDocuments,
  client: string | undefined,
  unknown: 'refuse' | 'allow',
): Result<Chosen, TrustedCode> {
  const hash = readHash(parameters)
  if (!hash.ok) return hash
  const { query } = parameters
  const mine = (document: TrustedDocument | undefined) =>
    document?.clients.some((owner) => owner === SHARED || owner === client) ? document : undefined
  if (query === undefined) {
    if (hash.value === undefined) {
      return refuse('BODY_MALFORMED', 'Send a query or the hash of a registered document.')
    }
    const document = mine(registry.byHash(hash.value))
    return document === undefined
      ? refuse('DOCUMENT_UNKNOWN', 'No document is registered under this hash.')
      : ok({ kind: 'trusted', document })
  }
  const document = mine(registry.byText(query))
  if (document === undefined) {
    return unknown === 'allow'
      ? ok({ kind: 'free', text: query, hash: hash.value })
      : refuse('DOCUMENT_NOT_TRUSTED', 'Only registered documents are run here.')
  }
  return hash.value === undefined || hash.value === document.hash
    ? ok({ kind: 'trusted', document })
    : wrongHash()
}

/** Makes sure that a text that came with a hash is the one that the hash is of. */
export async function checkHash(
  text: string,
  hash: string,
): Promise<Result<void, 'DOCUMENT_HASH_WRONG'>> {
  return await hashOf(text) === hash ? ok(undefined) : wrongHash()
}

function wrongHash() {
  return refuse('DOCUMENT_HASH_WRONG', 'The hash is not that of the document.')
}

const PREFIX = 'sha256:'

function readHash(
  { documentId, extensions }: Parameters,
): Result<string | undefined, 'BODY_MALFORMED' | 'DOCUMENT_UNKNOWN'> {
  if (documentId !== undefined) {
    if (!documentId.startsWith(PREFIX)) {
      return refuse('DOCUMENT_UNKNOWN', 'A document id begins with sha256:.', '/documentId')
    }
    return hex(documentId.slice(PREFIX.length), '/documentId')
  }
  const persisted = extensions?.persistedQuery
  if (persisted === undefined || persisted === null) return ok(undefined)
  const { version, sha256Hash } = persisted as { version?: unknown; sha256Hash?: unknown }
  const place = '/extensions/persistedQuery'
  if (version !== 1 || typeof sha256Hash !== 'string') {
    return refuse('BODY_MALFORMED', 'A persisted query has version 1 and a sha256Hash.', place)
  }
  return hex(sha256Hash, `${place}/sha256Hash`)
}

function hex(text: string, place: string): Result<string, 'BODY_MALFORMED'> {
  const hash = text.toLowerCase()
  return /^[0-9a-f]{64}$/.test(hash)
    ? ok(hash)
    : refuse('BODY_MALFORMED', 'A sha256 has 64 hex digits.', place)
}
