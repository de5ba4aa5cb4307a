/**
 * A graph on a server that speaks Bolt, behind the port.
 *
 * Walks go breadth first, one query a level, so that hubs are cut as they are here and a server need
 * not enumerate trails. Each answer is checked: numbers are numbers, entities are those asked about,
 * and nothing of another tenant is believed.
 */
import { randomUUID } from 'node:crypto'
import neo4j, { type Driver, type ManagedTransaction, type Session } from 'neo4j-driver'
import { NO_DAY } from '../engine/days.ts'
import { SAME } from '../engine/live-graph.ts'
import type { GraphServer } from '../../kernel/subgraph.ts'
import {
  type Cursor,
  type LinkColumns,
  type NeighbourPage,
  type NeighbourQuery,
  type PortBatch,
  PortError,
  type PortWindow,
  type RiskGraphPort,
  ROW_MAX,
  type Surroundings,
  type SurroundingsQuery,
  type Walk,
  type WalkQuery,
  type WayQuery,
  type Ways,
} from '../port.ts'
import { ENTITY_TYPES } from '../record.ts'
import * as cypher from './cypher.ts'
import { type LinkRow, LocalGraph } from './local-graph.ts'
import { elsewhere, portError, tooMuch, unbelievable } from './trouble.ts'

const TIMEOUT_MS = 30_000
/** Thousands of rows are written at once: that takes longer than a question. */
const WRITE_TIMES = 6
const RETRY_FIRST_MS = 50
const ROWS_PER_QUERY = 2_000
const ERASE_BATCH = 20_000
/** Nodes that a search for ways brings over. */
const WAY_NODES_MAX = 20_000
const SEPARATOR = '\u001f'

interface ReachQuery {
  readonly seeds: SurroundingsQuery['seeds']
  readonly isHub: (no: number, degree: number) => boolean
  readonly limit: number
  readonly window: PortWindow | undefined
}

/** @property rows links of those reached that are no hubs, from both ends where both are */
interface Reached {
  readonly depths: ReadonlyMap<number, number>
  readonly degrees: ReadonlyMap<number, number>
  readonly rows: readonly LinkRow[]
  readonly hubs: number[]
  readonly cut: boolean
}

/** One tenant's graph on a server. */
export class BoltGraph implements RiskGraphPort {
  readonly #driver: Driver
  readonly #tenant: string
  readonly #dialect: cypher.Dialect
  readonly #timeoutMs: number

  private constructor(driver: Driver, tenant: string, options: GraphServer) {
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
  static async open(tenant: string, options: GraphServer): Promise<BoltGraph> {
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

  async upsert({ after, entities, links, ended, kinds }: PortBatch): Promise<Cursor> {
    const next = {
      entities: after.entities + entities.types.length,
      links: after.links + links.no.length,
      ends: after.ends + ended.no.length,
    }
    const entityRows = Array.from(entities.types, (type, i) => {
      const no = after.entities + i
      return {
        key: this.#key(no),
        no: neo4j.int(no),
        id: entities.idAt(i),
        type: ENTITY_TYPES[type]!,
      }
    })
    const linkRows = Array.from(links.no, (no, i) => ({
      no: neo4j.int(no),
      from: this.#key(links.from[i]!),
      to: this.#key(links.to[i]!),
      kind: neo4j.int(links.kind[i]!),
      name: kinds[links.kind[i]!] ?? '',
      day: dayOrNull(links.day[i]!),
    }))
    const endRows = Array.from(ended.no, (no, i) => ({
      no: neo4j.int(no),
      from: this.#key(ended.from[i]!),
    }))
    await this.#write(async (tx) => {
      // The cursor first: it locks, and it says at once that somebody else was here.
      const moved = await tx.run(cypher.MOVE_CURSOR, {
        tenant: this.#tenant,
        after: integers(after),
        next: integers(next),
      })
      if (moved.records.length !== 1) throw elsewhere('the graph stands elsewhere in the record')
      for (const rows of chunks(entityRows)) {
        await tx.run(cypher.PUT_ENTITIES, { tenant: this.#tenant, rows })
      }
      for (const rows of chunks(linkRows)) {
        const put = await tx.run(cypher.PUT_LINKS, { rows })
        if (count(put.records[0]?.get('count')) !== rows.length) {
          throw unbelievable('not every link was taken in')
        }
      }
      for (const rows of chunks(endRows)) await tx.run(cypher.END_LINKS, { rows })
    })
    return next
  }

  settle(): void {
    // The server keeps its own house.
  }

  async degrees(nos: readonly number[]): Promise<readonly number[]> {
    const found = await this.#degreesOf(nos)
    return nos.map((no) => found.get(no)!)
  }

  async neighbours(
    no: number,
    { type, window, since = 0, before, limit }: NeighbourQuery,
  ): Promise<NeighbourPage> {
    await this.#degreesOf([no])
    const parameters = {
      key: this.#key(no),
      type: type ?? null,
      since: neo4j.int(since),
      ...daysOf(window),
    }
    const [counted] = await this.#read(cypher.COUNT_NEIGHBOURS, parameters)
    const rows = await this.#read(cypher.PAGE_NEIGHBOURS, {
      ...parameters,
      before: integer(before ?? null),
      limit: neo4j.int(limit),
    })
    const links = this.#rowsOf(rows, new Set([no]))
    return {
      total: count(counted?.count),
      links: links.map(({ no, b }) => ({ link: no, neighbour: b })),
    }
  }

