import { expect, it } from 'vitest'
import { refuse } from '../../subgraphs/kernel/result.ts'
import { nextNumber, nextNumbers } from '../../subgraphs/kernel/sequence.ts'
import { eachEngine } from '../rig/engines.ts'

eachEngine((engine) => {
  it('counts from 1 without a gap, also past units that are rolled back', async () => {
    const store = await engine.openMigrated()
    const numbers = await Promise.all(
      Array.from({ length: 30 }, (_, i) =>
        store.write(async (tx) => {
          const number = await nextNumber(tx, 'demo', 'serial')
          return i % 3 === 0 ? refuse('NO', 'Not today.') : { number }
        }, { lane: 'demo' })),
    )
    const given = numbers.flatMap((answer) => 'number' in answer ? [answer.number] : [])
    expect(given).toEqual(Array.from({ length: 20 }, (_, i) => BigInt(i + 1)))
  })

  it('counts each name of each tenant for itself', async () => {
    const store = await engine.openMigrated()
    const numbers = await store.write(async (tx) => [
      await nextNumber(tx, 'demo', 'a'),
      await nextNumber(tx, 'demo', 'b'),
      await nextNumber(tx, 'other', 'a'),
      await nextNumber(tx, 'demo', 'a'),
    ])
    expect(numbers).toEqual([1n, 1n, 1n, 2n])
  })

  it('gives several at once, and the next goes on after them', async () => {
    const store = await engine.openMigrated()
    const numbers = await store.write(async (tx) => [
      await nextNumbers(tx, 'demo', 'a', 5n),
      await nextNumber(tx, 'demo', 'a'),
      await nextNumbers(tx, 'demo', 'a', 3n),
    ])
    expect(numbers).toEqual([1n, 6n, 7n])
    await expect(store.write((tx) => nextNumbers(tx, 'demo', 'a', 0n))).rejects.toThrow(RangeError)
  })
})
