/**
 * Holds (预授权): an amount of an account that is reserved, then captured in parts, voided, or
 * expired. A hold is no entry; capturing makes one.
 */
import { ok, refuse, type Result } from '../kernel/result.ts'
import type { Instant } from '../kernel/time.ts'

export type HoldState = 'OPEN' | 'CAPTURED' | 'VOIDED' | 'EXPIRED'

/**
 * @property minor what was placed, positive
 * @property captured what captures took of it so far
 * @property expiresAt from this instant on it reserves nothing; null for never
 */
export interface Hold {
  readonly minor: bigint
  readonly captured: bigint
  readonly state: HoldState
  readonly expiresAt: Instant | null
}

export type HoldCode = 'HOLD_NOT_OPEN' | 'HOLD_EXPIRED' | 'CAPTURE_TOO_LARGE' | 'LEG_NOT_POSITIVE'

/** What an open hold still reserves; nothing once it has ended or its time has come. */
export function remainingOf(hold: Hold, at: Instant): bigint {
  return hold.state === 'OPEN' && !isExpired(hold, at) ? hold.minor - hold.captured : 0n
}

export function isExpired(hold: Pick<Hold, 'expiresAt'>, at: Instant): boolean {
  return hold.expiresAt !== null && hold.expiresAt <= at
}

/** A hold after a step, and by how much the account's held sum falls with it. */
export interface HoldStep {
  readonly state: HoldState
  readonly captured: bigint
  readonly freed: bigint
}

/**
 * Takes a part of a hold, or all of it. @param final whether the rest is given up at once; a hold of
 * which nothing is left ends anyway
 */
export function captureHold(
  hold: Hold,
  minor: bigint,
  final: boolean,
  at: Instant,
): Result<HoldStep, HoldCode> {
  const open = checkOpen(hold, at)
  if (!open.ok) return open
  if (minor <= 0n) return refuse('LEG_NOT_POSITIVE', 'A capture is positive.', '/amount')
  const left = hold.minor - hold.captured
  if (minor > left) {
    return refuse('CAPTURE_TOO_LARGE', 'The hold does not reserve that much.', '/amount')
  }
  const ends = final || minor === left
  return ok({
    state: ends ? 'CAPTURED' : 'OPEN',
    captured: hold.captured + minor,
    freed: ends ? left : minor,
  })
}

/** Gives up what a hold still reserves. */
export function voidHold(hold: Hold, at: Instant): Result<HoldStep, HoldCode> {
  const open = checkOpen(hold, at)
  if (!open.ok) return open
  return ok({ state: 'VOIDED', captured: hold.captured, freed: hold.minor - hold.captured })
}

function checkOpen(hold: Hold, at: Instant): Result<null, HoldCode> {
  if (hold.state === 'EXPIRED' || (hold.state === 'OPEN' && isExpired(hold, at))) {
    return refuse('HOLD_EXPIRED', 'The hold has expired.', '/hold')
  }
  return hold.state === 'OPEN' ? ok(null) : refuse('HOLD_NOT_OPEN', 'The hold has ended.', '/hold')
}
