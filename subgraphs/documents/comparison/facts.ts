/**
 * The figures of two versions: which were changed, by what they are about and not by where they stand.
 */
import { type Decimal, printDecimal } from '../amount.ts'
import { headingTitle } from '../read/heading.ts'
import { align } from './alignment.ts'
import { bare } from './text.ts'

/** The part of a fact that is compared. @property power of ten to 元; null for what is no money */
export interface VersionFact extends Decimal {
  readonly scope: string
  readonly section: string
  readonly item: string
  readonly header: string
  readonly period: string | null
  readonly power: number | null
  readonly percent: boolean
}

/** - `VALUE`: another figure - `UNIT`: in another unit, whatever the figure */
export type FactChange = 'VALUE' | 'UNIT' | 'ADDED' | 'REMOVED'

/** @property difference the later less the earlier, where both have one unit */
export interface ComparedFact<F> {
  readonly change: FactChange
  readonly before: F | undefined
  readonly after: F | undefined
  readonly difference: string | null
}

/** Figures that differ, in the order of the later version; those that are gone come last. */
export function compareFacts<F extends VersionFact>(
  before: readonly F[],
  after: readonly F[],
): ComparedFact<F>[] {
  const groups = Map.groupBy(before, aboutOf)
  const found = new Map<F, F>()
  const gone: F[] = []
  const come = new Set<F>()
  for (const [about, own] of Map.groupBy(after, aboutOf)) {
    const earlier = groups.get(about) ?? []
    groups.delete(about)
    const paired = pairWithin(earlier, own)
    for (const [b, a] of paired) found.set(a, b)
    const known = new Set(paired.map(([b]) => b))
    gone.push(...earlier.filter((fact) => !known.has(fact)))
    for (const fact of own) if (!found.has(fact)) come.add(fact)
  }
  for (const rest of groups.values()) gone.push(...rest)
  // A table under another title has the same figures: they did not go and come.
  const waiting = Map.groupBy(gone, sameOf)
  for (const fact of come) {
    const twin = waiting.get(sameOf(fact))?.shift()
    if (twin !== undefined) come.delete(fact)
  }
  const left = new Set(Array.from(waiting.values()).flat())
  const changed = after.flatMap((fact): ComparedFact<F>[] => {
    if (come.has(fact)) {
      return [{ change: 'ADDED', before: undefined, after: fact, difference: null }]
    }
    const earlier = found.get(fact)
    return earlier === undefined ? [] : changeOf(earlier, fact)
  })
  const removed = before.filter((fact) => left.has(fact)).map((fact): ComparedFact<F> => ({
    change: 'REMOVED',
    before: fact,
    after: undefined,
    difference: null,
  }))
  return [...changed, ...removed]
}

/** Figures about the same, paired: equal ones first, then those that are left, in order. */
function pairWithin<F extends VersionFact>(
  before: readonly F[],
  after: readonly F[],
): [before: F, after: F][] {
  const pairs = align(before.map(valueOf), after.map(valueOf)).map(([b, a]) =>
    [before[b]!, after[a]!] as [F, F]
  )
  const kept = new Set(pairs.flat())
  const lost = before.filter((fact) => !kept.has(fact))
  const come = after.filter((fact) => !kept.has(fact))
  for (const [i, fact] of come.slice(0, lost.length).entries()) pairs.push([lost[i]!, fact])
  return pairs
}

function changeOf<F extends VersionFact>(before: F, after: F): ComparedFact<F>[] {
  if (before.power !== after.power || before.percent !== after.percent) {
    return [{ change: 'UNIT', before, after, difference: null }]
  }
  const decimals = Math.max(before.decimals, after.decimals)
  const scale = ({ digits, decimals: own }: Decimal) => digits * 10n ** BigInt(decimals - own)
  const by = scale(after) - scale(before)
  if (by === 0n) return []
  return [{ change: 'VALUE', before, after, difference: printDecimal({ digits: by, decimals }) }]
}

function aboutOf({ scope, section, item, header, period }: VersionFact): string {
  return [scope, bare(headingTitle(section)), item, bare(header), period ?? ''].join('\n')
}

function valueOf({ digits, decimals, power, percent }: VersionFact): string {
  return `${digits}e-${decimals}|${power}|${percent}`
}

function sameOf(fact: VersionFact): string {
  return [fact.scope, fact.item, bare(fact.header), fact.period ?? '', valueOf(fact)].join('\n')
}
