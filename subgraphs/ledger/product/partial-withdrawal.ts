/**
 * A part of a term deposit withdrawn before its time (部分提前支取): the part earns the demand rate for
 * its days, the rest keeps its rate and its dates.
 *
 * @see 《储蓄管理条例》第二十四条 and following: of a part withdrawn early, the part earns the demand
 * rate of the day; the rest keeps the rate of the day of deposit
 */
import { type Refusal, refuse } from '../../kernel/result.ts'
import type { LocalDate } from '../../kernel/time.ts'
import { pieceInterest, type TermDeposit, withdrawalInterest } from './deposit.ts'

/**
 * @property times how often a part may be withdrawn in all
 * @property restMinor the least that is to stay, minor units
 */
export interface PartialLimits {
  readonly times: number
  readonly restMinor: bigint
}

export type PartialCode =
  | 'DEPOSIT_MATURED'
  | 'LEG_NOT_POSITIVE'
  | 'REST_TOO_SMALL'
  | 'WITHDRAWALS_SPENT'

/** Why a part may not be withdrawn. @param times how often one was before */
export function checkPartial(
  deposit: TermDeposit,
  times: number,
  minor: bigint,
  on: LocalDate,
  limits: PartialLimits,
): Refusal<PartialCode> | undefined {
  if (minor <= 0n) return refuse('LEG_NOT_POSITIVE', 'The amount is positive.', '/amount')
  if (on >= deposit.maturesOn) {
    return refuse('DEPOSIT_MATURED', 'The deposit has matured: all of it is paid out.', '/contract')
  }
  if (times >= limits.times) {
    return refuse(
      'WITHDRAWALS_SPENT',
      `A part is withdrawn early ${limits.times} times at most.`,
      '/contract',
      { times: limits.times.toString() },
    )
  }
  const rest = deposit.minor - minor
  // Nothing left is no part: the whole is withdrawn, and the contract ends.
  if (rest <= 0n || rest < limits.restMinor) {
    return refuse('REST_TOO_SMALL', 'Less than the least deposit would be left.', '/amount', {
      least: limits.restMinor.toString(),
    })
  }
  return undefined
}

/**
 * What withdrawing a part comes to, minor units.
 *
 * @property interest that is paid with the part
 * @property accrued what of it was set aside; @property more what was not
 * @property less what was set aside for the part in vain
 * @property keeps what stays set aside for the rest
 */
export interface PartialWithdrawal {
  readonly interest: bigint
  readonly accrued: bigint
  readonly more: bigint
  readonly less: bigint
  readonly keeps: bigint
}

/**
 * Divides what was set aside for a deposit between a part that is withdrawn and the rest.
 *
 * @param demandRate of the day of the withdrawal
 * @param booked set aside for the whole, with interest up to `accruedTo`
 */
export function withdrawPart(
  deposit: TermDeposit,
  minor: bigint,
  on: LocalDate,
  demandRate: bigint,
  booked: bigint,
  accruedTo: LocalDate,
): PartialWithdrawal {
  const interest = withdrawalInterest(deposit, minor, on, demandRate)
  const { rate, startedOn } = deposit
  const keeps = pieceInterest(deposit.minor - minor, rate, startedOn, accruedTo)
  const ofPart = booked - keeps
  const accrued = interest < ofPart ? interest : ofPart
  return { interest, accrued, more: interest - accrued, less: ofPart - accrued, keeps }
}
