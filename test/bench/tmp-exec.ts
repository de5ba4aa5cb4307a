import { createRequire } from 'node:module'
const require = createRequire('/work/main/test/bench/x.ts')
const { parse } = require('graphql')
import { executorPair, cpuPerRun, SHAPES } from '/work/main/test/bench/executor-pair.ts'
const ROUNDS = Number(process.argv[2] ?? 9)
for (const refs of ['plain', 'batched'] as const) {
  const { monolith, collapsed } = await executorPair(refs)
  for (const [name, shape] of Object.entries(SHAPES)) for (const n of [1, 10, 50]) {
    const doc = parse(shape(n))
    const times = n === 1 ? 3000 : n === 10 ? 600 : 150
    const a: number[] = [], b: number[] = []
    for (let r = 0; r < ROUNDS; r++) { a.push(await cpuPerRun(monolith, doc, times)); b.push(await cpuPerRun(collapsed, doc, times)) }
    const best = (v: number[]) => Math.min(...v), med = (v: number[]) => v.toSorted((x, y) => x - y)[v.length >> 1]!
    console.log(refs, name, n, 'best', (best(b) / best(a)).toFixed(2), 'median', (med(b) / med(a)).toFixed(2), 'us', (best(a) * 1000).toFixed(0), (best(b) * 1000).toFixed(0))
  }
}
