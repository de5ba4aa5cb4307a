/**
 * Figures as printed: digits and precision as integers, and the interval that a rounded figure
 * stands for. Never a float.
 *
 * A printed figure stands for every value that rounds to it, half a unit of its last digit to each
 * side. XBRL's Calculations 1.1 compares reported facts the same way.
 */

/**
 * A decimal figure: `digits × 10^-decimals`. @property decimals may be negative: 1.5 万元 is 15 × 10^3
 */
export interface Decimal {
  readonly digits: bigint
  readonly decimals: number
}

/**
 * A figure as printed.
 *
 * @property percent a % follows
 * @property grouped false when thousands separators stand in the wrong places
 */
export interface Amount extends Decimal {
  readonly percent: boolean
  readonly grouped: boolean
}

const FIGURE =
  /^([-−–－+]?)([(（]?)([-−–－]?)[¥￥]?(\d[\d,，]*)(?:[.．](\d+))?(%|％)?([)）]?)(%|％)?$/

/**
 * Reads a figure that stands alone: `1,234.50`, `(1,234.50)`, `-12.3%`. Undefined for anything else,
 * dates, note numbers such as `七、1` and empty slots included.
 */
export function readAmount(text: string): Amount | undefined {
  const match = FIGURE.exec(halfWidth(text.replaceAll(/[\s\u00a0]/g, '')))
  if (match === null) return undefined
  const [, sign, open, inner, whole, fraction = '', percentIn, close, percentOut] = match
  if ((open === '') !== (close === '')) return undefined
  if (whole!.length > 30 || fraction.length > 12) return undefined
  const plain = whole!.replaceAll(/[,，]/g, '')
  const negative = open !== '' || /[-−–－]/.test(sign!) || inner !== ''
  const digits = BigInt(plain + fraction)
  return {
    digits: negative ? -digits : digits,
    decimals: fraction.length,
    percent: percentIn !== undefined || percentOut !== undefined,
    grouped: plain === whole || /^\d{1,3}([,，]\d{3})+$/.test(whole!),
  }
}

/** Whether a text is a figure. */
export function isAmountText(text: string): boolean {
  return readAmount(text) !== undefined
}

/** Whether a cell says that there is no figure: `-`, `—`, `/`, 不适用, or nothing. */
export function isEmptySlot(text: string): boolean {
  return /^(?:[-−–－—―─/\\\s]*|不适用|无|N\/A|不适用不适用)$/i.test(text.trim())
}

const FULL_WIDTH = /[０-９．％（），－＋]/g
const HALF_WIDTH: Readonly<Record<string, string>> = {
  '．': '.',
  '％': '%',
  '（': '(',
  '）': ')',
  '，': ',',
  '－': '-',
  '＋': '+',
}

/** Full-width digits and marks as half-width ones. */
export function halfWidth(text: string): string {
  return text.replaceAll(
    FULL_WIDTH,
    (c) => HALF_WIDTH[c] ?? String.fromCharCode(c.charCodeAt(0) - 0xfee0),
  )
}

/** `digits` of a figure at a finer scale. @throws RangeError when the scale is coarser */
export function digitsAt(value: Decimal, decimals: number): bigint {
  if (decimals < value.decimals) throw new RangeError('a figure is not made coarser')
  return value.digits * 10n ** BigInt(decimals - value.decimals)
}

/** A figure in another unit: 12.5 万元 in 元 is `scaled(x, 4)`. @param power of ten */
export function scaled(value: Decimal, power: number): Decimal {
  return { digits: value.digits, decimals: value.decimals - power }
}

