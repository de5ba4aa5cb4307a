/**
 * Due days that a calendar has moved since they were agreed.
 */
import { type Parameters, parametersOn } from '../parameter/in-force.ts'
import { movedInstalment, moverOf } from '../product/loan-due-day.ts'
import {
  type ContractRow,
  type InstalmentRow,
  instalmentsOf,
  moveInstalment,
} from '../store/contract.ts'
import type { LedgerTx } from '../store/handle.ts'
import { count, type EndingDay, type Tally } from './day.ts'

/** Contracts with their instalments, by id. */
export interface Page {
  readonly contracts: readonly ContractRow[]
  readonly instalments: ReadonlyMap<string, readonly InstalmentRow[]>
}

/**
 * Has the next instalment of each loan fall due when the calendar says, which may be newer than the
 * schedule. A loan whose last one moves ends with it.
 */
export async function moveDueDays(
  tx: LedgerTx,
  day: EndingDay,
  contracts: readonly ContractRow[],
  tally: Tally,
): Promise<Page> {
  const { tenant, on } = day
  const rows = await instalmentsOf(tx, tenant, contracts.map(({ id }) => id))
  const instalments = Map.groupBy(rows, (row) => row.contract_id)
  let parameters: Parameters | undefined
  const after: ContractRow[] = []
  for (const contract of contracts) {
    after.push(contract)
    if ((contract.due_day ?? 'NONE') === 'NONE') continue
    parameters ??= await parametersOn(tx, tenant, on)
    const own = instalments.get(contract.id) ?? []
    const moved = movedInstalment(contract, own, on, moverOf(contract, parameters))
    if (moved === undefined) continue
    const { instalment: { period }, dueOn } = moved
    await moveInstalment(tx, { tenant, contract: contract.id, period, dueOn })
    instalments.set(
      contract.id,
      own.map((row) => row.period === period ? { ...row, due_on: dueOn, penalty_to: dueOn } : row),
    )
    const last = own.at(-1)!.period === period
    after[after.length - 1] = last ? { ...contract, matures_on: dueOn } : contract
    count(tally, 'due days moved')
  }
  return { contracts: after, instalments }
}
