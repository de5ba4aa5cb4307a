/**
 * Rings against what people have said of earlier ones.
 */
import { type Interval, wilson } from '../investigate/quality.ts'
import { matchRings } from './match.ts'

/** An alert whose case was closed. */
export interface LabelledRing {
  readonly members: ReadonlySet<number>
  readonly confirmed: boolean
}

/** A person who was drawn at random and looked into. */
export interface LabelledPerson {
  readonly no: number
  readonly confirmed: boolean
}

/**
 * Null where nothing can be said.
 *
 * @property confirmed, unfounded rings with an outcome that are found
 * @property missed rings that somebody confirmed and that are not found
 * @property recall of the rings that were ever confirmed: those that no rules found are not among them
 * @property sampleFound of `sampleConfirmed`, people drawn at random whose case was confirmed
 */
export interface Judged {
  readonly confirmed: number
  readonly unfounded: number
  readonly missed: number
  readonly precision: number | null
  readonly precisionInterval: Interval | null
  readonly recall: number | null
  readonly recallInterval: Interval | null
  readonly sampleConfirmed: number
  readonly sampleFound: number
}

/** @param labelled by alert */
export function judgeRings(
  rings: readonly ReadonlySet<number>[],
  labelled: ReadonlyMap<string, LabelledRing>,
  sample: readonly LabelledPerson[],
): Judged {
  const known = new Map(Array.from(labelled, ([id, { members }]) => [id, members]))
  const found = new Set(matchRings(rings, known).filter((id) => id !== undefined))
  const count = (confirmed: boolean, isFound: boolean) =>
    Array.from(labelled).filter(([id, ring]) =>
      ring.confirmed === confirmed && found.has(id) === isFound
    ).length
  const [confirmed, unfounded, missed] = [count(true, true), count(false, true), count(true, false)]
  const people = new Set(rings.flatMap((ring) => [...ring]))
  const positive = sample.filter((person) => person.confirmed)
  const share = (hits: number, tries: number) => tries === 0 ? null : hits / tries
  const interval = (hits: number, tries: number) => tries === 0 ? null : wilson(hits, tries)
  return {
    confirmed,
    unfounded,
    missed,
    precision: share(confirmed, confirmed + unfounded),
    precisionInterval: interval(confirmed, confirmed + unfounded),
    recall: share(confirmed, confirmed + missed),
    recallInterval: interval(confirmed, confirmed + missed),
    sampleConfirmed: positive.length,
    sampleFound: positive.filter(({ no }) => people.has(no)).length,
  }
}
