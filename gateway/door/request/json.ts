/**
 * JSON that is safe to walk through: neither too deep nor too wide.
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { RequestLimits } from '../config.ts'

export type JsonCode = 'BODY_MALFORMED' | 'BODY_TOO_DEEP' | 'BODY_TOO_WIDE'

type JsonLimits = Pick<RequestLimits, 'jsonDepth' | 'jsonValues'>

const QUOTE = 0x22
const COMMA = 0x2c
const BACKSLASH = 0x5c

/** Reads JSON after one pass that counts what is in it. @param what the name of the text in refusals */
export function readJson(
  text: string,
  limits: JsonLimits,
  what = 'The body',
): Result<unknown, JsonCode> {
  const measured = measureJson(text, limits, what)
  if (!measured.ok) return measured
  try {
    return ok(JSON.parse(text))
  } catch {
    return refuse('BODY_MALFORMED', `${what} is not JSON.`)
  }
}

/** Counts brackets and commas outside of strings; whether it is JSON at all is not its concern. */
export function measureJson(
  text: string,
  { jsonDepth, jsonValues }: JsonLimits,
  what = 'The body',
): Result<void, 'BODY_TOO_DEEP' | 'BODY_TOO_WIDE'> {
  let depth = 0
  // One value follows each opening bracket, and one each comma.
  let values = 1
  for (let at = 0; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === QUOTE) {
      at = endOfString(text, at)
      continue
    }
    // `[` and `{`, `]` and `}` differ in one bit.
    const bracket = char | 0x20
    if (bracket === 0x7b) {
      values += 1
      if (++depth > jsonDepth) {
        return refuse('BODY_TOO_DEEP', `${what} is nested deeper than ${jsonDepth}.`, undefined, {
          limit: jsonDepth,
        })
      }
    } else if (bracket === 0x7d) {
      depth -= 1
    } else if (char === COMMA) {
      values += 1
    } else continue
    if (values > jsonValues) {
      return refuse('BODY_TOO_WIDE', `${what} has more than ${jsonValues} values.`, undefined, {
        limit: jsonValues,
      })
    }
  }
  return ok(undefined)
}

/** Where the string that begins at `start` ends, or the text. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes += 1
    if (slashes % 2 === 0) return at
  }
  return text.length
}
