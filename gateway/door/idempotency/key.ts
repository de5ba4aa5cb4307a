/**
 * The `Idempotency-Key` header, and what is kept under it.
 *
 * @see draft-ietf-httpapi-idempotency-key-header-07
 */
import type { ExecutionResult } from 'graphql'
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import { hashOf } from '../trusted/manifest.ts'

/** Reads the header: a text in quotes (RFC 8941), or what most clients send, one without. */
export function readKey(
  header: string | null,
): Result<string | undefined, 'IDEMPOTENCY_KEY_MALFORMED'> {
  if (header === null) return ok(undefined)
  const key = /^"(.*)"$/.exec(header)?.[1] ?? header
  return /^[!#-[\]-~]{8,255}$/.test(key) ? ok(key) : refuse(
    'IDEMPOTENCY_KEY_MALFORMED',
    'An idempotency key has 8 to 255 visible ASCII characters, without quotes and backslashes.',
  )
}

/** What makes a request the same: document, operation and variables, as they were sent. */
export async function digestOf(
  text: string,
  operationName: string | undefined,
  variables: unknown,
): Promise<string> {
  return await hashOf(JSON.stringify([text, operationName ?? null, variables ?? null]))
}

/** What is kept when a reply is too large to keep: that there was one. */
export const TOO_LARGE = 'too large'

/**
 * The text of a reply to keep; undefined when the request is to be tried again instead: nothing was
 * executed, or something broke underway.
 */
export function replyToKeep(result: ExecutionResult, replyBytes: number): string | undefined {
  if (result.data === undefined) return undefined
  if (result.errors?.some(({ extensions }) => extensions?.code === 'INTERNAL_ERROR')) {
    return undefined
  }
  const errors = result.errors?.map((error) => {
    const { extensions, ...told } = JSON.parse(JSON.stringify(error)) as {
      extensions?: Record<string, unknown>
    }
    const { http: _, unexpected: __, ...shown } = extensions ?? {}
    return Object.keys(shown).length === 0 ? told : { ...told, extensions: shown }
  })
  const text = JSON.stringify({ data: result.data, ...(errors === undefined ? {} : { errors }) })
  // A character takes at most three bytes; only long texts need to be counted.
  const short = text.length * 3 <= replyBytes ||
    new TextEncoder().encode(text).byteLength <= replyBytes
  return short ? text : TOO_LARGE
}

/** A kept reply as a result that says that it was given before. */
export function replayed(text: string): ExecutionResult {
  return {
    ...JSON.parse(text) as ExecutionResult,
    extensions: { http: { headers: { 'idempotency-replayed': 'true' } } },
  }
}
