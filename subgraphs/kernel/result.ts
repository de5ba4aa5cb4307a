/**
 * Expected refusals as values.
 *
 * A rule answers `ok(value)` or `refuse(code, …)`. A refusal is not an error: nothing broke, the
 * caller asked for something that the rules do not allow. Programmer errors are thrown.
 */

/** A fact that explains a refusal, safe to show to the caller. */
export type Detail = Readonly<Record<string, string | number | boolean | null>>

/**
 * Why a command was not carried out.
 *
 * @property code SCREAMING_SNAKE, stable, listed in the subgraph's table of codes
 * @property message one English sentence for the caller
 * @property place the input at fault as a JSON Pointer (RFC 6901), or the row of a file
 */
export interface Refusal<Code extends string = string> {
  readonly ok: false
  readonly code: Code
  readonly message: string
  readonly place?: string
  readonly detail?: Detail
}

/** The answer of a rule that went through. */
export interface Ok<T> {
  readonly ok: true
  readonly value: T
}

/** What a rule or command answers. */
export type Result<T, Code extends string = string> = Ok<T> | Refusal<Code>

/** Wraps a value as the answer of a rule that went through. */
export function ok<T>(value: T): Ok<T> {
  return { ok: true, value }
}

/** A refusal. `place` is a JSON Pointer into the input; `detail` holds values for a translation. */
export function refuse<Code extends string>(
  code: Code,
  message: string,
  place?: string,
  detail?: Detail,
): Refusal<Code> {
  return {
    ok: false,
    code,
    message,
    ...(place === undefined ? {} : { place }),
    ...(detail === undefined ? {} : { detail }),
  }
}

/** Whether any value is a refusal. The store rolls a unit of work back when it answers one. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && (value as Refusal).ok === false &&
    typeof (value as Refusal).code === 'string'
}

/** The value of an answer that must have gone through. Throws when it is a refusal: a programmer error. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value
  throw new Error(`unexpected refusal ${result.code}: ${result.message}`)
}
