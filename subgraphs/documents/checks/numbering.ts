/**
 * Check `numbering`: headings that skip or repeat a number, and references to sections that are not
 * there.
 */
import type { Outline, PlacedParagraph } from '../facts/outline.ts'
import { headingNumber, numeralOf } from '../read/heading.ts'
import { placeAt } from '../read/model.ts'
import { Collector } from './finding.ts'

/** Headings of a level under one parent. */
interface Series {
  readonly level: number
  readonly entries: { readonly number: number; readonly at: PlacedParagraph }[]
}

/** Deeper lists restart and are left unnumbered in places: only the upper levels are checked. */
const LEVEL_MAX = 3
const REFERENCE = /(?:见|参见|详见|参阅)[^。；]{0,12}?第([一二三四五六七八九十]+)[节章]/g

/** Checks a document's headings. */
export function checkNumbering(outline: Outline, collector: Collector): void {
  const body = afterContents(outline.paragraphs)
  for (const { level, entries } of seriesOf(body)) {
    for (const [i, { number, at }] of entries.entries()) {
      const before = entries[i - 1]
      if (before === undefined) continue
      const step = number - before.number
      if (step === 1) continue
      const after = entries[i + 1]
      // One that breaks the row while the next goes on from it: the row itself is wrong here.
      const goesOn = after === undefined || after.number === number + 1
      const code = step === 0 ? 'NUMBER_REPEATED' : step > 1 ? 'NUMBER_SKIPPED' : undefined
      if (code === undefined || step > 3 || !goesOn) continue
      if (step > 1 && standsBetween(body, before, at, level, before.number + 1)) continue
      collector.find({
        code,
        severity: level === 1 ? 'error' : 'warning',
        message: step === 0
          ? `编号重复：“${before.at.paragraph.text}”之后又是“${at.paragraph.text}”`
          : `编号跳过：“${before.at.paragraph.text}”之后是“${at.paragraph.text}”`,
        at: [
          collector.at(placeAt(at.paragraph, 0), at.paragraph.text),
          collector.at(placeAt(before.at.paragraph, 0), before.at.paragraph.text),
        ],
        key: `numbering|${at.headings.slice(0, -1).join('/')}|${at.paragraph.text}`,
      })
    }
  }
  checkReferences(outline, body, collector)
}

/** A contents list has the headings once more. */
function afterContents(paragraphs: readonly PlacedParagraph[]): PlacedParagraph[] {
  return paragraphs.filter(({ paragraph }) => !/[.．·…]{4,}/.test(paragraph.text))
}

/** Whether the number that is missed begins some text in between: a heading too long to be one. */
function standsBetween(
  body: readonly PlacedParagraph[],
  before: { readonly at: PlacedParagraph },
  after: PlacedParagraph,
  level: number,
  number: number,
): boolean {
  return body.some(({ index, paragraph }) =>
    index > before.at.index && index < after.index &&
    headingNumber(paragraph.text.replaceAll(/\s/g, ''), level) === number
  )
}

function seriesOf(paragraphs: readonly PlacedParagraph[]): Series[] {
  const done: Series[] = []
  /** Series by level, those that a list inside interrupted below the one that goes on. */
  const open: (Series[] | undefined)[] = []
  for (const at of paragraphs) {
    const { level, text } = at.paragraph
    if (level < 1 || level > LEVEL_MAX) continue
    const number = headingNumber(text.replaceAll(/\s/g, ''), level)
    if (number === undefined) continue
    open.length = Math.min(open.length, level + 1)
    const stack = open[level] ??= []
    const follows = stack.findLastIndex((series) => series.entries.at(-1)!.number + 1 === number)
    if (stack.length === 0 || (number === 1 && follows === -1)) {
      const fresh: Series = { level, entries: [{ number, at }] }
      stack.push(fresh)
      done.push(fresh)
      continue
    }
    if (follows !== -1) stack.length = follows + 1
    stack.at(-1)!.entries.push({ number, at })
  }
  return done
}

function checkReferences(
  outline: Outline,
  body: readonly PlacedParagraph[],
  collector: Collector,
): void {
  const sections = new Set(
    body.filter(({ paragraph }) => paragraph.level === 1)
      .map(({ paragraph }) => headingNumber(paragraph.text.replaceAll(/\s/g, ''), 1)),
  )
  // Without sections of its own a document speaks of another's.
  if (sections.size < 3) return
  const last = Math.max(...Array.from(sections, (number) => number ?? 0))
  for (const { paragraph } of outline.paragraphs) {
    for (const match of paragraph.text.matchAll(REFERENCE)) {
      if (/《/.test(match[0])) continue
      const number = numeralOf(match[1]!)
      if (number === undefined || number <= last) continue
      collector.find({
        code: 'REFERENCE_NOWHERE',
        severity: 'error',
        message: `引用的章节不存在：${match[0]}`,
        at: [collector.at(placeAt(paragraph, match.index), match[0])],
        key: `numbering|reference|${match[0]}`,
      })
    }
  }
}
