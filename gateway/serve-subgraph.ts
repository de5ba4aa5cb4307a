/**
 * `npm run -s subgraph -- <name>`: one subgraph in a process of its own, for a gateway elsewhere.
 */
import './environment.ts'
import { readConfig } from './config.ts'
import { readSubgraphSplit } from './execute/split/config.ts'
import { openSubgraphServer } from './execute/split/subgraph-server.ts'
import { listen } from './http/listen.ts'
import { SUBGRAPHS } from './subgraphs.ts'

const PORT = '4001'

const names = SUBGRAPHS.map(({ name }) => name)
const [name] = process.argv.slice(2)
if (name === undefined || !names.includes(name)) {
  console.error(`usage: subgraph <${names.join('|')}>`)
  process.exit(2)
}
const report = (error: unknown, traceId?: string) => {
  console.error(traceId === undefined ? 'background:' : `trace ${traceId}:`, error)
}
try {
  const config = readConfig({ PORT, ...process.env })
  const split = readSubgraphSplit(process.env, names, name)
  const server = await openSubgraphServer(name, config, split, report)
  const listening = await listen(server.fetch, config.port, config.host)
  console.log(`The subgraph ${name} answers signed requests at ${listening.url}/graphql`)
  let stopping = false
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (stopping) return
      stopping = true
      void listening.close().then(() => server.stop()).then(() => process.exit(0))
    })
  }
} catch (error) {
  console.error(`cannot start: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
}
