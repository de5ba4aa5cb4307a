/**
 * The manifest of trusted documents: sha256 of its text → a document and whose it is.
 */

/** @property clients who may run it; `shared` is everybody */
export interface ManifestEntry {
  readonly clients: readonly string[]
  readonly name: string
  readonly operation: 'query' | 'mutation' | 'subscription'
  readonly text: string
}

/** As it is kept in `schema/documents/manifest.json`. */
export interface Manifest {
  readonly version: 1
  readonly documents: Readonly<Record<string, ManifestEntry>>
}

/** The client whose documents everybody may run. */
export const SHARED = 'shared'

/** The sha256 of a document's text in UTF-8, as lower-case hex. */
export async function hashOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text))
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('')
}
