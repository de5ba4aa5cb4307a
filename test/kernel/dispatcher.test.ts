import fc from 'fast-check'
import { CompiledQuery, sql } from 'kysely'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import {
  afterFailure,
  Dispatcher,
  reviveDead,
  undelivered,
} from '../../subgraphs/kernel/dispatcher.ts'
import type { Consumer, Delivery } from '../../subgraphs/kernel/event.ts'
import { receiveOnce } from '../../subgraphs/kernel/inbox.ts'
import { LEASE_TTL_MS, takeLease } from '../../subgraphs/kernel/lease.ts'
import type { Migration } from '../../subgraphs/kernel/migrate.ts'
import { emit } from '../../subgraphs/kernel/outbox.ts'
import { fixedPorts } from '../../subgraphs/kernel/ports.ts'
import type { Store } from '../../subgraphs/kernel/store.ts'
import { handleOver, sqliteKit } from '../../subgraphs/kernel/store/handle.ts'
import { DEAD, DELIVERED, type KernelTables, PENDING } from '../../subgraphs/kernel/tables.ts'
import { eachEngine, onEngine } from '../rig/engines.ts'

const START = '2026-11-23T00:00:00.000Z'

interface Tables extends KernelTables {
  effect: { event_id: string; n: bigint }
}

const effects: Migration = {
  name: 'effect-1',
  async up(db, t) {
    await t.table(
      db.schema.createTable('effect')
        .addColumn('event_id', t.text, (c) => c.notNull())
        .addColumn('n', t.int, (c) => c.notNull()),
    ).execute()
  },
}

const emitAll = (store: Store<KernelTables>, ...events: [id: string, key: string][]) =>
  store.write(async (tx) => {
    for (const [id, key] of events) {
      await emit(tx, { tenant: 'demo', id, topic: 'ordered', key, at: START, payload: {} })
    }
  })

/** A dispatcher that is stopped when the test ends, and the errors that it reported. */
function dispatch(
  store: Store<KernelTables>,
  consumers: readonly Consumer[],
  ports = fixedPorts(START),
  owner = 'one',
) {
  const errors: unknown[] = []
  const report = (error: unknown) => void errors.push(error)
  const dispatcher = new Dispatcher({
    source: 'orders',
    store,
    consumers,
    clock: ports.clock,
    owner,
    report,
  })
  onTestFinished(() => dispatcher.stop())
  return { dispatcher, errors, ports }
}

const consumer = (receive: (delivery: Delivery) => Promise<void>): Consumer => ({
  name: 'ledger',
  topics: ['ordered'],
  receive,
})

/** Settles once `holds` does, asked after every commit of the stores; the runner's limit ends it else. */
async function until(
  stores: Store<KernelTables> | readonly Store<KernelTables>[],
  holds: () => boolean | Promise<boolean>,
) {
  await new Promise<void>((resolve, reject) => {
    const check = () =>
      void Promise.resolve(holds()).then((yes) => {
        if (!yes) return
        stops.forEach((stop) => stop())
        resolve()
      }, reject)
    const stops = [stores].flat().map((store) => store.onCommit(check))
    check()
  })
}

const states = async (store: Store<KernelTables>) =>
  Object.fromEntries(
    (await store.read.selectFrom('outbox').select(['id', 'state']).execute())
      .map((row) => [row.id, row.state]),
  )

const allDelivered = (store: Store<KernelTables>) => async () =>
  Object.values(await states(store)).every((state) => state === DELIVERED)

