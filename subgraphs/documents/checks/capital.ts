/**
 * Check `capital`: amounts in capital numerals (大写金额) beside their figures.
 *
 * @see 中国人民银行《支付结算办法》附一 正确填写票据和结算凭证的基本规定
 */
import { compare, type Decimal, printDecimal, readAmount, scaled } from '../amount.ts'
import type { PlacedParagraph } from '../facts/outline.ts'
import { unitPower } from '../facts/unit.ts'
import { type Place, placeAt } from '../read/model.ts'
import { Collector, equationOf } from './finding.ts'

const DIGITS: Readonly<Record<string, bigint>> = Object.fromEntries(
  Array.from('零壹贰叁肆伍陆柒捌玖', (c, i) => [c, BigInt(i)]),
)
const UNITS: Readonly<Record<string, bigint>> = { 拾: 10n, 佰: 100n, 仟: 1000n }

/**
 * Reads 壹万贰仟元伍角整 as fen. Undefined for what is no amount, 万亿元 included.
 */
export function readCapital(text: string): bigint | undefined {
  const match = /^([零壹贰叁肆伍陆柒捌玖拾佰仟万亿]*)[圆元](.*)$/.exec(text.replaceAll('圓', '圆'))
  const whole = match === null ? '' : match[1]!
  const rest = match === null ? text : match[2]!
  const yuan = whole === '' ? 0n : readWhole(whole)
  if (yuan === undefined) return undefined
  const small = /^零?(?:([壹贰叁肆伍陆柒捌玖])角)?零?(?:([壹贰叁肆伍陆柒捌玖])分)?[整正]?$/.exec(
    rest,
  )
  if (small === null) return undefined
  const [, jiao, fen] = small
  if (match === null && jiao === undefined && fen === undefined) return undefined
  if (match !== null && whole === '') return undefined
  return yuan * 100n + (jiao === undefined ? 0n : DIGITS[jiao]! * 10n) +
    (fen === undefined ? 0n : DIGITS[fen]!)
}

function readWhole(text: string): bigint | undefined {
  const section = (part: string): bigint | undefined => {
    let total = 0n
    let digit: bigint | undefined
    let smallest = 10_000n
    for (const c of part) {
      if (c in DIGITS) {
        if (digit !== undefined && digit !== 0n) return undefined
        digit = DIGITS[c]!
      } else {
        const unit = UNITS[c]
        if (unit === undefined || unit >= smallest) return undefined
        // 拾 stands for 壹拾 at the beginning.
        if (digit === undefined && !(unit === 10n && total === 0n)) return undefined
        if (digit === 0n) return undefined
        total += (digit ?? 1n) * unit
        smallest = unit
        digit = undefined
      }
    }
    // Nothing follows a 零.
    if (digit === 0n && part.length > 1) return undefined
    return total + (digit ?? 0n)
  }
  const [high, afterYi] = text.includes('亿') ? text.split('亿', 2) : ['', text]
  if (text.split('亿').length > 2) return undefined
  const low = afterYi!
  const belowYi = (part: string): bigint | undefined => {
    const pieces = part.split('万')
    if (pieces.length > 2) return undefined
    if (pieces.length === 1) return section(part)
    const upper = section(pieces[0]!)
    const lower = section(pieces[1]!)
    return upper === undefined || upper === 0n || lower === undefined
      ? undefined
      : upper * 10_000n + lower
  }
  const upper = text.includes('亿') ? belowYi(high!) : 0n
  const lower = belowYi(low)
  if (upper === undefined || lower === undefined) return undefined
  if (text.includes('亿') && upper === 0n) return undefined
  const total = upper * 100_000_000n + lower
  return total === 0n && !/^零$/.test(text) ? undefined : total
}

