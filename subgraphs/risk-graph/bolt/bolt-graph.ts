/**
 * A graph on a server that speaks Bolt, behind the port.
 *
 * Walks go breadth first, one query a level, so that hubs are cut as they are here and a server need
 * not enumerate trails. Each answer is checked: numbers are numbers, entities are those asked about,
 * and nothing of another tenant is believed.
 */
import { randomUUID } from 'node:crypto'
import neo4j, { type Driver, type ManagedTransaction, type Session } from 'neo4j-driver'
import { Graph, SAME } from '../engine/live-graph.ts'
import { findPaths } from '../engine/paths.ts'
import { IdTable } from '../engine/id-table.ts'
import {
  type Cursor,
  type PortBatch,
  PortError,
  type PortWindow,
  type RiskGraphPort,
  type Walk,
  type WalkQuery,
  type Way,
  type WayQuery,
} from '../port.ts'
import { SAME_AS } from '../record.ts'
import * as cypher from './cypher.ts'

/** @property url such as bolt://127.0.0.1:7687 @property timeoutMs of one question, retries included */
export interface BoltOptions {
  readonly url: string
  readonly dialect: cypher.Dialect
  readonly user?: string | undefined
  readonly password?: string | undefined
  readonly timeoutMs?: number
}

const TIMEOUT_MS = 30_000
const RETRY_FIRST_MS = 50
const ROWS_PER_QUERY = 2_000
const ERASE_BATCH = 20_000
const EFFORT = 1_000_000
/** Nodes that a search for ways brings over. */
const WAY_NODES_MAX = 20_000
const SEPARATOR = '\u001f'

interface NeighbourRow {
  readonly id: string
  readonly other: string
  readonly no: number
  readonly kind: string
}

/** One tenant's graph on a server. */
export class BoltGraph implements RiskGraphPort {
  readonly #driver: Driver
  readonly #tenant: string
  readonly #dialect: cypher.Dialect
  readonly #timeoutMs: number

  private constructor(driver: Driver, tenant: string, options: BoltOptions) {
    this.#driver = driver
    this.#tenant = tenant
    this.#dialect = options.dialect
    this.#timeoutMs = options.timeoutMs ?? TIMEOUT_MS
  }

  /**
   * Connects, makes sure that the server takes back what it is told to, and sets indexes up.
   *
   * @throws PortError `SERVER_UNREACHABLE`, `SERVER_REFUSED`, `SERVER_SILENT`, `ROLLBACK_IGNORED`
   */
  static async open(tenant: string, options: BoltOptions): Promise<BoltGraph> {
    const timeoutMs = options.timeoutMs ?? TIMEOUT_MS
    const auth = options.user === undefined
      ? undefined
      : neo4j.auth.basic(options.user, options.password ?? '')
    const driver = neo4j.driver(options.url, auth, {
      disableLosslessIntegers: true,
      connectionTimeout: timeoutMs,
      connectionAcquisitionTimeout: timeoutMs,
      // Tried again here, by the same rule on each runtime.
      maxTransactionRetryTime: 0,
      maxConnectionPoolSize: 8,
      telemetryDisabled: true,
    })
    const graph = new BoltGraph(driver, tenant, options)
    try {
      await graph.#probe()
      await graph.#setUp()
      return graph
    } catch (error) {
      await driver.close().catch(() => undefined)
      throw error
    }
  }

  async cursor(): Promise<Cursor> {
    const rows = await this.#read(cypher.READ_CURSOR, { tenant: this.#tenant })
    const [row] = rows
    if (row === undefined) return { entities: 0, links: 0, ends: 0 }
    return { entities: count(row.entities), links: count(row.links), ends: count(row.ends) }
  }

