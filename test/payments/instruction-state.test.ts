import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ChannelAnswer } from '../../subgraphs/payments/channel.ts'
import {
  afterAnswer,
  dueAction,
  type InstructionState,
  isFinal,
  queryDelayMs,
} from '../../subgraphs/payments/instruction-state.ts'

const SETTLED: ChannelAnswer = { outcome: 'SETTLED', bankReference: 'b' }
const FAILED: ChannelAnswer = { outcome: 'FAILED', code: 'C', message: 'm' }
const PROCESSING: ChannelAnswer = { outcome: 'PROCESSING' }
const NOT_FOUND: ChannelAnswer = { outcome: 'NOT_FOUND' }
const OPEN: readonly InstructionState[] = ['CREATED', 'SENDING', 'UNKNOWN']
const answers = fc.constantFrom<ChannelAnswer | undefined>(
  SETTLED,
  FAILED,
  PROCESSING,
  NOT_FOUND,
  undefined,
)
const heard = fc.array(fc.tuple(answers, fc.boolean()), { maxLength: 20 })

function after(state: InstructionState, words: readonly [ChannelAnswer | undefined, boolean][]) {
  return words.reduce((at, [answer, longAgo]) => afterAnswer(at, answer, longAgo), state)
}

describe('an instruction', () => {
  it('fails only when the bank says so: silence is never failure', () => {
    fc.assert(fc.property(fc.constantFrom(...OPEN), heard, (state, words) => {
      const saidSo = words.some(([answer]) => answer?.outcome === 'FAILED')
      if (after(state, words) === 'FAILED') expect(saidSo).toBe(true)
    }))
    for (const state of OPEN) {
      for (const longAgo of [true, false]) {
        expect(afterAnswer(state, undefined, longAgo)).toBe('UNKNOWN')
        expect(afterAnswer(state, PROCESSING, longAgo)).toBe('UNKNOWN')
      }
    }
  })

  it('settles only when the bank says so', () => {
    fc.assert(fc.property(fc.constantFrom(...OPEN), heard, (state, words) => {
      const saidSo = words.some(([answer]) => answer?.outcome === 'SETTLED')
      if (after(state, words) === 'SETTLED') expect(saidSo).toBe(true)
    }))
  })

  it('stays as it ended, whatever is heard later', () => {
    fc.assert(fc.property(heard, (words) => {
      expect(after('SETTLED', words)).toBe('SETTLED')
      expect(after('FAILED', words)).toBe('FAILED')
    }))
  })

  it('ends with the first final word', () => {
    fc.assert(fc.property(fc.constantFrom(...OPEN), heard, (state, words) => {
      const first = words.find(([a]) => a?.outcome === 'SETTLED' || a?.outcome === 'FAILED')
      const end = after(state, words)
      expect(isFinal(end)).toBe(first !== undefined)
      if (first !== undefined) expect(end).toBe(first[0]!.outcome)
    }))
  })

  it('is sent again only after the bank did not know it long after it was sent', () => {
    expect(afterAnswer('SENDING', NOT_FOUND, true)).toBe('CREATED')
    expect(afterAnswer('UNKNOWN', NOT_FOUND, true)).toBe('CREATED')
    expect(afterAnswer('SENDING', NOT_FOUND, false)).toBe('UNKNOWN')
    expect(afterAnswer('UNKNOWN', NOT_FOUND, false)).toBe('UNKNOWN')
  })

  it('that was sent is asked about, and one that ended is left alone', () => {
    expect(dueAction('CREATED')).toBe('send')
    expect([dueAction('SENDING'), dueAction('UNKNOWN')]).toEqual(['query', 'query'])
    expect([dueAction('SETTLED'), dueAction('FAILED')]).toEqual(['nothing', 'nothing'])
  })
})

describe('the wait between questions', () => {
  it('grows and has an end', () => {
    fc.assert(fc.property(fc.nat({ max: 10_000 }), (asked) => {
      const wait = queryDelayMs(asked)
      expect(wait).toBeGreaterThan(0)
      expect(queryDelayMs(asked + 1)).toBeGreaterThanOrEqual(wait)
      expect(wait).toBeLessThanOrEqual(600_000)
    }))
  })
})
