/**
 * Takes what the bank said, or that it said nothing, into an instruction.
 */
import { canonicalJson, type CanonicalValue } from '../kernel/canonical-json.ts'
import { emit } from '../kernel/outbox.ts'
import { dateOf, type Instant, plusMs } from '../kernel/time.ts'
import type { ChannelAnswer } from './channel.ts'
import { afterAnswer, type InstructionState, isFinal, queryDelayMs } from './instruction-state.ts'
import { insertAttempt, type InstructionRow, moveInstruction, type PaymentTx } from './store.ts'

/** How an answer came: to a request of ours, by the bank's own notice, or not at all. */
export type AnswerKind = 'ANSWER' | 'NOTICE' | 'SILENCE'

const TOPICS: Readonly<Partial<Record<InstructionState, string>>> = {
  UNKNOWN: 'payment.unknown',
  SETTLED: 'payment.settled',
  FAILED: 'payment.failed',
}

/**
 * Records an answer and moves the instruction on; tells others when its state changed.
 * Answers false when the instruction moved meanwhile: read it again and repeat.
 *
 * @param heard.error why there was no answer, for the record
 * @param inTransitMs how long after sending a request may still reach the bank
 */
export async function takeAnswer(
  tx: PaymentTx,
  instruction: InstructionRow,
  heard: { kind: AnswerKind; answer: ChannelAnswer | undefined; error?: string; eventId: string },
  now: Instant,
  inTransitMs: number,
): Promise<boolean> {
  const { tenant_id: tenant, id } = instruction
  const { answer } = heard
  // What comes after the end is recorded as an attempt and changes nothing of the instruction.
  const final = isFinal(instruction.state as InstructionState)
  const settled = !final && answer?.outcome === 'SETTLED' ? answer : undefined
  const failed = !final && answer?.outcome === 'FAILED' ? answer : undefined
  const before = instruction.state as InstructionState
  const sentLongAgo = instruction.sent_at === null ||
    plusMs(instruction.sent_at, inTransitMs) <= now
  const state = afterAnswer(before, answer, sentLongAgo)
  const asked = instruction.asked + 1n
  const moved = await moveInstruction(tx, {
    tenant,
    id,
    from: instruction.version,
    state,
    due: state === 'CREATED' ? now : plusMs(now, queryDelayMs(Number(instruction.asked))),
    sentAt: instruction.sent_at,
    asked,
    bankReference: settled?.bankReference ?? instruction.bank_reference,
    failureCode: failed?.code ?? instruction.failure_code,
    failureMessage: failed?.message ?? instruction.failure_message,
    at: now,
  })
  if (moved.affected === 0n) return false
  const detail: CanonicalValue = answer === undefined ? { error: heard.error ?? 'no answer' } : {
    ...answer,
    ...(final ? { note: 'came after the end and changed nothing' } : {}),
  }
  await insertAttempt(tx, {
    tenant,
    instruction: id,
    kind: heard.kind,
    at: now,
    outcome: answer?.outcome ?? null,
    detail: canonicalJson(detail),
  })
  const topic = TOPICS[state]
  if (state === before || topic === undefined) return true
  const accounting = JSON.parse(instruction.accounting) as Record<string, CanonicalValue>
  await emit(tx, {
    tenant,
    id: heard.eventId,
    topic,
    key: instruction.serial,
    at: now,
    payload: {
      serial: instruction.serial,
      instruction: id,
      round: instruction.round,
      ...(settled === undefined ? {} : { bankReference: settled.bankReference }),
      ...(failed === undefined ? {} : { code: failed.code, message: failed.message }),
      // Only money that moved is booked.
      ...(state === 'SETTLED' ? { accounting: { ...accounting, valueOn: dateOf(now) } } : {}),
    },
  })
  return true
}
