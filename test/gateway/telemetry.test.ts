import '../../gateway/environment.ts'
import { readFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { SUPERGRAPH_PATH } from '../../gateway/gateway.ts'
import { apolloExecutor } from '../../gateway/execute/apollo.ts'
import { maskWith } from '../../gateway/http/mask.ts'
import { SUBGRAPHS } from '../../gateway/subgraphs.ts'

const supergraph = readFileSync(SUPERGRAPH_PATH, 'utf8')
const targets = SUBGRAPHS.map(({ name, schema }) => ({
  name,
  schema: schema(),
  context: <R>(request: R) => request,
}))
const mask = maskWith((error) => {
  throw error
})
const build = () => apolloExecutor(supergraph, targets, mask)

afterEach(() => {
  process.env.APOLLO_TELEMETRY_DISABLED = 'true'
  vi.restoreAllMocks()
})

describe('the gateway package', () => {
  it('has its telemetry switched off by the file that every entry imports first', () => {
    expect(process.env.APOLLO_TELEMETRY_DISABLED).toBe('true')
    for (const entry of ['main.ts', 'serve-subgraph.ts', 'cli/verify.ts', 'cli/import-orders.ts']) {
      const text = readFileSync(join(import.meta.dirname!, '../../gateway', entry), 'utf8')
      expect(/^import '([^']+)'/m.exec(text)?.[1]).toMatch(/^\.\.?\/environment\.ts$/)
    }
  })

  it.each([undefined, 'false', '1', ''])(
    'is not even constructed when the switch is %j',
    async (value) => {
      if (value === undefined) delete process.env.APOLLO_TELEMETRY_DISABLED
      else process.env.APOLLO_TELEMETRY_DISABLED = value
      await expect(build()).rejects.toThrow('gateway/environment.ts')
    },
  )

  it('reaches for nobody when it is built and answers', async () => {
    const reached: unknown[] = []
    const connect = vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (
      this: Socket,
      ...args: unknown[]
    ) {
      reached.push(args[0])
      return this
    } as never)
    const fetched = vi.spyOn(globalThis, 'fetch').mockImplementation((url) => {
      reached.push(url)
      return Promise.reject(new Error('no network'))
    })
    const executor = await build()
    const { parse } = await import('graphql')
    const result = await executor.execute({
      document: parse('{ __typename }'),
      operationName: undefined,
      variables: undefined,
      context: { actor: undefined, traceId: 'test' },
    })
    expect(result).toEqual({ data: { __typename: 'Query' } })
    await executor.close()
    // The metrics exporter would begin within its first interval.
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(reached).toEqual([])
    connect.mockRestore()
    fetched.mockRestore()
  })
})
