/**
 * The whole system behind its front door, in this process, with people of several banks.
 */
import '../../gateway/environment.ts'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { importJWK, SignJWT } from 'jose'
import { sql } from 'kysely'
import { afterAll, beforeAll, expect } from 'vitest'
import { DEMO_AUDIENCE, DEMO_ISSUER, demoKey, demoToken } from '../../gateway/auth/demo-issuer.ts'
import { type Config, readConfig } from '../../gateway/config.ts'
import { DEMO_TENANT, type DemoRole, isDemoRole } from '../../gateway/demo.ts'
import { openServer, type Server } from '../../gateway/server.ts'
import { type Tally, verifySystem } from '../../gateway/verify.ts'
import type { PaymentsContext } from '../../subgraphs/payments/graph.ts'
import type { StatementLine } from '../../subgraphs/payments/channel.ts'
import type { TestEngine } from '../rig/engines.ts'
import { actor, newTenant, requestOf } from './actors.ts'

/** One of the demo people by role, or somebody else. @property roles by default the subject */
export type Who = DemoRole | {
  readonly subject: string
  readonly roles?: readonly string[]
  readonly kind?: 'person' | 'app'
}

/** What the front door answered. */
export interface Answer {
  readonly status: number
  // deno-lint-ignore no-explicit-any
  readonly data: any
  readonly errors:
    | readonly { message: string; path?: unknown; extensions?: Record<string, unknown> }[]
    | undefined
}

/** The front door as the people of one bank know it. */
export interface Bank {
  readonly tenant: string
  token(who: Who): Promise<string>
  /** Sends a request as somebody. */
  send(who: Who, path: string, init?: RequestInit): Promise<Response>
  /** Asks and answers whatever came back; of a subscription, what it tells first. */
  answer(who: Who, query: string, variables?: object): Promise<Answer>
  /** Asks and answers the data; fails the test on any error. */
  // deno-lint-ignore no-explicit-any
  ask(who: Who, query: string, variables?: object): Promise<any>
}

/** A server that a test opened. */
export interface TestServer {
  readonly config: Config
  readonly server: Server
  /** Errors that were reported rather than answered. */
  readonly reported: unknown[]
  /** The demo institution. */
  readonly demo: Bank
  /** Another bank, set up, that no other test has. */
  bank(): Promise<Bank>
  fetch(path: string, init?: RequestInit): Promise<Response>
  /** Everything that is wrong across all subgraphs, as `CODE message`, once nothing moves. */
  findings(): Promise<string[]>
  /** What the simulated bank did for one instruction. */
  statement(instruction: string): Promise<StatementLine[]>
  close(): Promise<void>
}

const ORIGIN = 'http://127.0.0.1'
const POLL_MS = 20
const DRAIN_MS = 20_000

