/**
 * What subgraphs tell one another, carried by hand: no dispatcher, no waiting.
 */
import type { Delivery } from '../../subgraphs/kernel/event.ts'
import type { RunningSubgraph } from '../../subgraphs/kernel/subgraph.ts'

/** One event as its subgraph wrote it. */
export interface Told {
  readonly tenant: string
  readonly id: string
  readonly topic: string
  readonly key: string
  readonly text: string
  // deno-lint-ignore no-explicit-any
  readonly payload: any
}

/** All events that a subgraph wrote for a tenant, in order. */
export async function toldBy(running: RunningSubgraph, tenant: string): Promise<Told[]> {
  const rows = await running.store.read.selectFrom('outbox').selectAll()
    .where('tenant_id', '=', tenant).orderBy('id').execute()
  return rows.map((row) => ({
    tenant: row.tenant_id,
    id: row.id,
    topic: row.topic,
    key: row.event_key,
    text: row.payload,
    payload: JSON.parse(row.payload),
  }))
}

let made = 0

/** An event as a dispatcher would hand it over; its id is new unless given. */
export function delivery(
  event: { tenant: string; source: string; topic: string; key: string; id?: string },
  payload: unknown,
): Delivery {
  return {
    id: `evt_test_${(++made).toString().padStart(6, '0')}`,
    occurredAt: '2026-11-23T04:00:00.000Z',
    fence: 1n,
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
    ...event,
  }
}

/** Hands an event to whoever listens to its topic. */
export async function deliver(to: RunningSubgraph, event: Delivery): Promise<void> {
  for (const consumer of to.consumers) {
    if (consumer.topics.includes(event.topic)) await consumer.receive(event)
  }
}

/** Subgraphs joined by their events, by name. `pump` carries until nobody has anything new to tell. */
export function wire(subgraphs: Readonly<Record<string, RunningSubgraph>>) {
  const carried = new Set<string>()
  return {
    async pump(tenant: string): Promise<void> {
      for (let moved = true; moved;) {
        moved = false
        for (const [source, running] of Object.entries(subgraphs)) {
          for (const { text, ...event } of await toldBy(running, tenant)) {
            if (carried.has(event.id)) continue
            carried.add(event.id)
            moved = true
            const { id, topic, key } = event
            const told = delivery({ tenant, source, topic, key, id }, text)
            for (const to of Object.values(subgraphs)) await deliver(to, told)
          }
        }
      }
    },
  }
}
