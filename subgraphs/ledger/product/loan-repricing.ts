/**
 * Repricing of stored loans: at the rate of the day, or by the rule of the contract.
 */
import { ok, refuse, type Result } from '../../kernel/result.ts'
import type { Ports } from '../../kernel/ports.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { Parameters } from '../parameter/in-force.ts'
import type { PriceCode } from '../parameter/pricing.ts'
import {
  type ContractRow,
  dropInstalments,
  insertInstalments,
  type InstalmentRow,
  instalmentState,
  saveContract,
} from '../store/contract.ts'
import type { LedgerTx } from '../store/handle.ts'
import { insertRepricing } from '../store/repricing.ts'
import { afterRepricing, type RepricingRule } from './repricing.ts'
import type {
  Instalment,
  LoanTerms,
  RepaymentMethod,
  RestOfLoan,
  ScheduleCode,
} from './schedule.ts'

/** Why a loan has another rate: its rule, or somebody asked for it. */
export type RepricingCause = Exclude<RepricingRule, 'NEVER'> | 'ASKED'

/** @property rate that counts from `on` */
export interface Repricing {
  readonly rate: bigint
  readonly on: LocalDate
  readonly cause: RepricingCause
  readonly by: string
  readonly at: Instant
}

/**
 * Gives a loan a rate for what is not due of it, and writes that down. An instalment of which something
 * was paid stays as it is. Answers the contract as it is then.
 */
export async function repriceRest(
  tx: LedgerTx,
  ports: Ports,
  contract: ContractRow,
  rows: readonly InstalmentRow[],
  { rate, on, cause, by, at }: Repricing,
): Promise<Result<ContractRow, ScheduleCode | 'NOTHING_DUE'>> {
  const { tenant_id: tenant, id } = contract
  const coming = rows.filter((row) =>
    row.due_on > on && row.paid_principal + row.paid_interest === 0n
  ).map(plannedOf)
  const [first] = coming
  if (first === undefined) return refuse('NOTHING_DUE', 'Nothing is left to reprice.', '/contract')
  // At the rate that it has there is nothing to round anew.
  if (rate !== contract.rate) {
    const begin = rows.find((row) => Number(row.period) === first.period - 1)?.due_on ??
      contract.started_on
    const owed = coming.reduce((sum, row) => sum + row.principal, 0n)
    const loan: RestOfLoan = { terms: termsOf(contract), coming, owed }
    const next = afterRepricing(loan, { rate, on, begin })
    if (!next.ok) return next
    await dropInstalments(tx, { tenant, contract: id, after: BigInt(first.period - 1) })
    await insertInstalments(tx, tenant, id, next.value)
  }
  const repriced = { ...contract, rate }
  await saveContract(tx, repriced)
  await insertRepricing(tx, {
    tenant,
    id: ports.ids.next('rpr'),
    contract: id,
    on,
    rule: cause,
    rateBefore: contract.rate,
    rate,
    by,
    at,
  })
  return ok(repriced)
}

/** What a loan costs on a day by its own base and spread; its rate when it has no base. */
export function rateByRule(
  contract: ContractRow,
  parameters: Parameters,
  on: LocalDate,
): Result<bigint, PriceCode> {
  if (contract.base_key === null) return ok(contract.rate)
  const base = parameters.price(contract.base_key, {
    dimensions: {
      product: contract.product,
      institution: contract.institution,
      currency: contract.currency,
    },
    minor: contract.principal,
    on,
  })
  return base.ok ? ok(base.value.rate! + contract.spread!) : base
}

/** A loan's terms, at the rate that it has. */
export function termsOf(contract: ContractRow): LoanTerms {
  return {
    method: contract.method as RepaymentMethod,
    minor: contract.principal,
    rate: contract.rate,
    periods: Number(contract.periods),
    startedOn: contract.started_on,
    interestOnly: Number(contract.interest_only),
  }
}

/** A stored instalment as it was planned. */
export function plannedOf(row: InstalmentRow): Instalment {
  const { period, dueOn, principal, interest, split } = instalmentState(row)
  const { remaining } = row
  return {
    period,
    dueOn,
    principal,
    interest,
    remaining,
    ...(split === undefined ? {} : { split }),
  }
}
