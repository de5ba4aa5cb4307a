/**
 * Check `typo`: a character that its neighbours do not know, beside one of the same sound or shape
 * that they do.
 *
 * Evidence is the language of filings: how often characters stand together in the document itself, in
 * the other filings of the project, and in the last ones that the bank reviewed for other issuers.
 */
import type { Outline } from '../facts/outline.ts'
import { type Paragraph, placeAt } from '../read/model.ts'
import { SHIPPED_CHECKS } from '../rules/check-rules.ts'
import { Collector } from './finding.ts'

/** Character → characters that it is confused with. */
export type Confusions = Pick<ReadonlyMap<string, readonly string[]>, 'get'>

/** Stand before and after a run of characters. */
const START = '^^'
const END = '$$'
/** What a character that was never seen counts as, and how many there could be. */
const UNSEEN = 0.05
const CHARACTERS = 400

/**
 * How often sequences of one to three characters stand in some texts, and how likely one is to go on
 * as it does.
 */
export class Ngrams {
  readonly #counts = new Map<string, number>()
  /** How many different characters follow a sequence. */
  readonly #followers = new Map<string, number>()
  #total = 0

  add(text: string): void {
    for (const [run] of text.matchAll(RUN)) {
      const marked = `${START}${run}${END}`
      this.#total += marked.length
      for (let i = 0; i < marked.length; i++) {
        for (let length = 1; length <= 3 && i + length <= marked.length; length++) {
          const gram = marked.slice(i, i + length)
          const count = this.#counts.get(gram) ?? 0
          this.#counts.set(gram, count + 1)
          if (count > 0 || length === 1) continue
          const before = gram.slice(0, -1)
          this.#followers.set(before, (this.#followers.get(before) ?? 0) + 1)
        }
      }
    }
  }

  count(gram: string): number {
    return this.#counts.get(gram) ?? 0
  }

  /**
   * How likely the third of three characters is after the two before, as a natural logarithm:
   * three, two and one character weighed by how much is known of each.
   *
   * @param own 1 where the texts have the sequence from the very place that is asked about, else 0
   * @see Witten and Bell, The Zero-Frequency Problem, 1991
   */
  likelihood(three: string, own: 0 | 1): number {
    const seen = (gram: string) => Math.max(0, this.count(gram) - own)
    const weigh = (before: string, gram: string, lower: number) => {
      const kinds = (this.#followers.get(before) ?? 0) + 1
      return (seen(gram) + kinds * lower) / (seen(before) + kinds)
    }
    const one = (seen(three[2]!) + UNSEEN) / (this.#total + CHARACTERS)
    const two = weigh(three[1]!, three.slice(1), one)
    return Math.log(weigh(three.slice(0, 2), three, two))
  }
}

const RUN = /[\u4e00-\u9fff]+/g

/** All texts of a document, tables included. */
export function textsOf(outline: Outline): string[] {
  return [
    ...outline.paragraphs.map(({ paragraph }) => paragraph.text),
    ...outline.tables.flatMap(({ view }) => view.table.cells.map((cell) => cell.text)),
  ]
}

/** What is looked at is in runs of so many characters: less has no neighbours to know it by. */
const RUN_MIN = 3
/** A sequence of three that the texts have so often is known. */
const KNOWN_MIN = 2

/**
 * By how much likelier the right character has to make its surroundings, as shipped: the difference of
 * natural logarithms. At 14, a million to one, of 420 homophones put into two reports that were not used to
 * choose it, at most 2 in a hundred flags were wrong with peers at hand; at 11, one in ten was.
 */
export const TYPO_EVIDENCE = SHIPPED_CHECKS.typoEvidence

/** A character in doubt. @property at offset in the text */
export interface Doubt {
  readonly at: number
  readonly wrong: string
  readonly right: string
}

/** Characters of a text that are likely wrong. @param grams the text itself included */
export function doubtsOf(
  text: string,
  grams: Ngrams,
  confusions: Confusions,
  evidence = TYPO_EVIDENCE,
): Doubt[] {
  const doubts: Doubt[] = []
  for (const match of text.matchAll(RUN)) {
    if (match[0].length < RUN_MIN) continue
    const marked = `${START}${match[0]}${END}`
    for (let i = START.length; i < marked.length - END.length; i++) {
      const others = confusions.get(marked[i]!)
      if (others === undefined) continue
      // What stands here more than once is how the issuer writes it.
      if (threesAt(marked, i).some((gram) => isInside(gram) && grams.count(gram) > 1)) continue
      if (pairsAt(marked, i).filter((pair) => grams.count(pair) > 1).length > 1) continue
      const right = bestAt(marked, i, others, grams, evidence)
      if (right !== undefined) {
        doubts.push({ at: match.index + i - START.length, wrong: marked[i]!, right })
      }
    }
  }
  return doubts
}

/** The likeliest of the other characters, where it is likelier by enough. */
function bestAt(
  marked: string,
  i: number,
  others: readonly string[],
  grams: Ngrams,
  evidence: number,
): string | undefined {
  let best: string | undefined
  let most = evidence
  let printed: number | undefined
  for (const other of others) {
    const changed = marked.slice(0, i) + other + marked.slice(i + 1)
    // The texts have it beside both neighbours, and with one more of them more than once.
    if (pairsAt(changed, i).some((pair) => grams.count(pair) === 0)) continue
    const threes = threesAt(changed, i)
    if (!threes.some((gram) => isInside(gram) && grams.count(gram) >= KNOWN_MIN)) continue
    printed ??= likelihoodAt(threesAt(marked, i), grams, 1)
    const more = likelihoodAt(threes, grams, 0) - printed
    if (more > most) [best, most] = [other, more]
  }
  return best
}

function likelihoodAt(threes: readonly string[], grams: Ngrams, own: 0 | 1): number {
  return threes.reduce((sum, three) => sum + grams.likelihood(three, own), 0)
}

function isInside(gram: string): boolean {
  return !gram.includes('^') && !gram.includes('$')
}

function pairsAt(marked: string, i: number): string[] {
  return [marked.slice(i - 1, i + 1), marked.slice(i, i + 2)].filter(isInside)
}

/** The three sequences of three that hold the character. */
function threesAt(marked: string, i: number): string[] {
  return [marked.slice(i - 2, i + 1), marked.slice(i - 1, i + 2), marked.slice(i, i + 3)]
}

/** Checks one paragraph. */
export function checkTypos(
  paragraph: Paragraph,
  grams: Ngrams,
  confusions: Confusions,
  collector: Collector,
  evidence = TYPO_EVIDENCE,
): void {
  for (const { at, wrong, right } of doubtsOf(paragraph.text, grams, confusions, evidence)) {
    const around = paragraph.text.slice(Math.max(0, at - 5), at + 6)
    collector.find({
      code: 'CHARACTER_DOUBTFUL',
      severity: 'warning',
      message: `“${around}”中“${wrong}”疑为“${right}”`,
      at: [collector.at(placeAt(paragraph, at), wrong)],
      key: `typo|${around}`,
    })
  }
}
