/**
 * The counter (柜面): cash in a teller's drawer (尾箱), and its count at the end of the day (轧账).
 */
import { ok, refuse, type Result } from '../kernel/result.ts'

export type TellerCode = 'COUNT_MISMATCH' | 'LEG_NOT_POSITIVE'

/** What a count comes to. @property difference counted less booked: over (长款) or short (短款) */
export interface DrawerCount {
  readonly booked: bigint
  readonly counted: bigint
  readonly difference: bigint
}

/**
 * Compares a count with the books. A difference is accepted only by whoever says so: it goes into
 * suspense under the teller's name, until somebody has found its cause.
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
