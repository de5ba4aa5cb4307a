import { afterEach, describe, expect, it, vi } from 'vitest'
import { VerifiedTokens } from '../../../gateway/auth/verified-tokens.ts'
import { actor } from '../../support/actors.ts'

describe('a token that was proven', () => {
  afterEach(() => void vi.useRealTimers())
  const ANNA = actor('bank', 'anna')

  it('is remembered for half a minute, and never beyond its own end', () => {
    vi.useFakeTimers({ now: 0 })
    const tokens = new VerifiedTokens()
    tokens.add('long', ANNA, 3_600_000)
    tokens.add('short', ANNA, 10_000)
    vi.setSystemTime(9_999)
    expect([tokens.get('long'), tokens.get('short')]).toEqual([ANNA, ANNA])
    vi.setSystemTime(10_000)
    expect([tokens.get('long'), tokens.get('short')]).toEqual([ANNA, undefined])
    vi.setSystemTime(30_000)
    expect(tokens.get('long')).toBeUndefined()
  })

  it('makes room for others when there are many', () => {
    const tokens = new VerifiedTokens()
    const end = Date.now() + 60_000
    for (let i = 0; i <= 10_000; i++) tokens.add(`t${i}`, ANNA, end)
    expect([tokens.get('t0'), tokens.get('t1'), tokens.get('t10000')]).toEqual([
      undefined,
      ANNA,
      ANNA,
    ])
  })
})
