/**
 * Check `typo`: a character that its neighbours do not know, beside one of the same sound or shape
 * that they do.
 *
 * Evidence is the issuer's own language: how often three characters stand together in the document
 * itself and in the other filings of the project. Nothing is learnt from elsewhere.
 */
import type { Outline } from '../facts/outline.ts'
import { type Paragraph, placeAt } from '../read/model.ts'
import { Collector } from './finding.ts'

/** Character → characters that it is confused with. */
export type Confusions = ReadonlyMap<string, readonly string[]>

/** How often sequences of three and of two characters stand in some texts. */
export class Ngrams {
  readonly #counts = new Map<string, number>()

  add(text: string): void {
    for (const run of text.match(/[\u4e00-\u9fff]+/g) ?? []) {
      for (let i = 0; i < run.length; i++) {
        for (const length of [2, 3]) {
          if (i + length > run.length) continue
          const gram = run.slice(i, i + length)
          this.#counts.set(gram, (this.#counts.get(gram) ?? 0) + 1)
        }
      }
    }
  }

  count(gram: string): number {
    return this.#counts.get(gram) ?? 0
  }
}

/** All texts of a document, tables included. */
export function textsOf(outline: Outline): string[] {
  return [
    ...outline.paragraphs.map(({ paragraph }) => paragraph.text),
    ...outline.tables.flatMap(({ view }) => view.table.cells.map((cell) => cell.text)),
  ]
}

/** How often the right sequence must be known, and in how many of the three windows. */
const KNOWN_MIN = 2
const WINDOWS_MIN = 2
/** And how often over all windows: where one document is all there is, chance is near. */
const EVIDENCE_MIN = 6

/** A character in doubt. @property at offset in the text */
export interface Doubt {
  readonly at: number
  readonly wrong: string
  readonly right: string
}

/** Characters of a text that are likely wrong. @param grams the text itself included */
export function doubtsOf(text: string, grams: Ngrams, confusions: Confusions): Doubt[] {
  const doubts: Doubt[] = []
  for (const match of text.matchAll(/[\u4e00-\u9fff]{3,}/g)) {
    const run = match[0]
    for (let i = 0; i < run.length; i++) {
      const others = confusions.get(run[i]!)
      if (others === undefined) continue
      const windows = windowsAt(run, i)
      // What stands here more than once is how the issuer writes it.
      if (windows.some(({ gram }) => grams.count(gram) > 1)) continue
      if (pairsAt(run, i).some((pair) => grams.count(pair) > 1)) continue
      let best: { right: string; score: number } | undefined
      for (const right of others) {
        const known = windows.map(({ gram, at }) =>
          grams.count(gram.slice(0, at) + right + gram.slice(at + 1))
        )
        const enough = known.filter((count) => count >= KNOWN_MIN).length
        if (enough < Math.min(WINDOWS_MIN, windows.length)) continue
        if (known.reduce((a, b) => a + b, 0) < EVIDENCE_MIN) continue
        const score = known.reduce((a, b) => a + Math.min(b, 50), 0)
        if (best === undefined || score > best.score) best = { right, score }
      }
      if (best !== undefined) {
        doubts.push({ at: match.index + i, wrong: run[i]!, right: best.right })
      }
    }
  }
  return doubts
}

function pairsAt(run: string, i: number): string[] {
  return [run.slice(Math.max(0, i - 1), i + 1), run.slice(i, i + 2)].filter((p) => p.length === 2)
}

function windowsAt(run: string, i: number): { gram: string; at: number }[] {
  const windows: { gram: string; at: number }[] = []
  for (let from = Math.max(0, i - 2); from <= i; from++) {
    if (from + 3 <= run.length) windows.push({ gram: run.slice(from, from + 3), at: i - from })
  }
  return windows
}

/** Checks one paragraph. */
export function checkTypos(
  paragraph: Paragraph,
  grams: Ngrams,
  confusions: Confusions,
  collector: Collector,
): void {
  for (const { at, wrong, right } of doubtsOf(paragraph.text, grams, confusions)) {
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
