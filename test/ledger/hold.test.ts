import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { captureHold, type Hold, remainingOf, voidHold } from '../../subgraphs/ledger/hold.ts'

const NOW = '2026-11-23T04:00:00.000Z'
const LATER = '2026-11-23T05:00:00.000Z'
const open = (change: Partial<Hold> = {}): Hold => ({
  minor: 100n,
  captured: 0n,
  state: 'OPEN',
  expiresAt: LATER,
  ...change,
})

describe('a hold', () => {
  it('frees over its life exactly what it reserved, however it is captured', () => {
    fc.assert(fc.property(
      fc.array(fc.tuple(fc.bigInt({ min: -5n, max: 60n }), fc.boolean()), { maxLength: 8 }),
      (captures) => {
        let hold = open()
        let freed = 0n
        let taken = 0n
        for (const [minor, final] of captures) {
          const step = captureHold(hold, minor, final, NOW)
          if (!step.ok) continue
          freed += step.value.freed
          taken += minor
          hold = { ...hold, ...step.value }
        }
        const end = voidHold(hold, NOW)
        if (end.ok) freed += end.value.freed
        expect(freed).toBe(100n)
        expect(hold.captured).toBe(taken)
        expect(taken).toBeLessThanOrEqual(100n)
      },
    ))
  })

  it.each([
    [0n, 'LEG_NOT_POSITIVE'],
    [-1n, 'LEG_NOT_POSITIVE'],
    [101n, 'CAPTURE_TOO_LARGE'],
  ])('refuses a capture of %s with %s', (minor, code) => {
    expect(captureHold(open(), minor, false, NOW)).toMatchObject({ ok: false, code })
  })

  it('ends with its last part, or when the rest is given up', () => {
    expect(captureHold(open({ captured: 60n }), 40n, false, NOW))
      .toMatchObject({ value: { state: 'CAPTURED', freed: 40n } })
    expect(captureHold(open(), 10n, true, NOW))
      .toMatchObject({ value: { state: 'CAPTURED', captured: 10n, freed: 100n } })
    expect(captureHold(open(), 10n, false, NOW))
      .toMatchObject({ value: { state: 'OPEN', captured: 10n, freed: 10n } })
  })

  it('reserves nothing from its time on, and is then neither captured nor voided', () => {
    expect(remainingOf(open({ captured: 30n }), NOW)).toBe(70n)
    expect(remainingOf(open({ captured: 30n }), LATER)).toBe(0n)
    expect(captureHold(open(), 1n, false, LATER)).toMatchObject({ code: 'HOLD_EXPIRED' })
    expect(voidHold(open(), LATER)).toMatchObject({ code: 'HOLD_EXPIRED' })
  })

  it.each(['CAPTURED', 'VOIDED', 'EXPIRED'] as const)('that is %s stays so', (state) => {
    const code = state === 'EXPIRED' ? 'HOLD_EXPIRED' : 'HOLD_NOT_OPEN'
    expect(captureHold(open({ state }), 1n, false, NOW)).toMatchObject({ code })
    expect(voidHold(open({ state }), NOW)).toMatchObject({ code })
    expect(remainingOf(open({ state }), NOW)).toBe(0n)
  })
})