eachEngine((engine) => {
  describe('delivery', () => {
    it('carries what was there before the start and what comes later', async () => {
      const store = await engine.openMigrated()
      const seen: string[] = []
      await emitAll(store, ['1', 'a'])
      const { dispatcher, errors } = dispatch(store, [consumer(async (d) => void seen.push(d.id))])
      dispatcher.start()
      await until(store, allDelivered(store))
      await emitAll(store, ['2', 'a'], ['3', 'b'])
      await until(store, allDelivered(store))
      expect(seen.toSorted()).toEqual(['1', '2', '3'])
      expect(errors).toEqual([])
    })

    it('gives the event as it was written, to those who asked for its topic', async () => {
      const store = await engine.openMigrated()
      const seen: Delivery[] = []
      const other: Delivery[] = []
      const { dispatcher } = dispatch(store, [
        consumer(async (d) => void seen.push(d)),
        { name: 'other', topics: ['paid'], receive: async (d) => void other.push(d) },
      ])
      await store.write((tx) =>
        emit(tx, {
          tenant: 'demo',
          id: '1',
          topic: 'ordered',
          key: 'k',
          at: START,
          payload: { z: 1, a: '元' },
        })
      )
      dispatcher.start()
      await until(store, allDelivered(store))
      expect(seen).toEqual([{
        tenant: 'demo',
        source: 'orders',
        id: '1',
        topic: 'ordered',
        key: 'k',
        occurredAt: START,
        payload: '{"a":"元","z":1}',
        fence: 1n,
      }])
      expect(other).toEqual([])
    })

    it('settles an event that nobody asked for', async () => {
      const store = await engine.openMigrated()
      const { dispatcher } = dispatch(store, [])
      await emitAll(store, ['1', 'a'])
      dispatcher.start()
      await until(store, allDelivered(store))
      expect(await undelivered(store.read)).toEqual([])
    })

    it('keeps the order of each key', async () => {
      const store = await engine.openMigrated()
      const seen: Record<string, string[]> = { a: [], b: [] }
      const events = Array.from({ length: 20 }, (_, i): [string, string] => [
        `${String(i).padStart(2, '0')}`,
        i % 3 === 0 ? 'a' : 'b',
      ])
      await emitAll(store, ...events)
      const { dispatcher } = dispatch(store, [consumer(async (d) => {
        seen[d.key]!.push(d.id)
      })])
      dispatcher.start()
      await until(store, allDelivered(store))
      for (const key of ['a', 'b']) {
        expect(seen[key]).toEqual(events.filter(([, k]) => k === key).map(([id]) => id))
      }
    })

    it('an event that fails holds back its own key only, and goes first once it succeeds', async () => {
      const store = await engine.openMigrated()
      await emitAll(store, ['a1', 'a'], ['a2', 'a'], ['b1', 'b'], ['b2', 'b'])
      const seen: string[] = []
      let mended = false
      const { dispatcher, errors, ports } = dispatch(store, [consumer(async (d) => {
        if (d.id === 'a1' && !mended) throw new Error('not yet')
        seen.push(d.id)
      })])
      dispatcher.start()
      await until(store, async () => (await states(store)).b2 === DELIVERED)
      expect(seen).toEqual(['b1', 'b2'])
      expect(await undelivered(store.read)).toMatchObject([
        { id: 'a1', state: PENDING, last_error: 'not yet' },
        { id: 'a2', state: PENDING, tries: 0n, last_error: null },
      ])
      mended = true
      ports.advance(300_000)
      dispatcher.wake()
      await until(store, allDelivered(store))
      expect(seen).toEqual(['b1', 'b2', 'a1', 'a2'])
      expect(errors.length).toBeGreaterThan(0)
    })

    it('an event that keeps failing dies, holds its key, and may be revived', async () => {
      const store = await engine.openMigrated()
      await emitAll(store, ['a1', 'a'], ['a2', 'a'], ['b1', 'b'])
      const seen: string[] = []
      let mended = false
      const { dispatcher, ports } = dispatch(store, [consumer(async (d) => {
        if (d.id === 'a1' && !mended) throw new Error('never\0 \ud800')
        seen.push(d.id)
      })])
      dispatcher.start()
      await until(store, async () => {
        ports.advance(300_000)
        dispatcher.wake()
        return (await states(store)).a1 === DEAD
      })
      expect(seen).toEqual(['b1'])
      expect(await undelivered(store.read)).toMatchObject([
        { id: 'a1', state: DEAD, tries: 20n, last_error: 'never \ufffd' },
        { id: 'a2', state: PENDING },
      ])
      mended = true
      expect(await reviveDead(store, ports.clock.now())).toBe(1n)
      await until(store, allDelivered(store))
      expect(seen).toEqual(['b1', 'a1', 'a2'])
      expect(await reviveDead(store, ports.clock.now())).toBe(0n)
    })

    it('a crash between delivery and settling delivers again, the effect stays single', async () => {
      const url = await engine.freshUrl()
      const store = await engine.openMigrated([], url)
      const target = await engine.openMigrated<Tables>([effects])
      await emitAll(store, ['1', 'a'])
      const effect = consumer(async (d) => {
        await receiveOnce(target, d, START, async (tx) => {
          await tx.insertInto('effect').values({ event_id: d.id, n: 1n }).execute()
        })
      })
      // The first process gets as far as the effect and is gone.
      const lease = (await takeLease(store, 'dispatch:orders', 'crashed', fixedPorts(START).clock))!
      await effect.receive({
        tenant: 'demo',
        source: 'orders',
        id: '1',
        topic: 'ordered',
        key: 'a',
        occurredAt: START,
        payload: '{}',
        fence: lease.fence,
      })
      await store.close()
      const reopened = await engine.openMigrated([], url)
      const seen: string[] = []
      const ports = fixedPorts(START)
      ports.advance(LEASE_TTL_MS + 1)
      const { dispatcher } = dispatch(
        reopened,
        [consumer(async (d) => {
          seen.push(d.id)
          await effect.receive(d)
        })],
        ports,
        'next',
      )
      dispatcher.start()
      await until(reopened, allDelivered(reopened))
      expect(seen).toEqual(['1'])
      expect(await target.read.selectFrom('effect').selectAll().execute())
        .toEqual([{ event_id: '1', n: 1n }])
    })
  })

  describe('stop', () => {
    it('waits for the delivery under way and gives the lease back', async () => {
      const store = await engine.openMigrated()
      await emitAll(store, ['1', 'a'], ['2', 'a'])
      const begun = Promise.withResolvers<void>()
      const held = Promise.withResolvers<void>()
      const { dispatcher } = dispatch(store, [consumer(() => {
        begun.resolve()
        return held.promise
      })])
      dispatcher.start()
      await begun.promise
      const stopped = dispatcher.stop()
      held.resolve()
      await stopped
      expect(await states(store)).toEqual({ 1: DELIVERED, 2: PENDING })
      expect(await store.read.selectFrom('lease').select(['name', 'until']).execute())
        .toEqual([{ name: 'dispatch:orders', until: '' }])
    })

    it('delivers nothing that is emitted later', async () => {
      const store = await engine.openMigrated()
      const seen: string[] = []
      const { dispatcher } = dispatch(store, [consumer(async (d) => void seen.push(d.id))])
      dispatcher.start()
      await emitAll(store, ['1', 'a'])
      await until(store, allDelivered(store))
      await dispatcher.stop()
      await emitAll(store, ['2', 'a'])
      dispatcher.wake()
      await dispatcher.stop()
      expect(seen).toEqual(['1'])
      expect(await states(store)).toEqual({ 1: DELIVERED, 2: PENDING })
    })

    it('before the start is harmless', async () => {
      const store = await engine.openMigrated()
      const { dispatcher, errors } = dispatch(store, [])
      await dispatcher.stop()
      expect(errors).toEqual([])
    })
  })

  it('a database that fails is reported, and delivery goes on when it is back', async () => {
    const store = await engine.openMigrated()
    await emitAll(store, ['1', 'a'])
    await store.write((tx) => sql`alter table lease rename to away`.execute(tx))
    const { dispatcher, errors } = dispatch(store, [consumer(async () => {})])
    let reported = () => {}
    const first = new Promise<void>((resolve) => reported = resolve)
    const push = errors.push.bind(errors)
    errors.push = (...items) => {
      reported()
      return push(...items)
    }
    dispatcher.start()
    await first
    expect(errors[0]).toMatchObject({ code: 'failed' })
    expect(await states(store)).toEqual({ 1: PENDING })
    await store.write((tx) => sql`alter table away rename to lease`.execute(tx))
    await until(store, allDelivered(store))
  })
})

