/**
 * The generic cell rate algorithm: a leaky bucket whose whole state is one instant.
 *
 * @see ITU-T I.371, annex A
 */

/** @property units that flow back in `windowMs`, and the most that is saved up */
export interface Quota {
  readonly units: number
  readonly windowMs: number
}

/**
 * @property fullAtMs when the bucket will be full again: what is kept
 * @property remaining whole units that are left
 * @property retryMs how long to wait for the same again; 0 when it was allowed
 */
export interface Decision {
  readonly allowed: boolean
  readonly fullAtMs: number
  readonly remaining: number
  readonly retryMs: number
}

/**
 * Takes some units from a bucket, or says when there will be enough.
 *
 * Whoever asks for more than the bucket holds needs a full one: a dear request waits, and is not
 * refused for ever.
 *
 * @param fullAtMs as the last decision had it; any time in the past is a full bucket
 */
export function takeUnits(fullAtMs: number, nowMs: number, units: number, quota: Quota): Decision {
  const perUnitMs = quota.windowMs / quota.units
  const from = Math.max(fullAtMs, nowMs)
  const wanted = from + Math.min(units, quota.units) * perUnitMs
  const lateMs = wanted - (nowMs + quota.windowMs)
  // Rounding may leave a bucket that is just full a hair short.
  const allowed = lateMs <= perUnitMs * 1e-6
  const fullAt = allowed ? wanted : fullAtMs
  const left = (quota.windowMs - Math.max(0, fullAt - nowMs)) / perUnitMs
  return {
    allowed,
    fullAtMs: fullAt,
    remaining: Math.max(0, Math.floor(left + 1e-6)),
    retryMs: allowed ? 0 : Math.ceil(lateMs),
  }
}