  async links(nos: readonly number[]): Promise<LinkColumns> {
    await this.#degreesOf(nos)
    return columnsOf(await this.#linksAt(nos))
  }

  async same(nos: readonly number[]): Promise<ReadonlyMap<number, readonly number[]>> {
    await this.#degreesOf(nos)
    const next = new Map<number, number[]>()
    const asked = new Set<number>()
    for (let open = [...new Set(nos)]; open.length > 0;) {
      for (const no of open) asked.add(no)
      for (const { a, b } of await this.#linksAt(open, { kind: SAME })) {
        next.set(a, [...next.get(a) ?? [], b])
      }
      open = [...new Set(open.flatMap((no) => next.get(no) ?? []))].filter((no) => !asked.has(no))
    }
    const found = new Map<number, readonly number[]>()
    for (const no of nos) {
      const all = new Set([no])
      for (const one of all) for (const other of next.get(one) ?? []) all.add(other)
      all.delete(no)
      if (all.size > 0) found.set(no, [...all].sort((a, b) => a - b))
    }
    return found
  }

  async walk(no: number, { hops, hubCap, limit, window }: WalkQuery): Promise<Walk> {
    const found = await this.#reach({
      seeds: [{ no, hops }],
      isHub: (node, degree) => node !== no && degree > hubCap,
      limit,
      window,
    })
    const { depths, degrees, rows } = found
    const inside = new Set(depths.keys())
    const links = new Set<number>()
    for (const { b, no: link } of rows) if (inside.has(b)) links.add(link)
    // What lies between two that were not read through; a hub beyond the row limit is not even asked.
    const unread = [...inside].filter((node) => {
      const degree = degrees.get(node)!
      return node !== no && degree > hubCap && degree <= ROW_MAX
    })
    const keys = [...inside].map((node) => this.#key(node))
    for (const some of chunks(unread)) {
      const asked = new Set(some)
      const between = await this.#read(cypher.LINKS_BETWEEN, {
        keys: some.map((node) => this.#key(node)),
        inside: keys,
        ...daysOf(window),
      })
      for (const row of this.#rowsOf(between, asked)) if (inside.has(row.b)) links.add(row.no)
    }
    const nodes = [...depths].sort(([a, x], [b, y]) => x - y || a - b)
    return {
      nodes: Uint32Array.from(nodes, ([node]) => node),
      depths: Uint8Array.from(nodes, ([, depth]) => depth),
      links: Uint32Array.from(links).sort(),
      hubs: found.hubs.sort((a, b) => a - b),
      cut: found.cut,
    }
  }

