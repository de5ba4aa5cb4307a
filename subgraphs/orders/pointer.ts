/**
 * Values of a form by JSON Pointer.
 *
 * @see RFC 6901
 */

/** A JSON value. */
export type Json = null | boolean | number | string | readonly Json[] | {
  readonly [k: string]: Json
}

/** The value at a pointer, or undefined. */
export function at(value: Json, pointer: string): Json | undefined {
  let here: Json | undefined = value
  for (const part of segments(pointer)) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, part)) return undefined
    here = (here as { readonly [k: string]: Json })[part]
  }
  return here
}

/** The text at a pointer; empty when there is none. */
export function textAt(value: Json, pointer: string): string {
  const found = at(value, pointer)
  return typeof found === 'string' ? found : ''
}

/** Sets a value at a pointer, making the objects on the way. */
export function setAt(target: Record<string, Json>, pointer: string, value: Json): void {
  const parts = segments(pointer)
  let here = target
  for (const part of parts.slice(0, -1)) {
    if (!Object.hasOwn(here, part)) define(here, part, {})
    here = here[part] as Record<string, Json>
  }
  define(here, parts.at(-1)!, value)
}

// Defined, not assigned: a mapping that names `__proto__` must not reach the prototype.
function define(target: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(target, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  })
}

function segments(pointer: string): string[] {
  if (pointer === '') return []
  return pointer.slice(1).split('/').map((s) => s.replaceAll('~1', '/').replaceAll('~0', '~'))
}
