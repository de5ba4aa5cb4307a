/**
 * Check `wording`: words that are confused in filings, doubled characters, brackets without their
 * pair, separators in the wrong places, slots that nobody filled in.
 */
import { readAmount } from '../amount.ts'
import type { PlacedParagraph, PlacedTable } from '../facts/outline.ts'
import { placeAt } from '../read/model.ts'
import type { WordRule } from '../rules/check-rules.ts'
import { WORDING_RULES } from '../rules/wording-rules.ts'
import { Collector } from './finding.ts'

/** Checks one paragraph. */
export function checkWording(
  { paragraph, headings }: PlacedParagraph,
  collector: Collector,
  words: readonly WordRule[] = [],
): void {
  const { text } = paragraph
  const context = headings.at(-1) ?? ''
  for (const rule of WORDING_RULES) {
    for (const match of text.matchAll(rule.pattern)) {
      collector.find({
        code: rule.code,
        severity: rule.severity,
        message: `${rule.message}：${excerpt(text, match.index, match[0].length)}`,
        at: [collector.at(placeAt(paragraph, match.index), match[0])],
        key: `wording|${rule.code}|${context}|${excerpt(text, match.index, match[0].length)}`,
      })
    }
  }
  for (const { wrong, right, severity } of words) {
    for (let at = text.indexOf(wrong); at !== -1; at = text.indexOf(wrong, at + wrong.length)) {
      const around = excerpt(text, at, wrong.length)
      collector.find({
        code: 'WORD_LISTED',
        severity,
        message: `“${wrong}”应为“${right}”：${around}`,
        at: [collector.at(placeAt(paragraph, at), wrong)],
        key: `wording|listed|${context}|${around}`,
      })
    }
  }
}

/** How many paragraphs on the pair of a bracket may stand, where a page divides a sentence. */
const PAIR_WITHIN = 3

/** Checks that brackets have their pairs, over page breaks too. */
export function checkBrackets(paragraphs: readonly PlacedParagraph[], collector: Collector): void {
  const lone = paragraphs.map(({ paragraph }) => unpaired(paragraph.text))
  for (const [i, brackets] of lone.entries()) {
    lone[i] = brackets.filter(({ bracket }) => {
      if (!OPENING.has(bracket)) return true
      for (const later of lone.slice(i + 1, i + 1 + PAIR_WITHIN)) {
        const at = later.findIndex((other) => PAIRS[other.bracket] === bracket)
        if (at === -1) continue
        later.splice(at, 1)
        return false
      }
      return true
    })
  }
  for (const [i, { paragraph, headings }] of paragraphs.entries()) {
    for (const { at, bracket } of lone[i]!) {
      const around = excerpt(paragraph.text, at, 1)
      collector.find({
        code: 'BRACKET_UNPAIRED',
        severity: 'notice',
        message: `括号或引号不成对：${around}`,
        at: [collector.at(placeAt(paragraph, at), bracket)],
        key: `wording|bracket|${headings.at(-1) ?? ''}|${around}`,
      })
    }
  }
}

/** Checks the figures of a table for separators in the wrong places. */
export function checkSeparators(table: PlacedTable, collector: Collector): void {
  for (const cell of table.view.table.cells) {
    const amount = readAmount(cell.text)
    if (amount === undefined || amount.grouped) continue
    // Numbers in a row (1,2,3) are a list.
    const digits = amount.digits.toString().length
    if (amount.decimals < 2 && digits < LONG_FIGURE) continue
    collector.find({
      code: 'SEPARATOR_MISPLACED',
      severity: amount.decimals >= 2 ? 'error' : 'warning',
      message: `千位分隔符位置有误：${cell.text}`,
      at: [collector.at(cell.place, cell.text)],
      key: `wording|separator|${table.title}|${cell.text}`,
    })
  }
}

/** So many digits are a figure and no list. */
const LONG_FIGURE = 8

const PAIRS: Readonly<Record<string, string>> = {
  '）': '（',
  '》': '《',
  '】': '【',
  '」': '「',
  '”': '“',
  '〉': '〈',
}
const OPENING = new Set(Object.values(PAIRS))

/** Brackets without their pair; full and half width pair with one another. */
export function unpaired(text: string): { at: number; bracket: string }[] {
  const open: { at: number; bracket: string }[] = []
  const lone: { at: number; bracket: string }[] = []
  for (const [at, c] of Array.from(text).entries()) {
    const bracket = c === '(' ? '（' : c === ')' ? '）' : c
    if (OPENING.has(bracket)) open.push({ at, bracket })
    else if (bracket in PAIRS) {
      const last = open.at(-1)
      if (last?.bracket === PAIRS[bracket]) open.pop()
      // A list is numbered `1)`, and its bracket has no pair.
      else if (
        !/(?:^|[\s。；;，、：])[\d一二三四五六七八九十a-zA-Z①-⑳]{1,3}$/.test(text.slice(0, at))
      ) {
        lone.push({ at, bracket })
      }
    }
  }
  return [...lone, ...open]
}

function excerpt(text: string, at: number, length: number): string {
  return text.slice(Math.max(0, at - 8), at + length + 8)
}
