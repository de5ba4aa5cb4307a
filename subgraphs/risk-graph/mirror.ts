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
import { eachEntityFrom, eachLinkFrom } from './store/packed.ts'
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
  #stale = true
  readonly #unsubscribe: () => void
  #reading: Promise<void> | undefined
  #compacting: Promise<void> | undefined

  /** @param report told when settling the graph fails; walks are then only slower */
  constructor(store: Store<RiskTables>, tenant: string, report: (error: unknown) => void) {
    this.#store = store
    this.tenant = tenant
    this.#report = report
    this.#unsubscribe = store.onCommit(() => this.#stale = true)
  }

  /** Reads what the record has and the graph has not: everything that was committed before the call. */
  async catchUp(): Promise<void> {
    // A look that began before the commit may have passed it by.
    while (this.#reading !== undefined) await this.#reading
    // Nobody else writes into a file that this process holds: without a commit there is no news.
    if (this.#store.exclusive && !this.#stale) return
    this.#stale = false
    this.#reading = this.#read().catch((error) => {
      this.#stale = true
      throw error
    }).finally(() => this.#reading = undefined)
    await this.#reading
  }

  /** Stops listening to the store. */
  close(): void {
    this.#unsubscribe()
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
    for (let read = PAGE; read === PAGE;) {
      const page = { tenant, no: BigInt(ids.size), limit: PAGE }
      read = BigInt(
        await eachEntityFrom(db, page, (id, type) => {
          graph.addNode(this.#typeNumbers.get(type)!)
          ids.add(id)
        }),
      )
    }
    for (let read = PAGE; read === PAGE;) {
      const page = { tenant, no: BigInt(graph.edges), limit: PAGE }
      let ahead = false
      read = BigInt(
        await eachLinkFrom(db, page, (from, to, kind, on) => {
          // A commit between two looks: the entities of this link were not there yet.
          ahead ||= !(from < ids.size && to < ids.size)
          if (!ahead) graph.addEdge(from, to, kind, this.#dayOf(on))
        }),
      )
      if (ahead) return await this.#read()
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