  async upsert({ after, entities, links, ended }: PortBatch): Promise<Cursor> {
    const next = {
      entities: after.entities + entities.length,
      links: after.links + links.length,
      ends: after.ends + ended.length,
    }
    const entityRows = entities.map(({ id, type }) => ({ key: this.#key(id), id, type }))
    const linkRows = links.map(({ no, from, to, kind, day }) => ({
      no,
      from: this.#key(from),
      to: this.#key(to),
      kind,
      day,
    }))
    const endRows = ended.map(({ no, from }) => ({ no, from: this.#key(from) }))
    await this.#write(async (tx) => {
      // The cursor first: it locks, and it says at once that somebody else was here.
      const moved = await tx.run(cypher.MOVE_CURSOR, {
        tenant: this.#tenant,
        after: integers(after),
        next: integers(next),
      })
      if (moved.records.length !== 1) {
        throw new PortError('CURSOR_ELSEWHERE', 'the graph stands elsewhere in the record', false)
      }
      for (const rows of chunks(entityRows)) {
        await tx.run(cypher.PUT_ENTITIES, { tenant: this.#tenant, rows })
      }
      for (const rows of chunks(linkRows)) {
        const put = await tx.run(cypher.PUT_LINKS, {
          rows: rows.map((row) => ({ ...row, no: neo4j.int(row.no), day: integer(row.day) })),
        })
        if (count(put.records[0]?.get('count')) !== rows.length) {
          throw unbelievable('not every link was taken in')
        }
      }
      for (const rows of chunks(endRows)) {
        await tx.run(cypher.END_LINKS, {
          rows: rows.map((row) => ({ ...row, no: neo4j.int(row.no) })),
        })
      }
    })
    return next
  }

  async walk(id: string, { hops, hubCap, limit, window }: WalkQuery): Promise<Walk | undefined> {
    if ((await this.#degrees([id])).get(id) === undefined) return undefined
    const depths = new Map([[id, 0]])
    const hubs = new Set<string>()
    let frontier = [id]
    let cut = false
    const take = (node: string, depth: number, level: string[]) => {
      if (depths.has(node)) return
      if (depths.size >= limit) {
        cut = true
        return
      }
      depths.set(node, depth)
      level.push(node)
    }
    for (let depth = 0; depth <= hops && frontier.length > 0; depth++) {
      // Those that are the same stand at one depth.
      const rows: NeighbourRow[] = []
      for (let open = frontier; open.length > 0;) {
        const found = await this.#neighbours(open, window)
        rows.push(...found)
        const grown: string[] = []
        for (const { other, kind } of found) {
          if (kind === SAME_AS) take(other, depth, grown)
        }
        frontier.push(...grown)
        open = grown
      }
      if (depth === hops) break
      const degrees = await this.#degrees(frontier)
      const level: string[] = []
      const through = new Set(
        frontier.filter((node) => node === id || degrees.get(node)! <= hubCap),
      )
      for (const node of frontier) if (!through.has(node)) hubs.add(node)
      const sorted = rows.toSorted((a, b) => a.no - b.no)
      for (const { id: from, other, kind } of sorted) {
        if (kind !== SAME_AS && through.has(from)) take(other, depth + 1, level)
      }
      frontier = level
    }
    return {
      nodes: Array.from(depths, ([id, depth]) => ({ id, depth }))
        .toSorted((a, b) => a.depth - b.depth || (a.id < b.id ? -1 : 1)),
      hubs: [...hubs].toSorted(),
      cut,
    }
  }

  async ways(a: string, b: string, query: WayQuery): Promise<readonly Way[] | undefined> {
    const ends = await this.#degrees([a, b])
    if (ends.get(a) === undefined || ends.get(b) === undefined) return undefined
    if (a === b) return [{ nodes: [a], links: [] }]
    const near = await this.#read(cypher.distance(this.#dialect, query.maxHops), {
      a: this.#key(a),
      b: this.#key(b),
    })
    if (near.length === 0) return []
    // From both ends half of the way: what lies on a way of `maxHops` steps lies in one of them.
    const local = new LocalGraph()
    for (
      const [end, steps] of [[a, Math.ceil(query.maxHops / 2)], [
        b,
        Math.floor(query.maxHops / 2),
      ]] as const
    ) {
      const seen = new Set([end])
      let frontier = [end]
      for (let step = 0; step < steps && frontier.length > 0; step++) {
        const degrees = await this.#degrees(frontier)
        const through = frontier.filter((node) =>
          node === a || node === b || degrees.get(node)! <= query.hubCap
        )
        const rows = await this.#neighbours(through, query.window)
        frontier = []
        for (const row of rows) {
          local.add(row)
          if (seen.has(row.other)) continue
          seen.add(row.other)
          frontier.push(row.other)
        }
        if (local.size > WAY_NODES_MAX) {
          throw new PortError('SERVER_REFUSED', 'there is too much between the two', false)
        }
      }
    }
    // Where the halves meet, hubs are still to be told from others.
    const degrees = await this.#degrees(local.names())
    const hubs = new Set(
      Array.from(degrees).filter(([, degree]) => degree > query.hubCap).map(([id]) => id),
    )
    return local.ways(a, b, query, hubs)
  }

  async erase(): Promise<void> {
    const tenant = this.#tenant
    for (const statement of [cypher.ERASE_LINKS, cypher.ERASE_ENTITIES]) {
      for (let left = 1; left > 0;) {
        left = await this.#write(async (tx) => {
          const { records } = await tx.run(statement, { tenant, limit: neo4j.int(ERASE_BATCH) })
          return count(records[0]?.get('count') ?? 0)
        })
      }
    }
    await this.#write((tx) => tx.run(cypher.ERASE_CURSOR, { tenant }))
  }

  async close(): Promise<void> {
    await this.#driver.close()
  }

  #key(id: string): string {
    return `${this.#tenant}${SEPARATOR}${id}`
  }

  /** How many links entities have; those that are not there are left out. */
  async #degrees(ids: readonly string[]): Promise<Map<string, number>> {
    const degrees = new Map<string, number>()
    for (const some of chunks(ids)) {
      const asked = new Set(some)
      const rows = await this.#read(cypher.DEGREES, { keys: some.map((id) => this.#key(id)) })
      for (const { tenant, id, degree } of rows) {
        if (tenant !== this.#tenant || typeof id !== 'string' || !asked.has(id)) {
          throw unbelievable('it tells of an entity that was not asked about')
        }
        degrees.set(id, count(degree))
      }
    }
    return degrees
  }

  async #neighbours(
    ids: readonly string[],
    window: PortWindow | undefined,
  ): Promise<NeighbourRow[]> {
    const found: NeighbourRow[] = []
    for (const some of chunks(ids)) {
      const asked = new Set(some)
      const rows = await this.#read(cypher.NEIGHBOURS, {
        keys: some.map((id) => this.#key(id)),
        fromDay: integer(window?.fromDay ?? null),
        toDay: integer(window?.toDay ?? null),
      })
      for (const { id, tenant, other, no, kind } of rows) {
        const believable = tenant === this.#tenant && typeof id === 'string' && asked.has(id) &&
          typeof other === 'string' && typeof kind === 'string'
        if (!believable) throw unbelievable('it tells of a link that was not asked about')
        found.push({ id, other, no: count(no), kind })
      }
    }
    return found.toSorted((a, b) => a.no - b.no)
  }

