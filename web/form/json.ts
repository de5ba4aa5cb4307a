/**
 * JSON that a person types.
 */

/** Whether a text is JSON. */
export function isJson(text: unknown): boolean {
  try {
    JSON.parse(String(text))
    return true
  } catch {
    return false
  }
}
