/**
 * One look at the text of a document, before anything recursive touches it.
 *
 * It counts tokens and brackets as the language has them; whether the text is a document at all is
 * for the parser to say.
 *
 * @see GraphQL specification, section 2.1
 */
import { ok, refuse, type Result } from '../../../subgraphs/kernel/result.ts'
import type { DocumentLimits } from '../config.ts'

export type ScreenCode = 'DOCUMENT_TOO_LARGE' | 'DOCUMENT_TOO_DEEP'

/** Refuses a text that is too long, has too many tokens, or brackets in brackets too deep. */
export function screenDocument(
  text: string,
  { chars, tokens, nesting }: Pick<DocumentLimits, 'chars' | 'tokens' | 'nesting'>,
): Result<void, ScreenCode> {
  if (text.length > chars) {
    return refuse('DOCUMENT_TOO_LARGE', `A document has at most ${chars} characters.`, undefined, {
      limit: chars,
    })
  }
  let count = 0
  let depth = 0
  for (let at = 0; at < text.length;) {
    const char = text.charCodeAt(at)
    if (isIgnored(char)) {
      at += 1
      continue
    }
    if (char === 0x23) { // #
      at = endOfLine(text, at)
      continue
    }
    if (++count > tokens) {
      return refuse('DOCUMENT_TOO_LARGE', `A document has at most ${tokens} tokens.`, undefined, {
        limit: tokens,
      })
    }
    if (char === 0x7b || char === 0x5b || char === 0x28) { // { [ (
      if (++depth > nesting) {
        return refuse(
          'DOCUMENT_TOO_DEEP',
          `A document has at most ${nesting} brackets within brackets.`,
          undefined,
          { limit: nesting },
        )
      }
      at += 1
    } else if (char === 0x7d || char === 0x5d || char === 0x29) {
      depth -= 1
      at += 1
    } else if (char === 0x22) at = endOfString(text, at)
    else if (isNumberStart(char)) at = endOfNumber(text, at)
    else if (isWord(char)) at = endOfWord(text, at)
    else if (char === 0x2e && text.startsWith('...', at)) at += 3
    else at += 1
  }
  return ok(undefined)
}

/** Space, tab, line ends, comma, byte order mark. */
function isIgnored(char: number): boolean {
  return char === 0x20 || char === 0x0a || char === 0x2c || char === 0x09 || char === 0x0d ||
    char === 0xfeff
}

/** Letters, digits, `_`. */
function isWord(char: number): boolean {
  return (char >= 0x61 && char <= 0x7a) || (char >= 0x41 && char <= 0x5a) || char === 0x5f ||
    isDigit(char)
}

function isDigit(char: number): boolean {
  return char >= 0x30 && char <= 0x39
}

function isNumberStart(char: number): boolean {
  return isDigit(char) || char === 0x2d
}

/** Digits with a sign, a point, an exponent and its sign. */
function endOfNumber(text: string, start: number): number {
  let at = start + 1
  for (; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (!isWord(char) && char !== 0x2e && char !== 0x2b && char !== 0x2d) break
  }
  return at
}

function endOfWord(text: string, start: number): number {
  let at = start + 1
  while (at < text.length && isWord(text.charCodeAt(at))) at += 1
  return at
}

function endOfLine(text: string, start: number): number {
  let at = start
  while (at < text.length && text.charCodeAt(at) !== 0x0a && text.charCodeAt(at) !== 0x0d) at += 1
  return at
}

function endOfString(text: string, start: number): number {
  if (text.startsWith('"""', start)) {
    for (let at = text.indexOf('"""', start + 3); at !== -1; at = text.indexOf('"""', at + 3)) {
      if (text.charCodeAt(at - 1) !== 0x5c) return at + 3
    }
    return text.length
  }
  for (let at = start + 1; at < text.length; at++) {
    const char = text.charCodeAt(at)
    if (char === 0x5c) at += 1
    else if (char === 0x22) return at + 1
    else if (char === 0x0a || char === 0x0d) return at
  }
  return text.length
}
