/**
 * A day of loans and term deposits: rates, interest, penalty, what is due, grade, provisions.
 */
import type { Instant, LocalDate } from '../../kernel/time.ts'
import { CommandDesk } from '../command-desk.ts'
import { systemActor } from '../../kernel/actor.ts'
import { DepositCommands, termDeposit } from '../product/deposit-commands.ts'
import { LoanCommands } from '../product/loan-commands.ts'
import { pieceInterest, withdrawalInterest } from '../product/deposit.ts'
import {
  accruePenalty,
  daysPastDue,
  duesOf,
  earnedInterest,
  type InstalmentState,
  outstandingOf,
} from '../product/loan.ts'
import { gradeOf, isNonAccrual, type LoanGrade, provisionOf } from '../product/overdue.ts'
import { bookPenalty, penaltyRaises } from '../product/penalty-booking.ts'
import { parametersOn } from '../parameter/in-force.ts'
import {
  contractById,
  contractPage,
  type ContractRow,
  type InstalmentRow,
  instalmentsOf,
  instalmentState,
  saveContract,
  writeInstalments,
} from '../store/contract.ts'
import type { LedgerTx } from '../store/handle.ts'
import {
  count,
  DAY_END_ACTOR,
  type EndingDay,
  type PageDone,
  PlaceSums,
  postSums,
  runPage,
  type Tally,
} from './day.ts'
import { moveDueDays } from './due-days.ts'
import { repriceContracts } from './repricing.ts'

const PAGE = 100

/** Everything that a page of contracts needs at the end of a day. */
export async function endContracts(day: EndingDay, after: string): Promise<PageDone> {
  return await runPage(day, async (tx, tally, at) => {
    const { tenant, on } = day
    const rows = await contractPage(tx, { tenant, after, limit: BigInt(PAGE) })
    const last = rows.at(-1)?.id
    if (last === undefined) return undefined
    const due = rows.filter((row) => row.accrued_to < on)
    const page = new ContractPage(tx, day, at, tally)
    await page.run(due)
    count(tally, 'contracts', BigInt(due.length))
    return rows.length < PAGE ? undefined : last
  })
}

class ContractPage {
  readonly #tx: LedgerTx
  readonly #day: EndingDay
  readonly #at: Instant
  readonly #tally: Tally
  readonly #deposits: DepositCommands
  readonly #loans: LoanCommands

  constructor(tx: LedgerTx, day: EndingDay, at: Instant, tally: Tally) {
    this.#tx = tx
    this.#day = day
    this.#at = at
    this.#tally = tally
    const actor = systemActor(day.tenant, DAY_END_ACTOR, 'system')
    const desk = new CommandDesk(day.works, day.ports, actor)
    this.#deposits = new DepositCommands(desk)
    this.#loans = new LoanCommands(desk)
  }

  async run(due: readonly ContractRow[]): Promise<void> {
    if (due.length === 0) return
    // First, so that the day's interest and what falls due are at the rates that count by then.
    const repriced = await repriceContracts(this.#tx, this.#day, this.#at, due, this.#tally)
    const { contracts, instalments } = await moveDueDays(
      this.#tx,
      this.#day,
      repriced,
      this.#tally,
    )
    const name = `contracts from ${contracts[0]!.id}`
    await this.#accrue(contracts, instalments, name)
    for (const { id } of contracts) await this.#fallDue(id)
    await this.#grade(contracts, name)
  }

  /**
   * The day's interest and penalty, of loans as receivable or noted off the balance sheet, of deposits
   * as payable.
   */
  async #accrue(
    contracts: readonly ContractRow[],
    instalments: ReadonlyMap<string, readonly InstalmentRow[]>,
    name: string,
  ): Promise<void> {
    const { on } = this.#day
    const [loans, noted, deposits] = [new PlaceSums(), new PlaceSums(), new PlaceSums()]
    const [penalties, notedPenalties] = [new PlaceSums(), new PlaceSums()]
    const raiseOn = await penaltyRaises(this.#tx, this.#day.tenant, on)
    const changed: { contract: string; state: InstalmentState }[] = []
    for (const contract of contracts) {
      const { institution, currency } = contract
      if (contract.kind === 'TERM_DEPOSIT') {
        const delta = await this.#earned(contract, on) - contract.posted
        deposits.add(institution, currency, delta)
        await saveContract(this.#tx, {
          ...contract,
          accrued_to: on,
          posted: contract.posted + delta,
        })
        continue
      }
      const states = (instalments.get(contract.id) ?? []).map((row) => {
        const before = instalmentState(row)
        const state = accruePenalty(before, on, contract.rate, raiseOn)
        if (state !== before) changed.push({ contract: contract.id, state })
        return state
      })
      const paid = states.reduce((sum, one) => sum + one.paidInterest, 0n)
      const owed = earnedInterest(states, contract.started_on, on) - paid
      const delta = owed - contract.posted - contract.off_posted
      const off = isNonAccrual(contract.grade as LoanGrade)
      if (off) noted.add(institution, currency, delta)
      else loans.add(institution, currency, delta)
      const penalty = bookPenalty(contract, states)
      const sums = penalty.noted ? notedPenalties : penalties
      sums.add(institution, currency, penalty.minor)
      await saveContract(this.#tx, {
        ...penalty.contract,
        accrued_to: on,
        posted: contract.posted + (off ? 0n : delta),
        off_posted: contract.off_posted + (off ? delta : 0n),
      })
    }
    await writeInstalments(this.#tx, this.#day.tenant, changed)
    const post = (sums: PlaceSums, raised: string, lowered: string, component: string) =>
      this.#post(sums, [raised, lowered], component, name)
    await post(deposits, 'deposit.interest-accrued', 'deposit.interest-reduced', 'interest')
    await post(loans, 'loan.interest-accrued', 'loan.interest-reduced', 'interest')
    await post(noted, 'loan.interest-noted', 'loan.interest-unnoted', 'interest')
    await post(penalties, 'loan.penalty-accrued', 'loan.penalty-reduced', 'penalty')
    await post(notedPenalties, 'loan.penalty-noted', 'loan.penalty-unnoted', 'penalty')
  }

