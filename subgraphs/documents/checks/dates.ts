/**
 * Check `date`: days that do not exist, and signatures before what they sign.
 */
import type { Outline, PlacedParagraph } from '../facts/outline.ts'
import { placeAt } from '../read/model.ts'
import { Collector } from './finding.ts'

const DAY = /((?:19|20)\d\d)\s*年\s*(\d{1,2})\s*月\s*(?:(\d{1,3})\s*日)?/g

/** Whether a day exists. */
export function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** Checks one paragraph for days that do not exist. */
export function checkDates({ paragraph }: PlacedParagraph, collector: Collector): void {
  for (const match of paragraph.text.matchAll(DAY)) {
    const [text, year, month, day] = match
    if (isDay(Number(year), Number(month), Number(day ?? 1))) continue
    collector.find({
      code: 'DAY_IMPOSSIBLE',
      severity: 'error',
      message: `日期不存在：${text}`,
      at: [collector.at(placeAt(paragraph, match.index), text)],
      key: `date|${text}|${paragraph.text.slice(Math.max(0, match.index - 12), match.index)}`,
    })
  }
}

const SIGNED = /^(?:董事会)?批准报送日期[:：]\s*(20\d\d)\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*日/

/** A report is approved after the end of what it reports on. */
export function checkSignature(outline: Outline, collector: Collector): void {
  if (outline.year === undefined) return
  for (const { paragraph } of outline.paragraphs) {
    const match = SIGNED.exec(paragraph.text)
    if (match === null) continue
    const day = `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`
    if (day > `${outline.year}-06-30`) continue
    collector.find({
      code: 'SIGNED_TOO_EARLY',
      severity: 'error',
      message: `批准报送日期 ${day} 早于报告期（${outline.year} 年）`,
      at: [collector.at(placeAt(paragraph, 0), match[0])],
      key: 'date|signed',
    })
  }
}
