/**
 * Names of what the record has: ids and types of entities, kinds of links, by their numbers.
 *
 * They come from the record alone, whatever graph is behind the port.
 */
import { IdTable } from './engine/id-table.ts'
import { ENTITY_TYPES, type EntityType } from './record.ts'
import { eachEntityFrom } from './store/packed.ts'
import { kindsFrom, type RiskReader } from './store/record.ts'

/** Rows per look: a few milliseconds, since reading from a file holds the event loop. */
const PAGE = 10_000n
const TYPE_NUMBERS = new Map<string, number>(ENTITY_TYPES.map((type, i) => [type, i]))

/** Names of one tenant, as far as they were read. */
export class Names {
  readonly ids = new IdTable()
  /** Kinds of links by number. */
  readonly kinds: string[] = []
  #types = new Uint8Array(64)
  #reading: Promise<void> | undefined

  /** A look that is under way. */
  get reading(): Promise<void> | undefined {
    return this.#reading
  }

  /** Types of entities by number, as `ENTITY_TYPES` has them. */
  get types(): Uint8Array {
    return this.#types.subarray(0, this.ids.size)
  }

  typeOf(no: number): EntityType {
    return ENTITY_TYPES[this.#types[no]!]!
  }

  /** Reads what came since; whoever asks meanwhile looks again, since the look may have passed theirs by. */
  async read(db: RiskReader, tenant: string): Promise<void> {
    while (this.#reading !== undefined) await this.#reading.catch(() => undefined)
    this.#reading = this.#read(db, tenant).finally(() => this.#reading = undefined)
    await this.#reading
  }

  async #read(db: RiskReader, tenant: string): Promise<void> {
    for (let read = PAGE; read === PAGE;) {
      const page = { tenant, no: BigInt(this.ids.size), limit: PAGE }
      read = BigInt(await eachEntityFrom(db, page, (id, type) => this.#add(id, type)))
    }
    for (const { name } of await kindsFrom(db, { tenant, no: BigInt(this.kinds.length) })) {
      this.kinds.push(name)
    }
  }

  #add(id: string, type: string): void {
    const no = this.ids.add(id)
    if (no >= this.#types.length) {
      const larger = new Uint8Array(Math.ceil(no * 1.5) + 64)
      larger.set(this.#types)
      this.#types = larger
    }
    this.#types[no] = TYPE_NUMBERS.get(type)!
  }
}
