/**
 * The wording of two versions: which sections came, went or changed, and paragraph by paragraph what
 * is different. Layout makes no difference: neither where a line breaks nor on which page it stands.
 */
import { headingTitle } from '../read/heading.ts'
import type { Place } from '../read/model.ts'
import { align } from './alignment.ts'

/** A paragraph, or the words of a row of a table. */
export interface SectionLine {
  readonly text: string
  readonly row: boolean
  readonly place: Place
}

/** A section without what stands in it. @property path headings from the top @property hash of its words */
export interface SectionHead {
  readonly path: readonly string[]
  readonly hash: string
  readonly lines: number
}

/** - `RENAMED`: under another heading - `MOVED`: the same at another place */
export type SectionChange = 'ADDED' | 'REMOVED' | 'CHANGED' | 'RENAMED' | 'MOVED'

/** A section that is not the same in both. @property before, after its index there */
export interface SectionPair {
  readonly change: SectionChange
  readonly before: number | undefined
  readonly after: number | undefined
}

/** From which share of common pairs of characters on two texts are versions of one another. */
const SIMILAR = 0.5

/** Sections that differ, in the order of the later version; what is gone stands where it was. */
export function pairSections(
  before: readonly SectionHead[],
  after: readonly SectionHead[],
): SectionPair[] {
  const keysBefore = before.map(keyOf)
  const keysAfter = after.map(keyOf)
  const afterOf = new Map(align(keysBefore, keysAfter))
  const beforeOf = new Map(Array.from(afterOf, ([b, a]) => [a, b]))
  /** Sections that alignment did not find. */
  const moved = new Set<number>()
  const join = (b: number, a: number) => {
    afterOf.set(b, a)
    beforeOf.set(a, b)
    moved.add(a)
  }
  const lost = () => before.keys().filter((b) => !afterOf.has(b))
  const come = () => Array.from(after.keys().filter((a) => !beforeOf.has(a)))
  // What reads the same, and as nothing else does, is the same section under another heading, or at
  // another place. `不适用` stands below many.
  const onceBefore = hashesOnce(before)
  const onceAfter = hashesOnce(after)
  for (const b of lost()) {
    const a = onceBefore.has(before[b]!.hash) ? onceAfter.get(before[b]!.hash) : undefined
    if (a !== undefined && !beforeOf.has(a)) join(b, a)
  }
  // And so is the one below the same heading, by whatever name, whose own is nearly the same.
  const keyAfterOf = new Map(Array.from(afterOf, ([b, a]) => [keysBefore[b]!, keysAfter[a]!]))
  for (const b of lost()) {
    const own = parentOf(before[b]!)
    const parent = keyAfterOf.get(own) ?? own
    const best = come().filter((a) => parentOf(after[a]!) === parent)
      .map((a) => ({ a, score: similarity(titleOf(before[b]!), titleOf(after[a]!)) }))
      .reduce(
        (one, other) => other.score > one.score ? other : one,
        { a: -1, score: SIMILAR },
      )
    if (best.a === -1) continue
    join(b, best.a)
    keyAfterOf.set(keysBefore[b]!, keysAfter[best.a]!)
  }
  // Under a heading that was renamed it stands where it stood.
  const keptOrder = (b: number, a: number) =>
    keyAfterOf.get(parentOf(before[b]!)) === parentOf(after[a]!)
  const pairs: SectionPair[] = []
  let b = 0
  const removedUpTo = (end: number) => {
    for (; b < end; b++) {
      if (!afterOf.has(b)) pairs.push({ change: 'REMOVED', before: b, after: undefined })
    }
  }
  for (const a of after.keys()) {
    const own = beforeOf.get(a)
    if (own === undefined) {
      pairs.push({ change: 'ADDED', before: undefined, after: a })
      continue
    }
    if (!moved.has(a)) removedUpTo(own)
    const renamed = titleOf(before[own]!) !== titleOf(after[a]!)
    const changed = before[own]!.hash !== after[a]!.hash
    if (renamed) pairs.push({ change: 'RENAMED', before: own, after: a })
    else if (changed) pairs.push({ change: 'CHANGED', before: own, after: a })
    else if (moved.has(a) && !keptOrder(own, a)) {
      pairs.push({ change: 'MOVED', before: own, after: a })
    }
  }
  removedUpTo(before.length)
  return pairs
}

/** Sections with words that no other has, by their hash. */
function hashesOnce(sections: readonly SectionHead[]): Map<string, number> {
  const groups = Map.groupBy(sections.keys(), (i) => sections[i]!.hash)
  return new Map(
    Array.from(groups.entries())
      .filter(([, [first, ...others]]) => others.length === 0 && sections[first!]!.lines > 0)
      .map(([hash, [first]]) => [hash, first!]),
  )
}

