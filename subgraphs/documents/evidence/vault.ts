/**
 * Personal data beside the log: encrypted with a key of its own, and gone when the key is.
 *
 * The log keeps commitments; erasing a value (个人信息保护法 第四十七条) leaves the log as it was and
 * provable, and the value unreadable.
 */

/** A value that was locked. @property box nonce ‖ ciphertext ‖ tag of AES-256-GCM */
export interface Locked {
  readonly key: Uint8Array
  readonly box: Uint8Array
}

const NONCE_BYTES = 12

/** Encrypts a value. @param about what it is, bound to it: a box of another case does not open */
export async function lock(
  value: string,
  about: string,
  random: (bytes: Uint8Array) => void,
): Promise<Locked> {
  const key = new Uint8Array(32)
  random(key)
  const nonce = new Uint8Array(NONCE_BYTES)
  random(nonce)
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(about) },
    await importKey(key, 'encrypt'),
    new TextEncoder().encode(value),
  )
  return { key, box: new Uint8Array([...nonce, ...new Uint8Array(sealed)]) }
}

/** Decrypts a value; undefined when the key or what it is about is another. */
export async function unlock({ key, box }: Locked, about: string): Promise<string | undefined> {
  try {
    const opened = await crypto.subtle.decrypt(
      {
        name: 'AES-GCM',
        iv: box.slice(0, NONCE_BYTES) as Uint8Array<ArrayBuffer>,
        additionalData: new TextEncoder().encode(about),
      },
      await importKey(key, 'decrypt'),
      box.slice(NONCE_BYTES) as Uint8Array<ArrayBuffer>,
    )
    return new TextDecoder().decode(opened)
  } catch {
    return undefined
  }
}

async function importKey(key: Uint8Array, usage: 'encrypt' | 'decrypt'): Promise<CryptoKey> {
  return await crypto.subtle.importKey('raw', key as Uint8Array<ArrayBuffer>, 'AES-GCM', false, [
    usage,
  ])
}
