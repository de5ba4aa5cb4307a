/**
 * What subgraphs tell one another.
 */
import type { Instant } from './time.ts'

/**
 * A fact that one subgraph committed.
 *
 * @property source the subgraph that says so
 * @property key the entity that it is about; events of one key arrive in order
 * @property payload canonical JSON, as written
 */
export interface Event {
  readonly tenant: string
  readonly source: string
  readonly id: string
  readonly topic: string
  readonly key: string
  readonly occurredAt: Instant
  readonly payload: string
  /** The trace that the change belongs to. */
  readonly traceparent?: string
}

/** An event on its way to a consumer, under the fence of the dispatcher that carries it. */
export interface Delivery extends Event {
  readonly fence: bigint
}

/**
 * Who wants to hear of what.
 *
 * `receive` may be called again for the same event; it answers once the effect is committed.
 * It throws when the event should be tried again later.
 */
export interface Consumer {
  readonly name: string
  readonly topics: readonly string[]
  receive(delivery: Delivery): Promise<void>
}
