/**
 * The body of a request as text, read no further than it may be long.
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { RequestLimits } from '../config.ts'

export type BodyCode =
  | 'BODY_COMPRESSED'
  | 'BODY_MALFORMED'
  | 'BODY_NOT_UTF8'
  | 'BODY_TOO_LARGE'
  | 'BODY_TOO_SLOW'

/** Reads a body that is UTF-8, as it is (RFC 8259, section 8.1), whatever length it declared. */
export async function readBody(
  request: Request,
  limits: Pick<RequestLimits, 'bodyBytes' | 'bodyTimeoutMs'>,
): Promise<Result<string, BodyCode>> {
  const declared = checkDeclared(request.headers, limits.bodyBytes)
  if (!declared.ok) return declared
  if (request.body === null) return ok('')
  const bytes = await readBytes(request.body, limits)
  if (!bytes.ok) return bytes
  try {
    return ok(new TextDecoder('utf-8', { fatal: true }).decode(bytes.value))
  } catch {
    return refuse('BODY_NOT_UTF8', 'The body is not UTF-8.')
  }
}

/** What the headers say of a body, checked before a byte of it is read. */
export function checkDeclared(
  headers: Headers,
  bodyBytes: number,
): Result<void, 'BODY_COMPRESSED' | 'BODY_MALFORMED' | 'BODY_TOO_LARGE'> {
  // A few compressed bytes can stand for gigabytes.
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') {
    return refuse('BODY_COMPRESSED', 'Bodies are not compressed here.')
  }
  const length = headers.get('content-length')
  if (length === null) return ok(undefined)
  if (!/^\d{1,15}$/.test(length)) {
    return refuse('BODY_MALFORMED', 'Content-Length is not a number.')
  }
  return Number(length) > bodyBytes ? tooLarge(bodyBytes) : ok(undefined)
}

async function readBytes(
  body: ReadableStream<Uint8Array>,
  { bodyBytes, bodyTimeoutMs }: Pick<RequestLimits, 'bodyBytes' | 'bodyTimeoutMs'>,
): Promise<Result<Uint8Array, 'BODY_MALFORMED' | 'BODY_TOO_LARGE' | 'BODY_TOO_SLOW'>> {
  const reader = body.getReader()
  // Nobody waits for this: a stream that does not let itself be cancelled is not ours to wait for.
  const abandon = () => void reader.cancel().catch(() => {})
  let late = false
  const timer = setTimeout(() => {
    late = true
    abandon()
  }, bodyTimeoutMs)
  const chunks: Uint8Array[] = []
  let length = 0
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (late) return refuse('BODY_TOO_SLOW', `A body arrives within ${bodyTimeoutMs} ms.`)
      if (done) break
      length += value.byteLength
      if (length > bodyBytes) {
        abandon()
        return tooLarge(bodyBytes)
      }
      chunks.push(value)
    }
  } catch {
    return refuse('BODY_MALFORMED', 'The body did not arrive whole.')
  } finally {
    clearTimeout(timer)
  }
  return ok(chunks.length === 1 ? chunks[0]! : joined(chunks, length))
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.byteLength
  }
  return bytes
}

function tooLarge(bodyBytes: number) {
  return refuse('BODY_TOO_LARGE', `A body has at most ${bodyBytes} bytes.`, undefined, {
    limit: bodyBytes,
  })
}
