/** The longest error text that is stored. */
const LENGTH_MAX = 500

/** What was thrown, as text that a database takes and a person can read. */
export function errorText(thrown: unknown): string {
  return messageOf(thrown).slice(0, LENGTH_MAX).replaceAll('\0', '').toWellFormed()
}

function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  try {
    return String(thrown)
  } catch {
    return 'something that has no text was thrown'
  }
}
