/**
 * The OA serial number (OA流水号): the one index of everything that follows from a request.
 *
 * `OA20261123-000017-4`: day of entry in the bank's zone, number within tenant and day, check digit.
 * The check digit (Luhn over all digits) catches a mistyped digit and most swapped neighbours, so a
 * serial read out on the telephone is either right or refused.
 */
import type { LocalDate } from './time.ts'

/** @param number 1 and up; grows past six digits when it must */
export function formatSerial(day: LocalDate, number: bigint): string {
  const digits = day.replaceAll('-', '') + number.toString().padStart(6, '0')
  return `OA${digits.slice(0, 8)}-${digits.slice(8)}-${luhnDigit(digits)}`
}

/** Whether the text has the shape of a serial and its check digit fits. */
export function isSerial(text: string): boolean {
  const match = /^OA(\d{8})-(\d{6,12})-(\d)$/.exec(text)
  return match !== null && luhnDigit(match[1]! + match[2]!) === match[3]
}

function luhnDigit(digits: string): string {
  let sum = 0
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i])
    const doubled = i % 2 === 0 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return String((10 - (sum % 10)) % 10)
}
