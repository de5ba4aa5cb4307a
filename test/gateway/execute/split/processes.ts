/**
 * A split system for tests: the gateway in this process, the ledger in another that can be killed.
 */
import '../../../../gateway/environment.ts'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished } from 'vitest'
import { demoToken } from '../../../../gateway/auth/demo-issuer.ts'
import { readConfig } from '../../../../gateway/config.ts'
import type { DemoRole } from '../../../../gateway/demo.ts'
import { readSplit } from '../../../../gateway/execute/split/config.ts'
import { openSplitServer } from '../../../../gateway/execute/split/server.ts'
import { listen } from '../../../../gateway/http/listen.ts'
import { SUBGRAPHS } from '../../../../gateway/subgraphs.ts'
import { LINEAGE } from '../../../support/journey.ts'
import { type Running, startProcess } from '../../../support/process.ts'
import { until } from '../../../support/server.ts'

// What GraphQL answers has the shape that the test asked for.
// deno-lint-ignore no-explicit-any
type Anything = any

const SUBMIT = `mutation ($input: SubmitOrderInput!) {
  submitOrder(input: $input) { ... on SubmittedOrder { order { serial } } }
}`

/** Demo keys, for tests alone. */
const SUBGRAPH_HMAC_KEYS = `demo:${btoa('a demo key, not a secret at all!!')}`

/** The gateway as its callers know it, and the ledger's process. */
export interface SplitGateway {
  readonly ledgerUrl: string
  readonly ledger: {
    start(): Promise<void>
    kill(): Promise<void>
  }
  readonly ask: {
    raw(role: DemoRole, query: string, variables?: object): Promise<Anything>
    /** Enters a supplier payment and answers its serial. */
    submit(form: object, idempotencyKey: string): Promise<string>
    /** Waits until an order is completed with both vouchers, and answers all of it. */
    completed(serial: string): Promise<Anything>
  }
}

/** Opens the gateway on a data folder; the ledger is not started yet. */
export async function splitGateway(folder: string): Promise<SplitGateway> {
  const port = await freePort()
  const ledgerUrl = `http://127.0.0.1:${port}/graphql`
  const env = {
    DATA_DIR: join(folder, 'gateway'),
    SUBGRAPH_HMAC_KEYS,
    SUBGRAPH_LEDGER_URL: ledgerUrl,
  }
  const config = readConfig(env)
  const split = readSplit(env, SUBGRAPHS.map(({ name }) => name))
  const server = await openSplitServer(config, split!, {
    // A ledger that is down is what these tests are about.
    report: () => {},
  })
  const listening = await listen(server.fetch, 0, '127.0.0.1')
  onTestFinished(async () => {
    await listening.close()
    await server.stop()
  })
  const here = `${listening.url}/graphql`
  let running: Running | undefined
  const raw: SplitGateway['ask']['raw'] = async (role, query, variables = {}) => {
    const response = await fetch(here, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${await demoToken(config.dataDir, role)}`,
      },
      body: JSON.stringify({ query, variables }),
    })
    return await response.json()
  }
  return {
    ledgerUrl,
    ledger: {
      async start() {
        running = startProcess('deno', ['gateway/serve-subgraph.ts', 'ledger'], {
          DATA_DIR: join(folder, 'ledger'),
          PORT: String(port),
          SUBGRAPH_HMAC_KEYS,
          ...everyUrlBut('ledger', here),
        })
        await running.printed('answers signed requests at')
        expect(running.output()).toContain('answers signed requests at')
      },
      async kill() {
        running!.child.kill('SIGKILL')
        await running!.ended
      },
    },
    ask: {
      raw,
      async submit(form, idempotencyKey) {
        const input = { type: 'supplier-payment', form, idempotencyKey }
        const { data, errors } = await raw('maker', SUBMIT, { input })
        expect(errors).toBeUndefined()
        return data.submitOrder.order.serial
      },
      completed: (serial) =>
        until(`${serial} is completed`, async () => {
          const { data } = await raw('checker', LINEAGE, { serial })
          const order = data?.order
          return order?.status === 'COMPLETED' && order.vouchers?.length === 2 &&
            order.timeline.filter(({ kind }: Anything) => kind === 'POSTED').length === 2 && order
        }),
    },
  }
}

/** `SUBGRAPH_<NAME>_URL` of every subgraph but one. */
export function everyUrlBut(own: string, url: string): Record<string, string> {
  return Object.fromEntries(
    SUBGRAPHS.filter(({ name }) => name !== own)
      .map(({ name }) => [`SUBGRAPH_${name.toUpperCase().replaceAll('-', '_')}_URL`, url]),
  )
}

/** A port that nobody listens on at the moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
