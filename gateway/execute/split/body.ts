/**
 * Bodies that may be of any length, read up to a limit.
 */

/** Answers undefined, and reads no further, once there are more bytes than the limit. */
export async function readBody(
  message: Request | Response,
  limitBytes: number,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (message.body === null) return new Uint8Array()
  const chunks: Uint8Array[] = []
  let length = 0
  const reader = message.body.getReader()
  while (true) {
    const { done, value } = await reader.read()
    if (done) break
    length += value.length
    if (length > limitBytes) {
      await reader.cancel().catch(() => {})
      return undefined
    }
    chunks.push(value)
  }
  const body = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.length
  }
  return body
}

/** JSON in UTF-8; undefined when it is neither. */
export function parseJson(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return undefined
  }
}
