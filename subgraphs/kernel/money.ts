/**
 * Money as integer minor units. Nothing here is ever a float.
 *
 * @see ISO 4217 for the currency exponents (minor-unit digits).
 */
import { ok, refuse, type Result } from './result.ts'

/** Minor-unit digits of the currencies this system books. @see ISO 4217 */
const EXPONENTS = {
  AED: 2,
  AUD: 2,
  BHD: 3,
  CAD: 2,
  CHF: 2,
  CLF: 4,
  CNY: 2,
  EUR: 2,
  GBP: 2,
  HKD: 2,
  IDR: 2,
  INR: 2,
  JPY: 0,
  KRW: 0,
  KWD: 3,
  MOP: 2,
  MYR: 2,
  NZD: 2,
  PHP: 2,
  RUB: 2,
  SGD: 2,
  THB: 2,
  TWD: 2,
  USD: 2,
  VND: 0,
  ZAR: 2,
} as const

/** An ISO 4217 alphabetic code that this system books. */
export type Currency = keyof typeof EXPONENTS

/** An amount: `minor` counts the currency's smallest unit (fen, penny, yen) and may be negative. */
export interface Money {
  readonly minor: bigint
  readonly currency: Currency
}

/** The largest magnitude in minor units that is accepted: sums of a thousand still fit in 64 bits. */
export const MINOR_MAX = 9_000_000_000_000_000n

export type MoneyCode =
  | 'CURRENCY_UNKNOWN'
  | 'AMOUNT_NOT_TEXT'
  | 'AMOUNT_MALFORMED'
  | 'AMOUNT_TOO_PRECISE'
  | 'AMOUNT_TOO_LARGE'

/** All currencies, sorted by code. */
export const CURRENCIES = Object.keys(EXPONENTS) as readonly Currency[]

/** Whether the text is the code of a currency that this system books. */
export function isCurrency(code: unknown): code is Currency {
  return typeof code === 'string' && Object.hasOwn(EXPONENTS, code)
}

/** Minor-unit digits: 2 for CNY, 0 for JPY, 3 for KWD. */
export function exponentOf(currency: Currency): number {
  return EXPONENTS[currency]
}

/**
 * Reads a decimal string such as `-1234.50`. Fewer decimals than the currency has are accepted,
 * more are refused even when they are zeros: a third decimal for GBP is a mistake upstream.
 *
 * Numbers are refused (`AMOUNT_NOT_TEXT`): a JavaScript number has already lost digits.
 */
export function parseMoney(
  amount: unknown,
  currency: unknown,
  place = '/amount',
): Result<Money, MoneyCode> {
  if (!isCurrency(currency)) {
    return refuse('CURRENCY_UNKNOWN', 'The currency is not an ISO 4217 code booked here.', place)
  }
  if (typeof amount !== 'string') {
    return refuse('AMOUNT_NOT_TEXT', 'An amount is a decimal string, never a number.', place)
  }
  const match = amount.length <= 40 ? /^(-?)(\d{1,19})(?:\.(\d{1,18}))?$/.exec(amount) : null
  if (match === null) {
    return refuse('AMOUNT_MALFORMED', 'An amount looks like 1234.50 or -1234.50.', place)
  }
  const [, sign, whole = '', fraction = ''] = match
  const digits = EXPONENTS[currency]
  if (fraction.length > digits) {
    return refuse(
      'AMOUNT_TOO_PRECISE',
      `${currency} has ${digits} decimals; the amount has ${fraction.length}.`,
      place,
      { currency, decimals: fraction.length, allowed: digits },
    )
  }
  const magnitude = BigInt(whole + fraction.padEnd(digits, '0'))
  if (magnitude > MINOR_MAX) {
    return refuse('AMOUNT_TOO_LARGE', 'The amount is larger than this system books.', place)
  }
  return ok({ minor: sign === '-' ? -magnitude : magnitude, currency })
}

/** The decimal string with exactly the currency's decimals: `1234.50`, `-0.05`, `700` for JPY. */
export function formatMoney({ minor, currency }: Money): string {
  const digits = EXPONENTS[currency]
  const magnitude = (minor < 0n ? -minor : minor).toString().padStart(digits + 1, '0')
  const sign = minor < 0n ? '-' : ''
  if (digits === 0) return sign + magnitude
  return `${sign}${magnitude.slice(0, -digits)}.${magnitude.slice(-digits)}`
}

/** Named rounding for a quotient that does not divide evenly. */
export type Rounding = 'half-up' | 'half-even' | 'down' | 'up'

/**
 * `numerator / denominator` as an integer. `half-up` and `up` move away from zero, `down` towards it.
 *
 * @throws RangeError when the denominator is not positive
 */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  if (denominator <= 0n) throw new RangeError('denominator must be positive')
  const negative = numerator < 0n
  const magnitude = negative ? -numerator : numerator
  const quotient = magnitude / denominator
  const twice = 2n * (magnitude % denominator)
  const away = rounding === 'up'
    ? twice > 0n
    : rounding === 'half-up'
    ? twice >= denominator
    : rounding === 'half-even'
    ? twice > denominator || (twice === denominator && quotient % 2n === 1n)
    : false
  const rounded = away ? quotient + 1n : quotient
  return negative ? -rounded : rounded
}

/**
 * Splits an amount by weights without losing a unit: parts sum to the amount, in the order of the
 * weights, each within one unit of its exact share (largest remainder, ties to the earlier part).
 *
 * @throws RangeError when no weight is positive or one is negative
 */
export function allocate(total: bigint, weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((a, b) => a + b, 0n)
  if (sum <= 0n || weights.some((w) => w < 0n)) {
    throw new RangeError('weights must be ≥ 0 and not all 0')
  }
  const sign = total < 0n ? -1n : 1n
  const magnitude = total * sign
  const shares = weights.map((w, index) => ({
    index,
    part: (magnitude * w) / sum,
    rest: (magnitude * w) % sum,
  }))
  let left = magnitude - shares.reduce((a, s) => a + s.part, 0n)
  const byRest = shares.toSorted((a, b) =>
    a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1
  )
  for (const share of byRest) {
    if (left === 0n) break
    share.part += 1n
    left -= 1n
  }
  return shares.map((s) => s.part * sign)
}
