/**
 * What an id tells of when its voucher was made.
 */
import { idFloor } from '../kernel/ids.ts'
import { type Instant, plusMs } from '../kernel/time.ts'

/** A voucher's id is made just before the moment that is recorded in it; clocks may step back a little. */
const SLACK_MS = 60_000

/** An id that every voucher recorded after an instant is greater than. */
export function voucherIdFloor(recordedAfter: Instant): string {
  return idFloor('vch', Date.parse(plusMs(recordedAfter, -SLACK_MS)))
}
