/**
 * Interest of demand deposits: a day's accrual, and the quarter's settlement.
 */
import type { Currency } from '../../kernel/money.ts'
import { type LocalDate, plusDays } from '../../kernel/time.ts'
import { type Parameters, parametersOn } from '../parameter/in-force.ts'
import {
  addAccrued,
  dayUnits,
  type RateStep,
  roundAccrued,
  stretchUnits,
  type ValueChange,
} from '../product/accrual.ts'
import { type DayCount, interestUnit } from '../product/day-count.ts'
import { postProductEvents, type ProductEvent } from '../product/event.ts'
import {
  type AccrualState,
  forwardFrom,
  interestPage,
  type InterestRow,
  storedSince,
  writeAccruals,
} from '../store/contract.ts'
import type { LedgerReader } from '../store/handle.ts'
import {
  count,
  DAY_END_ACTOR,
  type EndingDay,
  type PageDone,
  PlaceSums,
  postSums,
  runPage,
} from './day.ts'

const PAGE = 1000
const SETTLE_PAGE = 200

interface Moved {
  readonly account_id: string
  readonly booking_on: LocalDate
  readonly value_on: LocalDate
  readonly debit: bigint
  readonly credit: bigint
}

/** Accrues the day's interest of a page of accounts. @param after the last account of the page before */
export async function accrueDeposits(day: EndingDay, after: string): Promise<PageDone> {
  return await runPage(day, async (tx, tally, at) => {
    const { tenant, on } = day
    const rows = await interestPage(tx, { tenant, after, limit: BigInt(PAGE) })
    const last = rows.at(-1)?.account_id
    if (last === undefined) return undefined
    const due = rows.filter((row) => row.accrued_to < on)
    if (due.length > 0) {
      const stored = byAccount(await storedSince(tx, { tenant, after, to: last, on }))
      const forward = byAccount(await forwardFrom(tx, { tenant, on }))
      const rates = new DayRates(tx, tenant, on)
      const sums = new PlaceSums()
      const states: AccrualState[] = []
      for (const row of due) {
        const moved = [...stored.get(row.account_id) ?? [], ...forward.get(row.account_id) ?? []]
        const state = await accrue(row, on, moved, rates)
        sums.add(row.institution, row.currency, state.posted - row.posted)
        states.push(state)
      }
      await writeAccruals(tx, tenant, states)
      await postSums(
        tx,
        day,
        at,
        sums,
        ['deposit.interest-accrued', 'deposit.interest-reduced'],
        'interest',
        `deposits from ${due[0]!.account_id}`,
        tally,
      )
      count(tally, 'accounts accrued', BigInt(due.length))
    }
    return rows.length < PAGE ? undefined : last
  })
}

async function accrue(
  row: InterestRow,
  on: LocalDate,
  moved: readonly Moved[],
  rates: DayRates,
): Promise<AccrualState> {
  const dayCount = row.day_count as DayCount
  const sign = row.normal === 'DEBIT' ? 1n : -1n
  // Entries go on under the next day while this one is ended: they are none of its business.
  let balance = row.balance
  if (row.day_on !== null && row.day_on > on) balance -= row.day_debit - row.day_credit
  const backdated: ValueChange[] = []
  for (const { booking_on, value_on, debit, credit } of moved) {
    if (booking_on > on || value_on > on) balance -= debit - credit
    else if (booking_on === on && value_on < on) {
      backdated.push({ valueOn: value_on, minor: sign * (debit - credit) })
    }
  }
  const usual = sign * balance
  const first = plusDays(row.accrued_to, 1)
  const steps = await rates.steps(row, first, backdated)
  // An overdraft earns nothing; what it costs is another product.
  let units = dayUnits(on, usual > 0n ? usual : 0n, backdated, steps, dayCount)
  // Days that were never ended have the balance of this one.
  if (first < on && usual > 0n) units += stretchUnits(usual, first, on, steps, dayCount)
  const accrued = addAccrued({ minor: row.accrued_minor, rest: row.accrued_rest }, units, dayCount)
  return { account: row.account_id, to: on, ...accrued, posted: roundAccrued(accrued, dayCount) }
}

