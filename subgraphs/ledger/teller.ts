/**
 * The counter (柜面): cash in a teller's drawer (尾箱), and its count at the end of the day (轧账).
 */
import { ok, type Refusal, refuse, type Result } from '../kernel/result.ts'
import type { LocalDate } from '../kernel/time.ts'

export type TellerCode =
  | 'COUNT_DECIDED'
  | 'COUNT_MISMATCH'
  | 'DRAWER_CLOSED'
  | 'DRAWER_MOVED'
  | 'DRAWER_UNCHECKED'
  | 'LEG_NOT_POSITIVE'
  | 'REASON_MISSING'
  | 'SELF_APPROVAL'

/** What a count comes to. @property difference counted less booked: over (长款) or short (短款) */
export interface DrawerCount {
  readonly booked: bigint
  readonly counted: bigint
  readonly difference: bigint
}

/** What a second person said of a count that differs. */
export type CountVerdict = 'APPROVED' | 'REJECTED'

/**
 * A count as it is kept.
 *
 * @property verdict none while nobody has checked it; a count without a difference needs none
 */
export interface KeptCount {
  readonly teller: string
  readonly on: LocalDate
  readonly booked: bigint
  readonly counted: bigint
  readonly verdict: CountVerdict | null
}

/**
 * - `BALANCED`: what was counted is what the books say
 * - `TO_CHECK`: it differs, and a second person is to check it
 * - `ACCEPTED`: checked; the difference is in suspense
 * - `REJECTED`: checked; the drawer is counted again
 */
export type CountState = 'BALANCED' | 'TO_CHECK' | 'ACCEPTED' | 'REJECTED'

export function countState(
  { booked, counted, verdict }: Pick<KeptCount, 'booked' | 'counted' | 'verdict'>,
): CountState {
  if (booked === counted) return 'BALANCED'
  if (verdict === null) return 'TO_CHECK'
  return verdict === 'APPROVED' ? 'ACCEPTED' : 'REJECTED'
}

/**
 * Compares a count with the books. A difference is taken only from whoever says so: it waits for a
 * second person, and then goes into suspense under the teller's name until its cause is found.
 */
export function countDrawer(
  booked: bigint,
  counted: bigint,
  acceptDifference: boolean,
): Result<DrawerCount, TellerCode> {
  if (counted < 0n) return refuse('LEG_NOT_POSITIVE', 'Cash is not less than nothing.', '/counted')
  const difference = counted - booked
  if (difference !== 0n && !acceptDifference) {
    return refuse(
      'COUNT_MISMATCH',
      `The drawer has ${difference > 0n ? 'more' : 'less'} than the books say.`,
      '/counted',
      { difference: difference.toString() },
    )
  }
  return ok({ booked, counted, difference })
}

/** Why cash may not go through a drawer, nor be counted, by the newest count of it. */
export function drawerShut(
  newest: KeptCount | undefined,
  today: LocalDate,
  place: string,
): Refusal<TellerCode> | undefined {
  if (newest === undefined) return undefined
  const state = countState(newest)
  if (state === 'TO_CHECK') {
    return refuse('DRAWER_UNCHECKED', 'A count of the drawer waits for a second person.', place)
  }
  return state !== 'REJECTED' && newest.on === today
    ? refuse('DRAWER_CLOSED', 'The drawer was balanced; its day is over.', place)
    : undefined
}

/**
 * Why somebody may not decide about a count this way.
 *
 * @param balance what the books have in the drawer now
 */
export function checkVerdict(
  count: KeptCount,
  balance: bigint,
  by: string,
  verdict: CountVerdict,
  reason: string,
): Refusal<TellerCode> | undefined {
  if (countState(count) !== 'TO_CHECK') {
    return refuse('COUNT_DECIDED', 'The count needs no decision, or has one.', '/count')
  }
  if (count.teller === by) {
    return refuse('SELF_APPROVAL', 'Whoever counted a drawer does not check it.', '/count')
  }
  if (verdict === 'REJECTED') {
    return reason.trim() === ''
      ? refuse('REASON_MISSING', 'A rejection gives its reason.', '/reason')
      : undefined
  }
  return balance === count.booked ? undefined : refuse(
    'DRAWER_MOVED',
    'The books of the drawer have changed since it was counted: reject it, to count again.',
    '/count',
  )
}
