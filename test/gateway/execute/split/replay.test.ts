import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { replayMemory } from '../../../../gateway/execute/split/replay.ts'
import { SKEW_MS } from '../../../../gateway/execute/split/signature.ts'

describe('the memory of nonces', () => {
  it('knows a nonce for as long as its signature is good', () => {
    const memory = replayMemory(0)
    expect(memory.take('a', 1_000, 1_000)).toBe('new')
    expect(memory.take('a', 1_000, 1_000 + SKEW_MS)).toBe('seen')
  })

  it('believes nothing from before it began: what was here then is not known', () => {
    const memory = replayMemory(5_000)
    expect(memory.take('a', 4_999, 5_000)).toBe('forgotten')
    expect(memory.take('a', 5_000, 5_000)).toBe('new')
  })

  it('when full refuses what is as old as what it gave up', () => {
    const memory = replayMemory(0, 2)
    expect(memory.take('a', 10, 10)).toBe('new')
    expect(memory.take('b', 11, 11)).toBe('new')
    expect(memory.take('c', 12, 12)).toBe('new')
    expect(memory.take('a', 10, 12)).toBe('forgotten')
    expect(memory.take('b', 11, 12)).toBe('seen')
  })

  it('lets nothing in twice within the window, whatever comes in whatever order', () => {
    const visits = fc.array(
      fc.record({ nonce: fc.nat(8), off: fc.integer({ min: -SKEW_MS, max: SKEW_MS }) }),
      { maxLength: 60 },
    )
    fc.assert(fc.property(visits, fc.integer({ min: 1, max: 6 }), (list, size) => {
      const memory = replayMemory(0, size)
      // A signature is one nonce with one timestamp.
      const stamps = new Map<number, number>()
      const taken = new Set<number>()
      list.forEach(({ nonce, off }, i) => {
        const nowMs = 1_000_000 + i * 997
        const stamp = stamps.get(nonce) ?? nowMs + off
        stamps.set(nonce, stamp)
        if (Math.abs(nowMs - stamp) > SKEW_MS) return
        if (memory.take(String(nonce), stamp, nowMs) !== 'new') return
        expect(taken.has(nonce)).toBe(false)
        taken.add(nonce)
      })
    }))
  })
})
