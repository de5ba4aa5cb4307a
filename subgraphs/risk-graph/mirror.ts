/**
 * A tenant's record as the domain works with it: names at hand, and a graph behind the port, both kept
 * up with what was committed.
 *
 * Entities and links are numbered without gaps in the record: how many there are is how far names and
 * graph have read. A crash loses nothing; the next process reads again.
 */
import type { Store } from '../kernel/store.ts'
import { BringUp } from './bring-up.ts'
import { EmbeddedGraph } from './embedded.ts'
import type { IdTable } from './engine/id-table.ts'
import { Names } from './names.ts'
import { type Cursor, PortError, type RiskGraphPort } from './port.ts'
import type { EntityType } from './record.ts'
import type { RiskTables } from './tables.ts'

/** Opens a tenant's graph elsewhere. */
export type OpenGraph = (tenant: string) => Promise<RiskGraphPort>

/** @property open a graph elsewhere; in this process when absent @property report told of what nobody waits for */
export interface MirrorOptions {
  readonly open?: OpenGraph | undefined
  readonly report: (error: unknown) => void
}

/** Whoever asks so soon after a graph did not answer is told the same: nobody queues up for it. */
const PAUSE_MS = 500

/** One tenant's names and graph. */
export class Mirror {
  readonly tenant: string
  readonly #names = new Names()
  readonly #store: Store<RiskTables>
  readonly #options: MirrorOptions
  readonly #bringUp: BringUp
  readonly #unsubscribe: () => void
  #port: RiskGraphPort | undefined
  #cursor: Cursor | undefined
  #namesStale = true
  #graphStale = true
  #reading: Promise<unknown> | undefined
  #failed: { readonly error: PortError; readonly untilMs: number } | undefined

  constructor(store: Store<RiskTables>, tenant: string, options: MirrorOptions) {
    this.tenant = tenant
    this.#store = store
    this.#options = options
    this.#bringUp = new BringUp(store, tenant, this.#names)
    this.#unsubscribe = store.onCommit(() => {
      this.#namesStale = true
      this.#graphStale = true
    })
  }

  get ids(): IdTable {
    return this.#names.ids
  }

  /** Kinds of links by number. */
  get kinds(): readonly string[] {
    return this.#names.kinds
  }

  /** Types of entities by number, as `ENTITY_TYPES` has them. */
  get types(): Uint8Array {
    return this.#names.types
  }

  typeOf(no: number): EntityType {
    return this.#names.typeOf(no)
  }

  /** Reads names that the record has and this has not: all that were committed before the call. */
  async catchUp(): Promise<void> {
    while (this.#names.reading !== undefined) await this.#names.reading.catch(() => undefined)
    // Nobody else writes into a file that this process holds: without a commit there is no news.
    if (this.#store.exclusive && !this.#namesStale) return
    this.#namesStale = false
    try {
      await this.#names.read(this.#store.read, this.tenant)
    } catch (error) {
      this.#namesStale = true
      throw error
    }
  }

  /**
   * Asks the graph, brought up to the record first. A graph that turns out to stand elsewhere than it
   * was left is brought up anew, and asked once more.
   *
   * @param work told where the graph was brought up to, too: by now it stands there or further on
   * @throws PortError
   */
  async ask<R>(work: (graph: RiskGraphPort, stood: Cursor) => Promise<R>): Promise<R> {
    const { port, cursor } = await this.#upToDate()
    try {
      return await work(port, cursor)
    } catch (error) {
      const elsewhere = error instanceof PortError && error.code === 'CURSOR_ELSEWHERE'
      if (!elsewhere) throw error
      this.#graphStale = true
      this.#cursor = undefined
      const again = await this.#upToDate()
      return await work(again.port, again.cursor)
    }
  }

  /** The record in a graph of this process, whatever graph is behind the port: for work on the record. */
  async ownGraph(): Promise<RiskGraphPort> {
    if (this.#options.open === undefined) return (await this.#upToDate()).port
    const graph = new EmbeddedGraph()
    await this.#bringUp.run(graph)
    return graph
  }

  /** Brings another graph up to the record. */
  async project(port: RiskGraphPort, show?: (cursor: Cursor) => void): Promise<Cursor> {
    return await this.#bringUp.run(port, undefined, show)
  }

  /** Stops listening to the store, waits for work that goes on beside, and lets the graph go. */
  async close(): Promise<void> {
    this.#unsubscribe()
    await this.#reading?.catch(() => undefined)
    await this.#port?.close()
  }

  async #upToDate(): Promise<{ readonly port: RiskGraphPort; readonly cursor: Cursor }> {
    return await this.#alone(async () => {
      const failed = this.#failed
      if (failed !== undefined && performance.now() < failed.untilMs) throw failed.error
      this.#failed = undefined
      const [known, stood] = [this.#port, this.#cursor]
      if (
        known !== undefined && stood !== undefined && this.#store.exclusive && !this.#graphStale
      ) {
        return { port: known, cursor: stood }
      }
      this.#graphStale = false
      try {
        const port = this.#port ??= await this.#open()
        const cursor = this.#cursor = await this.#bringUp.run(port, this.#cursor)
        return { port, cursor }
      } catch (error) {
        this.#graphStale = true
        this.#cursor = undefined
        if (error instanceof PortError) {
          this.#failed = { error, untilMs: performance.now() + PAUSE_MS }
        }
        throw error
      }
    })
  }

  async #open(): Promise<RiskGraphPort> {
    const { open, report } = this.#options
    return open === undefined ? new EmbeddedGraph(report) : await open(this.tenant)
  }

  /** One look at a time: one that began before a commit may have passed it by. */
  async #alone<R>(work: () => Promise<R>): Promise<R> {
    while (this.#reading !== undefined) await this.#reading.catch(() => undefined)
    const reading = work().finally(() => this.#reading = undefined)
    this.#reading = reading
    return await reading
  }
}
