/**
 * What the steps of a day's end share (日终).
 */
import type { Currency } from '../../kernel/money.ts'
import type { Ports } from '../../kernel/ports.ts'
import { refuse, type Result } from '../../kernel/result.ts'
import type { Instant, LocalDate } from '../../kernel/time.ts'
import type { LedgerWorks } from '../command-desk.ts'
import { postProductEvents, type ProductEvent } from '../product/event.ts'
import type { LedgerTx } from '../store/handle.ts'

/** Who the steps' vouchers are posted by. */
export const DAY_END_ACTOR = 'day-end'

/** A day that is being ended. @property dry whether everything is undone again */
export interface EndingDay {
  readonly works: LedgerWorks
  readonly ports: Ports
  readonly tenant: string
  readonly on: LocalDate
  readonly dry: boolean
}

/** Counts and sums of what steps did, by name: `deposit.interest-accrued 1001 CNY`. */
export type Tally = Record<string, bigint>

export function count(tally: Tally, name: string, by = 1n): void {
  tally[name] = (tally[name] ?? 0n) + by
}

/** One page of a step. @property next where the step goes on; nothing when it is over */
export interface PageDone {
  readonly next: string | undefined
  readonly tally: Tally
}

/**
 * Runs a page as one unit of work. What it does is kept together with the mark that it is done, so
 * that a page that is run again finds nothing to do; a dry run is undone.
 */
export async function runPage(
  day: EndingDay,
  page: (tx: LedgerTx, tally: Tally, at: Instant) => Promise<string | undefined>,
): Promise<PageDone> {
  let done: PageDone | undefined
  const at = day.ports.clock.now()
  const answer = await day.works.store.write(async (tx): Promise<Result<null> | null> => {
    // A unit may be run again: what it counted before counts no more.
    const tally: Tally = {}
    done = { next: await page(tx, tally, at), tally }
    return day.dry ? refuse('DRY_RUN', 'Everything is undone.') : null
  }, { lane: day.tenant })
  void answer
  return done!
}

/** Amounts by place, to be posted as one voucher each. */
export class PlaceSums {
  readonly #sums = new Map<string, { institution: string; currency: Currency; minor: bigint }>()

  add(institution: string, currency: string, minor: bigint): void {
    const key = `${institution} ${currency}`
    const sum = this.#sums.get(key)
    if (sum === undefined) {
      this.#sums.set(key, { institution, currency: currency as Currency, minor })
    } else sum.minor += minor
  }

  *[Symbol.iterator](): Generator<{ institution: string; currency: Currency; minor: bigint }> {
    for (const sum of this.#sums.values()) if (sum.minor !== 0n) yield sum
  }
}

/**
 * Posts what a step did to many accounts, one voucher per institution and currency.
 *
 * @param types of the event when a sum is positive, and when it is negative
 * @param reference names the page, so that its event happens once
 * @throws Error when a posting is refused: the rules of products are the bank's, and wrong ones stop
 * the day before it is over
 */
export async function postSums(
  tx: LedgerTx,
  day: EndingDay,
  at: Instant,
  sums: PlaceSums,
  types: readonly [raised: string, lowered: string],
  component: string,
  reference: string,
  tally: Tally,
): Promise<void> {
  const events: ProductEvent[] = []
  for (const { institution, currency, minor } of sums) {
    const type = minor > 0n ? types[0] : types[1]
    const magnitude = minor > 0n ? minor : -minor
    count(tally, `${type} ${institution} ${currency}`, magnitude)
    events.push({
      type,
      reference: `${day.on} ${reference} ${institution} ${currency}`,
      institution,
      currency,
      components: { [component]: magnitude },
      dimensions: {},
      summary: `${type} ${day.on}`,
      ids: { voucher: day.ports.ids.next('vch'), event: day.ports.ids.next('evt') },
      bookingOn: day.on,
      day: true,
    })
  }
  const by = { at, actor: DAY_END_ACTOR }
  const answers = await postProductEvents(tx, day.works.cache, day.tenant, by, events)
  const refused = answers.find((answer) => !answer.ok)
  if (refused !== undefined && !refused.ok) throw new Error(`${refused.code}: ${refused.message}`)
}
