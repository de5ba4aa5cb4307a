/**
 * What a row of a parameter may say, by the kind of its table.
 */
import { type Currency, parseMoney } from '../../kernel/money.ts'
import { ok, type Refusal, refuse, type Result } from '../../kernel/result.ts'
import { DUE_DAY_RULES, type DueDayRule } from './due-day.ts'
import { parseRate, type RateCode } from './rate.ts'

/**
 * - `RATE`: a year's rate, or a spread in basis points over another key
 * - `FEE`: an amount and a share, between bounds
 * - `FX`: units of the second currency for one of the first
 * - `LIMIT`: an amount that is not passed
 * - `COUNT`: how often something may be done
 * - `CALENDAR`: holidays, and weekends that are worked
 * - `DUE_DAY`: where a due day goes that is no working day
 */
export type ParameterKind = 'RATE' | 'FEE' | 'FX' | 'LIMIT' | 'COUNT' | 'CALENDAR' | 'DUE_DAY'

export const PARAMETER_KINDS: readonly ParameterKind[] = [
  'RATE',
  'FEE',
  'FX',
  'LIMIT',
  'COUNT',
  'CALENDAR',
  'DUE_DAY',
]

export type RateValue =
  | { readonly rate: string }
  | { readonly base: string; readonly bp: number }
export interface FeeValue {
  readonly fixed?: string
  readonly rate?: string
  readonly min?: string
  readonly max?: string
}
export interface FxValue {
  readonly mid: string
  readonly buy?: string
  readonly sell?: string
}
export interface LimitValue {
  readonly amount: string
}
/** @property count 0 to a million */
export interface CountValue {
  readonly count: number
}
/** @property name of the holiday, at most 60 characters */
export interface CalendarValue {
  readonly day: 'HOLIDAY' | 'WORKING'
  readonly name?: string
}
export interface DueDayValue {
  readonly rule: DueDayRule
}
export type ParameterValue =
  | RateValue
  | FeeValue
  | FxValue
  | LimitValue
  | CountValue
  | CalendarValue
  | DueDayValue

const COUNT_MAX = 1_000_000
const NAME_MAX = 60

export type ParameterCode =
  | 'PARAMETER_MALFORMED'
  | 'PARAMETER_OVERLAP'
  | 'DIMENSION_UNKNOWN'
  | 'DATE_MALFORMED'
  | RateCode

/** Checks the value of one row; answers it without whatever else was sent along. */
export function checkValue(
  value: unknown,
  kind: ParameterKind,
  currency: Currency | undefined,
  place: string,
): Result<ParameterValue, ParameterCode> {
  if (typeof value !== 'object' || value === null) return malformed('A row has a value.', place)
  const given = value as Record<string, unknown>
  switch (kind) {
    case 'RATE': {
      if (given.base !== undefined) {
        const { base, bp } = given
        if (typeof base !== 'string' || !isKey(base) || !Number.isInteger(bp)) {
          return malformed('A spread has a base key and whole basis points.', place)
        }
        return ok({ base, bp: bp as number })
      }
      const rate = parseRate(given.rate, `${place}/rate`)
      return rate.ok ? ok({ rate: given.rate as string }) : rate
    }
    case 'FX': {
      const fx: Record<string, string> = {}
      for (const side of ['mid', 'buy', 'sell']) {
        if (given[side] === undefined && side !== 'mid') continue
        const rate = parseRate(given[side], `${place}/${side}`)
        if (!rate.ok) return rate
        if (rate.value <= 0n) return malformed('A price is positive.', `${place}/${side}`)
        fx[side] = given[side] as string
      }
      return ok(fx as unknown as FxValue)
    }
    case 'FEE': {
      const fee: Record<string, string> = {}
      for (const part of ['fixed', 'min', 'max']) {
        if (given[part] === undefined) continue
        if (!isAmount(given[part], currency)) {
          return malformed('A fee is an amount of at least nothing.', `${place}/${part}`)
        }
        fee[part] = given[part] as string
      }
      if (given.rate !== undefined) {
        const rate = parseRate(given.rate, `${place}/rate`)
        if (!rate.ok) return rate
        fee.rate = given.rate as string
      }
      return Object.keys(fee).length > 0 ? ok(fee) : malformed('A fee has parts.', place)
    }
    case 'LIMIT':
      return isAmount(given.amount, currency)
        ? ok({ amount: given.amount as string })
        : malformed('A limit is an amount of at least nothing.', `${place}/amount`)
    case 'COUNT': {
      const { count } = given
      return Number.isInteger(count) && count as number >= 0 && count as number <= COUNT_MAX
        ? ok({ count: count as number })
        : malformed('A count is a whole number, not less than nothing.', `${place}/count`)
    }
    case 'CALENDAR': {
      const { day, name } = given
      if (day !== 'HOLIDAY' && day !== 'WORKING') {
        return malformed('A day is HOLIDAY or WORKING.', `${place}/day`)
      }
      if (name == null) return ok({ day })
      return typeof name === 'string' && name.trim() !== '' && name.length <= NAME_MAX
        ? ok({ day, name })
        : malformed(`A name has 1 to ${NAME_MAX} characters.`, `${place}/name`)
    }
    case 'DUE_DAY':
      return (DUE_DAY_RULES as readonly unknown[]).includes(given.rule)
        ? ok({ rule: given.rule as DueDayRule })
        : malformed(`A rule is one of ${DUE_DAY_RULES.join(', ')}.`, `${place}/rule`)
  }
}

/** A key is lower-case words with dots: `rate.deposit.demand`, `fx.usd.cny`. */
export function isKey(key: string): boolean {
  return /^[a-z][a-z0-9-]*(\.[a-z0-9-]+){0,7}$/.test(key) && key.length <= 100
}

/** Whether a text is an amount, of at least nothing, in a currency. */
export function isAmount(text: unknown, currency: Currency | undefined): boolean {
  const money = currency === undefined ? undefined : parseMoney(text, currency)
  return money !== undefined && money.ok && money.value.minor >= 0n
}

/** The refusal of what cannot be read. */
export function malformed(message: string, place: string): Refusal<'PARAMETER_MALFORMED'> {
  return refuse('PARAMETER_MALFORMED', message, place)
}
