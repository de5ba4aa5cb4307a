/**
 * Headings by their numbering: 第一节, 一、, （一）, 1、, (1).
 */

const NUMERAL = '[一二三四五六七八九十百]+'
/** Patterns by level from 1. A heading's number is captured. */
const LEVELS: readonly RegExp[] = [
  new RegExp(`^第(${NUMERAL})[节章]`),
  new RegExp(`^(${NUMERAL})[、.．]`),
  new RegExp(`^[（(](${NUMERAL})[）)]`),
  /^(\d{1,3})(?:[、.．](?!\d)|\s+(?=[^\d\s]))/,
  /^[（(](\d{1,3})[）)]/,
]
const LENGTH_MAX = 45

/** The level of a heading from 1; 0 when a text is none. */
export function headingLevel(text: string): number {
  if (text.length > LENGTH_MAX || /[。；;，,]$/.test(text)) return 0
  return LEVELS.findIndex((pattern) => pattern.test(text)) + 1
}

/** The number that a heading carries, as a count. */
export function headingNumber(text: string, level: number): number | undefined {
  const found = LEVELS[level - 1]?.exec(text)?.[1]
  return found === undefined ? undefined : /^\d/.test(found) ? Number(found) : numeralOf(found)
}

/** A heading without its number and white space: what it is called wherever it stands. */
export function headingTitle(text: string): string {
  const bare = text.replaceAll(/[\s\u00a0\u3000]/g, '')
  const numbered = LEVELS.find((pattern) => pattern.test(bare))
  const title = numbered === undefined ? bare : bare.replace(numbered, '')
  return title === '' ? bare : title
}

const DIGITS = '零一二三四五六七八九'

/** A Chinese numeral below ten thousand (一百八十八); undefined when it is none. */
export function numeralOf(text: string): number | undefined {
  let total = 0
  let digit = -1
  for (const character of text.replaceAll('〇', '零')) {
    const unit = { 十: 10, 百: 100, 千: 1000 }[character]
    if (unit === undefined) {
      const value = DIGITS.indexOf(character)
      if (value === -1 || digit > 0) return undefined
      digit = value
    } else {
      // 十六 leaves its one out, at the beginning only.
      if (digit === -1 && !(unit === 10 && total === 0)) return undefined
      total += (digit === -1 ? 1 : digit) * unit
      digit = -1
    }
  }
  return digit === -1 ? (total === 0 ? undefined : total) : total + digit
}
