/**
 * The keys with which our own processes sign what they send one another.
 */

/** A shared secret. @property id public; told with every signature @property secret 32 bytes or more */
export interface HmacKey {
  readonly id: string
  readonly secret: Uint8Array<ArrayBuffer>
}

/** Keys ready for use. The first signs; all of them are believed, so that a key can be replaced. */
export interface KeyRing {
  readonly signing: { readonly id: string; readonly key: CryptoKey }
  find(id: string): CryptoKey | undefined
}

/** As long as the digest: RFC 2104 discourages less. */
const SECRET_BYTES_MIN = 32
const KEY_ID = /^[A-Za-z0-9._-]{1,64}$/

/**
 * Reads `id:base64,id:base64`.
 *
 * @throws RangeError saying which entry cannot be used; secrets are not repeated in it
 */
export function parseKeys(text: string): HmacKey[] {
  const keys = text.split(',').map((entry, i) => {
    const place = `key ${i + 1}`
    const colon = entry.indexOf(':')
    const id = entry.slice(0, Math.max(colon, 0)).trim()
    if (!KEY_ID.test(id)) throw new RangeError(`${place} has no id; write id:base64`)
    const secret = decode(entry.slice(colon + 1).trim())
    if (secret === undefined) throw new RangeError(`${place} (${id}) is not base64`)
    if (secret.length < SECRET_BYTES_MIN) {
      throw new RangeError(`${place} (${id}) has fewer than ${SECRET_BYTES_MIN} bytes`)
    }
    return { id, secret }
  })
  const twice = keys.find(({ id }, i) => keys.findIndex((key) => key.id === id) !== i)
  if (twice !== undefined) throw new RangeError(`the id ${twice.id} is there twice`)
  return keys
}

/** Makes keys ready. @throws RangeError when there is none */
export async function keyRing(keys: readonly HmacKey[]): Promise<KeyRing> {
  const [first] = keys
  if (first === undefined) throw new RangeError('no key to sign with')
  const ready = new Map(
    await Promise.all(keys.map(async ({ id, secret }) => [id, await hmacKey(secret)] as const)),
  )
  return { signing: { id: first.id, key: ready.get(first.id)! }, find: (id) => ready.get(id) }
}

function hmacKey(secret: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  return crypto.subtle.importKey('raw', secret, algorithm, false, ['sign', 'verify'])
}

function decode(base64: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return undefined
  try {
    return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))
  } catch {
    return undefined
  }
}
