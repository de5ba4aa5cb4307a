/**
 * Canonical JSON: one text per value, so that hashes agree everywhere.
 *
 * Bigints are written as their decimal text in quotes: JSON numbers cannot carry 64 bits safely.
 *
 * @see RFC 8785, JSON Canonicalization Scheme
 */

/** A value that canonical JSON can write. `undefined` properties are left out. */
export type CanonicalValue =
  | null
  | boolean
  | number
  | string
  | bigint
  | readonly CanonicalValue[]
  | { readonly [key: string]: CanonicalValue | undefined }

/**
 * @throws TypeError on NaN, infinity, lone surrogates, functions, symbols, objects of a class, and
 * undefined other than as a property
 */
export function canonicalJson(value: CanonicalValue): string {
  switch (typeof value) {
    case 'string':
      if (!value.isWellFormed()) throw new TypeError('canonical JSON: lone surrogate')
      return JSON.stringify(value)
    case 'bigint':
      return `"${value}"`
    case 'number':
      if (!Number.isFinite(value)) throw new TypeError(`canonical JSON: ${value}`)
      return JSON.stringify(value)
    case 'boolean':
      return value ? 'true' : 'false'
    case 'object': {
      if (value === null) return 'null'
      if (Array.isArray(value)) {
        let items = ''
        // By index: a hole is undefined, which is refused.
        for (let i = 0; i < value.length; i++) {
          items += (i === 0 ? '' : ',') + canonicalJson(value[i])
        }
        return `[${items}]`
      }
      const prototype = Object.getPrototypeOf(value)
      // A date, a map or bytes would be written as if they were empty or something else.
      if (prototype !== Object.prototype && prototype !== null) {
        throw new TypeError('canonical JSON: not a plain object')
      }
      const members = value as { readonly [key: string]: CanonicalValue | undefined }
      // Property names sort by UTF-16 code unit, which is what a plain sort does (RFC 8785, 3.2.3).
      let text = ''
      for (const key of Object.keys(members).sort()) {
        const member = members[key]
        if (member === undefined) continue
        text += `${text === '' ? '' : ','}${canonicalJson(key)}:${canonicalJson(member)}`
      }
      return `{${text}}`
    }
    default:
      throw new TypeError(`canonical JSON: ${typeof value}`)
  }
}
