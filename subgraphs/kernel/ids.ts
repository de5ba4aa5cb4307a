/**
 * Typed, prefixed, time-ordered identifiers.
 *
 * `ord_01KAR…`: a prefix that names the type, then 48 bits of milliseconds and 80 random bits in
 * Crockford's base 32. Ids made by one source sort in the order they were made.
 *
 * @see https://github.com/ulid/spec for the layout
 */

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const HALF_BITS = 40n
const HALF_MAX = 2 ** 40 - 1
const HALF_MASK = BigInt(HALF_MAX)

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
  // The tail as two halves of 40 bits, and the text of what rarely changes: numbers of this size are
  // counted and written five times as fast as one large integer.
  let [high, low] = [0, 0]
  let front = ''
  const bytes = new Uint8Array(10)
  return {
    next(prefix) {
      const ms = Math.max(nowMs(), lastMs)
      if (ms !== lastMs) {
        random(bytes)
        // Half of what fits, so that counting on does not overflow.
        const tail = bytes.reduce((n, b) => (n << 8n) | BigInt(b), 0n) >> 1n
        ;[high, low] = [Number(tail >> HALF_BITS), Number(tail & HALF_MASK)]
        lastMs = ms
        front = base32(ms, 10) + base32(high, 8)
      } else if (++low > HALF_MAX) {
        low = 0
        high += 1
        front = base32(ms, 10) + base32(high, 8)
      }
      return `${prefix}_${front}${base32(low, 8)}`
    },
  }
}

/** The least id that a source makes at this millisecond: what sorts before it is older. */
export function idFloor<P extends string>(prefix: P, ms: number): `${P}_${string}` {
  return `${prefix}_${base32(Math.max(0, ms), 10)}${base32(0, 16)}`
}

/** @param value below 2^53 */
function base32(value: number, length: number): string {
  let text = ''
  for (let i = 0; i < length; i++) {
    text = ALPHABET[value % 32] + text
    value = Math.floor(value / 32)
  }
  return text
}
