/**
 * A subgraph in another process, asked over signed HTTP.
 */
import type { DocumentNode, GraphQLSchema } from 'graphql'
import type { RequestContext } from '../../../subgraphs/kernel/builder.ts'
import { currentTrace, formatTraceparent } from '../../../subgraphs/kernel/trace.ts'
import { parseJson, readBody } from './body.ts'
import { admit, type CircuitLimits, CLOSED, fail, succeed } from './circuit.ts'
import { SubgraphFailure } from './failure.ts'
import { writeIdentity } from './identity.ts'
import type { KeyRing } from './keys.ts'
import { failureError, readResponse, type SubgraphResponse } from './response.ts'
import { backoffMs, isPassing, RETRY, type RetryLimits } from './retry.ts'
import { hex, sign } from './signature.ts'

/** One fetch of a plan. @property schema the supergraph, inaccessible parts included */
export interface SubgraphRequest {
  readonly query: string
  readonly document: DocumentNode
  readonly variables: Readonly<Record<string, unknown>>
  readonly mutation: boolean
  readonly schema: GraphQLSchema
}

/** A subgraph that an executor reaches by asking. */
export interface RemoteTarget {
  readonly name: string
  /** Never throws: what goes wrong is an error with a code in the answer. */
  ask(request: SubgraphRequest, context: RequestContext): Promise<SubgraphResponse>
}

/**
 * Where a subgraph is and what is taken from it.
 *
 * @property timeoutMs for all tries of a request together
 */
export interface RemoteConfig {
  readonly name: string
  readonly url: string
  readonly timeoutMs: number
  readonly responseLimitBytes: number
}

/** What the outside world lends, so that tests can stand in for it. */
export interface RemotePorts {
  readonly fetch: (request: Request) => Promise<Response>
  readonly nowMs: () => number
  readonly random: () => number
  /** Told of every failure, with the trace id of the request. */
  readonly report: (error: unknown, traceId?: string) => void
}

/** Limits that differ from the shipped ones. */
export interface RemoteOptions {
  readonly retry?: RetryLimits
  readonly circuit?: CircuitLimits
}

const CIRCUIT: CircuitLimits = { failuresMax: 5, waitFirstMs: 1_000, waitLongestMs: 30_000 }
const ACCEPT = 'application/graphql-response+json, application/json;q=0.9'
const JSON_TYPE = /^application\/(graphql-response\+)?json\s*(;|$)/i

/** The real ports. */
export function remotePorts(report: RemotePorts['report']): RemotePorts {
  return {
    fetch: (request) => fetch(request),
    nowMs: Date.now,
    random: Math.random,
    report,
  }
}

/** Asks a subgraph in another process. */
export function remoteTarget(
  config: RemoteConfig,
  keys: KeyRing,
  ports: RemotePorts,
  options: RemoteOptions = {},
): RemoteTarget {
  const { name } = config
  const { retry = RETRY, circuit: limits = CIRCUIT } = options
  let circuit = CLOSED

  /** One exchange through the circuit. @throws SubgraphFailure */
  async function attempt(request: SubgraphRequest, sending: Sending): Promise<SubgraphResponse> {
    const admission = admit(circuit, ports.nowMs())
    circuit = admission.circuit
    if (!admission.admitted) {
      throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', name, 'the circuit is open')
    }
    try {
      const response = await exchange(config, keys, ports, request, sending)
      circuit = succeed(circuit, admission.epoch)
      return response
    } catch (error) {
      // What a caller can bring about alone must not close the way for all.
      const own = error instanceof SubgraphFailure && error.code === 'SUBGRAPH_RESPONSE_TOO_LARGE'
      circuit = own
        ? succeed(circuit, admission.epoch)
        : fail(circuit, admission.epoch, ports.nowMs(), limits)
      throw error
    }
  }

  async function attempts(
    request: SubgraphRequest,
    context: RequestContext,
  ): Promise<SubgraphResponse> {
    const deadline = AbortSignal.timeout(config.timeoutMs)
    const sending = {
      identity: identityOf(context, name),
      traceparent: traceparentOf(context),
      deadline,
    }
    for (let retries = 0;; retries++) {
      try {
        return await attempt(request, sending)
      } catch (error) {
        // A mutation may have been carried out although nobody heard its answer.
        const again = !request.mutation && error instanceof SubgraphFailure && error.retryable &&
          retries < retry.retries && !deadline.aborted
        if (!again) throw error
        await wait(backoffMs(retries + 1, ports.random(), retry), deadline)
      }
    }
  }

  return {
    name,
    async ask(request, context) {
      try {
        return await attempts(request, context)
      } catch (error) {
        ports.report(error, context.traceId)
        const code = error instanceof SubgraphFailure ? error.code : 'SUBGRAPH_UNAVAILABLE'
        return { data: null, errors: [failureError(code, name)] }
      }
    },
  }
}

