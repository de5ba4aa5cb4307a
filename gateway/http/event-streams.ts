/**
 * Event streams of a server: they end only when their readers leave, or the server does.
 */

/** Follows the event streams that are under way. */
export class EventStreams {
  readonly #ends = new Set<() => void>()
  #over = false

  /** The response, its stream such that it ends with the server where it would not end by itself. */
  follow(response: Response): Response {
    const { body, headers, status } = response
    if (body === null || !headers.get('content-type')?.startsWith('text/event-stream')) {
      return response
    }
    const reader = body.getReader()
    const over = Promise.withResolvers<undefined>()
    const end = () => over.resolve(undefined)
    this.#ends.add(end)
    if (this.#over) end()
    const stream = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        const next = await Promise.race([reader.read(), over.promise])
        if (next !== undefined && !next.done) {
          controller.enqueue(next.value)
          return
        }
        this.#ends.delete(end)
        controller.close()
        await reader.cancel()
      },
      cancel: (reason) => {
        this.#ends.delete(end)
        return reader.cancel(reason)
      },
    })
    return new Response(stream, { status, headers })
  }

  /** Ends all of them, and those that begin later; whoever reads comes back and finds another server. */
  endAll(): void {
    this.#over = true
    for (const end of this.#ends) end()
  }
}
