/**
 * `memory.ts <requests>`: memory of our gateway while one request in a hundred meets an error.
 *
 * A JSON line whenever one is due, after a collection of garbage.
 */
import '../../../gateway/environment.ts'
import { collapsedExecutor } from '../../../gateway/execute/collapsed/collapsed.ts'
import { graphqlHandler } from '../../../gateway/http/graphql.ts'
import { maskWith } from '../../../gateway/http/mask.ts'
import { untraced } from '../../../gateway/observe/tracing.ts'
import { ok } from '../../../subgraphs/kernel/result.ts'
import { threeQuery, threeSubgraphs, threeSupergraph } from '../three-subgraphs.ts'

/** What is there after so many requests. @property errors answers that told of one */
export interface Memory {
  readonly requests: number
  readonly errors: number
  readonly heapMb: number
  readonly residentMb: number
}

const EVERY = 100
const MARKS = new Set([10_000, 50_000, 100_000, 200_000])

const requests = Number(process.argv[2])
const subgraphs = threeSubgraphs('batched')
const field = subgraphs.find(({ name }) => name === 'accounts')!.schema.getType(
  'Customer',
) as never as {
  getFields(): Record<string, { resolve: (...args: unknown[]) => unknown }>
}
const { accounts } = field.getFields()
const resolve = accounts!.resolve
let calls = 0
accounts!.resolve = (...args) => {
  if (++calls % EVERY === 0) throw new Error('this account is one in a hundred')
  return resolve(...args)
}
const mask = maskWith(() => {})
const handler = graphqlHandler({
  executor: collapsedExecutor(
    threeSupergraph(),
    subgraphs.map((subgraph) => ({ ...subgraph, context: (request) => request })),
    mask,
  ),
  authenticate: () => Promise.resolve(ok(undefined)),
  mask,
  tracing: untraced(),
})
const body = JSON.stringify({ query: threeQuery(1) })
let errors = 0
for (let done = 1; done <= requests; done++) {
  const response = await handler(
    new Request('http://localhost/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    }),
  )
  if ((await response.text()).includes('"errors"')) errors++
  // As between requests of a real server: what was weakly held in a turn lives until its end.
  if (done % EVERY === 0) await turn()
  if (MARKS.has(done) || done === requests) await tell(done)
}

function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve))
}

async function tell(done: number): Promise<void> {
  const { gc } = globalThis as { gc?: () => void }
  for (let i = 0; i < 3; i++) {
    await turn()
    gc?.()
  }
  const { heapUsed, rss } = process.memoryUsage()
  console.log(JSON.stringify({
    requests: done,
    errors,
    heapMb: heapUsed / 2 ** 20,
    residentMb: rss / 2 ** 20,
  }))
}
