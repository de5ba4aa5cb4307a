/**
 * What every graph behind the port does, whatever it runs on.
 */
import { expect, it } from 'vitest'
import { EmbeddedGraph } from '../../subgraphs/risk-graph/embedded.ts'
import { NO_DAY } from '../../subgraphs/risk-graph/engine/days.ts'
import {
  type Cursor,
  type LinkColumns,
  type PortBatch,
  type RiskGraphPort,
} from '../../subgraphs/risk-graph/port.ts'
import { ENTITY_TYPES, type EntityType } from '../../subgraphs/risk-graph/record.ts'
import { seeded } from './random-graph.ts'

const NOWHERE: Cursor = { entities: 0, links: 0, ends: 0 }
const EFFORT = 1_000_000

/** `[from, to, kind, day]` */
export type LinkRow = readonly [number, number, number, number]

/** Links of some numbers as columns. */
export function rowsOf(rows: readonly LinkRow[], first = 0): LinkColumns {
  return {
    no: Uint32Array.from(rows, (_, i) => first + i),
    from: Uint32Array.from(rows, ([from]) => from),
    to: Uint32Array.from(rows, ([, to]) => to),
    kind: Uint16Array.from(rows, ([, , kind]) => kind),
    day: Int32Array.from(rows, ([, , , day]) => day),
  }
}

/** Some rows of columns, by their places. */
function picked(links: LinkColumns, places: readonly number[]): LinkColumns {
  const { no, from, to, kind, day } = links
  return {
    no: Uint32Array.from(places, (i) => no[i]!),
    from: Uint32Array.from(places, (i) => from[i]!),
    to: Uint32Array.from(places, (i) => to[i]!),
    kind: Uint16Array.from(places, (i) => kind[i]!),
    day: Int32Array.from(places, (i) => day[i]!),
  }
}

/** An entity of a batch. */
export interface BatchEntity {
  readonly id: string
  readonly type: EntityType
}

/** A batch of what is given, and nothing else. */
export function batchOf(
  { entities = [], ...batch }: Partial<Omit<PortBatch, 'entities'>> & {
    readonly entities?: readonly BatchEntity[]
  },
): PortBatch {
  const none = rowsOf([])
  return {
    after: NOWHERE,
    entities: {
      types: Uint8Array.from(entities, ({ type }) => ENTITY_TYPES.indexOf(type)),
      idAt: (place) => entities[place]!.id,
    },
    links: none,
    ended: none,
    kinds: ['same-as', 'k', 'other'],
    ...batch,
  }
}

/** A random record: entities first, links between them, some of which end. */
export function randomRecord(seed: number, nodes = 30, count = 60) {
  const random = seeded(seed)
  const pick = () => Math.floor(random() * nodes)
  const entities = Array.from({ length: nodes }, (_, i) => ({
    id: `e${i}`,
    type: i % 3 === 0 ? 'claim' as const : 'person' as const,
  }))
  const made: LinkRow[] = []
  while (made.length < count) {
    const [a, b] = [random() < 0.2 ? 0 : pick(), pick()]
    if (a === b) continue
    const day = random() < 0.3 ? NO_DAY : Math.floor(random() * 10)
    made.push(random() < 0.05 ? [a, b, 0, NO_DAY] : [a, b, random() < 0.5 ? 1 : 2, day])
  }
  const links = rowsOf(made)
  const ended = picked(links, Array.from(made.keys()).filter(() => random() < 0.1))
  return { entities, links, ended }
}

