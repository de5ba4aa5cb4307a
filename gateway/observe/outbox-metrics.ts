/**
 * Events that wait, as a scraper sees them.
 */
import { undelivered } from '../../subgraphs/kernel/dispatcher.ts'
import type { RunningSubgraph } from '../../subgraphs/kernel/subgraph.ts'
import { DEAD } from '../../subgraphs/kernel/tables.ts'
import type { Metrics } from './metrics.ts'

/** Counts the events of each subgraph that nobody has received yet, up to 1,000, and the dead ones. */
export function outboxMetrics(
  metrics: Metrics,
  subgraphs: Readonly<Record<string, RunningSubgraph>>,
): void {
  const count = async (dead: boolean) => {
    const counts = Object.entries(subgraphs).map(async ([name, { store }]) => {
      const rows = await undelivered(store.read)
      return [name, rows.filter((row) => (row.state === DEAD) === dead).length] as const
    })
    return new Map(await Promise.all(counts))
  }
  metrics.gauge('huitong_outbox_pending', 'Events to deliver.', 'subgraph', () => count(false))
  metrics.gauge('huitong_outbox_dead', 'Events given up on.', 'subgraph', () => count(true))
}
