/**
 * How good a version of the rules is, by what people found.
 *
 * Precision comes from the outcomes of alerts. Recall needs the cases drawn at random: their share of
 * confirmed ones, times all whom nobody looked at, is what was missed. Unclear outcomes count neither way.
 */

/** Outcomes of one kind of case. */
export interface Outcomes {
  readonly confirmed: number
  readonly unfounded: number
}

/**
 * @property alerts outcomes of alerts @property sample of people drawn at random
 * @property unalerted people with claims who are in no alert
 * @property membersPerAlert mean, to count people by alerts
 */
export interface QualityCounts {
  readonly alerts: Outcomes
  readonly sample: Outcomes
  readonly unalerted: number
  readonly membersPerAlert: number
}

/** From a low to a high share, with 95 % confidence. */
export type Interval = readonly [low: number, high: number]

/** Null where nothing can be said yet. @property precisionLow, recallLow with 95 % confidence, as `…High` */
export interface Quality {
  readonly precision: number | null
  readonly precisionLow: number | null
  readonly precisionHigh: number | null
  readonly recall: number | null
  readonly recallLow: number | null
  readonly recallHigh: number | null
}

export function qualityOf({ alerts, sample, unalerted, membersPerAlert }: QualityCounts): Quality {
  const judged = alerts.confirmed + alerts.unfounded
  const [precisionLow, precisionHigh] = judged === 0
    ? [null, null]
    : wilson(alerts.confirmed, judged)
  const precision = {
    precision: judged === 0 ? null : alerts.confirmed / judged,
    precisionLow,
    precisionHigh,
  }
  const drawn = sample.confirmed + sample.unfounded
  if (drawn === 0 || alerts.confirmed === 0) {
    return { ...precision, recall: null, recallLow: null, recallHigh: null }
  }
  const caught = alerts.confirmed * membersPerAlert
  const recallAt = (missedShare: number) => caught / (caught + missedShare * unalerted)
  const [low, high] = wilson(sample.confirmed, drawn)
  return {
    ...precision,
    recall: recallAt(sample.confirmed / drawn),
    recallLow: recallAt(high),
    recallHigh: recallAt(low),
  }
}

/** A share and its uncertainty: Wilson's interval at 95 %. */
export function wilson(hits: number, tries: number): Interval {
  const z = 1.96
  const p = hits / tries
  const middle = p + z ** 2 / (2 * tries)
  const spread = z * Math.sqrt((p * (1 - p)) / tries + z ** 2 / (4 * tries ** 2))
  const all = 1 + z ** 2 / tries
  return [Math.max(0, (middle - spread) / all), Math.min(1, (middle + spread) / all)]
}
