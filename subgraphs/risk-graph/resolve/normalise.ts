/**
 * Keys that are the same however they were written.
 *
 * Each answers undefined for what is no key: too short, or a filler that clerks type into a required
 * field.
 */

/** Digits of a telephone number without the prefix of China; `138 1234-5678` and `+86…` are one. */
export function normalisePhone(text: string): string | undefined {
  const digits = text.normalize('NFKC').replaceAll(/\D/g, '')
  const national = digits.replace(/^(?:00)?86(?=1\d{10}$|0\d{9,11}$)/, '').replace(
    /^0(?=1\d{10}$)/,
    '',
  )
  return national.length >= 7 && national.length <= 15 && !isFiller(national) ? national : undefined
}

/**
 * A number plate: province, letter, five or six more; spaces, dots and width apart.
 *
 * After its first two characters a mainland plate has no I and no O (GA 36-2018): they are 1 and 0.
 */
export function normalisePlate(text: string): string | undefined {
  const plain = text.normalize('NFKC').toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  const mainland = /^(\p{Script=Han}[A-Z])([A-Z0-9]{4,5}[A-Z0-9\p{Script=Han}])$/u.exec(plain)
  if (mainland !== null) {
    return mainland[1]! + mainland[2]!.replaceAll('O', '0').replaceAll('I', '1')
  }
  return plain.length >= 5 && plain.length <= 12 && /\d/.test(plain) && !isFiller(plain)
    ? plain
    : undefined
}

/** A vehicle identification number: 17 characters without I, O and Q (ISO 3779). */
export function normaliseVin(text: string): string | undefined {
  const plain = text.normalize('NFKC').toUpperCase().replaceAll(/[^A-Z0-9]/g, '')
    .replaceAll('O', '0').replaceAll('Q', '0').replaceAll('I', '1')
  return plain.length === 17 && !isFiller(plain) ? plain : undefined
}

/** A number of a person, an account or a device: letters and digits alone, or the hash of one. */
export function normaliseCode(text: string): string | undefined {
  const plain = text.normalize('NFKC').toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '')
  return plain.length >= 6 && /\d/.test(plain) && !isFiller(plain) ? plain : undefined
}

/** A person's name for comparing: without spaces and the dots of transcribed names. */
export function normaliseName(text: string): string | undefined {
  const plain = text.normalize('NFKC').toUpperCase().replaceAll(/[\s·•.,'-]/g, '')
  return plain.length >= 2 && !/^(未知|无|不详|UNKNOWN|NA|N\/A)$/.test(plain) ? plain : undefined
}

const NUMERALS = '零一二三四五六七八九'
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/号楼|幢|座/g, '栋'],
  [/小区|社区|花园小区/g, '小区'],
  [/房$|室$/g, ''],
]

/** @property numbers in order, which tell two flats apart @property words what is left */
export interface AddressParts {
  readonly numbers: string
  readonly words: string
}

/** An address in parts; `三号楼` and `3栋` are one. */
export function normaliseAddress(text: string): AddressParts | undefined {
  let plain = text.normalize('NFKC').toUpperCase()
    .replaceAll(/十([一二三四五六七八九])/g, '1$1').replaceAll('十', '10')
    .replaceAll(/[零一二三四五六七八九]/g, (c) => String(NUMERALS.indexOf(c)))
    .replaceAll(/[\s,.,。、;#()()【】]/g, '')
  for (const [word, one] of WORDS) plain = plain.replaceAll(word, one)
  if (plain.length < 5) return undefined
  const numbers = (plain.match(/\d+/g) ?? []).map((n) => n.replace(/^0+(?=\d)/, '')).join('-')
  const words = plain.replaceAll(/\d+/g, '0').replaceAll('-', '')
  return { numbers, words }
}

/** One character over and over, a run of neighbours, or what stands for nothing. */
function isFiller(text: string): boolean {
  const digits = '01234567890123456789'
  return /^(.)\1*$/.test(text) || /^(.)\1+.$/.test(text) || digits.includes(text) ||
    [...digits].toReversed().join('').includes(text)
}
