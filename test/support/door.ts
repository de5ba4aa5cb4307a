/**
 * A Yoga behind the protective half of the front door, over schemas that need no database.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { transformSupergraphToPublicSchema } from '@theguild/federation-composition'
import { buildASTSchema, buildSchema, type GraphQLSchema, parse } from 'graphql'
import { createYoga, type Plugin } from 'graphql-yoga'
import { defineFrontDoor, type FrontDoorSettings } from '../../gateway/door/config.ts'
import { DEFAULT_FRONT_DOOR } from '../../gateway/door/config.ts'
import { frontDoor, type FrontDoorDeps } from '../../gateway/door/mod.ts'
import { type Admitted, admitted } from '../../gateway/door/operation.ts'
import { maskWith } from '../../gateway/http/mask.ts'
import type { Actor } from '../../subgraphs/kernel/actor.ts'
import type { RequestContext } from '../../subgraphs/kernel/builder.ts'
import { ok } from '../../subgraphs/kernel/result.ts'

/** A schema that has a little of everything. */
export const SMALL_SDL = `
  directive @cost(weight: Int!) on ARGUMENT_DEFINITION | ENUM | FIELD_DEFINITION |
    INPUT_FIELD_DEFINITION | OBJECT | SCALAR
  directive @listSize(
    assumedSize: Int, slicingArguments: [String!], sizedFields: [String!],
    requireOneSlicingArgument: Boolean = true
  ) on FIELD_DEFINITION
  directive @requiresScopes(scopes: [[String!]!]!) on FIELD_DEFINITION | OBJECT

  type Query {
    hello: String
    item(id: ID!): Item
    items(first: Int): ItemPage!
      @listSize(slicingArguments: ["first"], sizedFields: ["nodes"], assumedSize: 20,
        requireOneSlicingArgument: false)
    top(count: Int): [Item!]! @listSize(slicingArguments: ["count"])
    secret: Item @requiresScopes(scopes: [["items:secret"]])
    search(by: Filter!): [Item!]!
  }
  type Mutation {
    pay(amount: Int!): Payment
    fail: Payment
    write(text: String!): String
  }
  type Subscription { ticks: Int }
  type ItemPage { nodes: [Item!]! total: Int }
  type Item { id: ID! name: String parent: Item parts: [Item!]! dear: Int @cost(weight: 100) }
  type Payment { serial: Int! }
  input Filter { name: String and: [Filter!] }
`

const SCHEMA_FOLDER = join(import.meta.dirname!, '../../schema')

/** Our own composed schema. */
export const SUPERGRAPH_SDL = readFileSync(join(SCHEMA_FOLDER, 'supergraph.graphql'), 'utf8')

/** What clients see of the composed schema. */
export function supergraphSchema(): GraphQLSchema {
  return buildASTSchema(transformSupergraphToPublicSchema(parse(SUPERGRAPH_SDL)))
}

/** How a door is opened. @property actor who asks, by the test's own header `x-actor` */
export interface DoorOptions extends Partial<Omit<FrontDoorDeps, 'authenticate' | 'report'>> {
  readonly settings?: FrontDoorSettings
  readonly actors?: Readonly<Record<string, Actor>>
  readonly sdl?: string
  readonly schema?: GraphQLSchema
  readonly rootValue?: object
  readonly report?: (error: unknown) => void
}

/** What came back. */
export interface DoorAnswer {
  readonly status: number
  readonly headers: Headers
  // deno-lint-ignore no-explicit-any
  readonly body: any
  /** The code of the first error. */
  readonly code: string | undefined
}

/** A door at work. */
export interface TestDoor {
  readonly fetch: (request: Request) => Promise<Response>
  /** The endpoint without its shield. */
  readonly inner: (request: Request) => Promise<Response>
  /** Operations that reached execution. */
  readonly executed: () => number
  /** What the door found out, in order. */
  readonly seen: readonly (Admitted | undefined)[]
  /** Sends parameters as JSON. @param as the name of one of `actors` */
  post(
    parameters: unknown,
    as?: string,
    headers?: Readonly<Record<string, string>>,
  ): Promise<DoorAnswer>
}

export const ENDPOINT = 'http://127.0.0.1/graphql'

/** Opens one. Unknown documents are let in unless the settings say otherwise. */
export async function openDoor(options: DoorOptions = {}): Promise<TestDoor> {
  const { settings = {}, actors = {}, sdl = SMALL_SDL, report = unexpected } = options
  const config = defineFrontDoor(
    settings,
    defineFrontDoor({
      trusted: { unknown: 'allow' },
      idempotency: { store: 'process' },
    }, DEFAULT_FRONT_DOOR),
  )
  const authenticate: FrontDoorDeps['authenticate'] = (request) =>
    Promise.resolve(ok(actors[request.headers.get('x-actor') ?? '']))
  const door = await frontDoor(config, { ...options, authenticate, report })
  let executed = 0
  const seen: (Admitted | undefined)[] = []
  const counting: Plugin<RequestContext> = {
    onExecute({ args }) {
      executed += 1
      seen.push(admitted(args.contextValue))
      if (options.rootValue !== undefined) args.rootValue = options.rootValue
    },
  }
  const mask = maskWith(report)
  const yoga = createYoga<object, RequestContext>({
    schema: options.schema ?? buildSchema(sdl),
    graphqlEndpoint: '/graphql',
    landingPage: false,
    logging: false,
    graphiql: false,
    maskedErrors: { maskError: (error) => mask(error, 'test') },
    async context({ request }) {
      const who = await authenticate(request)
      return { actor: who.ok ? who.value : undefined, traceId: 'test' }
    },
    ...door.yoga,
    plugins: [...door.plugins(sdl), counting],
  })
  const inner = async (request: Request) => await yoga.fetch(request)
  const fetch = async (request: Request) => await door.shield(inner)(request)
  return {
    fetch,
    inner,
    executed: () => executed,
    seen,
    async post(parameters, as = '', headers = {}) {
      return await answerOf(
        await fetch(
          new Request(ENDPOINT, {
            method: 'POST',
            headers: { 'content-type': 'application/json', 'x-actor': as, ...headers },
            body: JSON.stringify(parameters),
          }),
        ),
      )
    },
  }
}

/** An answer, read. */
export async function answerOf(response: Response): Promise<DoorAnswer> {
  const text = await response.text()
  const body = text === '' ? undefined : JSON.parse(text)
  const [first] = Array.isArray(body) ? body : [body]
  return {
    status: response.status,
    headers: response.headers,
    body,
    code: first?.errors?.[0]?.extensions?.code ?? first?.code,
  }
}

function unexpected(error: unknown): void {
  throw new Error('nothing should be reported here', { cause: error })
}
