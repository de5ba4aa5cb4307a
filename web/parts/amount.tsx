/**
 * Amounts as they are read: grouped, aligned, never through a floating point number.
 */

export interface MoneyText {
  readonly amount: string
  readonly currency: string
}

/** `-1234567.50` → `-1,234,567.50`. */
export function groupDigits(amount: string): string {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(amount)
  if (match === null) return amount
  const [, sign, whole, decimals = ''] = match
  return `${sign}${whole!.replaceAll(/\B(?=(\d{3})+$)/g, ',')}${decimals}`
}

export function Amount({ money, bare = false }: { money: MoneyText; bare?: boolean }) {
  return (
    <span className='amount'>
      {groupDigits(money.amount)}
      {bare ? '' : ` ${money.currency}`}
    </span>
  )
}

export function isNegative({ amount }: MoneyText): boolean {
  return amount.startsWith('-')
}

export function negated({ amount, currency }: MoneyText): MoneyText {
  return { amount: amount.startsWith('-') ? amount.slice(1) : `-${amount}`, currency }
}

/** The sums of some amounts by currency, exact. */
export function sumsOf(amounts: readonly MoneyText[]): MoneyText[] {
  const sums = new Map<string, { minor: bigint; decimals: number }>()
  for (const { amount, currency } of amounts) {
    const [whole, decimals = ''] = amount.replace('-', '').split('.')
    const minor = BigInt(whole! + decimals) * (amount.startsWith('-') ? -1n : 1n)
    const before = sums.get(currency)
    sums.set(currency, { minor: (before?.minor ?? 0n) + minor, decimals: decimals.length })
  }
  return [...sums].map(([currency, { minor, decimals }]) => ({
    currency,
    amount: decimalText(minor, decimals),
  }))
}

function decimalText(minor: bigint, decimals: number): string {
  const digits = (minor < 0n ? -minor : minor).toString().padStart(decimals + 1, '0')
  const cut = digits.length - decimals
  const text = decimals === 0 ? digits : `${digits.slice(0, cut)}.${digits.slice(cut)}`
  return minor < 0n ? `-${text}` : text
}
