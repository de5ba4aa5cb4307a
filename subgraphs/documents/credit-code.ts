/**
 * Unified social credit codes (统一社会信用代码): eighteen characters, the last of which checks the others.
 *
 * @see GB 32100-2015
 */

const ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const LENGTH = 18

/** Whether a text is a code whose check character is right. */
export function isCreditCode(text: string): boolean {
  if (text.length !== LENGTH) return false
  let sum = 0
  let weight = 1
  for (const character of text.slice(0, -1)) {
    const value = ALPHABET.indexOf(character)
    if (value === -1) return false
    sum += value * weight
    weight = weight * 3 % 31
  }
  return ALPHABET[(31 - sum % 31) % 31] === text.at(-1)
}
