import { createServer } from 'node:http'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { describe, expect, it, onTestFinished } from 'vitest'
import { collector } from '../../../gateway/observe/collector.ts'
import { tracingWith, untraced } from '../../../gateway/observe/tracing.ts'
import { currentTrace, parseTraceparent } from '../../../subgraphs/kernel/trace.ts'
import { delivery } from '../../support/events.ts'

const PARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01'
const PARENT_ID = '0af7651916cd43dd8448eb211c80319c'

const CHANGE = delivery(
  { tenant: 'bank', source: 'orders', topic: 'order.approved', key: 'S1' },
  {},
)

function recorded() {
  const exporter = new InMemorySpanExporter()
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  return {
    tracing: tracingWith(provider.getTracer('test'), () => provider.shutdown()),
    spans: () => exporter.getFinishedSpans(),
  }
}

describe('a request that is traced', () => {
  it('continues the trace that it came with, calls of subgraphs below it', () => {
    const { tracing, spans } = recorded()
    const request = tracing.request('/graphql', PARENT, {})
    expect(request.traceId).toBe(PARENT_ID)
    tracing.child(request.traceparent, 'ledger Query.vouchers', { count: 2 })!()
    request.end()
    const [call, root] = spans()
    expect(call!.parentSpanId).toBe(root!.spanContext().spanId)
    expect(root!.parentSpanId).toBe(parseTraceparent(PARENT)!.spanId)
    expect(new Set(spans().map((span) => span.spanContext().traceId))).toEqual(new Set([PARENT_ID]))
  })

  it.each([null, 'nonsense', '00-0-0-01'])('begins a trace of its own with %j', (header) => {
    const { tracing } = recorded()
    const { traceId, traceparent } = tracing.request('/graphql', header, {})
    expect(parseTraceparent(traceparent)).toMatchObject({ traceId, sampled: true })
  })

  it('tells of an error what kind it is and nothing that it says', () => {
    const { tracing, spans } = recorded()
    tracing.request('/graphql', null, {}).end(new TypeError('account 6222 0000 is overdrawn'))
    expect(spans()[0]!.status).toEqual({ code: 2, message: 'TypeError' })
    expect(JSON.stringify(spans()[0]!.events)).not.toContain('6222')
  })
})

describe('an event that is traced', () => {
  it('has its effect in the trace of the change, and events of that effect as well', async () => {
    const { tracing, spans } = recorded()
    let within: string | undefined
    await tracing.delivery({ ...CHANGE, traceparent: PARENT }, 'ledger', () => {
      within = currentTrace()
      return Promise.resolve()
    })
    expect(parseTraceparent(within!)!.traceId).toBe(PARENT_ID)
    expect(parseTraceparent(within!)!.spanId).toBe(spans()[0]!.spanContext().spanId)
  })

  it('that fails is told of, and fails', async () => {
    const { tracing, spans } = recorded()
    const failing = tracing.delivery(CHANGE, 'ledger', () => Promise.reject(new RangeError('x')))
    await expect(failing).rejects.toThrow(RangeError)
    expect(spans()[0]!.status.code).toBe(2)
  })
})

describe('without a collector', () => {
  it('ids are passed on all the same, and made where none came', () => {
    const tracing = untraced()
    expect(tracing.request('/graphql', PARENT, {})).toMatchObject({
      traceId: PARENT_ID,
      traceparent: PARENT,
    })
    const own = tracing.request('/graphql', null, {})
    expect(parseTraceparent(own.traceparent)).toMatchObject({
      traceId: own.traceId,
      sampled: false,
    })
    expect(tracing.child(own.traceparent, 'x', {})).toBeUndefined()
  })

  it('no id comes twice, nor of two processes alike', () => {
    const ids = [untraced(), untraced()].flatMap((tracing) =>
      Array.from({ length: 5000 }, () => tracing.request('/graphql', null, {}).traceId)
    )
    expect(new Set(ids).size).toBe(10_000)
  })
})

describe('a collector', () => {
  it('is sent what was recorded, as OTLP', async () => {
    const received: { path: string; body: string }[] = []
    const server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk) => chunks.push(chunk))
      request.on('end', () => {
        received.push({ path: request.url!, body: Buffer.concat(chunks).toString() })
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { port: number }
    const tracing = collector({ endpoint: `http://127.0.0.1:${port}`, sampled: 1, service: 'test' })
    tracing.request('/graphql', PARENT, {}).end()
    await tracing.close()
    expect(received.map(({ path }) => path)).toEqual(['/v1/traces'])
    expect(received[0]!.body).toContain(PARENT_ID)
  })

  it('is not sent what whoever began the trace did not want kept', async () => {
    const tracing = collector({ endpoint: 'http://127.0.0.1:9', sampled: 1, service: 'test' })
    const { traceparent } = tracing.request('/graphql', PARENT.replace(/01$/, '00'), {})
    expect(parseTraceparent(traceparent)).toMatchObject({ traceId: PARENT_ID, sampled: false })
    expect(tracing.child(traceparent, 'x', {})).toBeUndefined()
    await tracing.close()
  })
})
