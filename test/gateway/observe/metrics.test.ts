import { buildSchema, parse } from 'graphql'
import { describe, expect, it } from 'vitest'
import type { Executor } from '../../../gateway/execute/executor.ts'
import { openMetrics } from '../../../gateway/observe/metrics.ts'
import { clientOf, observed } from '../../../gateway/observe/observed.ts'
import { coordinatesOf, Usage } from '../../../gateway/observe/usage.ts'
import { currentTrace } from '../../../subgraphs/kernel/trace.ts'
import { actor, partnerApp, requestOf } from '../../support/actors.ts'

const schema = buildSchema(`
  type Query { orders(filter: Filter, state: State): [Order] }
  type Mutation { pay: Int }
  type Order { id: ID, payee(short: Boolean): String }
  input Filter { name: String, inner: Filter }
  enum State { OPEN CLOSED }
`)

async function lines(metrics: ReturnType<typeof openMetrics>, name: string): Promise<string[]> {
  return (await metrics.scrape()).text.split('\n').filter((line) => line.startsWith(name))
}

describe('metrics', () => {
  it('count requests by operation, client and first code', async () => {
    const metrics = openMetrics()
    metrics.request({ operation: 'Orders', client: 'staff', code: 'ok' }, 0.004)
    metrics.request({ operation: 'Orders', client: 'staff', code: 'ok' }, 0.004)
    metrics.request({ operation: 'Orders', client: 'erp', code: 'FORBIDDEN' }, 0.004)
    expect(await lines(metrics, 'huitong_graphql_requests_total')).toEqual([
      'huitong_graphql_requests_total{operation="Orders",client="staff",code="ok"} 2',
      'huitong_graphql_requests_total{operation="Orders",client="erp",code="FORBIDDEN"} 1',
    ])
    expect(await lines(metrics, 'huitong_graphql_duration_seconds_count')).toEqual([
      'huitong_graphql_duration_seconds_count{operation="Orders"} 3',
    ])
  })

  it('do not grow with names that callers make up', async () => {
    const metrics = openMetrics()
    for (let i = 0; i < 1500; i++) {
      metrics.request({ operation: `o${i}`, client: 'c', code: 'ok' }, 0.001)
    }
    const counted = await lines(metrics, 'huitong_graphql_requests_total')
    expect(counted).toHaveLength(1001)
    expect(counted.at(-1)).toMatch(/operation="other".* 500$/)
  })

  it('ask for a gauge at each scrape', async () => {
    const metrics = openMetrics()
    let waiting = 3
    metrics.gauge(
      'waiting',
      'Waiting.',
      'in',
      () => Promise.resolve(new Map([['ledger', waiting]])),
    )
    expect(await lines(metrics, 'waiting{')).toEqual(['waiting{in="ledger"} 3'])
    waiting = 0
    expect(await lines(metrics, 'waiting{')).toEqual(['waiting{in="ledger"} 0'])
  })
})

describe('an executor that is observed', () => {
  const rig = () => {
    const metrics = openMetrics()
    const usage = new Usage()
    const traces: (string | undefined)[] = []
    const run: Executor['execute'] = () => {
      traces.push(currentTrace())
      return Promise.resolve({ errors: [], data: {} })
    }
    const inner = {
      schema,
      rules: [],
      execute: run,
      subscribe: run,
      close: () => Promise.resolve(),
    }
    return { metrics, usage, traces, executor: observed(inner, { metrics, usage }) }
  }
  const operation = (query: string) => ({
    document: parse(query),
    operationName: undefined,
    variables: undefined,
    context: { ...requestOf(partnerApp('bank')), traceparent: 'the-trace' },
  })

  it('leaves the trace to commands, which leave events behind, and only to those', async () => {
    const { executor, traces } = rig()
    await executor.execute(operation('{ orders { id } }'))
    await executor.execute(operation('mutation { pay }'))
    expect(traces).toEqual([undefined, 'the-trace'])
  })

  it('is counted under the name of its operation and of its client', async () => {
    const { executor, metrics, usage } = rig()
    await executor.execute(operation('query Mine { orders { id } }'))
    expect(await lines(metrics, 'huitong_graphql_requests_total')).toEqual([
      'huitong_graphql_requests_total{operation="Mine",client="partner",code="ok"} 1',
    ])
    expect(usage.take()).toContainEqual({ client: 'partner', coordinate: 'Order.id', count: 1n })
  })

  it('is counted for people as one, and for nobody', () => {
    expect(clientOf(requestOf(actor('bank', 'maker')))).toBe('staff')
    expect(clientOf(requestOf(undefined))).toBe('nobody')
  })
})

describe('usage', () => {
  it('names every field, argument, input and enum value of a document', () => {
    const document = parse(`{
      orders(filter: { inner: { name: "a" } }, state: OPEN) { ...F }
    } fragment F on Order { x: payee(short: true) }`)
    expect([...coordinatesOf(document, schema)].toSorted()).toEqual([
      'Filter.inner',
      'Filter.name',
      'Order.payee',
      'Order.payee(short:)',
      'Query.orders',
      'Query.orders(filter:)',
      'Query.orders(state:)',
      'State.OPEN',
    ])
  })

  it('adds up by client and field, and begins again when taken', () => {
    const usage = new Usage()
    const [one, two] = [parse('{ orders { id } }'), parse('{ orders { id payee } }')]
    for (const document of [one, one, two]) usage.count('erp', document, schema)
    usage.count('app', one, schema)
    expect(usage.take().filter(({ coordinate }) => coordinate === 'Order.id')).toEqual([
      { client: 'erp', coordinate: 'Order.id', count: 3n },
      { client: 'app', coordinate: 'Order.id', count: 1n },
    ])
    expect(usage.take()).toEqual([])
  })
})
