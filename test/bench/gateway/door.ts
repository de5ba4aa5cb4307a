/**
 * `door.ts`: CPU of a request through the whole front door and through a bare one, in turns.
 *
 * On: a JWT, a trusted document by its hash, cost, rate limit, idempotency, access rules, caches and
 * metrics, as `npm start` has them in production. Off: the same executor behind the bare handler.
 */
import '../../../gateway/environment.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { accessRules } from '../../../gateway/access/rules.ts'
import { withAccess } from '../../../gateway/access/with-access.ts'
import { authenticateOnce, authenticator } from '../../../gateway/auth/authenticate.ts'
import { demoToken } from '../../../gateway/auth/demo-issuer.ts'
import { withInFlight } from '../../../gateway/cache/in-flight.ts'
import { defineFrontDoor } from '../../../gateway/door/config.ts'
import { frontDoor } from '../../../gateway/door/mod.ts'
import { hashOf } from '../../../gateway/door/trusted/manifest.ts'
import { collapsedExecutor } from '../../../gateway/execute/collapsed/collapsed.ts'
import { graphqlHandler } from '../../../gateway/http/graphql.ts'
import { maskWith } from '../../../gateway/http/mask.ts'
import { openMetrics } from '../../../gateway/observe/metrics.ts'
import { observed } from '../../../gateway/observe/observed.ts'
import { Usage } from '../../../gateway/observe/usage.ts'
import { untraced } from '../../../gateway/observe/tracing.ts'
import { threeQuery, threeSubgraphs, threeSupergraph } from '../three-subgraphs.ts'
import { cpuPerCall, inTurns } from '../turns.ts'
import { collapsedGateway } from './forms.ts'

/** One round: CPU milliseconds a request. */
export interface DoorRound {
  readonly customers: number
  readonly on: number
  readonly off: number
}

const ROUNDS = 24
/** Rounds before the first that counts, for the compilers. */
const WARM_UP = 4
const CUSTOMERS = [1, 10, 50]

const folder = mkdtempSync(join(tmpdir(), 'huitong-bench-door-'))
try {
  const token = await demoToken(folder, 'checker')
  const documents = Object.fromEntries(
    await Promise.all(CUSTOMERS.map(async (customers) => {
      const text = threeQuery(customers)
      const entry = { clients: ['desk'], name: `Three${customers}`, operation: 'query', text }
      return [await hashOf(text), entry] as const
    })),
  )
  const authenticate = authenticateOnce(
    await authenticator({ issuer: { kind: 'demo' }, dataDir: folder, tokenIssuer: 'huitong' }),
  )
  const door = await frontDoor(
    defineFrontDoor({
      idempotency: { store: 'process' },
      // So much that a benchmark does not use it up: what is measured is the counting.
      rate: { policies: [{ name: 'all', callers: 'all', units: 1e12, windowSeconds: 60 }] },
    }),
    { authenticate, manifest: { version: 1, documents } as never, report: console.error },
  )
  const mask = maskWith(console.error)
  const sdl = threeSupergraph()
  const targets = threeSubgraphs('batched').map((subgraph) => ({
    ...subgraph,
    context: <R>(request: R) => request,
  }))
  const executor = collapsedExecutor(sdl, targets, mask)
  const guarded = withAccess(withInFlight(executor), accessRules(sdl), {})
  const on = door.shield(graphqlHandler({
    executor: observed(guarded, { metrics: openMetrics(), usage: new Usage() }),
    authenticate,
    mask,
    tracing: untraced(),
    plugins: door.plugins(sdl),
    yoga: door.yoga,
  }))
  const off = collapsedGateway()
  for (const customers of CUSTOMERS) {
    const query = threeQuery(customers)
    const documentId = `sha256:${await hashOf(query)}`
    const ask = {
      on: () => on(request({ documentId }, { authorization: `Bearer ${token}` })),
      off: () => off(request({ query }, {})),
    }
    const told = await (await ask.on()).json() as { data?: unknown }
    const bare = await (await ask.off()).json() as { data?: unknown }
    if (JSON.stringify(told.data) !== JSON.stringify(bare.data) || bare.data === undefined) {
      throw new Error(`the answers differ: ${JSON.stringify(told).slice(0, 300)}`)
    }
    const times = Math.round(3_000 / (customers + 5))
    for (let round = -WARM_UP; round < ROUNDS; round++) {
      const { ours: on, peer: off } = await inTurns(
        round,
        () => cpuPerCall(async () => await (await ask.on()).text(), times),
        () => cpuPerCall(async () => await (await ask.off()).text(), times),
      )
      if (round >= 0) console.log(JSON.stringify({ customers, on, off } satisfies DoorRound))
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}

function request(body: object, headers: Record<string, string>): Request {
  return new Request('http://localhost/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
}
