/**
 * How alike two texts are, from 0 to 1.
 */

/** Sørensen–Dice over pairs of neighbouring characters. */
export function diceOfPairs(a: string, b: string): number {
  if (a === b) return 1
  const [left, right] = [pairs(a), pairs(b)]
  if (left.length === 0 || right.length === 0) return 0
  const counts = new Map<string, number>()
  for (const pair of left) counts.set(pair, (counts.get(pair) ?? 0) + 1)
  let shared = 0
  for (const pair of right) {
    const count = counts.get(pair) ?? 0
    if (count > 0) {
      shared += 1
      counts.set(pair, count - 1)
    }
  }
  return (2 * shared) / (left.length + right.length)
}

function pairs(text: string): string[] {
  const characters = [...text]
  return characters.slice(1).map((character, i) => characters[i]! + character)
}

/** Whether two texts differ by one character changed, added or left out, or two swapped. */
export function isOneApart(a: string, b: string): boolean {
  const [short, long] = [...a].length <= [...b].length ? [[...a], [...b]] : [[...b], [...a]]
  if (long.length - short.length > 1 || a === b) return false
  let i = 0
  while (i < short.length && short[i] === long[i]) i++
  if (short.length < long.length) return short.slice(i).join('') === long.slice(i + 1).join('')
  if (short.slice(i + 1).join('') === long.slice(i + 1).join('')) return true
  return short[i] === long[i + 1] && short[i + 1] === long[i] &&
    short.slice(i + 2).join('') === long.slice(i + 2).join('')
}
