/**
 * Check `name`: company names that differ from a defined or frequent one by a character, and short
 * names that are defined and never used.
 */
import type { Outline } from '../facts/outline.ts'
import { type Place, placeAt } from '../read/model.ts'
import { Collector } from './finding.ts'

const COMPANY =
  /[\u4e00-\u9fff（）()]{2,30}?(?:股份有限公司|有限责任公司|集团有限公司|有限公司|合伙企业（有限合伙）)/g
/** How often the right name must stand for a variant to be taken for a slip. */
const FREQUENT = 3
/** A prefix that the pattern takes along though it is no part of the name. */
const LEAD =
  /^(?:.*(?:现任|兼任|曾任|历任|担任|任|与|和|及|对|由|向|在|为|系|是|公司|股东|子公司|至|自|将|以|的|经|于|指|即|等|收购|控股|参股|持有|全资|委托|聘请))(?=[\u4e00-\u9fff]{4,})/

interface Occurrence {
  readonly place: Place
  readonly context: string
}

/** Checks the names of a document. */
export function checkNames(outline: Outline, collector: Collector): void {
  const names = namesOf(outline)
  const frequent = Array.from(names).filter(([, found]) => found.length >= FREQUENT)
  for (const [name, found] of names) {
    if (found.length > 1 || name.length < 8) continue
    for (const [right, others] of frequent) {
      if (right.length !== name.length || others.length < FREQUENT * found.length) continue
      const at = onlyDifference(name, right)
      // Numbers and directions tell sister companies apart.
      if (at === undefined || (isCounter(name[at]!) && isCounter(right[at]!))) continue
      collector.find({
        code: 'NAME_NEARLY',
        severity: 'warning',
        message: `名称“${name}”与出现 ${others.length} 次的“${right}”差一个字`,
        at: [
          collector.at(found[0]!.place, name),
          collector.at(others[0]!.place, right),
        ],
        key: `name|${name}|${right}`,
      })
    }
  }
  checkAliases(outline, collector)
}

function isCounter(character: string): boolean {
  return /[一二三四五六七八九十东西南北中上下新]/.test(character)
}

function namesOf(outline: Outline): Map<string, Occurrence[]> {
  const names = new Map<string, Occurrence[]>()
  const take = (text: string, placeOf: (at: number) => Place) => {
    for (const match of text.matchAll(COMPANY)) {
      const name = match[0].replace(LEAD, '').replaceAll('(', '（').replaceAll(')', '）')
      if (name.length < 6) continue
      const found = names.get(name)
      const occurrence = { place: placeOf(match.index), context: text }
      if (found === undefined) names.set(name, [occurrence])
      else found.push(occurrence)
    }
  }
  for (const { paragraph } of outline.paragraphs) {
    take(paragraph.text, (at) => placeAt(paragraph, at))
  }
  for (const { view } of outline.tables) {
    for (const cell of view.table.cells) take(cell.text, () => cell.place)
  }
  return names
}

function onlyDifference(a: string, b: string): number | undefined {
  let at: number | undefined
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue
    if (at !== undefined) return undefined
    at = i
  }
  return at
}

/** Short names of the table of definitions (释义): term, 指, meaning. */
function checkAliases(outline: Outline, collector: Collector): void {
  const definitions = outline.tables.filter(({ view, headings, title }) =>
    (/释义/.test(headings.join('')) || /释义/.test(title)) &&
    view.table.cells.some((cell) => cell.text.trim() === '指')
  )
  if (definitions.length === 0) return
  const inTables = new Set(definitions.map(({ index }) => index))
  const text = [
    ...outline.paragraphs.map(({ paragraph }) => paragraph.text),
    ...outline.tables.filter(({ index }) => !inTables.has(index))
      .flatMap(({ view }) => view.table.cells.map((cell) => cell.text)),
  ].join('\n').replaceAll(/\s/g, '')
  for (const { view } of definitions) {
    for (const cell of view.table.cells) {
      if (cell.column !== 0) continue
      const aside = view.table.cells.find((other) =>
        other.row === cell.row && other.column === cell.column + cell.columns
      )
      if (aside?.text.trim() !== '指') continue
      const terms = cell.text.split(/[、，,/或]/).map((term) => term.replaceAll(/[\s“”"]/g, ''))
        .filter((term) => term.length >= 2)
      if (terms.length === 0 || terms.some((term) => text.includes(term))) continue
      collector.find({
        code: 'TERM_UNUSED',
        severity: 'notice',
        message: `释义“${cell.text}”在正文中未使用`,
        at: [collector.at(cell.place, cell.text)],
        key: `name|unused|${cell.text}`,
      })
    }
  }
}
