/**
 * Channels (渠道): where a posting comes in, and how much may come in there at once.
 */
import type { Money } from '../kernel/money.ts'
import { type Refusal, refuse } from '../kernel/result.ts'
import type { LocalDate } from '../kernel/time.ts'
import type { ParameterQuery } from './parameter/table.ts'
import type { Price, PriceCode } from './parameter/pricing.ts'
import type { Result } from '../kernel/result.ts'

/** The parameter that limits one posting, by channel and currency. */
export const CHANNEL_LIMIT_KEY = 'limit.posting'

export const CHANNELS = ['counter', 'mobile', 'partner', 'batch', 'desk'] as const
export type Channel = (typeof CHANNELS)[number]

export function isChannel(name: string): name is Channel {
  return (CHANNELS as readonly string[]).includes(name)
}

/** What limits are looked up in. */
export interface Prices {
  price(key: string, query: ParameterQuery): Result<Price, PriceCode>
}

/** Why amounts are too much for their channel; nothing where no limit is in force for it. */
export function checkChannel(
  prices: Prices,
  channel: Channel,
  amounts: readonly Money[],
  on: LocalDate,
): Refusal<'CHANNEL_LIMIT'> | undefined {
  const sums = new Map<string, bigint>()
  for (const { minor, currency } of amounts) sums.set(currency, (sums.get(currency) ?? 0n) + minor)
  for (const [currency, minor] of sums) {
    const limit = prices.price(CHANNEL_LIMIT_KEY, { dimensions: { channel, currency }, on })
    if (!limit.ok || limit.value.currency !== currency) continue
    if (minor > limit.value.minor!) {
      return refuse('CHANNEL_LIMIT', `More than ${channel} takes at once.`, '/legs', { channel })
    }
  }
  return undefined
}
