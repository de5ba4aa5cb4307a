/**
 * Foreign exchange positions (外汇头寸): what is held of a currency, and what it cost in the base one.
 */
import { type Currency, exponentOf } from '../../kernel/money.ts'
import { convert } from '../parameter/rate.ts'

/** @property foreign what is held, @property base what it stands at in the books; both signed alike */
export interface FxPosition {
  readonly currency: Currency
  readonly foreign: bigint
  readonly base: bigint
}

/** What a position is worth in the base currency. @param mid units of the base for one of the foreign */
export function worthOf(
  { currency, foreign }: Pick<FxPosition, 'currency' | 'foreign'>,
  base: Currency,
  mid: bigint,
): bigint {
  return convert(foreign, mid, exponentOf(currency), exponentOf(base))
}

/** Gain, or loss when negative, of carrying a position at today's price (重估). */
export function revaluation(position: FxPosition, base: Currency, mid: bigint): bigint {
  return worthOf(position, base, mid) - position.base
}
