/**
 * Prices from parameters, each with the trace of the rows that made it.
 */
import { parseMoney } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'
import { BASIS_POINT, formatRate, parseRate, shareOf } from './rate.ts'
import { type ParameterQuery, type ParameterRow, type ParameterTable, rowFor } from './table.ts'
import {
  type CalendarValue,
  type CountValue,
  type DueDayValue,
  type FeeValue,
  type FxValue,
  type LimitValue,
  type ParameterKind,
  type RateValue,
} from './value.ts'

/** The longest chain of spreads over bases. */
const DEPTH_MAX = 5

/** A version of a parameter. */
export interface VersionedTable {
  readonly key: string
  readonly version: bigint
  readonly table: ParameterTable
}

/** One row that went into a price, and what it made of it. */
export interface PriceStep {
  readonly key: string
  readonly version: bigint
  readonly index: number
  readonly row: ParameterRow
  readonly note: string
}

/**
 * @property rate of a rate or an exchange rate, in units of 10⁻¹⁰
 * @property minor of a fee or a limit, in minor units of the table's currency
 * @property count of a count
 * @property word of a day, HOLIDAY or WORKING, with the name that it has; of a due day, its rule
 * @property trace rows in the order in which they were looked up
 */
export interface Price {
  readonly kind: ParameterKind
  readonly rate?: bigint
  readonly minor?: bigint
  readonly count?: number
  readonly word?: string
  readonly name?: string
  readonly currency?: string
  readonly trace: readonly PriceStep[]
}

export type PriceCode = 'PARAMETER_UNKNOWN' | 'PRICE_MISSING' | 'PRICE_LOOP'

/** What a rate rests on: the key at the end of its chain, and how much it is above it. */
export interface RateBase {
  readonly key: string
  readonly spread: bigint
}

/** The base of a rate; nothing when it is a rate of its own. */
export function baseOf(price: Price): RateBase | undefined {
  const last = price.trace.at(-1)
  if (price.rate === undefined || last === undefined || price.trace.length < 2) return undefined
  const base = parseRate((last.row.value as { rate: string }).rate)
  if (!base.ok) throw new Error(base.message)
  return { key: last.key, spread: price.rate - base.value }
}

/** Which side of an exchange rate: what the bank pays for the first currency, or asks for it. */
export type FxSide = 'mid' | 'buy' | 'sell'

/**
 * The price of a key for a query.
 *
 * @param find the version of a key that is in force for the query
 */
export function priceOf(
  find: (key: string) => VersionedTable | undefined,
  key: string,
  query: ParameterQuery,
  side: FxSide = 'mid',
): Result<Price, PriceCode> {
  const trace: PriceStep[] = []
  let spread = 0n
  for (let at = key, depth = 0;; depth++) {
    if (depth === DEPTH_MAX) {
      return refuse('PRICE_LOOP', `${key} rests on more than ${DEPTH_MAX} others, or on itself.`)
    }
    const found = find(at)
    if (found === undefined) {
      return refuse('PARAMETER_UNKNOWN', `No parameter ${at} is in force.`, '/key', { key: at })
    }
    const { table, version } = found
    const match = rowFor(table, query)
    if (match === undefined) {
      return refuse('PRICE_MISSING', `${at} has no row that applies.`, '/key', { key: at })
    }
    const step = { key: at, version, ...match }
    const { value } = match.row
    if (table.kind !== 'RATE') return ok(flatPrice(table, step, query, trace, side))
    const rate = value as RateValue
    if ('base' in rate) {
      spread += BigInt(rate.bp) * BASIS_POINT
      trace.push({
        ...step,
        note: `${rate.base} ${rate.bp < 0 ? '-' : '+'} ${Math.abs(rate.bp)} bp`,
      })
      at = rate.base
      continue
    }
    const parsed = parseRate(rate.rate)
    // Tables are checked before they are in force.
    if (!parsed.ok) throw new Error(parsed.message)
    trace.push({ ...step, note: rate.rate })
    return ok({ kind: 'RATE', rate: parsed.value + spread, trace })
  }
}

function flatPrice(
  table: ParameterTable,
  step: Omit<PriceStep, 'note'>,
  query: ParameterQuery,
  trace: readonly PriceStep[],
  side: FxSide,
): Price {
  const { value } = step.row
  const minorOf = (text: string) => {
    const money = parseMoney(text, table.currency)
    if (!money.ok) throw new Error(money.message)
    return money.value.minor
  }
  switch (table.kind) {
    case 'FX': {
      const fx = value as FxValue
      const text = fx[side] ?? fx.mid
      const rate = parseRate(text)
      if (!rate.ok) throw new Error(rate.message)
      return {
        kind: 'FX',
        rate: rate.value,
        trace: [...trace, { ...step, note: `${side} ${text}` }],
      }
    }
    case 'FEE': {
      const { minor, note } = feeOf(value as FeeValue, query.minor ?? 0n, minorOf)
      return {
        kind: 'FEE',
        minor,
        ...(table.currency === undefined ? {} : { currency: table.currency }),
        trace: [...trace, { ...step, note }],
      }
    }
    case 'COUNT': {
      const { count } = value as CountValue
      return { kind: 'COUNT', count, trace: [...trace, { ...step, note: count.toString() }] }
    }
    case 'CALENDAR': {
      const { day, name } = value as CalendarValue
      const note = name === undefined ? day : `${day} ${name}`
      return {
        kind: 'CALENDAR',
        word: day,
        ...(name === undefined ? {} : { name }),
        trace: [...trace, { ...step, note }],
      }
    }
    case 'DUE_DAY': {
      const { rule } = value as DueDayValue
      return { kind: 'DUE_DAY', word: rule, trace: [...trace, { ...step, note: rule }] }
    }
    default: {
      const { amount } = value as LimitValue
      return {
        kind: table.kind,
        minor: minorOf(amount),
        ...(table.currency === undefined ? {} : { currency: table.currency }),
        trace: [...trace, { ...step, note: amount }],
      }
    }
  }
}

/** `fixed + share`, not below `min`, not above `max`. */
function feeOf(
  fee: FeeValue,
  minor: bigint,
  minorOf: (text: string) => bigint,
): { minor: bigint; note: string } {
  const rate = fee.rate === undefined ? ok(0n) : parseRate(fee.rate)
  if (!rate.ok) throw new Error(rate.message)
  const parts = [
    ...fee.fixed === undefined ? [] : [fee.fixed],
    ...fee.rate === undefined ? [] : [`${formatRate(rate.value)} of the amount`],
  ]
  let sum = (fee.fixed === undefined ? 0n : minorOf(fee.fixed)) + shareOf(minor, rate.value)
  let note = parts.join(' + ')
  if (fee.min !== undefined && sum < minorOf(fee.min)) {
    sum = minorOf(fee.min)
    note += `, at least ${fee.min}`
  }
  if (fee.max !== undefined && sum > minorOf(fee.max)) {
    sum = minorOf(fee.max)
    note += `, at most ${fee.max}`
  }
  return { minor: sum, note: note === '' ? 'nothing' : note }
}
