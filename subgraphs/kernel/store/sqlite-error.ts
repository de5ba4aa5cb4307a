/**
 * What SQLite says, as one of our codes.
 */
import { type StoreCode, StoreError } from './error.ts'

/** By extended result code. @see https://sqlite.org/rescode.html */
const CONSTRAINTS: Readonly<Record<number, StoreCode>> = {
  275: 'check',
  787: 'foreign_key',
  1299: 'not_null',
  1555: 'unique',
  2067: 'unique',
  2579: 'unique',
  // A STRICT table was given a value of another type.
  3091: 'check',
}

/** Somebody else holds a lock. */
export const BUSY = 5
const LOCKED = 6
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26
const UNAVAILABLE = [BUSY, LOCKED, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB]

/** The error of libsql or of its client as a StoreError. */
export function sqliteError(error: unknown): StoreError {
  if (error instanceof StoreError) return error
  const message = error instanceof Error ? error.message : String(error)
  return new StoreError(codeOf((error as { rawCode?: number }).rawCode, message), message, error)
}

function codeOf(rawCode: number | undefined, message: string): StoreCode {
  // Opening a file fails without a code.
  if (rawCode === undefined) return /^ConnectionFailed/.test(message) ? 'unavailable' : 'failed'
  if (message.endsWith('append_only')) return 'append_only'
  // The low byte is the primary code.
  return CONSTRAINTS[rawCode] ?? (UNAVAILABLE.includes(rawCode & 0xff) ? 'unavailable' : 'failed')
}
