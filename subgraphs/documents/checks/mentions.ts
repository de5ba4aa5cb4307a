/**
 * Check `mention`: figures in the text against the statements (文表一致).
 *
 * A mention is compared only when it is clear whose it is and of which period: sentences about the
 * industry, a subsidiary, a plan or another year stay silent. Growth that is named beside an amount
 * tells which of the two is wrong.
 */
import {
  absolute,
  agree,
  type Amount,
  canBePercentage,
  type Decimal,
  intervalOf,
  percentageOf,
  printDecimal,
  readAmount,
  scaled,
  subtract,
} from '../amount.ts'
import { itemName } from '../facts/label.ts'
import type { Outline, PlacedParagraph } from '../facts/outline.ts'
import type { Statement, StatementItem } from '../facts/statement.ts'
import { unitPower } from '../facts/unit.ts'
import { placeAt } from '../read/model.ts'
import { type CheckRules, SHIPPED_CHECKS } from '../rules/check-rules.ts'
import { NOT_OURS } from '../rules/mention-rules.ts'
import { Collector, equationOf } from './finding.ts'

const NUMBER = '([-－]?\\d[\\d,，]*(?:\\.\\d+)?)'

/** Patterns of mentions of some items. @property both of this period and the one before */
interface Patterns {
  readonly one: RegExp
  readonly both: RegExp
}

const patterns = new WeakMap<readonly string[], Patterns>()

function patternsOf(items: readonly string[]): Patterns {
  let found = patterns.get(items)
  if (found === undefined) patterns.set(items, found = makePatterns(items))
  return found
}

