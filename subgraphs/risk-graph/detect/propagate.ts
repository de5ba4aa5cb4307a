/**
 * How much each of a group has to do with the rest: suspicion that flows along evidence.
 *
 * Each begins with what speaks for themselves and takes over a part of what the others have, by the
 * weight of the evidence between them, until little changes.
 *
 * @see Šubelj, Furlan and Bajec, An expert system for detecting automobile insurance fraud using
 * social network analysis (2011), iterative assessment
 */

const ROUNDS = 20
const OWN_SHARE = 0.4

/**
 * @param own what speaks for each alone, from 0 to 1
 * @param weight of the evidence between two by place; symmetric
 */
export function propagate(
  own: readonly number[],
  weight: (i: number, j: number) => number,
): number[] {
  const strength = own.map((_, i) =>
    own.reduce((sum, _, j) => i === j ? sum : sum + weight(i, j), 0)
  )
  const most = Math.max(...strength, 1e-9)
  let score = own.map((value, i) => OWN_SHARE * value + (1 - OWN_SHARE) * (strength[i]! / most))
  for (let round = 0; round < ROUNDS; round++) {
    score = score.map((_, i) => {
      if (strength[i] === 0) return OWN_SHARE * own[i]!
      const around = own.reduce((sum, _, j) => i === j ? sum : sum + weight(i, j) * score[j]!, 0)
      const tie = Math.min(1, strength[i]! / most + 0.5)
      return OWN_SHARE * own[i]! + (1 - OWN_SHARE) * tie * (around / strength[i]!)
    })
    const top = Math.max(...score, 1e-9)
    score = score.map((value) => value / top)
  }
  return score
}
