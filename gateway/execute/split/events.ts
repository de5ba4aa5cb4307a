/**
 * Events between processes: posted to the consumer's process, answered once the effect is committed.
 *
 * At least once, as the dispatcher has it: whatever is not answered with 204 is sent again, and the
 * consumer's inbox makes the effect happen once.
 */
import type { Consumer, Delivery } from '../../../subgraphs/kernel/event.ts'
import { inTrace } from '../../../subgraphs/kernel/trace.ts'
import { problem } from '../../http/problem.ts'
import type { Handler } from '../../http/routes.ts'
import { type Belief, believe } from './believe.ts'
import { parseJson, readBody } from './body.ts'
import type { KeyRing } from './keys.ts'
import { type RemoteConfig, type RemotePorts } from './remote.ts'
import { sign } from './signature.ts'

const ANSWER_LIMIT_BYTES = 64 * 1024

/** The consumers of a subgraph in another process, as one consumer of this one. */
export function remoteConsumer(
  config: Pick<RemoteConfig, 'name' | 'url' | 'timeoutMs'>,
  topics: readonly string[],
  keys: KeyRing,
  ports: Pick<RemotePorts, 'fetch' | 'nowMs'>,
): Consumer {
  const { name } = config
  // Beside the subgraph's GraphQL: …/graphql and …/events/<name>.
  const url = new URL(`events/${name}`, config.url)
  return {
    name,
    topics,
    async receive(delivery) {
      const body = new TextEncoder().encode(JSON.stringify(writeDelivery(delivery)))
      const signed = await sign(
        {
          audience: name,
          method: 'POST',
          path: url.pathname,
          body,
          identity: undefined,
          traceparent: delivery.traceparent,
        },
        keys,
        ports.nowMs(),
      )
      const response = await ports.fetch(
        new Request(url, {
          method: 'POST',
          headers: { ...signed, 'content-type': 'application/json' },
          body,
          redirect: 'manual',
          signal: AbortSignal.timeout(config.timeoutMs),
        }),
      )
      const answer = await readBody(response, ANSWER_LIMIT_BYTES)
      if (response.status === 204) return
      const { code } = (parseJson(answer ?? new Uint8Array()) ?? {}) as { code?: unknown }
      throw new Error(
        `${name} did not take ${delivery.topic}: HTTP ${response.status} ${code ?? ''}`.trimEnd(),
      )
    },
  }
}

/**
 * Takes events for the subgraphs of this process at `/events/<name>`.
 *
 * @param report told why a consumer did not take an event; the sender learns only that
 */
export function eventsHandler(
  consumers: Readonly<Record<string, readonly Consumer[]>>,
  belief: Belief,
  report: (error: unknown, traceId?: string) => void,
): Handler {
  return async (request) => {
    const name = new URL(request.url).pathname.split('/').at(-1)!
    const here = Object.hasOwn(consumers, name) ? consumers[name]! : undefined
    if (here === undefined) {
      return problem({ status: 404, code: 'NOT_FOUND', title: 'There is nothing here.' })
    }
    const believed = await believe(request, name, belief)
    if (believed instanceof Response) return believed
    const delivery = readDelivery(parseJson(believed.body))
    if (delivery === undefined) {
      return problem({ status: 400, code: 'EVENT_MALFORMED', title: 'The body is no event.' })
    }
    const takers = here.filter(({ topics }) => topics.includes(delivery.topic))
    if (takers.length === 0) {
      // An answer of success would lose it.
      return problem({ status: 422, code: 'TOPIC_UNKNOWN', title: 'Nobody here takes that topic.' })
    }
    try {
      await inTrace(
        delivery.traceparent,
        () => Promise.all(takers.map((consumer) => consumer.receive(delivery))),
      )
    } catch (error) {
      report(error, believed.context.traceId)
      const title = 'The event was not taken; send it again.'
      return problem({ status: 503, code: 'EVENT_NOT_TAKEN', title })
    }
    return new Response(null, { status: 204 })
  }
}

const TEXTS = ['tenant', 'source', 'id', 'topic', 'key', 'occurredAt', 'payload'] as const

function writeDelivery(delivery: Delivery): Record<string, unknown> {
  return { ...delivery, fence: String(delivery.fence) }
}

function readDelivery(value: unknown): Delivery | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const parts = value as Record<string, unknown>
  const { fence, traceparent } = parts
  if (TEXTS.some((name) => typeof parts[name] !== 'string')) return undefined
  if (typeof fence !== 'string' || !/^\d{1,18}$/.test(fence)) return undefined
  if (traceparent !== undefined && typeof traceparent !== 'string') return undefined
  const texts = Object.fromEntries(TEXTS.map((name) => [name, parts[name]]))
  return {
    ...texts as Omit<Delivery, 'fence' | 'traceparent'>,
    fence: BigInt(fence),
    ...(traceparent === undefined ? {} : { traceparent }),
  }
}
