/**
 * `measure.ts`: what is measured inside one process of one runtime, a JSON line per round.
 *
 * The gateway and the monolith take turns, so that whatever else the machine does meets both.
 */
import { parse } from 'graphql'
import { executorPair, SHAPES } from '../executor-pair.ts'
import { cpuPerCall, inTurns } from '../turns.ts'
import { collapsedGateway, type Handler, yogaMonolith } from './forms.ts'

/** One round of one case: CPU milliseconds a request of each. */
export interface Round {
  readonly case: string
  readonly customers: number
  readonly ours: number
  readonly peer: number
}

const ROUNDS = 24
/** Rounds before the first that counts, for the compilers. */
const WARM_UP = 4
const CUSTOMERS = [1, 10, 50]
/** Executions for each request: they are shorter, and a round has to be long enough to be measured. */
const EXECUTIONS = 3
/** As many as take about the same time. */
const requestsFor = (customers: number) => Math.round(3_000 / (customers + 5))

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
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const request = await inTurns(
        round,
        () => cpuPerCall(() => answer(handlers.ours, query), times),
        () => cpuPerCall(() => answer(handlers.monolith, query), times),
      )
      const executor = await inTurns(
        round,
        () => cpuPerCall(() => executors.collapsed(document), times * EXECUTIONS),
        () => cpuPerCall(() => executors.monolith(document), times * EXECUTIONS),
      )
      if (round < 0) continue
      tell(`whole request in process, ${shape}`, customers, request)
      tell(`executor alone, ${shape}`, customers, executor)
    }
  }
}

function tell(name: string, customers: number, cost: { ours: number; peer: number }): void {
  console.log(JSON.stringify({ case: name, customers, ...cost } satisfies Round))
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
