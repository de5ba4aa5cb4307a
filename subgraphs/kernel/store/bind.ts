/**
 * The last check before a value reaches a driver.
 *
 * Synchronous libsql aborts the process on a boolean, cuts text at NUL, turns `undefined` and NaN
 * into NULL and binds numbers as REAL. Nothing of that is an error to it, so all of it is one here.
 */
import { StoreError } from './error.ts'

/** What a driver is given. */
export type Bound = null | bigint | string | Uint8Array

const INT_MIN = -(2n ** 63n)
const INT_MAX = 2n ** 63n - 1n

/** @throws StoreError `bad_text`, `bad_integer`, `bad_number` or `cannot_bind` */
export function bind(value: unknown): Bound {
  switch (typeof value) {
    case 'string':
      if (value.includes('\0')) throw new StoreError('bad_text', 'text holds U+0000')
      if (!value.isWellFormed()) throw new StoreError('bad_text', 'text holds a lone surrogate')
      return value
    case 'bigint':
      if (value < INT_MIN || value > INT_MAX) {
        throw new StoreError('bad_integer', 'integer outside 64 bits')
      }
      return value
    case 'number':
      if (!Number.isSafeInteger(value)) {
        throw new StoreError('bad_number', 'number is not a safe integer')
      }
      return BigInt(value)
    case 'boolean':
      return value ? 1n : 0n
    default:
      if (value === null || value instanceof Uint8Array) return value
      throw new StoreError('cannot_bind', `a ${typeof value} cannot be stored`)
  }
}

/** @throws StoreError as {@link bind} */
export function bindAll(values: readonly unknown[]): Bound[] {
  return values.map(bind)
}

/** The values of rows one after another, checked in the one pass. @throws as {@link bind} */
export function bindRows(rows: readonly (readonly unknown[])[]): Bound[] {
  const values: Bound[] = []
  for (const row of rows) for (const value of row) values.push(bind(value))
  return values
}

/** For an engine that takes arrays, whose values are checked one by one. @throws as {@link bind} */
export function bindArrays(values: readonly unknown[]): (Bound | Bound[])[] {
  return values.map((value) => Array.isArray(value) ? value.map(bind) : bind(value))
}
