/**
 * Traces: a request's `traceparent` in, through subgraphs and the outbox, out to a collector.
 *
 * Without a collector nothing is recorded, but ids are still passed on, and every answer to an error
 * carries its trace id.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
import {
  type Attributes,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Tracer,
} from '@opentelemetry/api'
import type { Delivery } from '../../subgraphs/kernel/event.ts'
import { formatTraceparent, inTrace, parseTraceparent } from '../../subgraphs/kernel/trace.ts'

/** Told how something went once it is over. */
export type End = (error?: unknown) => void

/** What of a trace a request carries along. */
export interface RequestTrace {
  /** 32 hex digits. */
  readonly traceId: string
  /** What is passed on to whoever is asked next. */
  readonly traceparent: string
  readonly end: End
}

export interface Tracing {
  /** Begins the part of a trace that answers a request. @param traceparent as it came */
  request(name: string, traceparent: string | null, attributes: Attributes): RequestTrace
  /** Begins a part below another; absent when nothing is recorded. */
  child(traceparent: string, name: string, attributes: Attributes): End | undefined
  /** Runs the effect of an event as part of the trace that the event belongs to. */
  delivery(delivery: Delivery, consumer: string, effect: () => Promise<void>): Promise<void>
  /** Hands over what was recorded. */
  close(): Promise<void>
}

/** Passes ids on and records nothing. */
export function untraced(): Tracing {
  const newTraceId = traceIds()
  return {
    request(_name, traceparent) {
      const known = traceparent === null ? undefined : parseTraceparent(traceparent)
      if (known !== undefined) {
        return { traceId: known.traceId, traceparent: traceparent!, end: nothing }
      }
      const traceId = newTraceId()
      // Nobody records the request's own part, so that any id will do for it.
      const passedOn = formatTraceparent(traceId, traceId.slice(0, 16), false)
      return { traceId, traceparent: passedOn, end: nothing }
    },
    child: () => undefined,
    delivery: (_delivery, _consumer, effect) => effect(),
    close: () => Promise.resolve(),
  }
}

/** Records with a tracer. @param flush hands over what it has */
export function tracingWith(tracer: Tracer, flush: () => Promise<void>): Tracing {
  const start = (
    name: string,
    kind: SpanKind,
    parent: string | null | undefined,
    attributes: Attributes,
  ) => tracer.startSpan(name, { kind, attributes }, parentOf(parent))
  return {
    request(name, traceparent, attributes) {
      const span = start(name, SpanKind.SERVER, traceparent, attributes)
      return {
        traceId: span.spanContext().traceId,
        traceparent: traceparentOf(span),
        end: endOf(span),
      }
    },
    child(traceparent, name, attributes) {
      const span = start(name, SpanKind.INTERNAL, traceparent, attributes)
      return span.isRecording() ? endOf(span) : undefined
    },
    async delivery(delivery, consumer, effect) {
      const { source, topic, id } = delivery
      const span = start(`${topic} → ${consumer}`, SpanKind.CONSUMER, delivery.traceparent, {
        'messaging.system': 'outbox',
        'messaging.destination.name': topic,
        'messaging.message.id': id,
        'huitong.source': source,
        'huitong.consumer': consumer,
      })
      const end = endOf(span)
      try {
        await inTrace(traceparentOf(span), effect)
        end()
      } catch (error) {
        end(error)
        throw error
      }
    },
    close: flush,
  }
}

function parentOf(traceparent: string | null | undefined) {
  const known = parseTraceparent(traceparent ?? null)
  if (known === undefined) return ROOT_CONTEXT
  return trace.setSpanContext(ROOT_CONTEXT, {
    traceId: known.traceId,
    spanId: known.spanId,
    traceFlags: known.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE,
    isRemote: true,
  })
}

function traceparentOf(span: Span): string {
  const { traceId, spanId, traceFlags } = span.spanContext()
  return formatTraceparent(traceId, spanId, (traceFlags & TraceFlags.SAMPLED) !== 0)
}

function endOf(span: Span): End {
  return (error) => {
    if (error !== undefined) {
      // The kind of error and no more: messages can hold what a bank's customer entered.
      const message = error instanceof Error ? error.name : 'error'
      span.setStatus({ code: SpanStatusCode.ERROR, message })
    }
    span.end()
  }
}

function nothing(): void {}

/**
 * Ids that nothing else has: a random part of their own, then a number that does not tell how many came
 * before it. A random id for each request would cost it several microseconds.
 */
function traceIds(): () => string {
  // At the first request: workerd has nothing random before it.
  let own: string | undefined
  let requests = 0
  return () => {
    if (own === undefined) {
      own = crypto.randomUUID().replaceAll('-', '').slice(0, 24)
      requests = crypto.getRandomValues(new Uint32Array(1))[0]!
    }
    requests = (requests + 1) >>> 0
    // Odd, so that different numbers stay different.
    const mixed = Math.imul(requests, 0x9e3779b1) >>> 0
    return own + mixed.toString(16).padStart(8, '0')
  }
}