  async #earned(contract: ContractRow, on: LocalDate): Promise<bigint> {
    const deposit = termDeposit(contract)
    const { minor, rate, startedOn, maturesOn } = deposit
    if (on <= maturesOn) return pieceInterest(minor, rate, startedOn, on)
    const parameters = await parametersOn(this.#tx, this.#day.tenant, on)
    const demand = parameters.price('rate.deposit.demand', { dimensions: {}, on })
    if (!demand.ok) throw new Error(`${demand.code}: ${demand.message}`)
    return withdrawalInterest(deposit, minor, on, demand.value.rate!)
  }

  /** Collects what is due of a loan; pays out a deposit that matures. */
  async #fallDue(id: string): Promise<void> {
    const { tenant, on } = this.#day
    const [contract] = await contractById(this.#tx, { tenant, id })
    const how = { actor: DAY_END_ACTOR, day: true }
    if (contract!.kind === 'TERM_DEPOSIT') {
      if (contract!.matures_on > on) return
      const done = await this.#deposits.payOut(this.#tx, contract!, on, this.#at, how)
      count(this.#tally, done.ok ? 'deposits matured' : 'deposits not paid out')
      return
    }
    const rows = await instalmentsOf(this.#tx, tenant, [id])
    if (!rows.some((row) => row.due_on <= on && isOwed(row))) return
    const done = await this.#loans.collect(this.#tx, contract!, on, this.#at, how)
    count(this.#tally, done.ok ? 'loans collected' : 'loans not collected')
  }

  /** Grades loans by days past due, moves interest off the balance sheet, sets provisions aside. */
  async #grade(contracts: readonly ContractRow[], name: string): Promise<void> {
    const { tenant, on } = this.#day
    const [suspended, resumed, provisions] = [new PlaceSums(), new PlaceSums(), new PlaceSums()]
    const [suspendedPenalty, resumedPenalty] = [new PlaceSums(), new PlaceSums()]
    for (const { id, kind } of contracts) {
      if (kind !== 'LOAN') continue
      const [contract] = await contractById(this.#tx, { tenant, id })
      const states = (await instalmentsOf(this.#tx, tenant, [id])).map(instalmentState)
      const grade = gradeOf(daysPastDue(states, on))
      const { institution, currency, posted, off_posted: off } = contract!
      const { penalty_posted: penalty, penalty_off: penaltyOff } = contract!
      const [was, is] = [isNonAccrual(contract!.grade as LoanGrade), isNonAccrual(grade)]
      const [suspends, resumes] = [is && !was, was && !is]
      if (suspends) {
        suspended.add(institution, currency, posted)
        suspendedPenalty.add(institution, currency, penalty)
      }
      if (resumes) {
        resumed.add(institution, currency, off)
        resumedPenalty.add(institution, currency, penaltyOff)
      }
      const outstanding = outstandingOf(contract!.principal - contract!.prepaid, states)
      const provision = provisionOf(outstanding, grade)
      provisions.add(institution, currency, provision - contract!.provision)
      if (grade !== contract!.grade) count(this.#tally, `graded ${grade}`)
      const over = outstanding === 0n && duesOf(states, on).length === 0
      await saveContract(this.#tx, {
        ...contract!,
        grade,
        provision,
        ...(suspends ? movedOff(contract!) : resumes ? movedOn(contract!) : {}),
        ...(over ? { status: 'ENDED' } : {}),
      })
    }
    const types = [
      [suspended, 'loan.suspended', 'loan.resumed', 'interest'],
      [resumed, 'loan.resumed', 'loan.suspended', 'interest'],
      [suspendedPenalty, 'loan.penalty-suspended', 'loan.penalty-resumed', 'penalty'],
      [resumedPenalty, 'loan.penalty-resumed', 'loan.penalty-suspended', 'penalty'],
      [provisions, 'loan.provision-raised', 'loan.provision-released', 'provision'],
    ] as const
    for (const [sums, raised, lowered, component] of types) {
      await this.#post(sums, [raised, lowered], component, name)
    }
  }

  async #post(
    sums: PlaceSums,
    types: readonly [raised: string, lowered: string],
    component: string,
    name: string,
  ): Promise<void> {
    await postSums(this.#tx, this.#day, this.#at, sums, types, component, name, this.#tally)
  }
}

function isOwed(row: InstalmentRow): boolean {
  return row.paid_principal + row.paid_interest < row.principal + row.interest
}

type Income = Pick<ContractRow, 'posted' | 'off_posted' | 'penalty_posted' | 'penalty_off'>

/** Interest and penalty of a loan that bears no income any more: all noted off the balance sheet. */
function movedOff({ posted, off_posted, penalty_posted, penalty_off }: Income): Income {
  return {
    posted: 0n,
    off_posted: off_posted + posted,
    penalty_posted: 0n,
    penalty_off: penalty_off + penalty_posted,
  }
}

/** The same once it bears income again. */
function movedOn({ posted, off_posted, penalty_posted, penalty_off }: Income): Income {
  return {
    posted: posted + off_posted,
    off_posted: 0n,
    penalty_posted: penalty_posted + penalty_off,
    penalty_off: 0n,
  }
}