function makePatterns(items: readonly string[]): Patterns {
  const names = items.toSorted((a, b) => b.length - a.length)
    .map((item) => item.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')).join('|')
  const one = new RegExp(
    `(${names})(?:（[^（）]{0,20}）)?(?:为|是|达到|达|合计|共计|实现|约|人民币|：|:|本期|余额){0,3}${NUMBER}` +
      `((?:十亿|亿|百万|万|千)?元)` +
      `(?:[，,](?:比|较|同比|与)?[^，。；\\d]{0,12}?(增长|增加|上升|提高|下降|减少|降低)了?(?:${NUMBER})[%％])?`,
    'g',
  )
  const both = new RegExp(
    `(${names})本期(?:为)?${NUMBER}((?:亿|百万|万|千)?元)[，,]上期(?:为)?${NUMBER}((?:亿|百万|万|千)?元)`,
    'g',
  )
  return { one, both }
}

/** How mentions of a document went. */
export interface MentionCount {
  silent: number
  resolved: number
  flagged: number
}

/** Checks all paragraphs against the group's statements. */
export function checkMentions(
  outline: Outline,
  statements: readonly Statement[],
  collector: Collector,
  rules: CheckRules['mentions'] = SHIPPED_CHECKS.mentions,
): MentionCount {
  const count: MentionCount = { silent: 0, resolved: 0, flagged: 0 }
  const items = groupItems(statements)
  if (items.size === 0) return count
  for (const placed of outline.paragraphs) {
    // Notes speak of one account after another, and of companies that are not the group.
    if (placed.scope === 'parent') continue
    checkParagraph(placed, outline.year, items, rules, collector, count)
  }
  return count
}

interface Known {
  readonly item: StatementItem
  readonly now: Decimal
  readonly before: Decimal | undefined
  readonly nowAt: StatementItem['figures'] extends ReadonlyMap<string, infer F> ? F : never
}

function groupItems(statements: readonly Statement[]): Map<string, Known> {
  const known = new Map<string, Known>()
  for (const statement of statements) {
    if (statement.scope !== 'group') continue
    const [current, prior] = statement.columns.map(({ period }) => period.key)
    for (const item of statement.items) {
      const now = item.figures.get(current ?? '')
      // 其中: stands before some items that have their own name in the text all the same.
      const named = !item.ofWhich || /^营业(?:收入|成本)$/.test(item.item)
      if (now === undefined || !named || known.has(item.item)) continue
      known.set(item.item, {
        item,
        now: now.value,
        before: item.figures.get(prior ?? '')?.value,
        nowAt: now,
      })
    }
  }
  return known
}

function checkParagraph(
  { paragraph, headings }: PlacedParagraph,
  year: number | undefined,
  items: ReadonlyMap<string, Known>,
  rules: CheckRules['mentions'],
  collector: Collector,
  count: MentionCount,
): void {
  const { text } = paragraph
  const { one, both } = patternsOf(rules.items)
  for (const match of text.matchAll(both)) {
    const known = items.get(itemName(match[1]!))
    if (known?.before === undefined) continue
    const now = valueOf(match[2]!, match[3]!)
    const before = valueOf(match[4]!, match[5]!)
    if (now === undefined || before === undefined) continue
    count.resolved += 1
    const nowAgrees = agree(now, known.now)
    const beforeAgrees = agree(before, known.before)
    if (nowAgrees && beforeAgrees) {
      collector.verify(placeAt(paragraph, match.index), known.nowAt.place)
    }
    if (nowAgrees === beforeAgrees) continue
    count.flagged += 1
    const [wrong, right] = nowAgrees ? [before, known.before] : [now, known.now]
    differs(collector, 'error', paragraph, match, known, wrong, right, headings)
  }
  for (const sentence of sentencesOf(text)) {
    for (const match of sentence.text.matchAll(one)) {
      const at = sentence.at + match.index
      const known = items.get(itemName(match[1]!))
      const value = valueOf(match[2]!, match[3]!)
      if (known === undefined || value === undefined) continue
      if (
        /上期/.test(
          sentence.text.slice(match.index + match[1]!.length, match.index + match[1]!.length + 3),
        )
      ) continue
      const before = sentence.text.slice(0, match.index)
      if (!isOurs(sentence.text, before, year, paragraph.text, rules)) {
        count.silent += 1
        continue
      }
      const rate = match[5] === undefined ? undefined : rateOf(match[4]!, match[5])
      const growth = rate === undefined || known.before === undefined
        ? undefined
        : growthHolds(rate, known.now, known.before)
      const agrees = agree(value, known.now)
      if (agrees) {
        count.resolved += 1
        collector.verify(placeAt(paragraph, at), known.nowAt.place)
        if (growth === false && rate !== undefined) {
          count.flagged += 1
          growthDiffers(collector, paragraph, at, match[0], known, rate, headings)
        }
        continue
      }
      // Neither amount nor growth is the group's: it speaks of something else.
      if (growth !== true && !isSlip(value, known.now)) {
        count.silent += 1
        continue
      }
      if (growth === undefined && !/公司|报告期|本期|全年/.test(before)) {
        count.silent += 1
        continue
      }
      if (growth === false) {
        count.silent += 1
        continue
      }
      count.resolved += 1
      count.flagged += 1
      const severity = growth === true ? 'error' : 'warning'
      const placed = Object.assign([...match], { index: at }) as unknown as RegExpExecArray
      differs(collector, severity, paragraph, placed, known, value, known.now, headings)
    }
  }
}

type Match = { readonly 0: string; readonly index: number }

function differs(
  collector: Collector,
  severity: 'error' | 'warning',
  paragraph: PlacedParagraph['paragraph'],
  match: Match,
  known: Known,
  wrong: Decimal,
  right: Decimal,
  headings: readonly string[],
): void {
  const equation = equationOf(wrong, right)
  collector.find({
    code: 'TEXT_DIFFERS',
    severity,
    message: `文中“${match[0]}”与报表 ${known.item.text} ${equation.computed} 不一致`,
    at: [
      collector.at(placeAt(paragraph, match.index), match[0]),
      collector.at(known.nowAt.place, printDecimal(known.nowAt.printed)),
    ],
    equation,
    key: `mention|${headings.at(-1) ?? ''}|${known.item.item}|${wrong === right ? '' : 'amount'}`,
  })
}

function growthDiffers(
  collector: Collector,
  paragraph: PlacedParagraph['paragraph'],
  at: number,
  text: string,
  known: Known,
  rate: Decimal,
  headings: readonly string[],
): void {
  const computed = percentageOf(
    subtract(known.now, known.before!),
    absolute(known.before!),
    rate.decimals,
  )
  // A unit of the last digit comes of growth that was taken from unrounded figures.
  const difference = rate.digits - computed.digits
  const close = difference <= 1n && difference >= -1n
  const equation = equationOf(rate, computed)
  collector.find({
    code: 'GROWTH_DIFFERS',
    severity: close ? 'notice' : 'error',
    message: `文中“${text}”增减 ${equation.printed}%，按报表为 ${equation.computed}%`,
    at: [
      collector.at(placeAt(paragraph, at), text),
      collector.at(known.nowAt.place, printDecimal(known.nowAt.printed)),
    ],
    equation,
    key: `mention|${headings.at(-1) ?? ''}|${known.item.item}|growth`,
  })
}

function valueOf(number: string, unit: string): Decimal | undefined {
  const amount = readAmount(number)
  const power = unitPower(unit)
  return amount === undefined || power === undefined ? undefined : scaled(amount, power)
}

function rateOf(direction: string, number: string): Amount | undefined {
  const amount = readAmount(number)
  if (amount === undefined) return undefined
  return /下降|减少|降低/.test(direction) ? { ...amount, digits: -amount.digits } : amount
}

function growthHolds(rate: Decimal, now: Decimal, before: Decimal): boolean | undefined {
  const difference = subtract(now, before)
  if (before.digits <= 0n) return undefined
  return canBePercentage(
    rate,
    { low: difference, high: difference },
    { low: before, high: before },
    0n,
  ) ?? canBePercentage(rate, intervalOf(difference), intervalOf(before))
}

/** So many digits of a figure may be wrong for it to be the same fact all the same. */
const WRONG_DIGITS_MAX = 2

/** Whether a figure is another with a digit or two wrong, as it was printed. */
function isSlip(printed: Decimal, fact: Decimal): boolean {
  if (printed.decimals > fact.decimals) return false
  const unit = 10n ** BigInt(fact.decimals - printed.decimals)
  const half = fact.digits < 0n ? -unit / 2n : unit / 2n
  const a = printed.digits.toString()
  const b = ((fact.digits + half) / unit).toString()
  if (a.length !== b.length) return false
  return Array.from(a).filter((digit, i) => digit !== b[i]).length <= WRONG_DIGITS_MAX
}

/** Whether a sentence speaks of the group in the year of the report. */
function isOurs(
  sentence: string,
  before: string,
  year: number | undefined,
  paragraph: string,
  { notOurs }: CheckRules['mentions'],
): boolean {
  if (notOurs.some((word) => sentence.includes(word))) return false
  if (NOT_OURS.test(sentence) || NOT_OURS.test(paragraph.slice(0, 30))) return false
  const years = Array.from(before.matchAll(/(20\d\d)\s*年/g), (match) => Number(match[1]))
  const last = years.at(-1)
  return last === undefined || last === year
}

function sentencesOf(text: string): { at: number; text: string }[] {
  const sentences: { at: number; text: string }[] = []
  let from = 0
  for (const match of text.matchAll(/[。；！？]/g)) {
    sentences.push({ at: from, text: text.slice(from, match.index) })
    from = match.index + 1
  }
  sentences.push({ at: from, text: text.slice(from) })
  return sentences
}
