import { parse } from 'graphql'
import { executorPair, cpuPerRun, SHAPES } from './executor-pair.ts'
const { monolith, collapsed } = await executorPair('batched')
const doc = parse((SHAPES as any)[process.argv[4] ?? 'usual'](Number(process.argv[3])))
for (let i = 0; i < 20; i++) await cpuPerRun(process.argv[2] === 'm' ? monolith : collapsed, doc, 1500)