/** A section by its headings without their numbers: another before it changes those. */
function keyOf({ path }: SectionHead): string {
  return path.map(headingTitle).join('\n')
}

function parentOf({ path }: SectionHead): string {
  return path.slice(0, -1).map(headingTitle).join('\n')
}

function titleOf({ path }: SectionHead): string {
  return headingTitle(path.at(-1) ?? '')
}

export type LineChange = 'ADDED' | 'REMOVED' | 'CHANGED'

/** A piece of a paragraph's text. */
export interface TextPiece {
  readonly change: 'SAME' | 'ADDED' | 'REMOVED'
  readonly text: string
}

/** A paragraph that is not the same in both. @property pieces read in order */
export interface ComparedLine {
  readonly change: LineChange
  readonly before: SectionLine | undefined
  readonly after: SectionLine | undefined
  readonly pieces: readonly TextPiece[]
}

/** Above so many comparisons of paragraphs those at the same place are paired and no others. */
const PAIRS_MAX = 40_000

/** Paragraphs that differ, in order. */
export function compareLines(
  before: readonly SectionLine[],
  after: readonly SectionLine[],
): ComparedLine[] {
  const same = align(before.map(({ text }) => bare(text)), after.map(({ text }) => bare(text)))
  const lines: ComparedLine[] = []
  let b = 0
  let a = 0
  for (const [toB, toA] of [...same, [before.length, after.length] as const]) {
    lines.push(...compareGap(before.slice(b, toB), after.slice(a, toA)))
    b = toB + 1
    a = toA + 1
  }
  return lines
}

function compareGap(before: readonly SectionLine[], after: readonly SectionLine[]): ComparedLine[] {
  const lines: ComparedLine[] = []
  const removed = (line: SectionLine) =>
    lines.push({
      change: 'REMOVED',
      before: line,
      after: undefined,
      pieces: [{ change: 'REMOVED', text: line.text }],
    })
  const added = (line: SectionLine) =>
    lines.push({
      change: 'ADDED',
      before: undefined,
      after: line,
      pieces: [{ change: 'ADDED', text: line.text }],
    })
  const every = before.length * after.length <= PAIRS_MAX
  let a = 0
  for (const [i, line] of before.entries()) {
    const until = every ? after.length : Math.min(after.length, i + 1)
    let best = -1
    let score = SIMILAR
    for (let at = every ? a : Math.max(a, i); at < until; at++) {
      if (after[at]!.row !== line.row) continue
      const found = similarity(bare(line.text), bare(after[at]!.text))
      if (found > score) [best, score] = [at, found]
    }
    if (best === -1) {
      removed(line)
      continue
    }
    for (; a < best; a++) added(after[a]!)
    const other = after[a++]!
    lines.push({
      change: 'CHANGED',
      before: line,
      after: other,
      pieces: textPieces(line.text, other.text),
    })
  }
  for (; a < after.length; a++) added(after[a]!)
  return lines
}

/** What differs between two texts; a number or a word in Latin letters is one piece. */
export function textPieces(before: string, after: string): TextPiece[] {
  const from = tokensOf(before)
  const to = tokensOf(after)
  const pieces: { change: TextPiece['change']; text: string }[] = []
  const push = (change: TextPiece['change'], text: string) => {
    if (text === '') return
    const last = pieces.at(-1)
    if (last?.change === change) last.text += text
    else pieces.push({ change, text })
  }
  let b = 0
  let a = 0
  for (const [toB, toA] of [...align(from, to), [from.length, to.length] as const]) {
    push('REMOVED', from.slice(b, toB).join(''))
    push('ADDED', to.slice(a, toA).join(''))
    push('SAME', to[toA] ?? '')
    b = toB + 1
    a = toA + 1
  }
  return pieces
}

function tokensOf(text: string): string[] {
  return text.match(/\d[\d,.]*%?|[a-zA-Z]+|\s+|./gsu) ?? []
}

/** A text as it is compared: without white space, which is layout. */
export function bare(text: string): string {
  return text.replaceAll(/[\s\u00a0\u3000]/g, '')
}

/** How alike two texts are by their pairs of characters, from 0 to 1 (Dice). */
function similarity(one: string, other: string): number {
  if (one === other) return 1
  const counts = new Map<string, number>()
  for (let i = 0; i + 1 < one.length; i++) {
    const pair = one.slice(i, i + 2)
    counts.set(pair, (counts.get(pair) ?? 0) + 1)
  }
  let common = 0
  for (let i = 0; i + 1 < other.length; i++) {
    const pair = other.slice(i, i + 2)
    const left = counts.get(pair) ?? 0
    if (left === 0) continue
    counts.set(pair, left - 1)
    common += 1
  }
  const all = one.length + other.length - 2
  return all <= 0 ? 0 : 2 * common / all
}
