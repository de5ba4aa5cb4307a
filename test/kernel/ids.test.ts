import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { idFloor, idSource } from '../../subgraphs/kernel/ids.ts'
import { fixedPorts, systemPorts } from '../../subgraphs/kernel/ports.ts'

describe('ids', () => {
  it('sort in the order they were made and never repeat, even when the clock steps back', () => {
    const steps = fc.array(fc.integer({ min: -5, max: 5 }), { minLength: 2, maxLength: 200 })
    fc.assert(fc.property(steps, fc.uint8Array({ minLength: 10, maxLength: 10 }), (steps, seed) => {
      let now = 1_000
      const source = idSource(() => now, (bytes) => bytes.set(seed))
      const ids = steps.map((step) => {
        now += step
        return source.next('x')
      })
      expect(ids.toSorted()).toEqual(ids)
      expect(new Set(ids).size).toBe(ids.length)
    }))
  })

  it('are a prefix, ten letters of time and sixteen of chance', () => {
    const source = idSource(() => 2 ** 48 - 1, (bytes) => bytes.fill(255))
    expect(source.next('ord')).toBe('ord_7ZZZZZZZZZFZZZZZZZZZZZZZZZ')
    expect(idSource(() => 0, (bytes) => bytes.fill(0)).next('a')).toBe(`a_${'0'.repeat(26)}`)
  })

  it('of two system sources differ', () => {
    const ids = [systemPorts(), systemPorts()].flatMap(({ ids }) =>
      Array.from({ length: 1_000 }, () => ids.next('x'))
    )
    expect(new Set(ids).size).toBe(2_000)
  })

  it('of fixed ports repeat for the same seed and differ for another', () => {
    const next = (seed: number) => fixedPorts('2026-11-23T00:00:00.000Z', seed).ids.next('x')
    expect(next(1)).toBe(next(1))
    expect(next(1)).not.toBe(next(2))
  })

  it('have a floor: what is made at a millisecond or later is not below it', () => {
    const bytes = fc.uint8Array({ minLength: 10, maxLength: 10 })
    const ms = fc.integer({ min: 0, max: 2 ** 47 })
    fc.assert(fc.property(ms, fc.nat({ max: 1e9 }), bytes, (at, later, seed) => {
      const id = idSource(() => at + later, (into) => into.set(seed)).next('x')
      expect(id >= idFloor('x', at)).toBe(true)
      expect(id < idFloor('x', at + later + 1)).toBe(true)
    }))
  })
})
