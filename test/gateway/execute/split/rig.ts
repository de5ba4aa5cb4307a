/**
 * A gateway over three subgraphs, each reached by signed requests, with whatever may lie between.
 */
import '../../../../gateway/environment.ts'
import { type ExecutionResult, parse, specifiedRules, validate } from 'graphql'
import { apolloExecutor, type PlanTarget } from '../../../../gateway/execute/apollo.ts'
import type { Executor, SubgraphTarget } from '../../../../gateway/execute/executor.ts'
import { believing } from '../../../../gateway/execute/split/believe.ts'
import { keyRing } from '../../../../gateway/execute/split/keys.ts'
import {
  type RemoteOptions,
  type RemotePorts,
  remoteTarget,
} from '../../../../gateway/execute/split/remote.ts'
import { subgraphHandler } from '../../../../gateway/execute/split/serve.ts'
import { maskWith } from '../../../../gateway/http/mask.ts'
import type { RequestContext } from '../../../../subgraphs/kernel/builder.ts'
import { threeSubgraphs, threeSupergraph } from '../../../bench/three-subgraphs.ts'
import { actor } from '../../../support/actors.ts'

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c'
export const CONTEXT: RequestContext = { actor: actor('bank-1', 'maker'), traceId: TRACE_ID }
export const DEMO_KEYS = [{ id: 'demo', secret: new Uint8Array(32).fill(7) }]

/** Stands between the gateway and a subgraph. @property tries of this subgraph so far, this one included */
export type Between = (
  request: Request,
  pass: (request: Request) => Promise<Response>,
  tries: number,
) => Promise<Response> | Response

/** A gateway under test. */
export interface SplitRig {
  readonly executor: Executor
  readonly reported: unknown[]
  /** Requests that reached each subgraph's place. */
  readonly tries: Record<string, number>
  /** Contexts in which subgraphs were asked. */
  readonly contexts: RequestContext[]
  nowMs: number
  /** Answers a document as the front door does. */
  ask(query: string, context?: RequestContext): Promise<ExecutionResult>
}

/**
 * @param between by subgraph
 * @param local subgraphs that stay in this process
 */
export async function splitRig(
  between: Readonly<Record<string, Between>> = {},
  { local = [], timeoutMs = 5_000, responseLimitBytes = 1_000_000, ...options }: RemoteOptions & {
    local?: readonly string[]
    timeoutMs?: number
    responseLimitBytes?: number
    subgraphs?: { name: string; schema: SubgraphTarget['schema'] }[]
    supergraph?: string
  } = {},
): Promise<SplitRig> {
  const { subgraphs = threeSubgraphs(), supergraph = threeSupergraph() } = options
  const keys = await keyRing(DEMO_KEYS)
  const reported: unknown[] = []
  const tries: Record<string, number> = {}
  const contexts: RequestContext[] = []
  const mask = maskWith((error) => void reported.push(error))
  const belief = believing(keys, () => 'f'.repeat(32))
  const rig = { nowMs: 0 }
  const targets = subgraphs.map(({ name, schema }): PlanTarget => {
    const target: SubgraphTarget = {
      name,
      schema,
      context(request) {
        contexts.push(request)
        return request
      },
    }
    if (local.includes(name)) return target
    const serve = subgraphHandler(target, belief, mask)
    const ports: RemotePorts = {
      nowMs: () => Date.now() + rig.nowMs,
      random: () => 0,
      report: (error) => void reported.push(error),
      async fetch(request) {
        tries[name] = (tries[name] ?? 0) + 1
        const pass = async (passed: Request) => await serve(passed)
        const hops = between[name] ?? ((whole) => pass(whole))
        return await Promise.race([
          Promise.resolve(hops(request, pass, tries[name])),
          // What `fetch` does with the signal that it is given.
          new Promise<never>((_, reject) =>
            request.signal.addEventListener('abort', () => reject(request.signal.reason))
          ),
        ])
      },
    }
    const url = `http://${name}.example/graphql`
    return remoteTarget({ name, url, timeoutMs, responseLimitBytes }, keys, ports, options)
  })
  const executor = await apolloExecutor(supergraph, targets, mask)
  return Object.assign(rig, {
    executor,
    reported,
    tries,
    contexts,
    async ask(query: string, context: RequestContext = CONTEXT) {
      const document = parse(query)
      const errors = validate(executor.schema, document, [...specifiedRules, ...executor.rules])
      if (errors.length > 0) return { errors }
      const operation = { document, operationName: undefined, variables: undefined, context }
      const result = await executor.execute(operation)
      return JSON.parse(JSON.stringify(result)) as ExecutionResult
    },
  })
}

/** A response as a lying subgraph sends it. */
export function says(body: unknown, status = 200, type = 'application/json'): Response {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return new Response(text, { status, headers: { 'content-type': type } })
}

/** Passes a request on and changes the answer. */
export function twisting(
  // deno-lint-ignore no-explicit-any
  twist: (answer: any) => void,
): Between {
  return async (request, pass) => {
    const answer = await (await pass(request)).json()
    twist(answer)
    return says(answer)
  }
}
