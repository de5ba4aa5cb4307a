/**
 * The public federation audit over real HTTP, through our split executor.
 *
 * `node test/audit/split.ts <checkout> [--json]`, where `<checkout>` holds
 * graphql-hive/federation-gateway-audit with its dependencies installed. The audit's own server
 * answers for the subgraphs; in front are our data source, our rules and the plan-based executor. Ends with 1
 * when an answer is silently wrong or fewer than the bar are right.
 */
import '../../gateway/environment.ts'
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type ExecutionResult, parse, specifiedRules, validate, visit } from 'graphql'
import { apolloExecutor } from '../../gateway/execute/apollo.ts'
import type { Executor } from '../../gateway/execute/executor.ts'
import { keyRing } from '../../gateway/execute/split/keys.ts'
import { remotePorts, remoteTarget } from '../../gateway/execute/split/remote.ts'
import { maskWith } from '../../gateway/http/mask.ts'

interface Test {
  readonly query: string
  readonly expected: { readonly data?: unknown; readonly errors?: boolean }
}

interface Outcome {
  readonly test: string
  readonly verdict: 'right' | 'refused' | 'SILENTLY WRONG'
  readonly received?: unknown
}

const BAR = 193
const [checkout] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
if (checkout === undefined) {
  console.error('usage: split <checkout of federation-gateway-audit> [--json]')
  process.exit(2)
}

const port = await freePort()
const origin = `http://127.0.0.1:${port}`
// By the Node.js that runs this: the audit needs a later one than the PATH may have first.
const subgraphs = spawn(
  process.execPath,
  [join(checkout, 'node_modules/.bin/tsx'), 'src/cli.ts', 'serve', '--port', String(port)],
  { cwd: checkout, stdio: ['ignore', 'ignore', 'inherit'] },
)
try {
  const outcomes: Outcome[] = []
  for (const suite of await suites()) outcomes.push(...await runSuite(suite))
  const right = outcomes.filter(({ verdict }) => verdict === 'right').length
  const wrong = outcomes.filter(({ verdict }) => verdict === 'SILENTLY WRONG').length
  for (const outcome of outcomes.filter(({ verdict }) => verdict !== 'right')) {
    console.log(
      process.argv.includes('--json')
        ? JSON.stringify(outcome)
        : `${outcome.test}: ${outcome.verdict}  ${JSON.stringify(outcome.received).slice(0, 300)}`,
    )
  }
  console.log(`${right}/${outcomes.length} right, ${wrong} silently wrong`)
  process.exitCode = right >= BAR && wrong === 0 ? 0 : 1
} finally {
  subgraphs.kill()
}

async function runSuite(suite: string): Promise<Outcome[]> {
  const supergraphSdl = await (await fetch(`${origin}/${suite}/supergraph`)).text()
  const tests = await (await fetch(`${origin}/${suite}/tests`)).json() as Test[]
  const keys = await keyRing([{ id: 'audit-demo', secret: new Uint8Array(32) }])
  const targets = graphsOf(supergraphSdl).map(({ name, url }) =>
    remoteTarget(
      { name, url, timeoutMs: 10_000, responseLimitBytes: 1_000_000 },
      keys,
      remotePorts(() => {}),
    )
  )
  const mask = maskWith(() => {})
  const executor = await apolloExecutor(supergraphSdl, targets, mask)
  const outcomes: Outcome[] = []
  for (const [i, { query, expected }] of tests.entries()) {
    const received = await answer(executor, query)
    const failed = (received.errors ?? []).length > 0
    const right = isDeepStrictEqual(received.data ?? null, expected.data ?? null) &&
      (typeof expected.errors !== 'boolean' || expected.errors === failed)
    outcomes.push({
      test: `${suite} ${i}`,
      verdict: right ? 'right' : failed ? 'refused' : 'SILENTLY WRONG',
      ...(right ? {} : { received }),
    })
  }
  await executor.close()
  return outcomes
}

/** What the front door does with a document: it validates by the executor's rules too. */
async function answer(executor: Executor, query: string): Promise<ExecutionResult> {
  const document = parse(query)
  const errors = validate(executor.schema, document, [...specifiedRules, ...executor.rules])
  if (errors.length > 0) return { errors }
  const result = await executor.execute({
    document,
    operationName: undefined,
    variables: undefined,
    context: { actor: undefined, traceId: '0af7651916cd43dd8448eb211c80319c' },
  }) as ExecutionResult
  return JSON.parse(JSON.stringify(result)) as ExecutionResult
}

/** The subgraphs that a supergraph names, with their places. */
function graphsOf(supergraphSdl: string): { name: string; url: string }[] {
  const graphs: { name: string; url: string }[] = []
  visit(parse(supergraphSdl), {
    Directive(node) {
      if (node.name.value !== 'join__graph') return
      const values = Object.fromEntries(
        (node.arguments ?? []).map(({ name, value }) => [
          name.value,
          value.kind === 'StringValue' ? value.value : '',
        ]),
      )
      graphs.push({ name: values.name!, url: values.url! })
    },
  })
  return graphs
}

/** The audit's suites, once its server answers. */
async function suites(): Promise<string[]> {
  for (let i = 0; i < 600 && subgraphs.exitCode === null; i++) {
    const response = await fetch(`${origin}/ids`).catch(() => undefined)
    if (response?.ok) return await response.json() as string[]
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  throw new Error('the audit’s server did not start')
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
