import { describe, expect, it } from 'vitest'
import { Unfolding } from '../../../../gateway/execute/collapsed/unfolding.ts'

/** Numbers that are the sum of others, some of which need them in turn. */
function sums(needs: Readonly<Record<string, readonly string[]>>) {
  const unfolding = new Unfolding()
  const keys = Object.fromEntries(Object.keys(needs).map((name) => [name, { name }]))
  const kept: Record<string, number> = {}
  const sum = (name: string): number =>
    kept[name] ?? unfolding.of(
      keys[name]!,
      () => 1 + needs[name]!.reduce((total, other) => total + sum(other), 0),
      (result) => kept[name] = result,
      0,
    )
  return { sum, kept, unfolding }
}

describe('what depends on itself', () => {
  it('is worked out once when it does not after all', () => {
    const { sum, kept } = sums({ a: ['b', 'b'], b: [] })
    expect(sum('a')).toBe(3)
    expect(kept).toEqual({ a: 3, b: 1 })
  })

  it('finds nothing where it comes back to itself, and keeps that for itself alone', () => {
    const { sum, kept } = sums({ a: ['b'], b: ['a'] })
    expect(sum('a')).toBe(2)
    expect(kept).toEqual({ a: 2 })
    expect(sum('b')).toBe(3)
  })

  it('keeps what a circle inside it came to', () => {
    const { sum, kept } = sums({ a: ['b'], b: ['c'], c: ['b'] })
    expect(sum('a')).toBe(3)
    expect(kept).toEqual({ a: 3, b: 2 })
  })

  it('forgets an assumption once whoever it was about is done', () => {
    const { sum, kept } = sums({ a: ['b', 'd'], b: ['c'], c: ['b'], d: [] })
    sum('a')
    expect(kept).toEqual({ a: 4, b: 2, d: 1 })
  })

  it('is not kept by others that rest on it, and is after a failure', () => {
    const { unfolding } = sums({})
    const key = {}
    const kept: number[] = []
    unfolding.of(
      key,
      () => {
        unfolding.once(() => unfolding.of(key, () => 1, () => {}, 0), (n) => kept.push(n))
        return 1
      },
      () => {},
      0,
    )
    expect(kept).toEqual([])
    expect(() =>
      unfolding.of(
        key,
        () => {
          throw new Error('x')
        },
        () => {},
        0,
      )
    ).toThrow('x')
    unfolding.of(key, () => 2, (n) => kept.push(n), 0)
    expect(kept).toEqual([2])
  })
})
