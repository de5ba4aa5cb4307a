/**
 * Where a payment instruction is, and how it takes an answer.
 */
import type { ChannelAnswer } from './channel.ts'

/**
 * - `CREATED` 待发送
 * - `SENDING` 发送中: the bank has it, or had it when this process died
 * - `UNKNOWN` 结果未知: no answer came; the bank is asked until it knows
 * - `SETTLED` 成功, `FAILED` 失败: final
 */
export type InstructionState = 'CREATED' | 'SENDING' | 'UNKNOWN' | 'SETTLED' | 'FAILED'

/** Whether an instruction has ended. */
export function isFinal(state: InstructionState): boolean {
  return state === 'SETTLED' || state === 'FAILED'
}

/** What to do with an instruction that is due. An instruction that was sent is asked about, never sent anew. */
export function dueAction(state: InstructionState): 'send' | 'query' | 'nothing' {
  if (state === 'CREATED') return 'send'
  return isFinal(state) ? 'nothing' : 'query'
}

/**
 * The state after an answer; undefined is no answer at all.
 *
 * A final state stays, whatever comes later. Silence is never failure. `NOT_FOUND` leads back to
 * `CREATED` only when asked for long enough after sending that the request cannot still be on its way.
 */
export function afterAnswer(
  state: InstructionState,
  answer: ChannelAnswer | undefined,
  sentLongAgo: boolean,
): InstructionState {
  if (isFinal(state)) return state
  switch (answer?.outcome) {
    case 'SETTLED':
      return 'SETTLED'
    case 'FAILED':
      return 'FAILED'
    case 'NOT_FOUND':
      return sentLongAgo ? 'CREATED' : 'UNKNOWN'
    default:
      return 'UNKNOWN'
  }
}

const QUERY_FIRST_MS = 500
const QUERY_LONGEST_MS = 600_000

/** How long to wait before asking the bank again, in milliseconds. @param asked how often it was asked */
export function queryDelayMs(asked: number): number {
  return Math.min(QUERY_FIRST_MS * 2 ** Math.min(asked, 20), QUERY_LONGEST_MS)
}
