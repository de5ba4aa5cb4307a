/**
 * What the ledger reads from another subgraph's event.
 */
import { isCurrency, parseMoney } from '../kernel/money.ts'
import { ok, refuse, type Result } from '../kernel/result.ts'
import { type LocalDate, parseDate } from '../kernel/time.ts'
import type { AccountingEvent } from './posting-rule.ts'

/** An accounting event with the order that it belongs to. */
export interface OrderEvent extends AccountingEvent {
  readonly serial: string
  readonly valueOn: LocalDate
  readonly summary: string
}

export type EventBodyCode = 'EVENT_MALFORMED'

/**
 * Reads the `accounting` part of an event's payload:
 * `{type, serial, institution, currency, valueOn, summary, components: {name: "12.34"}, dimensions, reference}`.
 */
export function readOrderEvent(payload: string): Result<OrderEvent, EventBodyCode> {
  const body = recordOf((JSON.parse(payload) as { accounting?: unknown } | null)?.accounting)
  if (body === undefined) return malformed('/accounting')
  const { type, serial, institution, currency, valueOn, summary, reference } = body
  for (const [name, value] of Object.entries({ type, serial, institution, summary, reference })) {
    // No engine stores U+0000 as given.
    if (typeof value !== 'string' || value.includes('\0')) return malformed(`/accounting/${name}`)
  }
  if (!isCurrency(currency)) return malformed('/accounting/currency')
  const date = parseDate(valueOn)
  if (!date.ok) return malformed('/accounting/valueOn')
  const components: [string, bigint][] = []
  for (const [name, amount] of Object.entries(recordOf(body.components) ?? {})) {
    const money = parseMoney(amount, currency)
    if (!money.ok) return malformed(`/accounting/components/${name}`)
    components.push([name, money.value.minor])
  }
  const dimensions = Object.fromEntries(
    Object.entries(recordOf(body.dimensions) ?? {})
      .filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  )
  return ok({
    type: type as string,
    serial: serial as string,
    institution: institution as string,
    currency,
    valueOn: date.value,
    summary: summary as string,
    reference: reference as string,
    components: Object.fromEntries(components),
    dimensions,
  })
}

function recordOf(value: unknown): Record<string, unknown> | undefined {
  return typeof value === 'object' && value !== null ? value as Record<string, unknown> : undefined
}

function malformed(place: string) {
  return refuse('EVENT_MALFORMED', `The event cannot be read at ${place}.`, place)
}
