/**
 * Why somebody decides or looks.
 */
import { textMalformed } from '../kernel/command.ts'
import { type Refusal, refuse } from '../kernel/result.ts'

const REASON_MAX = 1_000

/** A refusal of a reason that says nothing, says too much, or cannot be stored. */
export function checkReason(
  reason: string,
): Refusal<'REASON_MISSING' | 'TEXT_MALFORMED'> | undefined {
  if (!reason.isWellFormed() || reason.includes('\0')) return textMalformed()
  const text = reason.trim()
  return text.length >= 4 && text.length <= REASON_MAX ? undefined : refuse(
    'REASON_MISSING',
    `A reason has 4 to ${REASON_MAX} characters.`,
    '/reason',
  )
}
