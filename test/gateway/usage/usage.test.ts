import { buildSchema } from 'graphql'
import { describe, expect, it, onTestFinished } from 'vitest'
import { Usage } from '../../../gateway/observe/usage.ts'
import { gatewayMigrations, openGatewayStore } from '../../../gateway/store.ts'
import { KEEP_DAYS, type KeepOptions, keepUsage } from '../../../gateway/usage/keep.ts'
import { byLastUse, daysBefore, unusedFrom, usageByField } from '../../../gateway/usage/report.ts'
import { addUses, readUses } from '../../../gateway/usage/store.ts'
import type { FieldUse } from '../../../gateway/observe/usage.ts'
import { fixedPorts } from '../../../subgraphs/kernel/ports.ts'
import { eachEngine, onEngine, type TestEngine } from '../../rig/engines.ts'
import { openTestServer } from '../../support/server.ts'

const use = (client: string, coordinate: string, count = 1n): FieldUse => ({
  client,
  coordinate,
  count,
})
const DAY_MS = 86_400_000

async function opened(engine: TestEngine, url?: string) {
  const store = await openGatewayStore(url ?? await engine.freshUrl())
  let open = true
  const close = async () => {
    if (open) await store.close()
    open = false
  }
  onTestFinished(close)
  return { store, close }
}

/** Something that counts, kept in a store, with the day before midnight in the bank's zone. */
function keeping(store: Parameters<typeof keepUsage>[1], options: Partial<KeepOptions> = {}) {
  const counted: FieldUse[] = []
  const reported: unknown[] = []
  const { clock, advance } = fixedPorts('2026-11-24T15:59:00.000Z')
  const kept = keepUsage({ take: () => counted.splice(0) }, store, {
    clock,
    report: (error) => void reported.push(error),
    ...options,
  })
  onTestFinished(() => kept.close())
  return { kept, counted, reported, advance }
}

eachEngine((engine) => {
  describe('usage', () => {
    it('is added up by client, field and day in the bank’s zone', async () => {
      const { store } = await opened(engine)
      const { kept, counted, reported, advance } = keeping(store)
      counted.push(use('erp', 'Order.id', 2n), use('staff', 'Order.id'))
      await kept.flush()
      counted.push(use('erp', 'Order.id', 3n))
      await kept.flush()
      advance(2 * 60_000)
      counted.push(use('erp', 'Order.id', 10n), use('erp', 'Order.payee'))
      await kept.close()
      expect(await readUses(store.read)).toEqual({
        since: '2026-11-24',
        uses: [
          { client: 'erp', coordinate: 'Order.id', count: 15n, lastOn: '2026-11-25' },
          { client: 'staff', coordinate: 'Order.id', count: 1n, lastOn: '2026-11-24' },
          { client: 'erp', coordinate: 'Order.payee', count: 1n, lastOn: '2026-11-25' },
        ],
      })
      const rows = await store.read.selectFrom('field_usage').select(['tenant_id', 'count'])
        .where('client', '=', 'erp').where('coordinate', '=', 'Order.id').orderBy('used_on')
        .execute()
      expect(rows).toEqual([{ tenant_id: '', count: 5n }, { tenant_id: '', count: 10n }])
      expect(reported).toEqual([])
    })

    it('of introspection is not kept', async () => {
      const { store } = await opened(engine)
      const { kept, counted } = keeping(store)
      counted.push(use('erp', 'Query.__schema'), use('erp', '__Type.name'), use('erp', 'A.b'))
      await kept.flush()
      expect((await readUses(store.read)).uses.map(({ coordinate }) => coordinate)).toEqual(['A.b'])
    })

    it('of several processes at once adds up', async () => {
      const url = await engine.freshUrl()
      const first = await opened(engine, url)
      // A file has one writer; two keepers share it.
      const second = engine.name === 'sqlite' ? first : await opened(engine, url)
      const all = Array.from({ length: 40 }, (_, i) => use('erp', `Order.f${i}`))
      const keepers = [keeping(first.store), keeping(second.store)]
      for (let round = 0; round < 5; round++) {
        keepers[0]!.counted.push(...all)
        keepers[1]!.counted.push(...all.toReversed())
        await Promise.all(keepers.map(({ kept }) => kept.flush()))
      }
      const { uses } = await readUses(first.store.read)
      expect(uses).toHaveLength(40)
      expect(uses.every(({ count }) => count === 10n)).toBe(true)
      expect(keepers.flatMap(({ reported }) => reported)).toEqual([])
    })

    it('is more than one unit of work can hold', async () => {
      const { store } = await opened(engine)
      const { kept, counted } = keeping(store)
      counted.push(...Array.from({ length: 2_500 }, (_, i) => use('erp', `Order.f${i}`)))
      await kept.flush()
      expect((await readUses(store.read)).uses).toHaveLength(2_500)
    })

    it('is forgotten after its days', async () => {
      const { store } = await opened(engine)
      const { kept, counted, advance } = keeping(store)
      counted.push(use('erp', 'Order.old'))
      await kept.flush()
      advance(KEEP_DAYS * DAY_MS)
      counted.push(use('erp', 'Order.new'))
      await kept.flush()
      expect((await readUses(store.read)).uses).toHaveLength(2)
      advance(DAY_MS)
      counted.push(use('erp', 'Order.new'))
      await kept.flush()
      expect(await readUses(store.read)).toMatchObject({
        since: '2027-12-29',
        uses: [{ coordinate: 'Order.new' }],
      })
    })

    it('begins in a database that only the door had, and is read beside its writer', async () => {
      const url = await engine.freshUrl()
      await expect(openGatewayStore(url, { readOnly: true })).rejects.toThrow()
      const { store } = await opened(engine, url)
      await addUses(store, [{ ...use('erp', 'Order.id'), usedOn: '2026-11-24' }])
      const reader = await openGatewayStore(url, { readOnly: true })
      onTestFinished(() => reader.close())
      expect((await readUses(reader.read)).uses).toHaveLength(1)
      expect(gatewayMigrations.map(({ name }) => name)).toEqual(['door-1', 'usage-1'])
    })
  })
})

