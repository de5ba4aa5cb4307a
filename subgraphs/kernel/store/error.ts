/**
 * What can go wrong in a store, under one set of codes for every engine.
 */

/**
 * - `unique`, `check`, `not_null`, `foreign_key`, `append_only`: a constraint refused the statement
 * - `stalled`: the unit waited for something other than its own queries
 * - `floating`: the unit ended while one of its queries was not awaited
 * - `unit_over`: a handle was used after its unit had ended
 * - `bad_text`, `bad_integer`, `bad_number`, `cannot_bind`: a parameter that no engine stores as given
 * - `in_use`: another process writes this database
 * - `conflict`: a serialisation failure that outlived its retries
 * - `outcome_unknown`: the commit itself failed; the change may be durable, repeat with the same key
 * - `unavailable`: the engine cannot be reached, or the disk refuses
 * - `closed`: the store was closed
 * - `failed`: anything else that the engine said
 */
export type StoreCode =
  | 'unique'
  | 'check'
  | 'not_null'
  | 'foreign_key'
  | 'append_only'
  | 'stalled'
  | 'floating'
  | 'unit_over'
  | 'bad_text'
  | 'bad_integer'
  | 'bad_number'
  | 'cannot_bind'
  | 'in_use'
  | 'conflict'
  | 'outcome_unknown'
  | 'unavailable'
  | 'closed'
  | 'failed'

/** Thrown by a store. The engine's own error is the `cause`. */
export class StoreError extends Error {
  readonly code: StoreCode

  constructor(code: StoreCode, message: string, cause?: unknown) {
    super(`${code}: ${message}`, cause === undefined ? undefined : { cause })
    this.name = 'StoreError'
    this.code = code
  }

  /** Whether the engine itself failed, so that the whole commit group has to be run again. */
  get endsGroup(): boolean {
    return this.code === 'conflict' || this.code === 'unavailable'
  }
}