  async surroundings({ seeds, hubCap, limit }: SurroundingsQuery): Promise<Surroundings> {
    const { depths, hubs, rows, cut } = await this.#reach({
      seeds,
      isHub: (_, degree) => degree > hubCap,
      limit,
      window: undefined,
    })
    const inside = rows.filter(({ b }) => depths.has(b))
    return { nodes: [...depths.keys()], links: columnsOf(inside), hubs, cut }
  }

  async ways(a: number, b: number, query: WayQuery): Promise<Ways> {
    await this.#degreesOf([a, b])
    if (a === b) return { ways: [{ nodes: [a], links: [] }], cut: false }
    const near = await this.#read(cypher.distance(this.#dialect, query.maxHops), {
      a: this.#key(a),
      b: this.#key(b),
    })
    if (near.length === 0) return { ways: [], cut: false }
    // From both ends half of the way: what lies on a way of `maxHops` steps lies in one of them.
    const local = new LocalGraph()
    const halves = [[a, Math.ceil(query.maxHops / 2)], [b, Math.floor(query.maxHops / 2)]] as const
    for (const [end, steps] of halves) {
      const seen = new Set<number>([end])
      let frontier: number[] = [end]
      for (let step = 0; step < steps && frontier.length > 0; step++) {
        const degrees = await this.#degreesOf(frontier)
        const through = frontier.filter((node) =>
          node === a || node === b || degrees.get(node)! <= query.hubCap
        )
        // Each link is at two of them at most: a hub's millions are not brought over to be counted.
        const ends = through.reduce((sum, node) => sum + degrees.get(node)!, 0)
        if (query.window === undefined && ends > 2 * query.effort) throw tooMuch()
        const rows = await this.#linksAt(through, { window: query.window })
        frontier = []
        for (const row of rows) {
          local.add(row)
          if (seen.has(row.b)) continue
          seen.add(row.b)
          frontier.push(row.b)
        }
        if (local.links > query.effort || local.size > WAY_NODES_MAX) throw tooMuch()
      }
    }
    // Where the halves meet, hubs are still to be told from others.
    const degrees = await this.#degreesOf(local.nodes())
    const hubs = new Set(
      Array.from(degrees).filter(([, degree]) => degree > query.hubCap).map(([no]) => no),
    )
    return local.ways(a, b, query, hubs)
  }

  async *snapshot(): AsyncGenerator<LinkColumns> {
    const { entities, links, ends } = await this.cursor()
    let told = 0
    for (let at = 0; at < entities; at += ROWS_PER_QUERY) {
      const nos = Array.from({ length: Math.min(ROWS_PER_QUERY, entities - at) }, (_, i) => at + i)
      const rows = await this.#read(cypher.LINKS_FROM, { keys: nos.map((no) => this.#key(no)) })
      // What came while it was read is not part of it.
      const page = this.#rowsOf(rows, new Set(nos))
        .filter(({ no, b }) => no < links && b < entities)
      told += page.length
      yield columnsOf(page)
    }
    const after = await this.cursor()
    const ended = after.ends - ends
    // Ends that came meanwhile may have been seen or not; beyond those, nothing may be missing.
    if (told > links - ends || told < links - ends - ended) {
      throw unbelievable(`it has ${told} of ${links - ends} links`)
    }
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

  #key(no: number): string {
    return `${this.#tenant}${SEPARATOR}${no}`
  }

  /** How many links entities have. @throws PortError `CURSOR_ELSEWHERE` when one is not there */
  async #degreesOf(nos: readonly number[]): Promise<Map<number, number>> {
    const degrees = new Map<number, number>()
    for (const some of chunks(nos)) {
      const asked = new Set(some)
      const rows = await this.#read(cypher.DEGREES, { keys: some.map((no) => this.#key(no)) })
      for (const { tenant, near, degree } of rows) {
        if (tenant !== this.#tenant || !asked.has(near as number)) {
          throw unbelievable('it tells of an entity that was not asked about')
        }
        degrees.set(near as number, count(degree))
      }
    }
    const missing = nos.find((no) => !degrees.has(no))
    if (missing !== undefined) throw elsewhere(`the graph has not read entity ${missing}`)
    return degrees
  }

  async #linksAt(
    nos: readonly number[],
    { kind, window }: { kind?: number; window?: PortWindow | undefined } = {},
  ): Promise<LinkRow[]> {
    const found: LinkRow[] = []
    for (const some of chunks(nos)) {
      const rows = await this.#read(cypher.LINKS_AT, {
        keys: some.map((no) => this.#key(no)),
        kind: integer(kind ?? null),
        ...daysOf(window),
      })
      for (const row of this.#rowsOf(rows, new Set(some))) found.push(row)
    }
    return found.sort((x, y) => x.no - y.no)
  }

  /** Rows of links, none of which is believed unless it could be one that was asked for. */
  #rowsOf(rows: readonly Record<string, unknown>[], asked: ReadonlySet<number>): LinkRow[] {
    return rows.map(({ near, tenant, far, start, no, kind, day }) => {
      const believable = tenant === this.#tenant && asked.has(near as number) &&
        (start === near || start === far) && (day === null || Number.isInteger(day))
      if (!believable) throw unbelievable('it tells of a link that was not asked about')
      const [a, b] = [count(near), count(far)]
      const [from, to] = start === near ? [a, b] : [b, a]
      return {
        a,
        b,
        from,
        to,
        no: count(no),
        kind: count(kind),
        day: day === null ? NO_DAY : day as number,
      }
    })
  }

  /** Breadth first from some entities together, a few queries a level. */
  async #reach({ seeds, isHub, limit, window }: ReachQuery): Promise<Reached> {
    const most = seeds.reduce((max, { hops }) => Math.max(max, hops), 0)
    const depths = new Map<number, number>()
    const degrees = new Map<number, number>()
    const rows: LinkRow[] = []
    const hubs: number[] = []
    let cut = false
    const take = (no: number, depth: number, level: number[]) => {
      if (depths.has(no)) return
      if (depths.size >= limit) {
        cut = true
        return
      }
      depths.set(no, depth)
      level.push(no)
    }
    let level: number[] = []
    for (let depth = 0; depth <= most; depth++) {
      for (const { no, hops } of seeds) if (hops === most - depth) take(no, depth, level)
      const own: LinkRow[] = []
      // Those that are the same stand at one depth.
      for (let open = level; open.length > 0;) {
        for (const [no, degree] of await this.#degreesOf(open)) degrees.set(no, degree)
        const narrow = open.filter((no) => !isHub(no, degrees.get(no)!))
        const wide = open.filter((no) => isHub(no, degrees.get(no)!))
        const found = await this.#linksAt(narrow, { window })
        const grown: number[] = []
        // Of a hub only what makes it one with others is brought over.
        const merges = wide.length === 0 ? [] : await this.#linksAt(wide, { window, kind: SAME })
        for (const { b, kind } of [...found, ...merges]) if (kind === SAME) take(b, depth, grown)
        for (const row of found) own.push(row)
        level = [...level, ...grown]
        open = grown
      }
      for (const row of own) rows.push(row)
      if (depth === most) break
      for (const no of level) if (isHub(no, degrees.get(no)!)) hubs.push(no)
      const next: number[] = []
      for (const { b, kind } of own.sort((x, y) => x.no - y.no)) {
        if (kind !== SAME) take(b, depth + 1, next)
      }
      level = next
    }
    return { depths, degrees, rows, hubs, cut }
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
    return this.#session(
      (session) => session.executeWrite(work),
      this.#timeoutMs * WRITE_TIMES,
    )
  }

  /** Runs something on a session of its own, within the time that a question has. */
  async #session<R>(
    work: (session: Session) => Promise<R>,
    timeoutMs = this.#timeoutMs,
  ): Promise<R> {
    const session = this.#driver.session()
    let timer: ReturnType<typeof setTimeout> | undefined
    // What it said last says more than that it said nothing since.
    let last: PortError | undefined
    const silent = new Promise<never>((_, reject) => {
      const error = new PortError('SERVER_SILENT', `no answer in ${timeoutMs} ms`, true)
      timer = setTimeout(() => reject(last ?? error), timeoutMs)
    })
    try {
      const tried = this.#patiently(() => work(session), timeoutMs, (error) => last = error)
      return await Promise.race([tried, silent])
    } catch (error) {
      throw portError(error)
    } finally {
      clearTimeout(timer)
      // A server that is silent does not answer to this either.
      void session.close().catch(() => undefined)
    }
  }

  /** Tries again what may go through the next time, as long as the question has time. */
  async #patiently<R>(
    work: () => Promise<R>,
    timeoutMs: number,
    tell: (error: PortError) => void,
  ): Promise<R> {
    const until = performance.now() + timeoutMs
    for (let pauseMs = RETRY_FIRST_MS;; pauseMs *= 2) {
      try {
        return await work()
      } catch (error) {
        const told = portError(error)
        tell(told)
        // What was found wrong here stays wrong: only the server's own trouble passes.
        const passing = told.retryable && !(error instanceof PortError)
        if (!passing || performance.now() + pauseMs > until) throw told
        await new Promise((resolve) => setTimeout(resolve, pauseMs))
      }
    }
  }
}

function chunks<T>(rows: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let at = 0; at < rows.length; at += ROWS_PER_QUERY) {
    parts.push(rows.slice(at, at + ROWS_PER_QUERY))
  }
  return parts
}

/** Each link once, by number. */
function columnsOf(rows: readonly LinkRow[]): LinkColumns {
  const once = [...new Map(rows.map((row) => [row.no, row])).values()].sort((x, y) => x.no - y.no)
  return {
    no: Uint32Array.from(once, ({ no }) => no),
    from: Uint32Array.from(once, ({ from }) => from),
    to: Uint32Array.from(once, ({ to }) => to),
    kind: Uint16Array.from(once, ({ kind }) => kind),
    day: Int32Array.from(once, ({ day }) => day),
  }
}

function dayOrNull(day: number) {
  return integer(day === NO_DAY ? null : day)
}

function daysOf(window: PortWindow | undefined) {
  return { fromDay: integer(window?.fromDay ?? null), toDay: integer(window?.toDay ?? null) }
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