onEngine('sqlite', (engine) => {
  describe('a store that fails', () => {
    /** A store that can be broken and mended. */
    async function fragile() {
      const { store } = await opened(engine)
      const state = { broken: false }
      const write: typeof store.write = async (unit, options) => {
        if (state.broken) throw new Error('no disk')
        return await store.write(unit, options)
      }
      return { store, state, fragile: { ...store, read: store.read, write } as typeof store }
    }

    it('loses nothing, keeps the day, and is reported once until it works again', async () => {
      const { store, state, fragile: failing } = await fragile()
      const { kept, counted, reported, advance } = keeping(failing)
      state.broken = true
      counted.push(use('erp', 'Order.id'))
      await kept.flush()
      advance(DAY_MS)
      counted.push(use('erp', 'Order.id', 4n))
      await kept.flush()
      await kept.flush()
      expect(reported).toEqual([new Error('no disk')])
      state.broken = false
      await kept.flush()
      await kept.flush()
      const rows = await store.read.selectFrom('field_usage').select(['used_on', 'count'])
        .orderBy('used_on').execute()
      expect(rows).toEqual([
        { used_on: '2026-11-24', count: 1n },
        { used_on: '2026-11-25', count: 4n },
      ])
      state.broken = true
      counted.push(use('erp', 'Order.id'))
      await kept.flush()
      expect(reported).toHaveLength(2)
      state.broken = false
    })

    it('half way adds the rest later, and nothing twice', async () => {
      const { store } = await opened(engine)
      let writes = 0
      const write: typeof store.write = async (unit, options) => {
        if (++writes === 2) throw new Error('no disk')
        return await store.write(unit, options)
      }
      const { kept, counted, reported } = keeping({ ...store, read: store.read, write })
      counted.push(...Array.from({ length: 2_500 }, (_, i) => use('erp', `Order.f${i}`)))
      await kept.flush()
      expect((await readUses(store.read)).uses).toHaveLength(1_000)
      await kept.flush()
      const { uses } = await readUses(store.read)
      expect(uses).toHaveLength(2_500)
      expect(uses.every(({ count }) => count === 1n)).toBe(true)
      expect(reported).toEqual([new Error('no disk')])
    })

    it('fills no more memory than it may, and what is lost is said', async () => {
      const { store, state, fragile: failing } = await fragile()
      const { kept, counted, reported } = keeping(failing, { waitingRows: 2 })
      state.broken = true
      counted.push(use('erp', 'A.a'), use('erp', 'A.b'), use('erp', 'A.c'), use('erp', 'A.d'))
      await kept.flush()
      counted.push(use('erp', 'A.a', 5n))
      await kept.flush()
      expect(reported.map(String)).toEqual([
        'Error: usage: more than 2 counts wait; others are lost',
        'Error: no disk',
      ])
      await kept.close()
      expect(reported.map(String).at(-1)).toBe('Error: usage: 2 counts could not be kept')
      state.broken = false
      await kept.flush()
      expect((await readUses(store.read)).uses).toMatchObject([
        { coordinate: 'A.a', count: 6n },
        { coordinate: 'A.b', count: 1n },
      ])
    })
  })

  it('what a server was asked is there after it closed', async () => {
    const server = await openTestServer(engine)
    const { databaseUrl } = server.config
    let closed = false
    onTestFinished(async () => {
      if (!closed) await server.close()
    })
    await server.demo.ask('checker', '{ orders(first: 1) { edges { node { serial } } } }')
    await server.demo.ask('partner', '{ orders { edges { node { status } } } }')
    await server.close()
    closed = true
    expect(server.reported).toEqual([])
    const { store } = await opened(engine, databaseUrl)
    const { uses } = await readUses(store.read)
    const named = uses.map(({ client, coordinate, count }) => `${client} ${coordinate} ${count}`)
    expect(named).toEqual(expect.arrayContaining([
      'staff BusinessOrder.serial 1',
      'staff Query.orders(first:) 1',
      'demo:partner BusinessOrder.status 1',
      'demo:partner Query.orders 1',
    ]))
    expect(named.some((line) => line.startsWith('demo:partner BusinessOrder.serial'))).toBe(false)
  })
})