/** Opens a server on an empty database; the caller closes it. */
export async function openTestServer(
  engine: TestEngine,
  environment: Readonly<Record<string, string>> = {},
): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'huitong-test-server-'))
  const config = readConfig({
    DATA_DIR: folder,
    DATABASE_URL: await engine.freshUrl(),
    ...environment,
  })
  const reported: unknown[] = []
  const server = await openServer(config, { report: (error) => void reported.push(error) })
  const send: TestServer['fetch'] = async (path, init) =>
    await server.fetch(new Request(new URL(path, ORIGIN), init))
  const { system } = server
  return {
    config,
    server,
    reported,
    demo: bankOf(send, folder, DEMO_TENANT.tenant),
    async bank() {
      const setup = newTenant()
      await system.provision(setup)
      return bankOf(send, folder, setup.tenant)
    },
    fetch: send,
    async findings() {
      await until('no payment is on its way', async () => {
        expect(await system.drained(DRAIN_MS)).toBe(true)
        const { rows } = await sql<{ count: bigint }>`
          select count(*) as count from instruction where state in ('CREATED', 'SENDING')
        `.execute(system.subgraphs.payments.store.read)
        return rows[0]!.count === 0n
      })
      const found: string[] = []
      for await (const { code, message } of verifySystem(system, await system.tenants(), tally())) {
        found.push(`${code} ${message}`)
      }
      return found
    },
    async statement(instruction) {
      const context = system.subgraphs.payments.context(requestOf(actor('nobody', 'nobody')))
      const lines: StatementLine[] = []
      for await (const line of (context as PaymentsContext).payments.channel.statement()) {
        if (line.reference === instruction) lines.push(line)
      }
      return lines
    },
    async close() {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A server that the tests of one contract share. */
export function sharedServer(engine: TestEngine): () => TestServer {
  let server: TestServer | undefined
  beforeAll(async () => {
    server = await openTestServer(engine)
  })
  afterAll(() => server?.close())
  return () => server!
}

/** A tally that has counted nothing. */
export function tally(): Tally {
  return {
    orders: 0,
    approvalVouchers: 0,
    instructions: 0,
    settlementVouchers: 0,
    approvedMinor: new Map(),
  }
}

/**
 * Waits until a condition answers something true, and answers that. Fails the test after `tries`.
 *
 * @param what is waited for, as the failure tells it
 */
export async function until<T>(
  what: string,
  condition: () => Promise<T | false | undefined | null>,
  tries = 1000,
): Promise<T> {
  for (let i = 0; i < tries; i++) {
    const met = await condition()
    if (met !== false && met !== undefined && met !== null) return met
    await new Promise((resolve) => setTimeout(resolve, POLL_MS))
  }
  throw new Error(`waited in vain until ${what}`)
}

/** A token that the demo issuer's key signs, with claims as wished. */
export async function signedToken(
  dataDir: string,
  claims: Readonly<Record<string, unknown>>,
  { issuer = DEMO_ISSUER, audience = DEMO_AUDIENCE, validFor = '1h' } = {},
): Promise<string> {
  return await new SignJWT({ ...claims })
    .setProtectedHeader({ alg: 'ES256', kid: 'demo', typ: 'JWT' })
    .setIssuer(issuer).setAudience(audience).setIssuedAt().setExpirationTime(validFor)
    .sign(await importJWK(await demoKey(dataDir), 'ES256'))
}

function bankOf(send: TestServer['fetch'], dataDir: string, tenant: string): Bank {
  const tokens = new Map<string, Promise<string>>()
  const token = (who: Who): Promise<string> => {
    const key = JSON.stringify(who)
    const made = tokens.get(key) ?? sign(who)
    tokens.set(key, made)
    return made
  }
  const sign = (who: Who): Promise<string> => {
    if (typeof who === 'string' && isDemoRole(who) && tenant === DEMO_TENANT.tenant) {
      return demoToken(dataDir, who)
    }
    const { subject, roles = [subject], kind = subject === 'partner' ? 'app' : 'person' } =
      typeof who === 'string' ? { subject: who } : who
    return signedToken(dataDir, { sub: subject, tenant, roles, kind, institution: '1001' })
  }
  const authorised: Bank['send'] = async (who, path, init = {}) =>
    await send(path, {
      ...init,
      headers: { ...init.headers as object, authorization: `Bearer ${await token(who)}` },
    })
  const answer: Bank['answer'] = async (who, query, variables = {}) => {
    const response = await authorised(who, '/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    })
    const { data, errors } = await bodyOf(response) as Pick<Answer, 'data' | 'errors'>
    return { status: response.status, data, errors }
  }
  return {
    tenant,
    token,
    send: authorised,
    answer,
    async ask(...args) {
      const { data, errors } = await answer(...args)
      if (errors !== undefined) throw new Error(JSON.stringify(errors))
      return data
    },
  }
}

/** The JSON of an answer, or of the first event of a stream, which is left then. */
async function bodyOf(response: Response): Promise<unknown> {
  if (!response.headers.get('content-type')?.startsWith('text/event-stream')) {
    return await response.json()
  }
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const event = /^data: ?(.*)\n\n/m.exec(text)
    if (event !== null) return JSON.parse(event[1]!)
  }
  throw new Error(`a stream that tells nothing: ${text}`)
}
