/**
 * The door of a process that answers only its own kind: signed requests, whole and within a limit.
 */
import type { RequestContext } from '../../../subgraphs/kernel/builder.ts'
import { parseTraceparent } from '../../../subgraphs/kernel/trace.ts'
import { problem } from '../../http/problem.ts'
import { readBody } from './body.ts'
import { readIdentity } from './identity.ts'
import type { KeyRing } from './keys.ts'
import { type ReplayMemory, replayMemory } from './replay.ts'
import { verify } from './signature.ts'

/** What a process believes with. @property replays one for all that the process serves */
export interface Belief {
  readonly keys: KeyRing
  readonly replays: ReplayMemory
  readonly nowMs: () => number
  readonly newTraceId: () => string
}

/** A request that is ours. */
export interface BelievedRequest {
  readonly body: Uint8Array
  readonly context: RequestContext
}

const BODY_LIMIT_BYTES = 16 * 1024 * 1024

/** Belief that begins now. */
export function believing(keys: KeyRing, newTraceId: () => string): Belief {
  return { keys, replays: replayMemory(Date.now()), nowMs: Date.now, newTraceId }
}

/** Reads a POST and checks that it is meant for a subgraph; else answers what to send back. */
export async function believe(
  request: Request,
  audience: string,
  { keys, replays, nowMs, newTraceId }: Belief,
): Promise<BelievedRequest | Response> {
  if (request.method !== 'POST') {
    return problem({ status: 405, code: 'METHOD_NOT_ALLOWED', title: 'POST a signed request.' }, {
      allow: 'POST',
    })
  }
  const body = await readBody(request, BODY_LIMIT_BYTES)
  if (body === undefined) {
    const title = `A request has at most ${BODY_LIMIT_BYTES} bytes.`
    return problem({ status: 413, code: 'REQUEST_TOO_LARGE', title })
  }
  const { pathname, search } = new URL(request.url)
  const { method, headers } = request
  const believed = await verify(
    { method, path: pathname + search, body, headers },
    { audience, keys, replays, nowMs: nowMs() },
  )
  if (!believed.ok) {
    return problem({ status: 401, code: believed.code, title: believed.message })
  }
  const { identity, traceparent } = believed.value
  const trace = parseTraceparent(traceparent ?? null)
  const context = {
    traceId: trace?.traceId ?? newTraceId(),
    ...(trace === undefined || traceparent === undefined ? {} : { traceparent }),
  }
  if (identity === undefined) return { body, context: { ...context, actor: undefined } }
  const read = readIdentity(identity)
  if (!read.ok) return problem({ status: 400, code: read.code, title: read.message })
  return { body, context: { ...context, ...read.value } }
}
