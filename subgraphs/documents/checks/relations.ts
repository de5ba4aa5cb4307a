/**
 * Sums inside a table, proved by the table itself.
 *
 * A total is compared with the rows above it in every way that tables are built. A way counts only
 * when a sibling column adds up in it to the last digit; a column that no way explains does not foot.
 * The same goes for totals at the end of rows, and for balances that go on (期初 + 增加 − 减少 = 期末).
 */
import { type Amount, type Decimal, digitsAt } from '../amount.ts'
import type { Slot } from '../facts/table-view.ts'

/** A line of figures along which sums run: a column of a table, or one of its rows. */
export type Line = readonly Slot[]

/** What is known of the places along a line: rows for columns, columns for rows. */
export interface Position {
  readonly item: string
  readonly sign: 1 | -1
  readonly ofWhich: boolean
  readonly total: boolean
}

/** A total and its parts by index. */
export interface Relation {
  readonly total: number
  readonly parts: readonly { readonly weight: 1 | -1; readonly index: number }[]
}

/** A relation that holds for some lines and not for others. @property holds, breaks line numbers */
export interface Mined {
  readonly relation: Relation
  readonly holds: readonly number[]
  readonly breaks: readonly { readonly line: number; readonly computed: Decimal }[]
}

/** The most decimals that figures of a table have. */
const DECIMALS_MAX = 8

/** Figures of a line as integers of one scale; null where nothing stands. */
interface Scaled {
  readonly values: readonly (bigint | null | undefined)[]
  readonly decimals: number
}

function scaledLine(line: Line): Scaled | undefined {
  const amounts = line.filter((slot): slot is Amount => typeof slot === 'object')
  if (amounts.length < 2 || amounts.some((amount) => amount.percent)) return undefined
  const decimals = Math.max(...amounts.map((amount) => amount.decimals))
  if (decimals > DECIMALS_MAX) return undefined
  return {
    decimals,
    values: line.map((slot) =>
      typeof slot === 'object' ? digitsAt(slot, decimals) : slot === 'empty' ? null : undefined
    ),
  }
}

/** Evaluates a relation on a line; undefined where its total is no figure or a part is text. */
function evaluate(
  relation: Relation,
  line: Scaled,
): { sum: bigint; addends: number; total: bigint } | undefined {
  const total = line.values[relation.total]
  if (total === null || total === undefined) return undefined
  let sum = 0n
  let addends = 0
  for (const { weight, index } of relation.parts) {
    const value = line.values[index]
    if (value === null || value === undefined) continue
    sum += weight === 1 ? value : -value
    if (value !== 0n) addends += 1
  }
  return { sum, addends, total }
}

/** How many addends make a fit more than an accident. */
const ADDENDS_MIN = 2

/**
 * Relations of one total: those that some line proves, with the lines that no way explains.
 *
 * @param candidates ways to build the total, the likeliest first
 * @param siblingsMin how many lines must prove a way
 */
export function mine(
  candidates: readonly Relation[],
  lines: readonly Line[],
  siblingsMin: number,
): Mined | undefined {
  const scaled = lines.map(scaledLine)
  let best: { relation: Relation; holds: number[]; weight: number } | undefined
  const explained = new Set<number>()
  for (const relation of candidates) {
    const holds: number[] = []
    let weight = 0
    for (const [i, line] of scaled.entries()) {
      const value = line === undefined ? undefined : evaluate(relation, line)
      if (value === undefined || value.sum !== value.total || value.addends === 0) continue
      explained.add(i)
      holds.push(i)
      if (value.addends >= ADDENDS_MIN && value.total !== 0n) weight += value.addends
    }
    if (weight > 0 && (best === undefined || weight > best.weight)) {
      best = { relation, holds, weight }
    }
  }
  if (best === undefined || best.holds.length < siblingsMin) return undefined
  const breaks: { line: number; computed: Decimal }[] = []
  for (const [i, line] of scaled.entries()) {
    if (line === undefined || explained.has(i)) continue
    const value = evaluate(best.relation, line)
    if (value === undefined || value.addends === 0) continue
    // Text among the parts leaves the sum open.
    if (best.relation.parts.some(({ index }) => line.values[index] === undefined)) continue
    breaks.push({ line: i, computed: { digits: value.sum, decimals: line.decimals } })
  }
  return { relation: best.relation, holds: best.holds, breaks }
}

/** The most places that one total may reach over. */
const REACH_MAX = 120

/**
 * Ways in which a total may be built from the places before it.
 *
 * @param exclusions how many rows after 其中 belong to it: prefixes are often left out
 */
export function candidatesFor(total: number, positions: readonly Position[]): Relation[] {
  const relations: Relation[] = []
  const seen = new Set<string>()
  const add = (indices: readonly number[]) => {
    if (indices.length === 0) return
    const key = indices.join(',')
    if (seen.has(key)) return
    seen.add(key)
    relations.push({
      total,
      parts: indices.map((index) => ({ weight: positions[index]!.sign, index })),
    })
  }
  const from = Math.max(0, total - REACH_MAX)
  const totals: number[] = []
  for (let i = from; i < total; i++) if (positions[i]!.total) totals.push(i)
  // Totals of totals: the last few subtotals, or the last and what follows it.
  for (let n = 2; n <= Math.min(6, totals.length); n++) add(totals.slice(-n))
  const last = totals.at(-1)
  for (const span of [0, 1, 2, 3]) {
    const excluded = (k: number): number[] => {
      const kept: number[] = []
      let skip = 0
      for (let i = k; i < total; i++) {
        if (positions[i]!.ofWhich) {
          skip = span
          continue
        }
        if (skip > 0) {
          skip -= 1
          continue
        }
        kept.push(i)
      }
      return kept
    }
    for (let k = total - 1; k >= from; k--) {
      const kept = excluded(k)
      const plain = kept.filter((i) => !positions[i]!.total)
      // Up to the total before it, and over it: as one of the parts, or with its own parts instead.
      if (last === undefined || k > last) add(kept)
      else if (k === last) add(kept)
      else add(plain)
    }
  }
  return relations
}
