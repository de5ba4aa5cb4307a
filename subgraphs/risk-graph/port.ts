/**
 * What a graph does for the domain, in its own verbs: kept up with the record, walked, asked for ways.
 *
 * Two adapters: `embedded.ts` in this process, `bolt/` on a server that speaks Bolt. One contract
 * suite holds for both. Nothing of a graph is the only copy of anything: it is made from the record.
 */
import type { EntityType } from './record.ts'

export interface PortEntity {
  readonly id: string
  readonly type: EntityType
}

/** @property no its number in the record @property day since 1970; null where unknown */
export interface PortLink {
  readonly no: number
  readonly from: string
  readonly to: string
  readonly kind: string
  readonly day: number | null
}

/** How far a graph has read the record: so many entities, links and ends of links. */
export interface Cursor {
  readonly entities: number
  readonly links: number
  readonly ends: number
}

/**
 * What comes next in the record.
 *
 * @property after where the graph must stand; elsewhere nothing is taken in
 * @property ended links that hold no longer
 */
export interface PortBatch {
  readonly after: Cursor
  readonly entities: readonly PortEntity[]
  readonly links: readonly PortLink[]
  readonly ended: readonly PortLink[]
}

/** Days, both included. */
export interface PortWindow {
  readonly fromDay: number
  readonly toDay: number
}

export interface WalkQuery {
  readonly hops: number
  readonly hubCap: number
  readonly limit: number
  readonly window?: PortWindow | undefined
}

/** @property nodes by distance, then id @property hubs reached and not gone through, by id */
export interface Walk {
  readonly nodes: readonly { readonly id: string; readonly depth: number }[]
  readonly hubs: readonly string[]
  readonly cut: boolean
}

export interface WayQuery {
  readonly maxHops: number
  readonly count: number
  readonly hubCap: number
  readonly window?: PortWindow | undefined
}

/** @property links numbers in the record, one fewer than nodes */
export interface Way {
  readonly nodes: readonly string[]
  readonly links: readonly number[]
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

/** A graph of one tenant. @throws PortError */
export interface RiskGraphPort {
  cursor(): Promise<Cursor>
  /** Takes a batch in whole, or not at all; answers where the graph stands then. */
  upsert(batch: PortBatch): Promise<Cursor>
  /** What lies around an entity; undefined when there is none. */
  walk(id: string, query: WalkQuery): Promise<Walk | undefined>
  /** Simple ways by length, then by the numbers of their links; undefined when an end is unknown. */
  ways(a: string, b: string, query: WayQuery): Promise<readonly Way[] | undefined>
  /** Forgets the tenant's graph. */
  erase(): Promise<void>
  close(): Promise<void>
}
