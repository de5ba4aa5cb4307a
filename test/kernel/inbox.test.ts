import { sql } from 'kysely'
import { expect, it } from 'vitest'
import type { Delivery } from '../../subgraphs/kernel/event.ts'
import { receiveOnce, StaleDispatcherError } from '../../subgraphs/kernel/inbox.ts'
import { nextNumber } from '../../subgraphs/kernel/sequence.ts'
import type { Store, Tx } from '../../subgraphs/kernel/store.ts'
import type { KernelTables } from '../../subgraphs/kernel/tables.ts'
import { eachEngine, onEngine } from '../rig/engines.ts'

const AT = '2026-11-23T00:00:00.000Z'

const delivery = (of: Partial<Delivery> = {}): Delivery => ({
  tenant: 'demo',
  source: 'orders',
  id: 'e1',
  topic: 'ordered',
  key: 'k',
  occurredAt: AT,
  payload: '{}',
  fence: 1n,
  ...of,
})

const effect = async (tx: Tx<KernelTables>) => void await nextNumber(tx, 'demo', 'effects')

const effectsOf = async (store: Store<KernelTables>) =>
  (await store.read.selectFrom('sequence').select('last').executeTakeFirst())?.last ?? 0n

eachEngine((engine) => {
  it('eight deliveries at once have one effect', async () => {
    const store = await engine.openMigrated()
    const ran = await Promise.all(
      Array.from({ length: 8 }, () => receiveOnce(store, delivery(), AT, effect)),
    )
    expect(ran.filter(Boolean)).toHaveLength(1)
    expect(await effectsOf(store)).toBe(1n)
  })

  it('the same id of another source or tenant is another event', async () => {
    const store = await engine.openMigrated()
    for (const one of [{}, { source: 'payments' }, { tenant: 'other' }, { id: 'e2' }]) {
      expect(await receiveOnce(store, delivery(one), AT, effect)).toBe(true)
    }
    expect(await effectsOf(store)).toBe(4n)
  })

  it('an effect that fails is tried again', async () => {
    const store = await engine.openMigrated()
    await expect(receiveOnce(store, delivery(), AT, async (tx) => {
      await effect(tx)
      throw new Error('later')
    })).rejects.toThrow('later')
    expect(await effectsOf(store)).toBe(0n)
    expect(await receiveOnce(store, delivery(), AT, effect)).toBe(true)
    expect(await effectsOf(store)).toBe(1n)
  })

  it('a dispatcher with a stale fence is refused, even for an event that is new', async () => {
    const store = await engine.openMigrated()
    await receiveOnce(store, delivery({ fence: 7n }), AT, effect)
    await expect(receiveOnce(store, delivery({ id: 'e2', fence: 6n }), AT, effect))
      .rejects.toThrow(StaleDispatcherError)
    expect(await effectsOf(store)).toBe(1n)
    expect(await receiveOnce(store, delivery({ id: 'e2', fence: 7n }), AT, effect)).toBe(true)
    expect(await receiveOnce(store, delivery({ id: 'e3', fence: 8n }), AT, effect)).toBe(true)
    expect(await store.read.selectFrom('fence').selectAll().execute())
      .toEqual([{ source: 'orders', fence: 8n }])
  })

  it('a stale fence of one source says nothing of another', async () => {
    const store = await engine.openMigrated()
    await receiveOnce(store, delivery({ fence: 7n }), AT, effect)
    expect(await receiveOnce(store, delivery({ source: 'payments', fence: 1n }), AT, effect))
      .toBe(true)
  })
})

onEngine('postgres', (engine) => {
  it('tenants do not contend for the fence of their source: it is written only when it rises', async () => {
    const store = await engine.openMigrated()
    const versionOfRow = async () =>
      (await sql<{ xmin: string }>`select xmin::text from fence`.execute(store.read)).rows
    await receiveOnce(store, delivery({ tenant: 't0' }), AT, async () => {})
    const before = await versionOfRow()
    await receiveOnce(store, delivery({ tenant: 't1' }), AT, async () => {})
    expect(await versionOfRow()).toEqual(before)
    await receiveOnce(store, delivery({ tenant: 't1', id: 'e2', fence: 2n }), AT, async () => {})
    expect(await versionOfRow()).not.toEqual(before)
  })

  it('a dispatcher that is overtaken while it delivers has no effect after the newer one', async () => {
    const store = await engine.openMigrated()
    const outcomes = await Promise.allSettled(
      Array.from({ length: 12 }, (_, i) =>
        receiveOnce(
          store,
          delivery({ tenant: `t${i}`, id: `e${i}`, fence: BigInt(1 + (i % 2)) }),
          AT,
          effect,
        )),
    )
    const stale = outcomes.filter((o) => o.status === 'rejected')
    for (const { reason } of stale) expect(reason).toBeInstanceOf(StaleDispatcherError)
    expect(await effectsOf(store)).toBe(BigInt(outcomes.length - stale.length))
    expect(await store.read.selectFrom('fence').select('fence').execute()).toEqual([{ fence: 2n }])
  })
})
