/**
 * Parsed documents by their text, so that nothing is parsed or counted twice.
 */
import { type DocumentNode, GraphQLError, parse } from 'graphql'
import { ok, type Result } from '../../../subgraphs/kernel/result.ts'
import type { CacheSettings, DocumentLimits } from '../config.ts'
import { type DocumentFacts, type FactsCode, factsOf } from './facts.ts'
import { type ScreenCode, screenDocument } from './screen.ts'

export type DocumentCode = ScreenCode | FactsCode

/** A document that is within its limits. There is one `document` per text, whoever asks. */
export interface KnownDocument {
  readonly text: string
  readonly document: DocumentNode
  readonly facts: DocumentFacts
}

/** The documents that this process knows. */
export interface Documents {
  /** @throws GraphQLError when the text is no document */
  get(text: string): Result<KnownDocument, DocumentCode>
  /** Keeps one for ever. */
  keep(text: string): Result<KnownDocument, DocumentCode>
}

/**
 * Parses and counts on first sight.
 *
 * What is refused is not kept: who sends a hostile document pays for each look at it, and the look is
 * cheap. What is kept is bounded by number and by length; a document that nobody sent for a while goes.
 */
export function documentCache(limits: DocumentLimits, cache: CacheSettings): Documents {
  const kept = new Map<string, KnownDocument>()
  const generations = new Generations(cache)
  const read = (text: string): Result<KnownDocument, DocumentCode> => {
    const screened = screenDocument(text, limits)
    if (!screened.ok) return screened
    const document = parseDocument(text, limits.tokens)
    const facts = factsOf(document, limits)
    return facts.ok ? ok({ text, document, facts: facts.value }) : facts
  }
  return {
    get(text) {
      const known = kept.get(text) ?? generations.get(text)
      if (known !== undefined) return ok(known)
      const fresh = read(text)
      if (fresh.ok) generations.add(fresh.value)
      return fresh
    },
    keep(text) {
      const known = read(text)
      if (known.ok) kept.set(text, known.value)
      return known
    },
  }
}

/** Two halves: whatever was used while the young half filled survives the old one. */
class Generations {
  readonly #documents: number
  readonly #chars: number
  #young = new Map<string, KnownDocument>()
  #old = new Map<string, KnownDocument>()
  #youngChars = 0

  constructor({ documents, chars }: CacheSettings) {
    this.#documents = Math.max(1, documents / 2)
    this.#chars = chars / 2
  }

  get(text: string): KnownDocument | undefined {
    const young = this.#young.get(text)
    if (young !== undefined) return young
    const old = this.#old.get(text)
    if (old !== undefined) this.add(old)
    return old
  }

  add(known: KnownDocument): void {
    const { length } = known.text
    if (this.#young.size >= this.#documents || this.#youngChars + length > this.#chars) {
      this.#old = this.#young
      this.#young = new Map()
      this.#youngChars = 0
    }
    this.#young.set(known.text, known)
    this.#youngChars += length
  }
}

function parseDocument(text: string, maxTokens: number): DocumentNode {
  try {
    return parse(text, { maxTokens })
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    throw new GraphQLError(error.message, {
      source: error.source,
      positions: error.positions,
      extensions: { code: 'GRAPHQL_PARSE_FAILED', http: { spec: true, status: 400 } },
    })
  }
}