/** Writes an amount in capital numerals. @param fen not negative, below 万亿 元 */
export function writeCapital(fen: bigint): string {
  const yuan = fen / 100n
  const jiao = fen / 10n % 10n
  const last = fen % 10n
  const digit = (n: bigint) => '零壹贰叁肆伍陆柒捌玖'[Number(n)]!
  const section = (n: bigint): string => {
    let text = ''
    let zero = false
    for (const [unit, name] of [[1000n, '仟'], [100n, '佰'], [10n, '拾'], [1n, '']] as const) {
      const d = n / unit % 10n
      if (d === 0n) zero = text !== ''
      else {
        text += (zero ? '零' : '') + digit(d) + name
        zero = false
      }
    }
    return text
  }
  let text = ''
  let gap = false
  for (const [unit, name] of [[100_000_000n, '亿'], [10_000n, '万'], [1n, '']] as const) {
    const part = yuan / unit % 10_000n
    if (part === 0n) {
      gap = text !== ''
      continue
    }
    text += (text !== '' && (gap || part < 1000n) ? '零' : '') + section(part) + name
    gap = false
  }
  if (text !== '') text += '元'
  if (jiao === 0n && last === 0n) return `${text === '' ? '零元' : text}整`
  if (jiao !== 0n) text += `${digit(jiao)}角`
  else if (text !== '') text += '零'
  return last === 0n ? `${text}整` : `${text}${digit(last)}分`
}

const CAPITAL = /[零壹贰叁肆伍陆柒捌玖拾佰仟万亿圆元角分整正]{3,}/g
const FIGURES = /(?:[¥￥]\s*)?(\d[\d,，]*(?:\.\d+)?)\s*((?:亿|百万|万|千)?元)?/g
/** How far from its capital numerals a figure may stand. */
const NEAR = 30

/** Checks one paragraph. */
export function checkCapital({ paragraph, headings }: PlacedParagraph, collector: Collector): void {
  checkText(
    paragraph.text,
    (offset) => placeAt(paragraph, offset),
    headings.at(-1) ?? '',
    collector,
  )
}

/** Checks text wherever it stands. */
export function checkText(
  text: string,
  placeOf: (offset: number) => Place,
  context: string,
  collector: Collector,
): void {
  for (const match of text.matchAll(CAPITAL)) {
    if (!/[壹贰叁肆伍陆柒捌玖]/.test(match[0]) || !/[圆元角分]/.test(match[0])) continue
    const fen = readCapital(match[0])
    if (fen === undefined) {
      if (match[0].length < 5) continue
      collector.find({
        code: 'CAPITAL_MALFORMED',
        severity: 'warning',
        message: `大写金额写法有误：${match[0]}`,
        at: [collector.at(placeOf(match.index), match[0])],
        key: `capital|${context}|${match[0]}`,
      })
      continue
    }
    const value: Decimal = { digits: fen, decimals: 2 }
    const end = match.index + match[0].length
    const near = nearestFigure(text, match.index, end)
    if (near === undefined) continue
    if (compare(near.value, value) === 0) {
      collector.verify(placeOf(match.index))
      continue
    }
    collector.find({
      code: 'CAPITAL_DIFFERS',
      severity: 'error',
      message: `大写 ${match[0]} 与小写 ${near.text} 不一致`,
      at: [
        collector.at(placeOf(match.index), match[0]),
        collector.at(placeOf(near.at), near.text),
      ],
      equation: equationOf(near.value, value),
      key: `capital|${context}|${printDecimal(value)}`,
    })
  }
}

function nearestFigure(text: string, from: number, to: number) {
  const start = Math.max(0, from - NEAR)
  const around = text.slice(start, to + NEAR)
  let best: { value: Decimal; text: string; at: number; distance: number } | undefined
  for (const match of around.matchAll(FIGURES)) {
    const at = start + match.index
    const amount = readAmount(match[1]!)
    if (amount === undefined) continue
    // A figure without unit or separator is a year or a number of something else.
    if (
      match[2] === undefined && !match[0].startsWith('¥') && !match[0].startsWith('￥') &&
      !/[,，.]/.test(match[1]!)
    ) continue
    const distance = at < from ? from - (at + match[0].length) : at - to
    // A sentence's end parts what stands on both sides.
    const between = at < from ? text.slice(at + match[0].length, from) : text.slice(to, at)
    if (/[。；;]/.test(between) || distance < 0) continue
    if (best === undefined || distance < best.distance) {
      best = {
        value: scaled(amount, unitPower(match[2] ?? '元') ?? 0),
        text: match[0].trim(),
        at,
        distance,
      }
    }
  }
  return best
}