  async #probe(): Promise<void> {
    const token = randomUUID()
    const left = await this.#session(async (session) => {
      const tx = session.beginTransaction()
      await tx.run(cypher.PROBE_WRITE, { token })
      await tx.rollback()
      const { records } = await session.executeRead((tx) => tx.run(cypher.PROBE_READ, { token }))
      return count(records[0]?.get('count'))
    })
    if (left === 0) return
    await this.#write((tx) => tx.run(cypher.PROBE_CLEAN, { token })).catch(() => undefined)
    throw new PortError('ROLLBACK_IGNORED', 'the server keeps what was rolled back', false)
  }

  async #setUp(): Promise<void> {
    for (const statement of cypher.setUp(this.#dialect)) {
      await this.#session((session) => session.run(statement)).catch((error) => {
        // Indexes and constraints that are there are told as errors by some.
        if (!/exist/i.test(String(error))) throw error
      })
    }
  }

  async #read(
    query: string,
    parameters: Readonly<Record<string, unknown>>,
  ): Promise<Record<string, unknown>[]> {
    return await this.#session(async (session) => {
      const { records } = await session.executeRead((tx) => tx.run(query, parameters))
      return records.map((record) => record.toObject())
    })
  }

  #write<R>(work: (tx: ManagedTransaction) => Promise<R>): Promise<R> {
    return this.#session((session) => session.executeWrite(work))
  }

  /** Runs something on a session of its own, within the time that a question has. */
  async #session<R>(work: (session: Session) => Promise<R>): Promise<R> {
    const session = this.#driver.session()
    let timer: ReturnType<typeof setTimeout> | undefined
    const silent = new Promise<never>((_, reject) => {
      const error = new PortError('SERVER_SILENT', `no answer in ${this.#timeoutMs} ms`, true)
      timer = setTimeout(() => reject(error), this.#timeoutMs)
    })
    try {
      return await Promise.race([this.#patiently(() => work(session)), silent])
    } catch (error) {
      throw portError(error)
    } finally {
      clearTimeout(timer)
      // A server that is silent does not answer to this either.
      void session.close().catch(() => undefined)
    }
  }

  /** Tries again what may go through the next time, as long as the question has time. */
  async #patiently<R>(work: () => Promise<R>): Promise<R> {
    const until = performance.now() + this.#timeoutMs
    for (let pauseMs = RETRY_FIRST_MS;; pauseMs *= 2) {
      try {
        return await work()
      } catch (error) {
        const told = portError(error)
        if (!told.retryable || performance.now() + pauseMs > until) throw told
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }
}

/** The little of a graph that a search for ways brought over. */
class LocalGraph {
  readonly #graph = new Graph()
  readonly #ids = new IdTable()
  readonly #numbers: number[] = []
  readonly #seen = new Set<number>()

  get size(): number {
    return this.#ids.size
  }

  names(): string[] {
    return Array.from({ length: this.#ids.size }, (_, i) => this.#ids.name(i))
  }

  add({ id, other, no, kind }: NeighbourRow): void {
    if (this.#seen.has(no)) return
    this.#seen.add(no)
    this.#numbers.push(no)
    this.#graph.addEdge(this.#node(id), this.#node(other), kind === SAME_AS ? SAME : 1)
  }

  ways(a: string, b: string, query: WayQuery, hubs: ReadonlySet<string>): Way[] {
    const [start, goal] = [this.#ids.find(a), this.#ids.find(b)]
    if (start === undefined || goal === undefined) return []
    // More than are wanted: some go through hubs, which here are not as large as there.
    const { paths } = findPaths(this.#graph, start, goal, {
      maxHops: query.maxHops,
      count: EFFORT,
      hubCap: Number.MAX_SAFE_INTEGER,
      effort: EFFORT,
    })
    return paths
      .map(({ nodes, edges }) => ({
        nodes: nodes.map((node) => this.#ids.name(node)),
        links: edges.map((edge) => this.#numbers[edge]!),
      }))
      .filter(({ nodes }) => nodes.slice(1, -1).every((node) => !hubs.has(node)))
      .toSorted((x, y) => x.links.length - y.links.length || compare(x.links, y.links))
      .slice(0, query.count)
  }

  #node(id: string): number {
    const number = this.#ids.add(id)
    if (number === this.#graph.nodes) this.#graph.addNode(0)
    return number
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, i) => value !== b[i])
  return at === -1 ? 0 : a[at]! - b[at]!
}

function chunks<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let at = 0; at < rows.length; at += ROWS_PER_QUERY) {
    parts.push(rows.slice(at, at + ROWS_PER_QUERY))
  }
  return parts
}

/** A JavaScript number would go as a float. */
function integer(value: number | null) {
  return value === null ? null : neo4j.int(value)
}

function integers(cursor: Cursor) {
  return {
    entities: neo4j.int(cursor.entities),
    links: neo4j.int(cursor.links),
    ends: neo4j.int(cursor.ends),
  }
}

function count(value: unknown): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number
  throw unbelievable('it counts with what is no whole number')
}

function unbelievable(why: string): PortError {
  return new PortError('ANSWER_UNBELIEVABLE', `the server's answer is not believed: ${why}`, false)
}

/** What went wrong, in the port's terms. */
function portError(error: unknown): PortError {
  if (error instanceof PortError) return error
  const { code = '', message = String(error), retriable = false } = (error ?? {}) as {
    code?: string
    message?: string
    retriable?: boolean
  }
  if (code === 'ServiceUnavailable' || code === 'SessionExpired') {
    return new PortError('SERVER_UNREACHABLE', message, true, error)
  }
  return new PortError('SERVER_REFUSED', `${code} ${message}`.trim(), retriable, error)
}
