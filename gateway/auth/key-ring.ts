/**
 * The keys with which this system signs the tokens that it issues: the newest signs, all are believed.
 *
 * A key that was replaced is believed for as long as the last token that it signed is valid.
 */
import { randomUUID } from 'node:crypto'
import {
  exportJWK,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTHeaderParameters,
  type JWTVerifyGetKey,
} from 'jose'
import { errors } from 'jose'
import { createJsonFile, readJsonFile, replaceJsonFile } from './key-file.ts'

export const RING_ALGORITHM = 'ES256'

/** @property replacedAt milliseconds since 1970 */
interface RingKey {
  readonly key: JWK
  readonly replacedAt?: number
}

interface RingFile {
  readonly warning: string
  /** Newest first. */
  readonly keys: readonly RingKey[]
}

const WARNING =
  'Private keys: whoever has one can sign in as any client. Keep this file to yourself.'

/** The file is looked at again for a key that it did not hold, at most this often. */
const RELOAD_MS = 5_000

/** Keys that sign and prove tokens. */
export interface KeyRing {
  /** The key that signs, with its id. */
  signingKey(): Promise<{ kid: string; key: CryptoKey }>
  /** Finds the key that proves a token; as jose asks for it. */
  readonly find: JWTVerifyGetKey
  /** What others need to prove our tokens themselves. */
  publicKeys(): Promise<JWK[]>
}

/** Opens a ring, making its first key when there is none. */
export async function openKeyRing(path: string, now = Date.now): Promise<KeyRing> {
  let keys = await loadOrMake(path)
  let loadedAt = now()
  const imported = new Map<string, Promise<CryptoKey>>()
  const load = (jwk: JWK, part: 'private' | 'public') => {
    const id = `${part} ${jwk.kid}`
    let key = imported.get(id)
    if (key === undefined) {
      const wanted = part === 'private' ? jwk : publicPart(jwk)
      imported.set(id, key = importJWK(wanted, RING_ALGORITHM) as Promise<CryptoKey>)
    }
    return key
  }
  return {
    async signingKey() {
      if (now() - loadedAt >= RELOAD_MS) [keys, loadedAt] = [await loadOrMake(path), now()]
      const { key } = keys[0]!
      return { kid: key.kid!, key: await load(key, 'private') }
    },
    async find({ kid }: JWTHeaderParameters) {
      const known = () => keys.find(({ key }) => key.kid === kid)
      if (known() === undefined && now() - loadedAt >= RELOAD_MS) {
        ;[keys, loadedAt] = [await loadOrMake(path), now()]
      }
      const found = known()
      if (found === undefined) throw new errors.JWKSNoMatchingKey()
      return await load(found.key, 'public')
    },
    async publicKeys() {
      keys = await loadOrMake(path)
      return keys.map(({ key }) => ({ ...publicPart(key), use: 'sig' }))
    },
  }
}

/**
 * Puts a new key in front and drops those whose tokens have all ended.
 *
 * @param tokenMs how long a token is valid
 */
export async function rotateKeys(path: string, tokenMs: number, now = Date.now()): Promise<string> {
  const keys = await loadOrMake(path)
  const fresh = await newKey()
  const kept = keys
    .map((key): RingKey => ({ ...key, replacedAt: key.replacedAt ?? now }))
    .filter(({ replacedAt }) => now - replacedAt! <= tokenMs)
  await replaceJsonFile(path, { warning: WARNING, keys: [fresh, ...kept] } satisfies RingFile)
  return fresh.key.kid!
}

async function loadOrMake(path: string): Promise<readonly RingKey[]> {
  const file = await readJsonFile<RingFile>(path) ??
    await createJsonFile<RingFile>(path, { warning: WARNING, keys: [await newKey()] })
  return file.keys
}

async function newKey(): Promise<RingKey> {
  const { privateKey } = await generateKeyPair(RING_ALGORITHM, { extractable: true })
  const kid = randomUUID().slice(0, 8)
  return { key: { ...await exportJWK(privateKey), kid, alg: RING_ALGORITHM } }
}

/** A key without what must stay secret. */
export function publicPart({ kty, crv, x, y, kid, alg }: JWK): JWK {
  return Object.fromEntries(
    Object.entries({ kty, crv, x, y, kid, alg }).filter(([, value]) => value !== undefined),
  )
}
