/**
 * What cannot be stored or hashed as it was given.
 */
import type { Json } from './pointer.ts'

/** The deepest that a form is nested. */
const DEPTH_MAX = 32

/**
 * A JSON Pointer to the first part of a value that no store keeps as given: text with U+0000 or half
 * a character, a number without a JSON form, objects nested deeper than forms are. Undefined when
 * there is none.
 */
export function unstorableAt(value: Json, pointer = '', depth = 0): string | undefined {
  if (typeof value === 'string') return isText(value) ? undefined : pointer
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : pointer
  if (typeof value !== 'object' || value === null) return undefined
  if (depth === DEPTH_MAX) return pointer
  for (const [name, part] of Object.entries(value)) {
    if (!isText(name)) return pointer
    const found = unstorableAt(part, `${pointer}/${escapeSegment(name)}`, depth + 1)
    if (found !== undefined) return found
  }
  return undefined
}

/** Whether every engine stores a text as given. */
export function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes('\0')
}

/** A property's name as a segment of a JSON Pointer. */
export function escapeSegment(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
