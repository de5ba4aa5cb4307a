/**
 * What a graph does for the domain, in its own verbs: kept up with the record, looked around in, asked
 * for ways, handed over whole.
 *
 * The schema, detection and scoring are written against this and nothing else. Two adapters:
 * `embedded.ts` in this process, `bolt/` on a server that speaks Bolt. One contract suite holds for
 * both. Nothing of a graph is the only copy of anything: it is made from the record, and it speaks of
 * entities and links by their numbers there.
 */
import type { EntityType } from './record.ts'

/** How far a graph has read the record: so many entities, links and ends of links. */
export interface Cursor {
  readonly entities: number
  readonly links: number
  readonly ends: number
}

/** Links as columns, one row each. @property day since 1970; `NO_DAY` where unknown */
export interface LinkColumns {
  readonly no: Uint32Array
  readonly from: Uint32Array
  readonly to: Uint32Array
  readonly kind: Uint16Array
  readonly day: Int32Array
}

/** Entities in order. @property types as `ENTITY_TYPES` numbers them @property idAt the id of one by place */
export interface EntityRows {
  readonly types: Uint8Array
  readonly idAt: (place: number) => string
}

/**
 * What comes next in the record: its entities and links are numbered on from the cursor.
 *
 * @property after where the graph must stand; elsewhere nothing is taken in
 * @property ended links that hold no longer
 * @property kinds names of kinds by number; 0 is `same-as`
 */
export interface PortBatch {
  readonly after: Cursor
  readonly entities: EntityRows
  readonly links: LinkColumns
  readonly ended: LinkColumns
  readonly kinds: readonly string[]
}

/** Days, both included. What has no day holds at any time. */
export interface PortWindow {
  readonly fromDay: number
  readonly toDay: number
}

/**
 * @property hops steps from the seed; links of kind `same-as` are none
 * @property hubCap entities of more links are reached and not gone through; the seed always is
 * @property limit the most entities, the seed included
 */
export interface WalkQuery {
  readonly hops: number
  readonly hubCap: number
  readonly limit: number
  readonly window?: PortWindow | undefined
}

/**
 * @property nodes by distance, then number @property depths beside them
 * @property links among the nodes, by number; not those between two of more than `ROW_MAX` links
 * @property hubs reached and not gone through, by number
 * @property cut whether the limit ended the walk
 */
export interface Walk {
  readonly nodes: Uint32Array
  readonly depths: Uint8Array
  readonly links: Uint32Array
  readonly hubs: readonly number[]
  readonly cut: boolean
}

/** An entity of more links is not read through for the links among a walk's entities. */
export const ROW_MAX = 10_000

export interface WayQuery {
  readonly maxHops: number
  readonly count: number
  readonly hubCap: number
  /** The most links looked at, after which what was found is answered. */
  readonly effort: number
  readonly window?: PortWindow | undefined
}

/** @property links one fewer than nodes */
export interface Way {
  readonly nodes: readonly number[]
  readonly links: readonly number[]
}

/** @property cut whether the effort ended the search: longer ways may be missing */
export interface Ways {
  readonly ways: readonly Way[]
  readonly cut: boolean
}

/**
 * @property since only links of that number or higher, the total too
 * @property before only links of lower numbers @property limit the most links answered
 */
export interface NeighbourQuery {
  readonly type?: EntityType | undefined
  readonly window?: PortWindow | undefined
  readonly since?: number | undefined
  readonly before?: number | undefined
  readonly limit: number
}

/** @property total of the type and window, whatever the page @property links highest number first */
export interface NeighbourPage {
  readonly total: number
  readonly links: readonly { readonly link: number; readonly neighbour: number }[]
}

/**
 * What lies around several entities at once.
 *
 * @property seeds each with how many steps around it; an unknown one may be asked about
 * @property hubCap entities of more links are reached and not gone through, seeds included
 */
export interface SurroundingsQuery {
  readonly seeds: readonly { readonly no: number; readonly hops: number }[]
  readonly hubCap: number
  readonly limit: number
}

/** @property links among the nodes that a node which is no hub has, by number */
export interface Surroundings {
  readonly nodes: readonly number[]
  readonly links: LinkColumns
  readonly hubs: readonly number[]
  readonly cut: boolean
}

export type PortCode =
  | 'ANSWER_UNBELIEVABLE'
  | 'CURSOR_ELSEWHERE'
  | 'ROLLBACK_IGNORED'
  | 'SERVER_REFUSED'
  | 'SERVER_SILENT'
  | 'SERVER_UNREACHABLE'

/** Why a graph could not do what it was asked. @property retryable whether it may be asked again */
export class PortError extends Error {
  override name = 'PortError'
  readonly code: PortCode
  readonly retryable: boolean

  constructor(code: PortCode, message: string, retryable: boolean, cause?: unknown) {
    super(`${code}: ${message}`, { cause })
    this.code = code
    this.retryable = retryable
  }
}

/**
 * A graph of one tenant.
 *
 * @throws PortError; `CURSOR_ELSEWHERE` when asked about an entity that it has not read yet
 */
export interface RiskGraphPort {
  cursor(): Promise<Cursor>
  /** Takes a batch in whole, or not at all; answers where the graph stands then. */
  upsert(batch: PortBatch): Promise<Cursor>
  /** Told that it stands where the record ends for now. */
  settle(): void
  /** How many links each has that hold. */
  degrees(nos: readonly number[]): Promise<readonly number[]>
  /** What is next to an entity, a page at a time. */
  neighbours(no: number, query: NeighbourQuery): Promise<NeighbourPage>
  /** All links of some entities, each once, by number. */
  links(nos: readonly number[]): Promise<LinkColumns>
  /** Others that are one with an entity, of those who have any. */
  same(nos: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>>
  /** What lies around an entity. */
  walk(no: number, query: WalkQuery): Promise<Walk>
  /** Simple ways by length, then by the numbers of their links. */
  ways(a: number, b: number, query: WayQuery): Promise<Ways>
  surroundings(query: SurroundingsQuery): Promise<Surroundings>
  /** Every link that holds, in pages: what algorithms over the whole graph work on. */
  snapshot(): AsyncIterable<LinkColumns>
  /** Forgets the tenant's graph. */
  erase(): Promise<void>
  /** Waits for what goes on beside, and lets go. */
  close(): Promise<void>
}
