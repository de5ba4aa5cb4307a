/**
 * `npm start`: the whole system in one process.
 */
import './environment.ts'
import { demoToken } from './auth/demo-issuer.ts'
import { type Config, readConfig } from './config.ts'
import { DEMO_PEOPLE, DEMO_QUERY, type DemoRole } from './demo.ts'
import { readSplit } from './execute/split/config.ts'
import { openSplitServer } from './execute/split/server.ts'
import type { Surroundings } from './gateway.ts'
import { listen, peerAddress } from './http/listen.ts'
import { openServer } from './server.ts'
import { SUBGRAPHS } from './subgraphs.ts'

const config = readConfig(process.env)
const split = readSplit(process.env, SUBGRAPHS.map(({ name }) => name))
const surroundings: Surroundings = {
  report(error, traceId) {
    console.error(traceId === undefined ? 'background:' : `trace ${traceId}:`, error)
  },
  peerAddress,
}
const opening = split === undefined
  ? openServer(config, surroundings)
  : openSplitServer(config, split, surroundings)
const server = await opening.catch((error) => {
  console.error(`cannot start: ${error instanceof Error ? error.message : error}`)
  process.exit(1)
})
const listening = await listen(server.fetch, config.port, config.host)
await announce(config, listening.url)

let stopping = false
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    if (stopping) return
    stopping = true
    server.retire()
    void (async () => {
      await listening.close()
      await server.stop()
      process.exit(0)
    })()
  })
}

async function announce({ issuer, dataDir }: Config, url: string): Promise<void> {
  console.log(`Huitong 汇通 is ready.\n`)
  console.log(`  Desk                  ${url}/`)
  console.log(`  GraphQL and GraphiQL  ${url}/graphql`)
  console.log(`  Health                ${url}/healthz  ${url}/readyz`)
  if (issuer.kind !== 'demo') {
    console.log(`  Sign-in               ${issuer.issuer}`)
    return
  }
  console.log('\nDEMO mode: the tokens below are demo tokens, payments go to a simulator.')
  console.log('In GraphiQL, paste one into Headers; it is valid for 12 hours.\n')
  for (const role of Object.keys(DEMO_PEOPLE) as DemoRole[]) {
    const token = await demoToken(dataDir, role)
    console.log(`  ${role} (${DEMO_PEOPLE[role].name})\n  {"Authorization": "Bearer ${token}"}\n`)
  }
  console.log(`A query to begin with:\n\n${DEMO_QUERY}\n`)
}