interface Sending {
  readonly identity: string | undefined
  readonly traceparent: string | undefined
  readonly deadline: AbortSignal
}

function identityOf({ actor, ...rest }: RequestContext, subgraph: string): string | undefined {
  try {
    return actor === undefined ? undefined : writeIdentity({ ...rest, actor })
  } catch (cause) {
    throw new SubgraphFailure('IDENTITY_TOO_LARGE', subgraph, 'the identity is too long', { cause })
  }
}

/** The request's place in its trace; without tracing at least the trace id goes along. */
function traceparentOf({ traceId, traceparent }: RequestContext): string | undefined {
  const known = traceparent ?? currentTrace()
  if (known !== undefined || !/^[0-9a-f]{32}$/.test(traceId)) return known
  const span = crypto.getRandomValues(new Uint8Array(8))
  return formatTraceparent(traceId, hex(span), false)
}

/** Sends once and reads the answer. @throws SubgraphFailure */
async function exchange(
  config: RemoteConfig,
  keys: KeyRing,
  ports: RemotePorts,
  request: SubgraphRequest,
  { identity, traceparent, deadline }: Sending,
): Promise<SubgraphResponse> {
  const { name, url } = config
  const { query, variables, document, schema } = request
  const body = new TextEncoder().encode(JSON.stringify({ query, variables }))
  const { pathname, search } = new URL(url)
  const unsigned = {
    audience: name,
    method: 'POST',
    path: pathname + search,
    body,
    identity,
    traceparent,
  }
  const signed = await sign(unsigned, keys, ports.nowMs())
  let response: Response
  let bytes: Uint8Array | undefined
  try {
    response = await ports.fetch(
      new Request(url, {
        method: 'POST',
        headers: { ...signed, 'content-type': 'application/json', accept: ACCEPT },
        body,
        redirect: 'manual',
        signal: deadline,
      }),
    )
    bytes = await readBody(response, config.responseLimitBytes)
  } catch (cause) {
    if (deadline.aborted) {
      throw new SubgraphFailure('SUBGRAPH_TIMEOUT', name, `nothing in ${config.timeoutMs} ms`)
    }
    const detail = cause instanceof Error ? cause.message : String(cause)
    throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', name, detail, { retryable: true, cause })
  }
  const { status } = response
  if (bytes === undefined) {
    const detail = `more than ${config.responseLimitBytes} bytes`
    throw new SubgraphFailure('SUBGRAPH_RESPONSE_TOO_LARGE', name, detail)
  }
  if (isPassing(status) || status === 401 || status === 403) {
    const detail = `HTTP ${status} ${new TextDecoder().decode(bytes.slice(0, 200))}`
    throw new SubgraphFailure('SUBGRAPH_UNAVAILABLE', name, detail, {
      retryable: isPassing(status),
    })
  }
  const type = response.headers.get('content-type') ?? ''
  const representations = variables.representations as [] | undefined
  const answer = JSON_TYPE.test(type)
    ? readResponse(parseJson(bytes), { subgraph: name, schema, document, representations })
    : undefined
  if (answer === undefined) {
    throw new SubgraphFailure('SUBGRAPH_INVALID_RESPONSE', name, `HTTP ${status} ${type}`)
  }
  return answer
}

/** Waits, but no longer than the deadline. */
function wait(ms: number, deadline: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      deadline.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    deadline.addEventListener('abort', done)
  })
}
