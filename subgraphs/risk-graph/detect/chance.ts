/**
 * How surprising a count is, as the negative decimal logarithm of its chance.
 */

/** Beyond, chance is out of the question anyway. */
export const SURPRISE_MAX = 12

/** At least `count` events where `mean` are to be expected. */
export function poissonSurprise(count: number, mean: number): number {
  if (count <= mean || count === 0) return 0
  // The sum of the tail, from its largest term on.
  let term = Math.exp(-mean)
  for (let i = 1; i <= count; i++) term *= mean / i
  let tail = 0
  for (let i = count; i < count + 200 && term > 0; i++) {
    tail += term
    term *= mean / (i + 1)
  }
  return tail <= 0 ? SURPRISE_MAX : Math.min(SURPRISE_MAX, -Math.log10(Math.min(1, tail)))
}

/** At least `hits` of `tries`, each with the chance `share`. */
export function binomialSurprise(hits: number, tries: number, share: number): number {
  if (tries === 0 || hits <= tries * share) return 0
  const p = Math.min(Math.max(share, 1e-9), 1 - 1e-9)
  let tail = 0
  for (let k = hits; k <= tries; k++) {
    tail += Math.exp(logChoose(tries, k) + k * Math.log(p) + (tries - k) * Math.log(1 - p))
  }
  return tail <= 0 ? SURPRISE_MAX : Math.min(SURPRISE_MAX, -Math.log10(Math.min(1, tail)))
}

function logChoose(n: number, k: number): number {
  let sum = 0
  for (let i = 1; i <= k; i++) sum += Math.log((n - k + i) / i)
  return sum
}