onEngine('postgres', (engine) => {
  it('a dispatcher that finds the lease taken asks again at the next poll, not at once', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const url = await engine.freshUrl()
    const store = await engine.openMigrated([], url)
    const seen: string[] = []
    await takeLease(store, 'dispatch:orders', 'other', fixedPorts(START).clock)
    await emitAll(store, ['1', 'a'])
    let commits = 0
    store.onCommit(() => commits++)
    const { dispatcher, ports } = dispatch(store, [consumer(async (d) => void seen.push(d.id))])
    dispatcher.start()
    await until(store, () => commits > 0)
    // Its own attempt committed and woke it; a loop would commit again with every turn.
    for (let i = 0; i < 100; i++) await store.read.selectFrom('lease').selectAll().execute()
    expect(commits).toBe(1)
    expect(seen).toEqual([])
    ports.advance(LEASE_TTL_MS + 1)
    vi.advanceTimersByTime(500)
    await until(store, allDelivered(store))
    expect(seen).toEqual(['1'])
  })

  it('of two dispatchers on one outbox each event has one effect', async () => {
    const url = await engine.freshUrl()
    const stores = [await engine.openMigrated([], url), await engine.openMigrated([], url)]
    const target = await engine.openMigrated<Tables>([effects])
    const receive = (d: Delivery) =>
      receiveOnce(target, d, START, async (tx) => {
        await tx.insertInto('effect').values({ event_id: d.id, n: 1n }).execute()
      }).then(() => {})
    stores.forEach((store, i) =>
      dispatch(store, [consumer(receive)], fixedPorts(START), `owner-${i}`).dispatcher.start()
    )
    const events = Array.from({ length: 30 }, (_, i): [string, string] => [`e${i}`, `k${i % 7}`])
    await Promise.all(events.map((event, i) => emitAll(stores[i % 2]!, event)))
    await until(
      target,
      async () =>
        (await target.read.selectFrom('effect').selectAll().execute()).length >= events.length,
    )
    await until(stores, allDelivered(stores[0]!))
    expect(
      (await target.read.selectFrom('effect').select('event_id').execute())
        .map((row) => row.event_id).toSorted(),
    ).toEqual(events.map(([id]) => id).toSorted())
  })
})

