import { runHostile } from './hostile.ts'
import { openDoor, SUPERGRAPH_SDL, supergraphSchema } from '../support/door.ts'
process.env.NODE_ENV = 'production'
const door = await openDoor({
  sdl: SUPERGRAPH_SDL,
  schema: supergraphSchema(),
  settings: { rate: { on: false } },
  rootValue: { orders: { edges: [], pageInfo: {} } },
  report: () => {},
})
for (let i = 0; i < 200; i++) {
  await door.post({ query: '{ orders(first: 2) { pageInfo { endCursor } } }' })
}
const s = performance.now()
const r = await runHostile(door.fetch, {
  count: Number(process.argv[2] ?? 10000),
  seed: Number(process.argv[3] ?? 1),
})
console.log(JSON.stringify(r), performance.now() - s)
