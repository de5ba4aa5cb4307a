/**
 * A tenant's graph in memory, kept up with the record.
 *
 * Entities and links are numbered without gaps in the record, and so are nodes and edges here: how
 * many there are is how far the graph has read. A crash loses nothing; the next process reads again.
 */
import type { Store } from '../kernel/store.ts'
import { compactBeside, needsCompaction } from './engine/compact.ts'
import { dayOf, NO_DAY } from './engine/days.ts'
import { IdTable } from './engine/id-table.ts'
import { Graph } from './engine/live-graph.ts'
import { ENTITY_TYPES, type EntityType } from './record.ts'
import { entitiesFrom, linksFrom } from './store/packed.ts'
import { endsFrom, kindsFrom } from './store/record.ts'
import type { RiskTables } from './tables.ts'

/** Rows per look: a few milliseconds, since reading from a file holds the event loop. */
const PAGE = 10_000n
const DAYS_KEPT = 40_000

/** One tenant's graph. */
export class Mirror {
  readonly tenant: string
  readonly graph = new Graph()
  readonly ids = new IdTable()
  /** Kinds of links by number. */
  readonly kinds: string[] = []
  readonly #store: Store<RiskTables>
  readonly #report: (error: unknown) => void
  readonly #typeNumbers = new Map<string, number>(ENTITY_TYPES.map((type, i) => [type, i]))
  readonly #days = new Map<string, number>()
  #ends = 0n
  #reading: Promise<void> | undefined
  #compacting: Promise<void> | undefined

  /** @param report told when settling the graph fails; walks are then only slower */
  constructor(store: Store<RiskTables>, tenant: string, report: (error: unknown) => void) {
    this.#store = store
    this.tenant = tenant
    this.#report = report
  }

  /** Reads what the record has and the graph has not: everything that was committed before the call. */
  async catchUp(): Promise<void> {
    // A look that began before the commit may have passed it by.
    while (this.#reading !== undefined) await this.#reading
    this.#reading = this.#read().finally(() => this.#reading = undefined)
    await this.#reading
  }

  /** Waits for work that goes on beside. */
  async settled(): Promise<void> {
    await this.#reading
    await this.#compacting
  }

  typeOf(node: number): EntityType {
    return ENTITY_TYPES[this.graph.type[node]!]!
  }

  async #read(): Promise<void> {
    const { graph, ids, kinds, tenant } = this
    const db = this.#store.read
    const fresh = graph.edges === 0
    // Each statement sees the latest commit: a later one may name what an earlier one did not see yet.
    for (let more = true; more;) {
      const rows = await entitiesFrom(db, { tenant, no: BigInt(ids.size), limit: PAGE })
      for (const [, id, type] of rows) {
        graph.addNode(this.#typeNumbers.get(type!)!)
        ids.add(id!)
      }
      more = BigInt(rows.length) === PAGE
    }
    for (let more = true; more;) {
      const rows = await linksFrom(db, { tenant, no: BigInt(graph.edges), limit: PAGE })
      for (const [, from, to, kind, on] of rows) {
        // A commit between two looks: the entities of this link were not there yet.
        if (!(Number(from) < ids.size && Number(to) < ids.size)) return await this.#read()
        graph.addEdge(Number(from), Number(to), Number(kind), this.#dayOf(on!))
      }
      more = BigInt(rows.length) === PAGE
    }
    for (let more = true; more;) {
      const rows = await endsFrom(db, { tenant, seq: this.#ends, limit: PAGE })
      for (const { seq, link_no } of rows) {
        if (link_no >= graph.edges) return await this.#read()
        graph.removeEdge(Number(link_no))
        this.#ends = seq + 1n
      }
      more = BigInt(rows.length) === PAGE
    }
    for (const { name } of await kindsFrom(db, { tenant, no: BigInt(kinds.length) })) {
      kinds.push(name)
    }
    if (fresh) graph.compact()
    else if (needsCompaction(graph)) this.#compact()
  }

  /** Few days come often: reading a date costs more than the rest of a link. */
  #dayOf(date: string): number {
    let day = this.#days.get(date)
    if (day === undefined) {
      day = date === '' ? NO_DAY : dayOf(date)
      if (this.#days.size < DAYS_KEPT) this.#days.set(date, day)
    }
    return day
  }

  #compact(): void {
    this.#compacting ??= compactBeside(this.graph).catch(this.#report)
      .finally(() => this.#compacting = undefined)
  }
}
