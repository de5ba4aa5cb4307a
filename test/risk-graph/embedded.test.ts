import { expect, it } from 'vitest'
import { EmbeddedGraph } from '../../subgraphs/risk-graph/embedded.ts'
import { batchOf } from '../support/port-contract.ts'

it('opens a hub of five million links page by page: 20 of 5,000,000', async () => {
  const links = 5_000_000
  const graph = new EmbeddedGraph()
  await graph.upsert({
    ...batchOf({}),
    entities: { types: new Uint8Array(links + 1), idAt: String },
    links: {
      no: new Uint32Array(0),
      from: new Uint32Array(links),
      to: Uint32Array.from({ length: links }, (_, i) => i + 1),
      kind: new Uint16Array(links).fill(1),
      day: new Int32Array(links),
    },
  })
  graph.settle()
  const first = await graph.neighbours(0, { limit: 20 })
  expect(first.total).toBe(links)
  expect(first.links.map(({ link }) => link))
    .toEqual(Array.from({ length: 20 }, (_, i) => links - 1 - i))
  const next = await graph.neighbours(0, { limit: 1, before: first.links.at(-1)!.link })
  expect(next.links).toEqual([{ link: links - 21, neighbour: links - 20 }])
  const around = await graph.walk(7, { hops: 3, hubCap: 50, limit: 300 })
  expect([[...around.nodes], around.hubs]).toEqual([[7, 0], [0]])
}, 60_000)