onEngine('sqlite', (engine) => {
  it('finds what is due by the index of open events, however many were delivered', async () => {
    const store = await engine.openMigrated()
    await emitAll(store, ['1', 'a'])
    const texts: string[] = []
    const spied: Store<KernelTables> = {
      ...store,
      read: handleOver(sqliteKit, {
        execute: (query) => {
          texts.push(query.sql)
          return store.read.executeQuery(query)
        },
      }),
    }
    const { dispatcher } = dispatch(spied, [consumer(async () => {})])
    dispatcher.start()
    await until(store, allDelivered(store))
    const due = texts.find((text) => text.includes('not exists'))!
    const { rows } = await store.read.executeQuery<{ detail: string }>(
      CompiledQuery.raw(`explain query plan ${due.replaceAll('?', "''")}`),
    )
    const plans = rows.map((row) => row.detail)
    expect(plans).toHaveLength(3)
    expect(plans[0]).toContain('e USING INDEX outbox_open')
    expect(plans[2]).toMatch(/^SEARCH earlier USING INDEX sqlite_autoindex_outbox_1 \(.*seq=\?\)$/)
  })
})

describe('afterFailure', () => {
  it('waits longer after each failure, up to five minutes, and gives up after twenty', () => {
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 30n }), (tries) => {
      const after = afterFailure({ tries }, new Error('x'), START)
      expect(after.tries).toBe(tries + 1n)
      expect(after.state).toBe(tries >= 19n ? DEAD : PENDING)
      const waitMs = Date.parse(after.due) - Date.parse(START)
      expect(waitMs).toBeLessThanOrEqual(300_000)
      if (after.state === PENDING) {
        const next = afterFailure({ tries: tries + 1n }, new Error('x'), START)
        if (next.state === PENDING) expect(next.due >= after.due).toBe(true)
      }
    }))
  })

  it('keeps of any error what can be stored', () => {
    fc.assert(fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.anything()), (thrown) => {
      if (thrown === undefined) return
      const { error } = afterFailure({ tries: 0n }, thrown, START)
      expect(error!.length).toBeLessThanOrEqual(500)
      expect(error!.isWellFormed() && !error!.includes('\0')).toBe(true)
    }))
  })
})
