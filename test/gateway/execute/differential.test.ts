/**
 * Made-up queries through both executors: equal, or for a reason that is listed here.
 */
import '../../../gateway/environment.ts'
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { parse, specifiedRules, validate } from 'graphql'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { apolloExecutor } from '../../../gateway/execute/apollo.ts'
import { collapsedExecutor } from '../../../gateway/execute/collapsed/collapsed.ts'
import type { Executor, SubgraphTarget } from '../../../gateway/execute/executor.ts'
import { SUPERGRAPH_PATH } from '../../../gateway/gateway.ts'
import { SUBGRAPHS } from '../../../gateway/subgraphs.ts'
import type { RequestContext } from '../../../subgraphs/kernel/builder.ts'
import { threeSubgraphs, threeSupergraph } from '../../bench/three-subgraphs.ts'
import { onEngine } from '../../rig/engines.ts'
import { actor, requestOf } from '../../support/actors.ts'
import {
  type Answered,
  federation,
  maskFor,
  NOBODY,
  type TestExecutor,
  testExecutor,
} from '../../support/federation.ts'
import { type Literals, type OperationLimits, queries } from '../../support/operations.ts'
import { openTestServer, type TestServer } from '../../support/server.ts'
import { shop } from '../../support/shop.ts'

const SEED = 20261123

interface Both {
  readonly collapsed: TestExecutor
  readonly plan: TestExecutor
}

interface Tally {
  /** Queries that both answered. */
  answered: number
  /** Of those, the ones answered otherwise for the reason that is allowed. */
  otherwise: number
}

/** A difference that is known: what is asked, and what plans and we answer. */
type Known = (query: string, theirs: Answered, ours: Answered) => boolean

async function compare(
  { collapsed, plan }: Both,
  literals: Literals,
  numRuns: number,
  { context = NOBODY, known = () => false, limits }: {
    context?: RequestContext
    known?: Known
    limits?: OperationLimits
  } = {},
): Promise<Tally> {
  const tally: Tally = { answered: 0, otherwise: 0 }
  await fc.assert(
    fc.asyncProperty(queries(collapsed.executor.schema, literals, limits), async (query) => {
      const document = parse(query)
      expect(validate(collapsed.executor.schema, document, specifiedRules)).toEqual([])
      expect(collapsed.refusals(query)).toEqual([])
      // What plans would answer wrongly is refused there, and only there.
      if (plan.refusals(query).length > 0) return
      const [ours, theirs] = await Promise.all(
        [collapsed, plan].map((executor) => executor.ask(query, {}, { ...context })),
      )
      tally.answered++
      if (!isDeepStrictEqual(ours, theirs) && known(query, theirs!, ours!)) {
        tally.otherwise++
        return
      }
      expect(ours!.data).toEqual(theirs!.data)
      expect(ours!.errors === undefined).toBe(theirs!.errors === undefined)
    }),
    { numRuns, seed: SEED, endOnFailure: true },
  )
  return tally
}

/**
 * Plans lose type names, fragments and aliased fields of types behind an interface that some subgraph knows by the
 * interface alone (the federation audit has it too): they answer a part of what was asked, or fail
 * where what they lost may not be null.
 */
const lostBehindInterface: Known = (query, theirs, ours) =>
  /\b(goods?|latest|heavy|book|anything)\b/.test(query) && ours.errors === undefined &&
  partOf(theirs.data, ours.data)

function partOf(part: unknown, whole: unknown): boolean {
  if (part === null) return true
  if (typeof part !== 'object') return part === whole
  if (whole === null || typeof whole !== 'object') return false
  if (Array.isArray(part) && part.length !== (whole as unknown[]).length) return false
  return Object.entries(part).every(([key, value]) =>
    partOf(value, (whole as Record<string, unknown>)[key])
  )
}

/** A context whose database notes each statement under a name. */
function recordingReads(context: RequestContext, name: string, reads: string[]): RequestContext {
  const own = (context as unknown as Record<string, { db: Kysely<unknown> }>)[name]!
  const db = own.db.withPlugin({
    transformQuery: ({ node }) => node,
    transformResult: ({ result }) => {
      reads.push(name)
      return Promise.resolve(result)
    },
  })
  return { ...context, [name]: { ...own, db } } as RequestContext
}

