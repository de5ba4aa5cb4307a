/**
 * Which trace the work at hand belongs to, across awaits and into the events that it leaves behind.
 *
 * @see https://www.w3.org/TR/trace-context/
 */
import { AsyncLocalStorage } from 'node:async_hooks'

const current = new AsyncLocalStorage<string | undefined>()

/** `traceparent` of the work at hand; absent when nobody traces it. */
export function currentTrace(): string | undefined {
  return current.getStore()
}

/** Runs work as part of a trace, or of none: whatever started it. */
export function inTrace<R>(traceparent: string | undefined, work: () => R): R {
  return current.run(traceparent, work)
}

/** The same function, which belongs to the trace of now whenever it runs. */
export function traced<A extends readonly unknown[], R>(
  work: (...args: A) => R,
): (...args: A) => R {
  const traceparent = current.getStore()
  return (...args) => current.run(traceparent, work, ...args)
}

/** The parts of a `traceparent`; undefined when it is malformed, or of a trace that is all zeros. */
export function parseTraceparent(
  text: string | null,
): { traceId: string; spanId: string; sampled: boolean } | undefined {
  const [, version, traceId, spanId, flags] =
    /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/.exec(text ?? '') ?? []
  if (version === undefined || version === 'ff' || /^0+$/.test(traceId!) || /^0+$/.test(spanId!)) {
    return undefined
  }
  // Version 00 has four parts and no more.
  if (version === '00' && text!.length !== 55) return undefined
  return { traceId: traceId!, spanId: spanId!, sampled: (parseInt(flags!, 16) & 1) === 1 }
}

/** @param spanId 16 hex digits */
export function formatTraceparent(traceId: string, spanId: string, sampled: boolean): string {
  return `00-${traceId}-${spanId}-${sampled ? '01' : '00'}`
}
