/**
 * Brings a graph behind the port up to the record: each batch once, from where the graph stands.
 */
import type { Store } from '../kernel/store.ts'
import { linkColumns, NO_LINKS, sliceOf } from './engine/columns.ts'
import { dayOf, NO_DAY } from './engine/days.ts'
import type { Names } from './names.ts'
import {
  type Cursor,
  type LinkColumns,
  type PortBatch,
  PortError,
  type RiskGraphPort,
} from './port.ts'
import { eachLinkFrom } from './store/packed.ts'
import { endsFrom, lastLink, linksByNo } from './store/record.ts'
import type { RiskTables } from './tables.ts'

/** Rows per look: a few milliseconds, since reading from a file holds the event loop. */
const PAGE = 10_000
const NO_ENTITIES = { types: new Uint8Array(0), idAt: () => '' }
const DAYS_KEPT = 40_000
/** Others may bring the same graph up at the same time. */
const MOVED_MAX = 20

/** Reads a tenant's record on behalf of graphs. Keeps what is read again and again. */
export class BringUp {
  readonly #store: Store<RiskTables>
  readonly #tenant: string
  readonly #names: Names
  readonly #days = new Map<string, number>()
  /** Rows that no run is filling. */
  #spare: LinkColumns | undefined

  constructor(store: Store<RiskTables>, tenant: string, names: Names) {
    this.#store = store
    this.#tenant = tenant
    this.#names = names
  }

  /**
   * Brings a graph up to now and answers where it stands.
   *
   * @param known where it stood last; asked of it when absent
   * @param show told after each batch
   * @throws PortError `CURSOR_ELSEWHERE` when the graph has more than the record has
   */
  async run(
    port: RiskGraphPort,
    known?: Cursor,
    show: (cursor: Cursor) => void = () => undefined,
  ): Promise<Cursor> {
    await this.#names.read(this.#store.read, this.#tenant)
    let cursor = known ?? await port.cursor()
    const page = this.#spare ?? linkColumns(PAGE)
    this.#spare = undefined
    for (let moved = 0;;) {
      const batch = await this.#next(cursor, page)
      if (batch === undefined) break
      try {
        cursor = await port.upsert(batch)
        show(cursor)
      } catch (error) {
        const elsewhere = error instanceof PortError && error.code === 'CURSOR_ELSEWHERE'
        if (!elsewhere || moved === MOVED_MAX) throw error
        // Somebody else brought it further, or it lost what it had.
        moved += 1
        cursor = await port.cursor()
      }
    }
    this.#spare = page
    // While it is known, nobody but this has moved it on.
    const ahead = cursor.entities > this.#names.ids.size ||
      (known === undefined && cursor.links > await this.#linkCount())
    if (ahead) {
      throw new PortError('CURSOR_ELSEWHERE', 'the graph is ahead of the record: erase it', false)
    }
    port.settle()
    return cursor
  }

  async #linkCount(): Promise<bigint> {
    const [last] = await lastLink(this.#store.read, { tenant: this.#tenant })
    return last === undefined ? 0n : last.no + 1n
  }

  async #next(after: Cursor, page: LinkColumns): Promise<PortBatch | undefined> {
    const names = this.#names
    const nothing = {
      after,
      entities: NO_ENTITIES,
      links: NO_LINKS,
      ended: NO_LINKS,
      kinds: names.kinds,
    }
    if (after.entities < names.ids.size) {
      const first = after.entities
      const entities = {
        types: names.types.subarray(first, first + PAGE),
        idAt: (place: number) => names.ids.name(first + place),
      }
      return { ...nothing, entities }
    }
    const links = await this.#linksFrom(after, page)
    if (links === undefined) {
      // A commit between two looks: its entities were not there yet.
      await this.#names.read(this.#store.read, this.#tenant)
      return await this.#next(after, page)
    }
    if (links.no.length > 0) return { ...nothing, links }
    const ended = await this.#endedFrom(after)
    return ended === undefined ? undefined : { ...nothing, ended }
  }

  /** Undefined when a link names an entity, or is of a kind, that was not read yet. */
  async #linksFrom(after: Cursor, page: LinkColumns): Promise<LinkColumns | undefined> {
    const { ids, kinds } = this.#names
    let count = 0
    let ahead = false
    const asked = { tenant: this.#tenant, no: BigInt(after.links), limit: BigInt(PAGE) }
    await eachLinkFrom(this.#store.read, asked, (from, to, kind, on) => {
      ahead ||= !(from < ids.size && to < ids.size && kind < kinds.length)
      if (ahead) return
      page.no[count] = after.links + count
      page.from[count] = from
      page.to[count] = to
      page.kind[count] = kind
      page.day[count] = this.#dayOf(on)
      count += 1
    })
    return ahead ? undefined : sliceOf(page, 0, count)
  }

  async #endedFrom(after: Cursor): Promise<LinkColumns | undefined> {
    const tenant = this.#tenant
    const db = this.#store.read
    // Ends are numbered from 1.
    const asked = { tenant, seq: BigInt(after.ends) + 1n, limit: BigInt(PAGE) }
    const ends = (await endsFrom(db, asked)).filter((row) => row.link_no < after.links)
    if (ends.length === 0) return undefined
    const rows = await linksByNo(db, ends.map((row) => [tenant, row.link_no]))
    const byNo = new Map(rows.map((row) => [row.no, row]))
    const ended = linkColumns(ends.length)
    for (const [i, { link_no }] of ends.entries()) {
      const row = byNo.get(link_no)!
      ended.no[i] = Number(link_no)
      ended.from[i] = Number(row.from_no)
      ended.to[i] = Number(row.to_no)
      ended.kind[i] = Number(row.kind)
      ended.day[i] = this.#dayOf(row.valid_on)
    }
    return ended
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
}