async function bothOf(supergraph: string, targets: SubgraphTarget[]): Promise<Both> {
  const open = async (executor: Executor | Promise<Executor>) => testExecutor(await executor)
  return {
    collapsed: await open(collapsedExecutor(supergraph, targets, maskFor([]))),
    plan: await open(apolloExecutor(supergraph, targets, maskFor([]))),
  }
}

describe('made-up queries are answered alike by both executors', () => {
  it('over three subgraphs of entities', async () => {
    const targets = threeSubgraphs('batched').map((subgraph) => ({
      ...subgraph,
      context: (request: RequestContext) => request,
    }))
    const both = await bothOf(threeSupergraph(), targets)
    const { answered } = await compare(both, { first: ['0', '1', '3'] }, 200)
    expect(answered).toBeGreaterThan(100)
  })

  it('over a schema of every directive', async () => {
    const { supergraph, targets } = federation(shop())
    const both = await bothOf(supergraph, targets)
    const literals = { id: ['"b1"', '"t1"', '"none"'], isbn: ['"978-2"'] }
    const limits = { depth: 4, breadth: 3 }
    const known = lostBehindInterface
    const { answered, otherwise } = await compare(both, literals, 400, { known, limits })
    expect(answered).toBeGreaterThan(200)
    expect(otherwise).toBeLessThan(answered / 4)
  })
})

onEngine('sqlite', (engine) => {
  describe('made-up queries over our own schema are answered alike', () => {
    let server: TestServer
    let both: Both
    let literals: Literals
    beforeAll(async () => {
      server = await openTestServer(engine)
      expect(await server.findings()).toEqual([])
      const running = server.server.system.subgraphs
      const targets = SUBGRAPHS.map(({ name, schema }) => ({
        name,
        schema: schema(),
        context: running[name as keyof typeof running].context,
      }))
      both = await bothOf(await readFile(SUPERGRAPH_PATH, 'utf8'), targets)
      const { orders } = await server.demo.ask(
        'checker',
        '{ orders { edges { node { serial } } } }',
      )
      const serials = orders.edges.map((edge: { node: { serial: string } }) => edge.node.serial)
      literals = {
        serial: [...serials.map((s: string) => JSON.stringify(s)), '"OA20261124-999999-0"'],
        first: ['1', '2', '5', '101'],
      }
    })
    afterAll(async () => {
      await both.plan.executor.close()
      await server.close()
    })

    it.each(['maker', 'checker', 'accountant', 'partner'])('for a %s', async (role) => {
      const context = requestOf(actor('demo-bank', role))
      const { answered } = await compare(both, literals, 60, { context })
      expect(answered).toBeGreaterThan(30)
    })

    it('and each level of our own entities is one query', async () => {
      const context = requestOf(actor('demo-bank', 'accountant', ['accountant', 'checker']))
      const reads: string[] = []
      const running = server.server.system.subgraphs
      const targets = SUBGRAPHS.map(({ name, schema }) => ({
        name,
        schema: schema(),
        context: (request: RequestContext) => {
          const own = running[name as keyof typeof running].context(request)
          return recordingReads(own, name, reads)
        },
      }))
      const sdl = await readFile(SUPERGRAPH_PATH, 'utf8')
      const { ask } = testExecutor(collapsedExecutor(sdl, targets, maskFor([])))
      const { data, errors } = await ask(
        `{ orders(first: 3) { edges { node {
          serial
          vouchers { number }
          payments { state }
        } } } }`,
        {},
        context,
      )
      expect(errors).toBeUndefined()
      expect(data.orders.edges).toHaveLength(3)
      expect(Object.fromEntries(
        Object.entries(Object.groupBy(reads, (name) => name)).map(
          ([name, all]) => [name, all!.length],
        ),
      )).toEqual({ orders: 1, ledger: 1, payments: 1 })
    })
  })
})