/** Rates on the days that one day's accrual looks at; each key is priced once where it can be. */
class DayRates {
  readonly #db: LedgerReader
  readonly #tenant: string
  readonly #on: LocalDate
  readonly #known = new Map<string, RateStep[]>()
  #parameters: Parameters | undefined

  constructor(db: LedgerReader, tenant: string, on: LocalDate) {
    this.#db = db
    this.#tenant = tenant
    this.#on = on
  }

  /** Rates from the earliest day that matters. @throws Error when a day has none */
  async steps(
    row: InterestRow,
    first: LocalDate,
    backdated: readonly ValueChange[],
  ): Promise<RateStep[]> {
    const from = backdated.reduce((min, { valueOn }) => valueOn < min ? valueOn : min, first)
    const key = JSON.stringify([row.rate_key, row.product, row.institution, row.currency, from])
    let steps = this.#known.get(key)
    if (steps === undefined) {
      this.#parameters ??= await parametersOn(this.#db, this.#tenant, this.#on)
      steps = []
      for (let on = from; on <= this.#on; on = plusDays(on, 1)) {
        const rate = rateOn(this.#parameters, row, on)
        if (steps.at(-1)?.rate !== rate) steps.push({ from: on, rate })
      }
      this.#known.set(key, steps)
    }
    return steps
  }
}

function rateOn(parameters: Parameters, row: InterestRow, on: LocalDate): bigint {
  const priced = parameters.price(row.rate_key, {
    dimensions: {
      institution: row.institution,
      currency: row.currency,
      ...(row.product === null ? {} : { product: row.product }),
    },
    on,
  })
  if (!priced.ok) throw new Error(`${priced.code}: ${priced.message}`)
  return priced.value.rate!
}

/**
 * Pays out what a page of accounts has earned (结息), on the day that is open. An account that takes
 * no entries keeps its interest until the next settlement.
 */
export async function settleDeposits(day: EndingDay, after: string): Promise<PageDone> {
  return await runPage(day, async (tx, tally, at) => {
    const { tenant, on } = day
    const rows = await interestPage(tx, { tenant, after, limit: BigInt(SETTLE_PAGE) })
    const last = rows.at(-1)?.account_id
    if (last === undefined) return undefined
    const due = rows.filter((row) => row.posted > 0n)
    const events = due.map((row): ProductEvent => ({
      type: 'deposit.interest-settled',
      reference: `${row.account_id} ${on}`,
      institution: row.institution,
      currency: row.currency as Currency,
      components: { interest: row.posted },
      dimensions: { account: row.account_id },
      summary: `interest to ${on}`,
      ids: { voucher: day.ports.ids.next('vch'), event: day.ports.ids.next('evt') },
      bookingOn: plusDays(on, 1),
      // A dry run has no other day open; it is undone anyway.
      ...(day.dry ? { day: true } : {}),
    }))
    const by = { at, actor: DAY_END_ACTOR }
    const answers = await postProductEvents(tx, day.works.cache, tenant, by, events)
    const paid: AccrualState[] = []
    for (const [i, row] of due.entries()) {
      if (!answers[i]!.ok) {
        count(tally, 'interest held back')
        continue
      }
      const dayCount = row.day_count as DayCount
      const accrued = { minor: row.accrued_minor, rest: row.accrued_rest }
      const left = addAccrued(accrued, -row.posted * interestUnit(dayCount), dayCount)
      paid.push({ account: row.account_id, to: row.accrued_to, ...left, posted: 0n })
      count(tally, `deposit.interest-settled ${row.institution} ${row.currency}`, row.posted)
      count(tally, 'accounts settled')
    }
    await writeAccruals(tx, tenant, paid)
    return rows.length < SETTLE_PAGE ? undefined : last
  })
}

function byAccount(rows: readonly Moved[]): Map<string, Moved[]> {
  return Map.groupBy(rows, (row) => row.account_id)
}