/** Runs the contract. @param open a graph of a tenant, empty */
export function portContract(open: (tenant: string) => Promise<RiskGraphPort>): void {
  let tenants = 0
  const fresh = async (): Promise<RiskGraphPort> => {
    const graph = await open(`tenant-${++tenants}`)
    await graph.erase()
    return graph
  }
  const filled = async (seed: number) => {
    const graph = await fresh()
    const { entities, links, ended } = randomRecord(seed)
    const places = Array.from(links.no.keys())
    const [first, rest] = [places.slice(0, 30), places.slice(30)].map((some) => picked(links, some))
    const half = await graph.upsert(batchOf({ entities, links: first! }))
    await graph.upsert(batchOf({ after: half, links: rest!, ended }))
    graph.settle()
    return { graph, entities, links, ended }
  }
  const both = async (seed: number) => {
    const { graph, ...record } = await filled(seed)
    const ours = new EmbeddedGraph()
    await ours.upsert(batchOf(record))
    return { graph, ours, ...record }
  }

  it('stands where its batches have taken it', async () => {
    const { graph, entities, links, ended } = await filled(1)
    expect(await graph.cursor())
      .toEqual({ entities: entities.length, links: links.no.length, ends: ended.no.length })
    await graph.close()
  })

  it('takes nothing in twice, and nothing from elsewhere in the record', async () => {
    const { graph, entities } = await filled(2)
    const before = await graph.cursor()
    await expect(graph.upsert(batchOf({ entities })))
      .rejects.toMatchObject({ code: 'CURSOR_ELSEWHERE' })
    expect(await graph.cursor()).toEqual(before)
    await graph.close()
  })

  it('walks and finds ways as the embedded graph does', async () => {
    for (const seed of [3, 4]) {
      const { graph, ours } = await both(seed)
      const random = seeded(seed)
      for (let i = 0; i < 12; i++) {
        const [a, b] = [Math.floor(random() * 30), Math.floor(random() * 30)] as const
        const window = random() < 0.5 ? undefined : { fromDay: 2, toDay: 7 }
        const walk = { hops: 1 + (i % 3), hubCap: 2 + (i % 8), limit: 1000, window }
        expect(await graph.walk(a, walk)).toEqual(await ours.walk(a, walk))
        const effort = EFFORT
        const way = { maxHops: 1 + (i % 4), count: 20, hubCap: 2 + (i % 8), effort, window }
        expect(await graph.ways(a, b, way)).toEqual(await ours.ways(a, b, way))
      }
      await graph.close()
    }
  }, 60_000)

  it('tells of neighbours, surroundings and merges as the embedded graph does', async () => {
    const { graph, ours, entities } = await both(6)
    const all = Array.from(entities.keys())
    expect(await graph.degrees(all)).toEqual(await ours.degrees(all))
    expect(await graph.same(all)).toEqual(await ours.same(all))
    expect((await ours.same(all)).size).toBeGreaterThan(0)
    expect(await graph.links([0, 3, 5])).toEqual(await ours.links([0, 3, 5]))
    for (let i = 0; i < 8; i++) {
      const query = {
        type: [undefined, 'claim' as const, 'person' as const][i % 3],
        window: i % 2 === 0 ? undefined : { fromDay: 2, toDay: 7 },
        since: i % 4 === 3 ? 20 : 0,
        before: i % 4 === 2 ? 40 : undefined,
        limit: 3 + i,
      }
      const no = i % 3 === 0 ? 0 : i
      expect(await graph.neighbours(no, query)).toEqual(await ours.neighbours(no, query))
      const seeds = [{ no: i, hops: 3 }, { no: 2 * i + 1, hops: 2 }, { no: 29 - i, hops: 2 }]
      const around = { seeds, hubCap: 3 + i, limit: 1000 }
      const [theirs, mine] = [await graph.surroundings(around), await ours.surroundings(around)]
      expect(sortedNodes(theirs)).toEqual(sortedNodes(mine))
    }
    await graph.close()
  }, 60_000)

  it('hands over every link that holds, and no other', async () => {
    const { graph, links, ended } = await filled(7)
    const gone = new Set(ended.no)
    const held = picked(links, Array.from(links.no.keys()).filter((i) => !gone.has(i)))
    const rows = (columns: LinkColumns) =>
      Array.from(columns.no, (no, i) => [
        no,
        columns.from[i],
        columns.to[i],
        columns.kind[i],
        columns.day[i],
      ])
    const told = (await Array.fromAsync(graph.snapshot())).flatMap(rows)
    expect(told.toSorted((x, y) => x[0]! - y[0]!)).toEqual(rows(held))
    await graph.close()
  })

  it('says that it has not read what is not there, and knows nothing of other tenants', async () => {
    const { graph } = await filled(5)
    const other = await fresh()
    const walk = { hops: 2, hubCap: 99, limit: 99 }
    const way = { maxHops: 3, count: 3, hubCap: 99, effort: EFFORT }
    const unread = { code: 'CURSOR_ELSEWHERE' }
    await expect(graph.walk(30, walk)).rejects.toMatchObject(unread)
    await expect(graph.ways(1, 30, way)).rejects.toMatchObject(unread)
    await expect(graph.degrees([1, 30])).rejects.toMatchObject(unread)
    await expect(graph.neighbours(30, { limit: 1 })).rejects.toMatchObject(unread)
    await expect(other.walk(1, walk)).rejects.toMatchObject(unread)
    await other.upsert(batchOf({ entities: [{ id: 'e0', type: 'person' }] }))
    expect([...(await other.walk(0, walk)).nodes]).toEqual([0])
    expect(await other.degrees([0])).toEqual([0])
    await other.erase()
    expect(await other.cursor()).toEqual(NOWHERE)
    expect((await graph.cursor()).entities).toBe(30)
    await Promise.all([graph.close(), other.close()])
  })

  it('keeps any text as it is, in no query’s syntax', async () => {
    const hostile = [
      "'}) DETACH DELETE n //",
      '`x`) RETURN 1; MATCH (n',
      '$tenant',
      '\\u0027 OR 1=1',
      '汇通 "引号" 😀',
      '{key: "x"}',
    ]
    const graph = await fresh()
    const entities = hostile.map((id) => ({ id, type: 'phone' as const }))
    const links = rowsOf(hostile.slice(1).map((_, i) => [0, i + 1, i + 1, NO_DAY]))
    await graph.upsert(batchOf({ entities, links, kinds: ['same-as', ...hostile] }))
    const found = await graph.walk(0, { hops: 1, hubCap: 99, limit: 99 })
    expect([...found.nodes]).toEqual([0, 1, 2, 3, 4, 5])
    await graph.close()
  })

  it('ends a walk at its limit and says so', async () => {
    const graph = await fresh()
    const entities = Array.from({ length: 40 }, (_, i) => ({ id: `n${i}`, type: 'claim' as const }))
    const links = rowsOf(Array.from({ length: 39 }, (_, i) => [0, i + 1, 1, 1]))
    await graph.upsert(batchOf({ entities, links }))
    const found = await graph.walk(0, { hops: 1, hubCap: 5, limit: 10 })
    expect([found.nodes.length, found.cut]).toEqual([10, true])
    const around = await graph.surroundings({ seeds: [{ no: 5, hops: 3 }], hubCap: 5, limit: 1 })
    expect([around.nodes, around.cut]).toEqual([[5], true])
    const hub = await graph.walk(5, { hops: 3, hubCap: 5, limit: 100 })
    expect(hub).toMatchObject({ hubs: [0], cut: false })
    expect([[...hub.nodes], [...hub.depths], [...hub.links]]).toEqual([[5, 0], [0, 1], [4]])
    await graph.close()
  })
}

/** In no order: nodes come as they are reached. */
function sortedNodes({ nodes, hubs, ...rest }: Awaited<ReturnType<RiskGraphPort['surroundings']>>) {
  return { ...rest, nodes: nodes.toSorted((a, b) => a - b), hubs: hubs.toSorted((a, b) => a - b) }
}
