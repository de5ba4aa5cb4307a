/**
 * Penalty interest (罚息) of stored loans: what its rates were, and what of it is to be booked.
 */
import type { LocalDate } from '../../kernel/time.ts'
import { parametersOn } from '../parameter/in-force.ts'
import type { ContractRow } from '../store/contract.ts'
import type { LedgerReader } from '../store/handle.ts'
import { type InstalmentState, penaltyOwed } from './loan.ts'
import { isNonAccrual, type LoanGrade } from './overdue.ts'

const PENALTY_KEY = 'rate.loan.penalty'

/** By how much of itself a loan's rate is raised on a day; by nothing where no row applies. */
export type RaiseOn = (day: LocalDate) => bigint

/** Raises by the parameter as it is in force on a day, for that day and those before it. */
export async function penaltyRaises(
  db: LedgerReader,
  tenant: string,
  on: LocalDate,
): Promise<RaiseOn> {
  const parameters = await parametersOn(db, tenant, on)
  const known = new Map<LocalDate, bigint>()
  return (day) => {
    let raise = known.get(day)
    if (raise === undefined) {
      const priced = parameters.price(PENALTY_KEY, { dimensions: {}, on: day })
      known.set(day, raise = priced.ok ? priced.value.rate! : 0n)
    }
    return raise
  }
}

/**
 * A contract once the penalty of its instalments is in the books, and what is to be booked for it:
 * as income that is receivable, or noted off the balance sheet (表外) while it bears no income.
 */
export function bookPenalty(
  contract: ContractRow,
  instalments: readonly InstalmentState[],
): { contract: ContractRow; minor: bigint; noted: boolean } {
  const { penalty_posted: posted, penalty_off: off } = contract
  const minor = penaltyOwed(instalments) - posted - off
  const noted = isNonAccrual(contract.grade as LoanGrade)
  return {
    contract: {
      ...contract,
      penalty_posted: posted + (noted ? 0n : minor),
      penalty_off: off + (noted ? minor : 0n),
    },
    minor,
    noted,
  }
}
