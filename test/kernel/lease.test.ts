import { expect, it } from 'vitest'
import { dropLease, LEASE_TTL_MS, renewLease, takeLease } from '../../subgraphs/kernel/lease.ts'
import { fixedPorts } from '../../subgraphs/kernel/ports.ts'
import { eachEngine, onEngine } from '../rig/engines.ts'

const START = '2026-11-23T00:00:00.000Z'

eachEngine((engine) => {
  it('raises its fence with every holder', async () => {
    const store = await engine.openMigrated()
    const ports = fixedPorts(START)
    const fences: bigint[] = []
    for (const owner of ['a', 'b', 'c']) {
      const lease = await takeLease(store, 'x', owner, ports.clock)
      expect(lease).toMatchObject({ name: 'x', owner })
      fences.push(lease!.fence)
      ports.advance(LEASE_TTL_MS + 1)
    }
    expect(fences).toEqual([1n, 2n, 3n])
  })

  it('of another name is another lease', async () => {
    const store = await engine.openMigrated()
    const { clock } = fixedPorts(START)
    expect(await takeLease(store, 'x', 'a', clock)).toMatchObject({ fence: 1n })
    expect(await takeLease(store, 'y', 'b', clock)).toMatchObject({ fence: 1n })
  })

  it('is renewed by its holder', async () => {
    const store = await engine.openMigrated()
    const ports = fixedPorts(START)
    const lease = (await takeLease(store, 'x', 'a', ports.clock))!
    ports.advance(5_000)
    const renewed = (await renewLease(store, lease, ports.clock))!
    expect(renewed).toEqual({ ...lease, until: '2026-11-23T00:00:15.000Z' })
    expect(await store.read.selectFrom('lease').selectAll().execute()).toEqual([renewed])
  })

  it('is not renewed by whoever lost it', async () => {
    const store = await engine.openMigrated()
    const ports = fixedPorts(START)
    const lost = (await takeLease(store, 'x', 'a', ports.clock))!
    ports.advance(LEASE_TTL_MS + 1)
    const held = (await takeLease(store, 'x', 'b', ports.clock))!
    expect(await renewLease(store, lost, ports.clock)).toBeUndefined()
    // The same owner with an old fence is an earlier life of it.
    expect(await renewLease(store, { ...held, fence: lost.fence }, ports.clock)).toBeUndefined()
    expect(await renewLease(store, held, ports.clock)).toBeDefined()
  })

  it('given back is free at once; given back by whoever lost it stays held', async () => {
    const store = await engine.openMigrated()
    const ports = fixedPorts(START)
    const lost = (await takeLease(store, 'x', 'a', ports.clock))!
    await dropLease(store, lost)
    const held = (await takeLease(store, 'x', 'b', ports.clock))!
    expect(held.fence).toBe(2n)
    await dropLease(store, lost)
    expect(await store.read.selectFrom('lease').selectAll().execute()).toEqual([held])
  })
})

onEngine('sqlite', (engine) => {
  it('of a process that is gone is taken at once', async () => {
    const url = await engine.freshUrl()
    const { clock } = fixedPorts(START)
    const first = await engine.openMigrated([], url)
    await takeLease(first, 'x', 'a', clock)
    await first.close()
    const second = await engine.openMigrated([], url)
    expect(await takeLease(second, 'x', 'b', clock)).toMatchObject({ owner: 'b', fence: 2n })
  })
})

onEngine('postgres', (engine) => {
  it('is refused until it has run out', async () => {
    const store = await engine.openMigrated()
    const ports = fixedPorts(START)
    await takeLease(store, 'x', 'a', ports.clock)
    ports.advance(LEASE_TTL_MS)
    expect(await takeLease(store, 'x', 'b', ports.clock)).toBeUndefined()
    expect(await takeLease(store, 'x', 'a', ports.clock)).toBeUndefined()
    ports.advance(1)
    expect(await takeLease(store, 'x', 'b', ports.clock)).toMatchObject({ fence: 2n })
  })

  it('goes to one of many who reach for it', async () => {
    const url = await engine.freshUrl()
    const stores = [await engine.openMigrated([], url), await engine.openMigrated([], url)]
    const { clock } = fixedPorts(START)
    const taken = await Promise.all(
      Array.from({ length: 10 }, (_, i) => takeLease(stores[i % 2]!, 'x', `o${i}`, clock)),
    )
    expect(taken.filter((lease) => lease !== undefined)).toHaveLength(1)
  })
})
