/**
 * A handler that is replaced while requests run, and drops none.
 */
import type { Handler } from './routes.ts'

/** Something that answers requests until it is closed. */
export interface Generation {
  readonly fetch: Handler
  close(): Promise<void>
}

/** What stands in front of one generation after another. */
export interface Replaceable extends Generation {
  /** Sends new requests to `next`; closes the one before once its requests are answered. */
  replace(next: Generation): Promise<void>
}

class Serving {
  #open = 0
  #idle: (() => void) | undefined
  readonly #generation: Generation

  constructor(generation: Generation) {
    this.#generation = generation
  }

  async fetch(request: Request): Promise<Response> {
    this.#open += 1
    try {
      return await this.#generation.fetch(request)
    } finally {
      this.#open -= 1
      if (this.#open === 0) this.#idle?.()
    }
  }

  async retire(): Promise<void> {
    if (this.#open > 0) await new Promise<void>((resolve) => this.#idle = resolve)
    await this.#generation.close()
  }
}

/** Begins with one generation. */
export function replaceable(first: Generation): Replaceable {
  let serving = new Serving(first)
  return {
    fetch: (request) => serving.fetch(request),
    async replace(next) {
      const before = serving
      serving = new Serving(next)
      await before.retire()
    },
    close: () => serving.retire(),
  }
}
