/**
 * Loans that are repriced by their rule at the end of a day.
 */
import type { Instant } from '../../kernel/time.ts'
import { type Parameters, parametersOn } from '../parameter/in-force.ts'
import { accruePenalty } from '../product/loan.ts'
import { rateByRule, repriceRest } from '../product/loan-repricing.ts'
import { penaltyRaises, type RaiseOn } from '../product/penalty-booking.ts'
import { repricingDates, type RepricingRule } from '../product/repricing.ts'
import {
  type ContractRow,
  instalmentsOf,
  instalmentState,
  writeInstalments,
} from '../store/contract.ts'
import type { LedgerTx } from '../store/handle.ts'
import { count, DAY_END_ACTOR, type EndingDay, type Tally } from './day.ts'

/**
 * Reprices what is due for it since a contract was last accrued, so that it happens once. Answers the
 * contracts as they are then, in their order.
 *
 * @throws Error when a base has no rate: the day is not over before it has one
 */
export async function repriceContracts(
  tx: LedgerTx,
  day: EndingDay,
  at: Instant,
  contracts: readonly ContractRow[],
  tally: Tally,
): Promise<ContractRow[]> {
  const prices = new DayPrices(tx, day)
  const after: ContractRow[] = []
  for (const contract of contracts) {
    let now = contract
    const rule = (contract.repricing ?? 'NEVER') as RepricingRule
    if (rule !== 'NEVER') {
      const dates = repricingDates(rule, contract.started_on, contract.accrued_to, day.on)
      for (const on of dates) now = await repriceOn(tx, day, at, now, on, rule, prices, tally)
    }
    after.push(now)
  }
  return after
}

async function repriceOn(
  tx: LedgerTx,
  day: EndingDay,
  at: Instant,
  contract: ContractRow,
  on: string,
  cause: Exclude<RepricingRule, 'NEVER'>,
  prices: DayPrices,
  tally: Tally,
): Promise<ContractRow> {
  const { tenant, ports } = day
  const rows = await instalmentsOf(tx, tenant, [contract.id])
  // Penalty up to this day is at the rate that ends with it.
  const raiseOn = await prices.raises()
  await writeInstalments(
    tx,
    tenant,
    rows.flatMap((row) => {
      const before = instalmentState(row)
      const state = accruePenalty(before, on, contract.rate, raiseOn)
      return state === before ? [] : [{ contract: contract.id, state }]
    }),
  )
  const rate = rateByRule(contract, await prices.parameters(), on)
  if (!rate.ok) throw new Error(`${rate.code}: ${rate.message}`)
  const done = await repriceRest(tx, ports, contract, rows, {
    rate: rate.value,
    on,
    cause,
    by: DAY_END_ACTOR,
    at,
  })
  if (!done.ok) {
    // Nothing is left of it but what is due.
    if (done.code === 'NOTHING_DUE') return contract
    throw new Error(`${done.code}: ${done.message}`)
  }
  count(tally, 'loans repriced')
  return done.value
}

/** Parameters of the day, read when somebody asks for them: on most days nobody does. */
class DayPrices {
  readonly #tx: LedgerTx
  readonly #day: EndingDay
  #parameters: Promise<Parameters> | undefined
  #raises: Promise<RaiseOn> | undefined

  constructor(tx: LedgerTx, day: EndingDay) {
    this.#tx = tx
    this.#day = day
  }

  parameters(): Promise<Parameters> {
    return this.#parameters ??= parametersOn(this.#tx, this.#day.tenant, this.#day.on)
  }

  raises(): Promise<RaiseOn> {
    return this.#raises ??= penaltyRaises(this.#tx, this.#day.tenant, this.#day.on)
  }
}