/** Compares two figures: negative, zero or positive. */
export function compare(a: Decimal, b: Decimal): number {
  const decimals = Math.max(a.decimals, b.decimals)
  const difference = digitsAt(a, decimals) - digitsAt(b, decimals)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

export function add(a: Decimal, b: Decimal): Decimal {
  const decimals = Math.max(a.decimals, b.decimals)
  return { digits: digitsAt(a, decimals) + digitsAt(b, decimals), decimals }
}

export function subtract(a: Decimal, b: Decimal): Decimal {
  return add(a, { digits: -b.digits, decimals: b.decimals })
}

export function multiply(a: Decimal, factor: bigint): Decimal {
  return { digits: a.digits * factor, decimals: a.decimals }
}

/** What a printed figure may stand for; both ends belong to it. */
export interface Interval {
  readonly low: Decimal
  readonly high: Decimal
}

/** Half a unit of the last printed digit to each side. */
export function intervalOf(value: Decimal): Interval {
  const decimals = value.decimals + 1
  const digits = value.digits * 10n
  return { low: { digits: digits - 5n, decimals }, high: { digits: digits + 5n, decimals } }
}

export function addIntervals(a: Interval, b: Interval): Interval {
  return { low: add(a.low, b.low), high: add(a.high, b.high) }
}

/** An interval times a whole number; a negative one turns it round. */
export function timesInterval(a: Interval, factor: bigint): Interval {
  const low = multiply(a.low, factor)
  const high = multiply(a.high, factor)
  return factor < 0n ? { low: high, high: low } : { low, high }
}

/** Whether two intervals have a value in common. */
export function overlap(a: Interval, b: Interval): boolean {
  return compare(a.low, b.high) <= 0 && compare(b.low, a.high) <= 0
}

/** Whether two printed figures can be the same one, printed to different precision. */
export function agree(a: Decimal, b: Decimal): boolean {
  // Of one precision they are the same or not; halves would touch.
  if (a.decimals === b.decimals) return a.digits === b.digits
  return overlap(intervalOf(a), intervalOf(b))
}

/** A figure with separators, as a report prints it. */
export function printDecimal(value: Decimal): string {
  const decimals = Math.max(value.decimals, 0)
  const digits = digitsAt(value, decimals)
  const text = (digits < 0n ? -digits : digits).toString().padStart(decimals + 1, '0')
  const whole = text.slice(0, text.length - decimals).replaceAll(/\B(?=(\d{3})+$)/g, ',')
  return `${digits < 0n ? '-' : ''}${whole}${decimals > 0 ? `.${text.slice(-decimals)}` : ''}`
}

/** The product of two figures. */
export function times(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, decimals: a.decimals + b.decimals }
}

const HUNDRED: Decimal = { digits: 100n, decimals: 0 }

/**
 * Whether `numerator / denominator` can be a printed percentage, as each figure was rounded.
 *
 * @param slackUnits units of the percentage's last digit that are let pass besides
 * @returns undefined where the denominator may be zero or is negative
 */
export function canBePercentage(
  percentage: Decimal,
  numerator: Interval,
  denominator: Interval,
  slackUnits = 0n,
): boolean | undefined {
  if (denominator.low.digits <= 0n) return undefined
  const slack: Decimal = { digits: slackUnits, decimals: percentage.decimals }
  const { low, high } = intervalOf(percentage)
  const least = times(numerator.low, HUNDRED)
  const most = times(numerator.high, HUNDRED)
  const leastOver = numerator.low.digits >= 0n ? denominator.high : denominator.low
  const mostOver = numerator.high.digits >= 0n ? denominator.low : denominator.high
  return compare(least, times(add(high, slack), leastOver)) <= 0 &&
    compare(most, times(subtract(low, slack), mostOver)) >= 0
}

/** `100 × numerator / denominator` to some decimals, rounded half away from zero. */
export function percentageOf(numerator: Decimal, denominator: Decimal, decimals: number): Decimal {
  const scale = Math.max(numerator.decimals, denominator.decimals)
  const n = digitsAt(numerator, scale) * 100n * 10n ** BigInt(decimals)
  const d = digitsAt(denominator, scale)
  const magnitude = ((n < 0n ? -n : n) * 2n + (d < 0n ? -d : d)) / ((d < 0n ? -d : d) * 2n)
  return { digits: (n < 0n) === (d < 0n) ? magnitude : -magnitude, decimals }
}

/** A figure without its sign. */
export function absolute(value: Decimal): Decimal {
  return value.digits < 0n ? { ...value, digits: -value.digits } : value
}
