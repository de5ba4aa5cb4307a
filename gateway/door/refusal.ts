/**
 * How the front door says no: a code, a sentence, an HTTP status.
 */
import { GraphQLError } from 'graphql'
import type { Refusal } from '../../subgraphs/kernel/result.ts'

/** HTTP status by code. Every code of the front door is here, and in the table of `README.md`. */
export const STATUS = {
  BATCH_TOO_LARGE: 400,
  BODY_COMPRESSED: 415,
  BODY_MALFORMED: 400,
  BODY_NOT_UTF8: 400,
  BODY_TOO_DEEP: 400,
  BODY_TOO_LARGE: 413,
  BODY_TOO_SLOW: 408,
  BODY_TOO_WIDE: 400,
  CONTENT_TYPE_UNSUPPORTED: 415,
  COST_LIMIT_EXCEEDED: 400,
  CSRF_HEADER_MISSING: 403,
  DOCUMENT_HASH_WRONG: 400,
  DOCUMENT_NOT_TRUSTED: 403,
  DOCUMENT_TOO_COMPLEX: 400,
  DOCUMENT_TOO_DEEP: 400,
  DOCUMENT_TOO_LARGE: 400,
  DOCUMENT_UNKNOWN: 404,
  FRAGMENT_CYCLE: 400,
  HEADERS_TOO_LARGE: 431,
  IDEMPOTENCY_IN_PROGRESS: 409,
  IDEMPOTENCY_KEYS_EXHAUSTED: 429,
  IDEMPOTENCY_KEY_MALFORMED: 400,
  IDEMPOTENCY_KEY_MISSING: 400,
  IDEMPOTENCY_KEY_REUSED: 422,
  IDEMPOTENCY_REPLY_GONE: 409,
  IDEMPOTENCY_UNAVAILABLE: 503,
  IDEMPOTENCY_UNSUPPORTED: 400,
  INTROSPECTION_OFF: 403,
  ORIGIN_NOT_ALLOWED: 403,
  RATE_LIMITED: 429,
  RATE_STORE_UNAVAILABLE: 503,
  SLICING_ARGUMENT_REQUIRED: 400,
  URL_TOO_LONG: 414,
} as const

export type DoorCode = keyof typeof STATUS

export type DoorRefusal = Refusal<DoorCode>

/** A refusal as an error that GraphQL over HTTP answers with its status, in whatever media type. */
export function refusalError(
  { code, message, place, detail }: DoorRefusal,
  headers: Readonly<Record<string, string>> = {},
): GraphQLError {
  return new GraphQLError(message, {
    extensions: {
      code,
      ...(place === undefined ? {} : { place }),
      ...detail,
      http: { status: STATUS[code], headers },
    },
  })
}
