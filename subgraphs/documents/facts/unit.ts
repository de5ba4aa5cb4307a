/**
 * Units of amounts: 元, 千元, 万元, 百万元, 亿元, and those that are no money.
 */

/** @property power of ten to 元 @property currency as written, 人民币 where nothing is said */
export interface Unit {
  readonly power: number
  readonly currency: string
}

const POWERS: Readonly<Record<string, number>> = {
  元: 0,
  千元: 3,
  万元: 4,
  百万元: 6,
  千万元: 7,
  亿元: 8,
  十亿元: 9,
}

const NAME = '(?:人民币)?((?:十亿|亿|千万|百万|万|千)?元)'
const LINE = new RegExp(`单位[:：]\\s*(?:人民币)?\\s*${NAME}`)
const OTHER_LINE = /(?:金额)?单位[:：]\s*([^\s币,，;；、()（）]{1,8})/
const IN_BRACKETS = new RegExp(`[(（]${NAME}[)）]`)
const CURRENCY = /币种[:：]\s*([^\s,，;；()（）]{1,6})/

/** The power of ten of a unit's name; undefined for what is no money. */
export function unitPower(name: string): number | undefined {
  return Object.hasOwn(POWERS, name) ? POWERS[name] : undefined
}

/** What a line such as `单位：万元 币种：人民币` says; null for a unit that is no money. */
export function unitOfLine(text: string): Unit | null | undefined {
  const money = LINE.exec(text)
  const currency = CURRENCY.exec(text)?.[1] ?? '人民币'
  if (money !== null) return { power: POWERS[money[1]!]!, currency }
  return OTHER_LINE.test(text) ? null : undefined
}

/** What a header such as `金额（万元）` says. */
export function unitOfHeader(text: string): Unit | undefined {
  const found = IN_BRACKETS.exec(text)
  return found === null ? undefined : { power: POWERS[found[1]!]!, currency: '人民币' }
}
