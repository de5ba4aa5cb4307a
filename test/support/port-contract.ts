/**
 * What every graph behind the port does, whatever it runs on.
 */
import { expect, it } from 'vitest'
import { EmbeddedGraph } from '../../subgraphs/risk-graph/embedded.ts'
import {
  type Cursor,
  type PortEntity,
  type PortLink,
  type RiskGraphPort,
} from '../../subgraphs/risk-graph/port.ts'
import { seeded } from './random-graph.ts'

const NOWHERE: Cursor = { entities: 0, links: 0, ends: 0 }

/** A random record: entities first, links between them, some of which end. */
export function randomRecord(seed: number, nodes = 30, links = 60) {
  const random = seeded(seed)
  const pick = () => Math.floor(random() * nodes)
  const entities: PortEntity[] = Array.from({ length: nodes }, (_, i) => ({
    id: `e${i}`,
    type: i % 3 === 0 ? 'claim' : 'person',
  }))
  const made: PortLink[] = []
  while (made.length < links) {
    const [a, b] = [random() < 0.2 ? 0 : pick(), pick()]
    if (a === b) continue
    made.push({
      no: made.length,
      from: `e${a}`,
      to: `e${b}`,
      kind: random() < 0.05 ? 'same-as' : 'k',
      day: random() < 0.3 ? null : Math.floor(random() * 10),
    })
  }
  const ended = made.filter(() => random() < 0.1)
  return { entities, links: made, ended }
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
    const half = await graph.upsert({
      after: NOWHERE,
      entities,
      links: links.slice(0, 30),
      ended: [],
    })
    await graph.upsert({ after: half, entities: [], links: links.slice(30), ended })
    return { graph, entities, links, ended }
  }

  it('stands where its batches have taken it', async () => {
    const { graph, entities, links, ended } = await filled(1)
    expect(await graph.cursor())
      .toEqual({ entities: entities.length, links: links.length, ends: ended.length })
    await graph.close()
  })

  it('takes nothing in twice, and nothing from elsewhere in the record', async () => {
    const { graph, entities } = await filled(2)
    const before = await graph.cursor()
    const again = { after: NOWHERE, entities, links: [], ended: [] }
    await expect(graph.upsert(again)).rejects.toMatchObject({ code: 'CURSOR_ELSEWHERE' })
    expect(await graph.cursor()).toEqual(before)
    await graph.close()
  })

  it('walks and finds ways as the embedded graph does', async () => {
    for (const seed of [3, 4]) {
      const { graph, entities, links, ended } = await filled(seed)
      const ours = new EmbeddedGraph()
      await ours.upsert({ after: NOWHERE, entities, links, ended })
      const random = seeded(seed)
      for (let i = 0; i < 12; i++) {
        const [a, b] = [Math.floor(random() * 30), Math.floor(random() * 30)].map((n) => `e${n}`)
        const window = random() < 0.5 ? undefined : { fromDay: 2, toDay: 7 }
        const walk = { hops: 1 + (i % 3), hubCap: 2 + (i % 8), limit: 1000, window }
        expect(await graph.walk(a!, walk)).toEqual(await ours.walk(a!, walk))
        const way = { maxHops: 1 + (i % 4), count: 20, hubCap: 2 + (i % 8), window }
        expect(await graph.ways(a!, b!, way)).toEqual(await ours.ways(a!, b!, way))
      }
      await graph.close()
    }
  }, 60_000)

  it('knows nothing of what is not there, and nothing of other tenants', async () => {
    const { graph } = await filled(5)
    const other = await fresh()
    const walk = { hops: 2, hubCap: 99, limit: 99 }
    const way = { maxHops: 3, count: 3, hubCap: 99 }
    expect(await graph.walk('nobody', walk)).toBeUndefined()
    expect(await graph.ways('e1', 'nobody', way)).toBeUndefined()
    expect(await other.walk('e1', walk)).toBeUndefined()
    await other.upsert({
      after: NOWHERE,
      entities: [{ id: 'e1', type: 'person' }],
      links: [],
      ended: [],
    })
    expect((await other.walk('e1', walk))!.nodes).toEqual([{ id: 'e1', depth: 0 }])
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
    const links = hostile.slice(1).map((to, no) => ({
      no,
      from: hostile[0]!,
      to,
      kind: to,
      day: null,
    }))
    await graph.upsert({ after: NOWHERE, entities, links, ended: [] })
    const found = await graph.walk(hostile[0]!, { hops: 1, hubCap: 99, limit: 99 })
    expect(found!.nodes.map(({ id }) => id).toSorted()).toEqual(hostile.toSorted())
    await graph.close()
  })

  it('ends a walk at its limit and says so', async () => {
    const graph = await fresh()
    const entities = Array.from({ length: 40 }, (_, i) => ({ id: `n${i}`, type: 'claim' as const }))
    const links = entities.slice(1).map(({ id }, no) => ({
      no,
      from: 'n0',
      to: id,
      kind: 'k',
      day: 1,
    }))
    await graph.upsert({ after: NOWHERE, entities, links, ended: [] })
    const found = await graph.walk('n0', { hops: 1, hubCap: 5, limit: 10 })
    expect([found!.nodes.length, found!.cut]).toEqual([10, true])
    expect((await graph.walk('n5', { hops: 3, hubCap: 5, limit: 100 }))!)
      .toEqual({
        nodes: [{ id: 'n5', depth: 0 }, { id: 'n0', depth: 1 }],
        hubs: ['n0'],
        cut: false,
      })
    await graph.close()
  })
}
