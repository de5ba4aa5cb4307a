/**
 * The findings of two versions: fixed, still open, new.
 */

/** - `FIXED`: only in the earlier - `OPEN`: in both - `NEW`: only in the later */
export type FindingChange = 'FIXED' | 'OPEN' | 'NEW'

export interface ComparedFinding<F> {
  readonly change: FindingChange
  readonly before: F | undefined
  readonly after: F | undefined
}

/** Findings by what they are about: new ones first, then those still open, then what was fixed. */
export function compareFindings<F extends { readonly finding_id: string }>(
  before: readonly F[],
  after: readonly F[],
): ComparedFinding<F>[] {
  const earlier = new Map(before.map((one) => [one.finding_id, one]))
  const later = new Set(after.map((one) => one.finding_id))
  const both = after.map((one): ComparedFinding<F> => {
    const own = earlier.get(one.finding_id)
    return { change: own === undefined ? 'NEW' : 'OPEN', before: own, after: one }
  })
  const fixed = before.filter((one) => !later.has(one.finding_id))
    .map((one): ComparedFinding<F> => ({ change: 'FIXED', before: one, after: undefined }))
  return [
    ...both.filter(({ change }) => change === 'NEW'),
    ...both.filter(({ change }) => change === 'OPEN'),
    ...fixed,
  ]
}
