/**
 * Rates as integers: a year's rate in units of 10⁻¹⁰, so that 4.35 % is 435,000,000.
 */
import { divideRounded } from '../../kernel/money.ts'
import { ok, refuse, type Result } from '../../kernel/result.ts'

/** Units of a rate of 1. */
export const RATE_ONE = 10_000_000_000n
/** One basis point. */
export const BASIS_POINT = RATE_ONE / 10_000n

const DECIMALS = 10

export type RateCode = 'RATE_MALFORMED'

/** Reads a decimal such as `0.0435`: at most ten decimals, at most 1,000 in magnitude. */
export function parseRate(text: unknown, place = '/rate'): Result<bigint, RateCode> {
  const match = typeof text === 'string' ? /^(-?)(\d{1,4})(?:\.(\d{1,10}))?$/.exec(text) : null
  if (match === null) {
    return refuse('RATE_MALFORMED', 'A rate is a decimal such as 0.0435, of ten decimals.', place)
  }
  const [, sign, whole = '', fraction = ''] = match
  const magnitude = BigInt(whole + fraction.padEnd(DECIMALS, '0'))
  if (magnitude > 1000n * RATE_ONE) {
    return refuse('RATE_MALFORMED', 'The rate is larger than any that is meant.', place)
  }
  return ok(sign === '-' ? -magnitude : magnitude)
}

/** The shortest decimal of a rate: `0.0435`. */
export function formatRate(rate: bigint): string {
  const digits = (rate < 0n ? -rate : rate).toString().padStart(DECIMALS + 1, '0')
  const fraction = digits.slice(-DECIMALS).replace(/0+$/, '')
  const text = `${digits.slice(0, -DECIMALS)}${fraction === '' ? '' : `.${fraction}`}`
  return rate < 0n ? `-${text}` : text
}

/** A share of an amount, rounded half away from zero. */
export function shareOf(minor: bigint, rate: bigint): bigint {
  return divideRounded(minor * rate, RATE_ONE, 'half-up')
}

/**
 * An amount in another currency. @param rate units of the target for one of the source, as decimals
 * have it; @param from, to minor-unit digits of the two
 */
export function convert(minor: bigint, rate: bigint, from: number, to: number): bigint {
  const up = to > from ? 10n ** BigInt(to - from) : 1n
  const down = from > to ? 10n ** BigInt(from - to) : 1n
  return divideRounded(minor * rate * up, RATE_ONE * down, 'half-up')
}
