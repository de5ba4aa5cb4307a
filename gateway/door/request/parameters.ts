/**
 * The parameters of GraphQL over HTTP, from whichever way they were sent.
 *
 * @see GraphQL over HTTP, sections 5 and 6; its appendix on persisted documents for `documentId`
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { RequestLimits } from '../config.ts'
import { type BodyCode, readBody } from './body.ts'
import { type JsonCode, readJson } from './json.ts'

/** One operation as it was sent. Types are those of the specification. */
export interface Parameters {
  readonly query?: string
  readonly documentId?: string
  readonly operationName?: string
  readonly variables?: Record<string, unknown>
  readonly extensions?: Record<string, unknown>
}

export type ParametersCode =
  | BodyCode
  | JsonCode
  | 'BATCH_TOO_LARGE'
  | 'CONTENT_TYPE_UNSUPPORTED'
  | 'URL_TOO_LONG'

const JSON_TYPES = new Set(['application/json', 'application/graphql+json'])

/** Reads one operation, or a batch. */
export async function readParameters(
  request: Request,
  limits: RequestLimits,
): Promise<Result<Parameters | Parameters[], ParametersCode>> {
  if (request.method === 'GET') return readQueryString(request.url, limits)
  if (!isJson(request.headers.get('content-type'))) {
    return refuse('CONTENT_TYPE_UNSUPPORTED', 'Send application/json in UTF-8.')
  }
  const text = await readBody(request, limits)
  if (!text.ok) return text
  const value = readJson(text.value, limits)
  if (!value.ok) return value
  if (!Array.isArray(value.value)) return checkParameters(value.value)
  if (value.value.length > limits.batchOperations || limits.batchOperations === 1) {
    const { batchOperations: limit } = limits
    const told = limit === 1 ? 'Send one operation.' : `A batch has at most ${limit} operations.`
    return refuse('BATCH_TOO_LARGE', told, undefined, { limit })
  }
  if (value.value.length === 0) return refuse('BODY_MALFORMED', 'A batch has an operation.')
  const batch: Parameters[] = []
  for (const [index, item] of value.value.entries()) {
    const checked = checkParameters(item, `/${index}`)
    if (!checked.ok) return checked
    batch.push(checked.value)
  }
  return ok(batch)
}

/** Whether a content type is JSON in UTF-8. */
export function isJson(contentType: string | null): boolean {
  if (contentType === null) return false
  const [type, ...parameters] = contentType.toLowerCase().split(';').map((part) => part.trim())
  return JSON_TYPES.has(type!) &&
    parameters.every((parameter) =>
      !parameter.startsWith('charset=') || /^charset="?utf-?8"?$/.test(parameter)
    )
}

function readQueryString(
  url: string,
  limits: RequestLimits,
): Result<Parameters, ParametersCode> {
  if (url.length > limits.urlBytes) {
    return refuse('URL_TOO_LONG', `A URL has at most ${limits.urlBytes} bytes.`, undefined, {
      limit: limits.urlBytes,
    })
  }
  const start = url.indexOf('?')
  const search = new URLSearchParams(start === -1 ? '' : url.slice(start + 1))
  const read: Record<string, unknown> = {}
  for (const name of ['query', 'documentId', 'operationName']) {
    const value = search.get(name)
    if (value !== null) read[name] = value
  }
  for (const name of ['variables', 'extensions']) {
    const text = search.get(name)
    if (text === null || text === '') continue
    const value = readJson(text, limits, `The parameter ${name}`)
    if (!value.ok) return value
    read[name] = value.value
  }
  return checkParameters(read)
}

const TEXTS = ['query', 'documentId', 'operationName'] as const
const OBJECTS = ['variables', 'extensions'] as const
const KNOWN = new Set<string>([...TEXTS, ...OBJECTS])

function checkParameters(value: unknown, place = ''): Result<Parameters, 'BODY_MALFORMED'> {
  if (!isObject(value)) return malformed('An operation is an object.', place)
  for (const name in value) {
    // The specification lets a parameter be null for absent.
    if (value[name] === null) delete value[name]
    else if (!KNOWN.has(name)) {
      return malformed('Parameters are query, variables, operationName, extensions.', place)
    }
  }
  for (const name of TEXTS) {
    if (value[name] !== undefined && typeof value[name] !== 'string') {
      return malformed(`${name} is a text.`, `${place}/${name}`)
    }
  }
  for (const name of OBJECTS) {
    if (value[name] !== undefined && !isObject(value[name])) {
      return malformed(`${name} is an object.`, `${place}/${name}`)
    }
  }
  return ok(value)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function malformed(message: string, place: string) {
  return refuse('BODY_MALFORMED', message, place)
}