describe('the report', () => {
  const schema = buildSchema(`
    type Query { node(id: ID): Node orders(state: State): [Order] }
    interface Node { id: ID! }
    type Order implements Node { id: ID! note: String }
    enum State { OPEN }
  `)
  const uses = [
    { client: 'erp', coordinate: 'Query.node', count: 3n, lastOn: '2026-11-01' },
    { client: 'erp', coordinate: 'Node.id', count: 3n, lastOn: '2026-11-01' },
    { client: 'staff', coordinate: 'Order.id', count: 2n, lastOn: '2026-11-20' },
    { client: 'staff', coordinate: 'Order.gone', count: 2n, lastOn: '2026-11-20' },
  ]
  const lines = usageByField(schema, uses)

  it('has a line for every field and argument, and for nothing else', () => {
    expect(lines.map(({ coordinate }) => coordinate).toSorted()).toEqual([
      'Node.id',
      'Order.id',
      'Order.note',
      'Query.node',
      'Query.node(id:)',
      'Query.orders',
      'Query.orders(state:)',
    ])
  })

  it('counts what was read through an interface for each type behind it', () => {
    expect(lines.find(({ coordinate }) => coordinate === 'Order.id')).toEqual({
      coordinate: 'Order.id',
      lastOn: '2026-11-20',
      clients: [
        { client: 'staff', lastOn: '2026-11-20', count: 2n },
        { client: 'erp', lastOn: '2026-11-01', count: 3n },
      ],
    })
  })

  it('knows what nobody used from a day on, with the day itself', () => {
    const names = (day: string) => unusedFrom(lines, day).map(({ coordinate }) => coordinate)
    expect(names('2026-11-01')).not.toContain('Query.node')
    expect(names('2026-11-02')).toContain('Query.node')
    expect(names('2026-11-20')).not.toContain('Order.id')
    expect(names('0000-01-01')).toEqual(expect.arrayContaining(['Order.note', 'Query.orders']))
  })

  it('begins with the latest use', () => {
    expect(byLastUse(lines).map(({ lastOn }) => lastOn).slice(0, 4)).toEqual([
      '2026-11-20',
      '2026-11-01',
      '2026-11-01',
      undefined,
    ])
  })

  it('reckons days over the ends of months and years', () => {
    expect(daysBefore('2026-03-01', 1)).toBe('2026-02-28')
    expect(daysBefore('2026-01-01', 365)).toBe('2025-01-01')
  })
})

it('counting is empty once it was taken', () => {
  expect(new Usage().take()).toEqual([])
})
