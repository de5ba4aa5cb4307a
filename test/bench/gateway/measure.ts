/**
 * `measure.ts`: what is measured inside one process of one runtime, a JSON line per round.
 *
 * The gateway and the monolith take turns, so that whatever else the machine does meets both.
 */
import { parse } from 'graphql'
import { cpuPerRun, executorPair, SHAPES } from '../executor-pair.ts'
import { cpuMs } from '../report.ts'
import { collapsedGateway, type Handler, yogaMonolith } from './forms.ts'

/** One round of one case: CPU milliseconds a request of each. */
export interface Round {
  readonly case: string
  readonly customers: number
  readonly ours: number
  readonly monolith: number
}

const ROUNDS = 9
const CUSTOMERS = [1, 10, 50]
/** Executions for each request: they are shorter, and a round has to be long enough to be measured. */
const EXECUTIONS = 3
/** As many as take about the same time, and enough for the compilers to have settled. */
const requestsFor = (customers: number) => Math.round(12_000 / (customers + 5))

const handlers = { ours: collapsedGateway(), monolith: yogaMonolith() }
const executors = await executorPair('batched')

for (const customers of CUSTOMERS) {
  const times = requestsFor(customers)
  for (const [shape, queryOf] of Object.entries(SHAPES)) {
    const query = queryOf(customers)
    const document = parse(query)
    const [one, three] = await Promise.all(
      [handlers.monolith, handlers.ours].map((handler) => answer(handler, query)),
    )
    if (one !== three) throw new Error(`the answers differ:\n${one}\n${three}`)
    for (let round = 0; round < ROUNDS; round++) {
      tell(`whole request in process, ${shape}`, customers, {
        ours: await cpuPerRequest(handlers.ours, query, times),
        monolith: await cpuPerRequest(handlers.monolith, query, times),
      })
      tell(`executor alone, ${shape}`, customers, {
        ours: await cpuPerRun(executors.collapsed, document, times * EXECUTIONS),
        monolith: await cpuPerRun(executors.monolith, document, times * EXECUTIONS),
      })
    }
  }
}

function tell(name: string, customers: number, cost: { ours: number; monolith: number }): void {
  console.log(JSON.stringify({ case: name, customers, ...cost }))
}

async function cpuPerRequest(handler: Handler, query: string, times: number): Promise<number> {
  for (let i = 0; i < times / 4; i++) await answer(handler, query)
  const before = cpuMs()
  for (let i = 0; i < times; i++) await answer(handler, query)
  return (cpuMs() - before) / times
}

async function answer(handler: Handler, query: string): Promise<string> {
  const response = await handler(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    }),
  )
  return await response.text()
}
