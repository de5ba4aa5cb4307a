/**
 * The public federation audit (graphql-hive/federation-gateway-audit) in this process.
 *
 *     node test/audit/run.ts <checkout> [--executor collapsed|plan] [--partial-unions all|common]
 *       [--composer theguild|apollo] [--suite <name>] [--verbose]
 *
 * The composer is the executor's own by default: @theguild's for the collapsed one, with Apollo's for
 * the suite that it wrongly refuses; Apollo's for plans.
 *
 * Prints how many tests of each suite passed, and the total. Exits with 1 below full marks.
 */
import '../../gateway/environment.ts'
import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { isDeepStrictEqual, parseArgs } from 'node:util'
import { buildSubgraphSchema } from '@apollo/subgraph'
import { composeServices, type ServiceDefinition } from '@theguild/federation-composition'
import { GraphQLError, parse, specifiedRules, validate } from 'graphql'
import { apolloExecutor } from '../../gateway/execute/apollo.ts'
import { collapsedExecutor } from '../../gateway/execute/collapsed/collapsed.ts'
import type { Executor } from '../../gateway/execute/executor.ts'
import { hookAudit } from './hooks.ts'

interface Suite {
  readonly id: string
  readonly subgraphs: readonly { name: string; typeDefs: string; resolvers: object }[]
  readonly tests: readonly Test[] | (() => readonly Test[])
}

interface Test {
  readonly query: string
  readonly expected: { data?: unknown; errors?: boolean }
}

type Compose = (services: ServiceDefinition[]) => {
  supergraphSdl?: string | undefined
  errors?: readonly { message: string }[] | undefined
}

const { positionals: [checkout], values } = parseArgs({
  allowPositionals: true,
  options: {
    executor: { type: 'string', default: 'collapsed' },
    'partial-unions': { type: 'string', default: 'common' },
    composer: { type: 'string' },
    suite: { type: 'string' },
    verbose: { type: 'boolean', default: false },
  },
})
if (checkout === undefined || !['collapsed', 'plan'].includes(values.executor)) {
  console.error('usage: node test/audit/run.ts <checkout> [--executor collapsed|plan]')
  process.exit(2)
}
const root = resolve(checkout)
hookAudit(root)

let passed = 0
let total = 0
const folder = join(root, 'src/test-suites')
for (const name of readdirSync(folder).toSorted()) {
  if (values.suite !== undefined && values.suite !== name) continue
  const { default: suite } = await import(pathToFileURL(join(folder, name, 'index.ts')).href) as {
    default: Suite
  }
  const tests = typeof suite.tests === 'function' ? suite.tests() : suite.tests
  const failures = await runSuite(suite, tests)
  total += tests.length
  passed += tests.length - failures.length
  console.log(`${name.padEnd(40)} ${tests.length - failures.length}/${tests.length}`)
  for (const failure of failures) console.log(`  failed: ${failure}`)
}
console.log(`${passed}/${total}`)
process.exit(passed === total && total > 0 ? 0 : 1)

async function runSuite(suite: Suite, tests: readonly Test[]): Promise<string[]> {
  let executor: Executor
  try {
    executor = await open(suite)
  } catch (error) {
    return tests.map((_, i) => `${i} ${error instanceof Error ? error.stack : error}`)
  }
  const failures: string[] = []
  for (const [i, { query, expected }] of tests.entries()) {
    const answer = await ask(executor, query)
    const errors = typeof expected.errors !== 'boolean' || expected.errors === answer.errors
    if (errors && isDeepStrictEqual(answer.data, expected.data ?? null)) continue
    failures.push(
      values.verbose
        ? `${i}\n${query}\nexpected ${JSON.stringify(expected)}\nanswered ${JSON.stringify(answer)}`
        : String(i),
    )
  }
  await executor.close()
  return failures
}

async function open({ subgraphs }: Suite): Promise<Executor> {
  const services = subgraphs.map(({ name, typeDefs }) => ({
    name,
    typeDefs: parse(typeDefs),
    url: `local:${name}`,
  }))
  const targets = subgraphs.map(({ name, typeDefs, resolvers }) => ({
    name,
    schema: buildSubgraphSchema({ typeDefs: parse(typeDefs), resolvers: resolvers as never }),
    context: (request: never) => request,
  }))
  const mask = (error: unknown) =>
    error instanceof GraphQLError ? error : new GraphQLError(String(error))
  const supergraph = composed(services)
  if (values.executor === 'plan') return await apolloExecutor(supergraph, targets, mask)
  return collapsedExecutor(supergraph, targets, mask, {
    partialUnions: values['partial-unions'] === 'all' ? 'all' : 'common',
  })
}

function composed(services: ServiceDefinition[]): string {
  const composer = values.composer ?? (values.executor === 'plan' ? 'apollo' : 'theguild')
  if (composer !== 'apollo') {
    const { supergraphSdl } = composeServices(services) as ReturnType<Compose>
    if (supergraphSdl) return supergraphSdl
  }
  // It comes with the gateway and is used nowhere else.
  const require = createRequire(createRequire(import.meta.url).resolve('@apollo/gateway'))
  const { composeServices: apollo } = require('@apollo/composition') as { composeServices: Compose }
  const { supergraphSdl, errors } = apollo(services)
  if (supergraphSdl) return supergraphSdl
  throw new Error(errors?.map(({ message }) => message).join('\n'))
}

async function ask(executor: Executor, query: string): Promise<{ data: unknown; errors: boolean }> {
  const document = parse(query)
  const invalid = validate(executor.schema, document, [...specifiedRules, ...executor.rules])
  if (invalid.length > 0) {
    if (values.verbose) console.log(`  refused: ${invalid.map(String).join('\n')}`)
    return { data: null, errors: true }
  }
  const { data, errors } = await executor.execute({
    document,
    operationName: undefined,
    variables: undefined,
    context: { actor: undefined, traceId: 'audit' },
  }) as { data?: unknown; errors?: readonly unknown[] }
  if (values.verbose && errors) console.log(`  errors: ${errors.map(String).join('\n  ')}`)
  return { data: JSON.parse(JSON.stringify(data ?? null)), errors: (errors?.length ?? 0) > 0 }
}
