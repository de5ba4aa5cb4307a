/**
 * Counters and histograms in Prometheus' text format, at `/metrics`.
 *
 * Names of operations and clients are labels. Callers choose operation names, so their number is
 * bounded: what comes after the first thousand is counted as `other`.
 */
import { Counter, Gauge, Histogram, Registry } from 'prom-client'

/** What one request is counted under. @property code of its first error, or `ok` */
export interface RequestLabels {
  readonly operation: string
  readonly client: string
  readonly code: string
}

/** What one call of a subgraph is counted under. */
export interface CallLabels {
  readonly subgraph: string
  readonly kind: 'root' | 'reference'
  readonly outcome: 'ok' | 'error'
}

export interface Metrics {
  request(labels: RequestLabels, seconds: number): void
  call(labels: CallLabels, count: number): void
  /** Asks `read` at every scrape. @param label name of the one label of its values */
  gauge(name: string, help: string, label: string, read: () => Promise<Map<string, number>>): void
  /** Everything, as Prometheus reads it. */
  scrape(): Promise<{ text: string; contentType: string }>
}

const NAMES_MAX = 1000
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]

/** A registry of its own: several systems in one process do not add up. */
export function openMetrics(): Metrics {
  const registry = new Registry()
  const registers = [registry]
  const requests = new Counter({
    name: 'huitong_graphql_requests_total',
    help: 'GraphQL requests by operation, client and code of the first error.',
    labelNames: ['operation', 'client', 'code'],
    registers,
  })
  const durations = new Histogram({
    name: 'huitong_graphql_duration_seconds',
    help: 'Time from the parsed request to its result.',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers,
  })
  const calls = new Counter({
    name: 'huitong_subgraph_calls_total',
    help: 'Root fields and batches of references that subgraphs were asked for.',
    labelNames: ['subgraph', 'kind', 'outcome'],
    registers,
  })
  const entities = new Counter({
    name: 'huitong_subgraph_entities_total',
    help: 'Entities that subgraphs were asked for by reference.',
    labelNames: ['subgraph'],
    registers,
  })
  const operations = bounded()
  const clients = bounded()
  return {
    request({ operation, client, code }, seconds) {
      const name = operations(operation)
      requests.inc({ operation: name, client: clients(client), code })
      durations.observe({ operation: name }, seconds)
    },
    call(labels, count) {
      calls.inc({ ...labels })
      if (labels.kind === 'reference') entities.inc({ subgraph: labels.subgraph }, count)
    },
    gauge(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        async collect() {
          this.reset()
          for (const [value, amount] of await read()) this.set({ [label]: value }, amount)
        },
      })
    },
    async scrape() {
      return { text: await registry.metrics(), contentType: registry.contentType }
    },
  }
}

/** Lets through the first names that it sees. */
function bounded(): (name: string) => string {
  const seen = new Set<string>()
  return (name) => {
    if (seen.has(name)) return name
    if (seen.size >= NAMES_MAX) return 'other'
    seen.add(name)
    return name
  }
}
