/**
 * Brings a graph behind the port up to the record: each batch once, from where the graph stands.
 */
import type { Store } from '../kernel/store.ts'
import { NO_DAY } from './engine/days.ts'
import type { Mirror } from './mirror.ts'
import type { Cursor, PortBatch, PortLink, RiskGraphPort } from './port.ts'
import { endsFrom } from './store/record.ts'
import type { RiskTables } from './tables.ts'

const BATCH = 5_000

/** Brings it up to now and answers where it stands. @param show told after each batch */
export async function projectRecord(
  store: Store<RiskTables>,
  mirror: Mirror,
  port: RiskGraphPort,
  show: (cursor: Cursor) => void = () => undefined,
): Promise<Cursor> {
  await mirror.catchUp()
  const { graph, ids, tenant } = mirror
  const linkOf = (edge: number): PortLink => ({
    no: edge,
    from: ids.name(graph.from[edge]!),
    to: ids.name(graph.to[edge]!),
    kind: mirror.kinds[graph.kind[edge]!]!,
    day: graph.day[edge] === NO_DAY ? null : graph.day[edge]!,
  })
  const numbers = (from: number, to: number) =>
    Array.from({ length: Math.max(0, Math.min(BATCH, to - from)) }, (_, i) => from + i)
  let cursor = await port.cursor()
  while (true) {
    const nothing = { after: cursor, entities: [], links: [], ended: [] }
    let batch: PortBatch | undefined
    const nodes = numbers(cursor.entities, graph.nodes)
    const edges = numbers(cursor.links, graph.edges)
    if (nodes.length > 0) {
      const entities = nodes.map((node) => ({ id: ids.name(node), type: mirror.typeOf(node) }))
      batch = { ...nothing, entities }
    } else if (edges.length > 0) {
      batch = { ...nothing, links: edges.map(linkOf) }
    } else {
      // Ends are numbered from 1.
      const seq = BigInt(cursor.ends) + 1n
      const rows = await endsFrom(store.read, { tenant, seq, limit: BigInt(BATCH) })
      const known = rows.filter((row) => row.link_no < graph.edges)
      if (known.length > 0) {
        batch = {
          ...nothing,
          ended: known.map((row) => linkOf(Number(row.link_no))),
        }
      }
    }
    if (batch === undefined) return cursor
    cursor = await port.upsert(batch)
    show(cursor)
  }
}
