/**
 * Typed, prefixed, time-ordered identifiers.
 *
 * `ord_01KAR…`: a prefix that names the type, then 48 bits of milliseconds and 80 random bits in
 * Crockford's base 32. Ids made by one source sort in the order they were made.
 *
 * @see https://github.com/ulid/spec for the layout
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** Makes ids. One source per process, or a seeded one in tests. */
export interface IdSource {
  next<P extends string>(prefix: P): `${P}_${string}`
}

/**
 * @param nowMs milliseconds since 1970, as from a clock port
 * @param random fills an array of 10 bytes
 */
export function idSource(nowMs: () => number, random: (bytes: Uint8Array) => void): IdSource {
  let lastMs = -1
  let tail = 0n
  const bytes = new Uint8Array(10)
  return {
    next(prefix) {
      const ms = Math.max(nowMs(), lastMs)
      if (ms === lastMs) {
        tail += 1n
      } else {
        random(bytes)
        tail = bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n) >> 1n
        lastMs = ms
      }
      return `${prefix}_${base32(BigInt(ms), 10)}${base32(tail, 16)}`
    },
  }
}

/** The least id that a source makes at this millisecond: what sorts before it is older. */
export function idFloor<P extends string>(prefix: P, ms: number): `${P}_${string}` {
  return `${prefix}_${base32(BigInt(Math.max(0, ms)), 10)}${base32(0n, 16)}`
}

function base32(value: bigint, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) {
    text = ALPHABET[Number(value & 31n)] + text
    value >>= 5n
  }
  return text
}
